/**
 * Hands on what came about in the order in which it did: a transaction at its commit, a statement outside of transactions where it stands,
 * although only its session's next record shows that it did not fail.
 */
import type { Entry } from "./journal.ts";

/** Statements of a session, the oldest first. */
interface Undecided {
  readonly held: readonly Entry[];
}

/** So many wait at most for a session that says no more. */
const mostWaiting = 100_000;

export class InOrder {
  readonly #enter: (entry: Entry) => void;
  readonly #undecided = new Set<Undecided>();
  #waiting: Entry[] = [];

  constructor(enter: (entry: Entry) => void) {
    this.#enter = enter;
  }

  /** It is not known yet whether the session's statements failed. */
  await(session: Undecided): void {
    this.#undecided.add(session);
  }

  /** It is known; what it comes to is added before. */
  settle(session: Undecided): void {
    this.#undecided.delete(session);
    this.#drain();
  }

  add(entries: readonly Entry[]): void {
    const isBehind = (this.#waiting.at(-1)?.line ?? 0) <= (entries[0]?.line ?? 0);
    for (const entry of entries) this.#waiting.push(entry);
    if (!isBehind) this.#waiting.sort((left, right) => left.line - right.line);
    if (this.#waiting.length > mostWaiting) this.flush();
  }

  /** All that waits, whatever it waits for. */
  flush(): void {
    for (const entry of this.#waiting) this.#enter(entry);
    this.#waiting = [];
  }

  #drain(): void {
    const oldest = Math.min(...[...this.#undecided].map(({ held }) => held[0]?.line ?? Number.POSITIVE_INFINITY));
    const end = this.#waiting.findIndex(({ line }) => line > oldest);
    const ready = end < 0 ? this.#waiting : this.#waiting.slice(0, end);
    this.#waiting = end < 0 ? [] : this.#waiting.slice(end);
    for (const entry of ready) this.#enter(entry);
  }
}
