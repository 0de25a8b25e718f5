/** Holds the last events back: a failure is logged behind its statement, and perhaps behind some of others that ran beside it. */
import type { LogEvent, StatementEvent } from "../event.ts";

const most = 200;

export class Lookback {
  readonly #aborts: boolean;
  #held: LogEvent[] = [];

  /** `aborts`: a statement that fails leaves its transaction no way but back. */
  constructor(aborts: boolean) {
    this.#aborts = aborts;
  }

  /** What is so far behind that no failure of it is waited for. */
  *push(event: LogEvent): Generator<LogEvent> {
    if (event.kind !== "statement" && event.kind !== "step") {
      yield event;
      return;
    }
    this.#held.push(event);
    if (this.#held.length >= 2 * most) yield* this.#held.splice(0, most);
  }

  /** The latest statement of those that the failure may be of has failed; false where there is none. */
  fail(isOf: (statement: StatementEvent) => boolean): boolean {
    const at = this.#held.findLastIndex(
      (event) => event.kind === "statement" && event.fate === "unknown" && isOf(event),
    );
    const event = this.#held[at];
    if (event?.kind !== "statement") return false;
    this.#held[at] = { ...event, fate: "failed", aborts: this.#aborts };
    return true;
  }

  *end(): Generator<LogEvent> {
    yield* this.#held;
    this.#held = [];
  }
}
