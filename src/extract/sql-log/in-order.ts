/**
 * Hands on what came about in the order in which it did: a transaction at its commit, a statement outside of transactions where it stands,
 * although only its session's next record shows that it did not fail.
 */
import type { Entry } from "./journal.ts";

/** Statements of a session, the oldest first. */
interface Undecided {
  readonly held: readonly Entry[];
}

/** So many wait at most for sessions that say no more. */
const mostWaiting = 100_000;

export class InOrder {
  readonly #enter: (entry: Entry) => void;
  /** In the order in which they began to wait: the first has the oldest statement. */
  readonly #undecided = new Set<Undecided>();
  /** By line. */
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
    if (this.#waiting.length > 0) this.#drain();
  }

  add(entries: readonly Entry[]): void {
    const isBehind = (this.#waiting.at(-1)?.line ?? 0) <= (entries[0]?.line ?? 0);
    for (const entry of entries) this.#waiting.push(entry);
    if (!isBehind) this.#waiting.sort((left, right) => left.line - right.line);
    if (this.#waiting.length > mostWaiting) this.flush();
  }

  /** All that waits; nobody is waited for any more who is waited for now. */
  flush(): void {
    this.#undecided.clear();
    this.#drain();
  }

  #drain(): void {
    const [oldest] = this.#undecided;
    const line = oldest?.held[0]?.line ?? Number.POSITIVE_INFINITY;
    const end = this.#waiting.findIndex((entry) => entry.line > line);
    const ready = end < 0 ? this.#waiting : this.#waiting.slice(0, end);
    this.#waiting = end < 0 ? [] : this.#waiting.slice(end);
    for (const entry of ready) this.#enter(entry);
  }
}
