/** A crew of worker threads that do jobs of one kind. */
import type { Transferable } from "node:worker_threads";
import pLimit from "p-limit";
import { unpackError } from "./errors.ts";
import { Hand } from "./hand.ts";

export interface CrewOptions {
  /** The workers' module, which calls `serve`; without its extension. */
  readonly entry: URL;
  /** How many threads at the most. */
  readonly size: number;
  /** What every worker gets: plain data. */
  readonly workerData: unknown;
  readonly signal: AbortSignal;
}

export class Crew<Job, Result> {
  readonly #options: CrewOptions;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #hands: Hand<Job, Result>[] = [];
  readonly #idle: Hand<Job, Result>[] = [];

  /** A thread starts when there is a job for it. */
  constructor(options: CrewOptions) {
    this.#options = options;
    this.#limit = pLimit(options.size);
  }

  /** Jobs start in the order in which they are given; `transfer`: what of the job is moved to the thread, not copied. Rejects with what the worker threw, or with the signal's reason. */
  async run(job: Job, progress: (done: number) => void, transfer: readonly Transferable[] = []): Promise<Result> {
    const answer = await this.#limit(async () => {
      const hand = this.#idle.pop() ?? this.#hire();
      const given = await hand.ask(job, { progress, transfer, signal: this.#options.signal });
      this.#idle.push(hand);
      return given;
    });
    if (answer.kind === "failure") throw unpackError(answer.error);
    return answer.result;
  }

  /** Ends every thread, whatever it is at. Jobs that have not begun never settle. */
  async close(): Promise<void> {
    this.#limit.clearQueue();
    await Promise.all(this.#hands.map((hand) => hand.stop()));
  }

  #hire(): Hand<Job, Result> {
    const hand = new Hand<Job, Result>(this.#options.entry, this.#options.workerData);
    this.#hands.push(hand);
    return hand;
  }
}
