/** The worker's side of a {@link Crew}. */
import { parentPort } from "node:worker_threads";
import { Fault } from "../errors.ts";
import { packError } from "./errors.ts";
import type { Message } from "./messages.ts";

/** `progress` tells how much of the job is done. */
export type Handler<Job, Result> = (job: Job, progress: (done: number) => void) => Promise<Result>;

/** Does the jobs that the crew hands to this thread, one at a time. */
export function serve<Job, Result>(handle: Handler<Job, Result>): void {
  const port = parentPort;
  if (port === null) throw new Fault("a worker's module was loaded outside of a worker");
  const post = (message: Message<Result>): void => port.postMessage(message);
  port.on("message", (job: Job) => {
    handle(job, (done) => post({ kind: "progress", done })).then(
      (result) => post({ kind: "result", result }),
      (error: unknown) => post({ kind: "failure", error: packError(error) }),
    );
  });
}
