/** One worker thread, as the main thread deals with it. */
import { Worker } from "node:worker_threads";
import type { Transferable } from "node:worker_threads";
import { Fault } from "../errors.ts";
import type { Message } from "./messages.ts";

/**
 * A thread of this project's code. Compiled, its module is JavaScript; from the sources tsx reads it, as it reads all of them in
 * development (a thread does not inherit the module hooks of its parent).
 */
function startThread(entry: URL, workerData: unknown): Worker {
  if (import.meta.url.endsWith(".js")) return new Worker(new URL(`${entry.href}.js`), { workerData });
  const [hooks, module] = [import.meta.resolve("tsx/esm/api"), `${entry.href}.ts`];
  const code = `import(${JSON.stringify(hooks)}).then(({ register }) => { register(); return import(${JSON.stringify(module)}); })`;
  return new Worker(code, { eval: true, workerData });
}

type Answer<Result> = Exclude<Message<Result>, { readonly kind: "progress" }>;

interface Waiting<Result> {
  progress(done: number): void;
  resolve(answer: Answer<Result>): void;
  reject(why: unknown): void;
}

interface Asking {
  readonly progress: (done: number) => void;
  /** What of the job is moved, not copied. */
  readonly transfer: readonly Transferable[];
  readonly signal: AbortSignal;
}

export class Hand<Job, Result> {
  readonly #worker: Worker;
  #waiting: Waiting<Result> | undefined;
  #end: unknown;

  /** `entry`: the module that calls `serve`, without its extension. */
  constructor(entry: URL, workerData: unknown) {
    this.#worker = startThread(entry, workerData);
    this.#worker.on("message", (message: Message<Result>) => this.#hear(message));
    this.#worker.on("error", (error) => this.#fail(error));
    this.#worker.on("exit", (code) => this.#fail(new Fault(`a worker thread ended with code ${code}`)));
  }

  /** One job at a time. Rejects with the signal's reason, or where the thread itself ends. */
  async ask(job: Job, { progress, transfer, signal }: Asking): Promise<Answer<Result>> {
    signal.throwIfAborted();
    if (this.#end !== undefined) throw this.#end;
    const stop = (): void => this.#waiting?.reject(signal.reason);
    signal.addEventListener("abort", stop);
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { progress, resolve, reject };
        this.#worker.postMessage(job, transfer);
      });
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Ends the thread, whatever it is at. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(message: Message<Result>): void {
    if (message.kind === "progress") this.#waiting?.progress(message.done);
    else this.#waiting?.resolve(message);
  }

  #fail(why: unknown): void {
    this.#end ??= why;
    this.#waiting?.reject(why);
  }
}
