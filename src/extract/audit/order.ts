/** Whether the rows of an audit come in the order of their times: changes of one time count in the order in which they are read. */
import type { Outcome } from "../events/outcome.ts";

/** Transactions that run side by side write a little out of order. */
const tolerated = 60_000;

export class ReadOrder {
  #last: string | undefined;
  #back: readonly [from: string, to: string] | undefined;

  /** Takes note of what a row came to, and hands it on. */
  note(outcomes: readonly Outcome[]): readonly Outcome[] {
    for (const outcome of outcomes)
      if (outcome.kind === "change" && outcome.change.at !== undefined) this.#noteTime(outcome.change.at);
    return outcomes;
  }

  /** Undefined where the order is that of the times. */
  sentence(): string | undefined {
    if (this.#back === undefined) return undefined;
    const [from, to] = this.#back;
    return `its rows are not in the order of their times: ${to} comes behind ${from}. Changes of one row at the very same time count in the order in which they are read`;
  }

  #noteTime(at: string): void {
    const last = this.#last;
    if (this.#back === undefined && last !== undefined && millis(last) - millis(at) > tolerated)
      this.#back = [last.slice(0, 19), at.slice(0, 19)];
    this.#last = at;
  }
}

function millis(at: string): number {
  return Date.parse(`${at.slice(0, 23).replace(" ", "T")}Z`);
}
