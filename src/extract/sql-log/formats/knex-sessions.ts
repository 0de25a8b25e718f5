/**
 * The transactions of knex as sessions. It names a nested one (a savepoint) and not the one that it stands in, and once a nested one is over,
 * its log names none for what follows in the outer one.
 */
import type { StatementEvent } from "../event.ts";

type Placed = Pick<StatementEvent, "session" | "isInTransaction">;

const begin = /^\s*BEGIN\b/i;
const end = /^\s*(?:COMMIT|ROLLBACK)\s*(?:TRANSACTION\s*)?;?\s*$/i;
const nest = /^\s*SAVEPOINT\b/i;
const nestEnd = /^\s*(?:RELEASE|ROLLBACK TO)\b/i;

export class KnexSessions {
  /** Outermost transactions that are open, with the session of each: ids come again when the program starts anew. */
  readonly #open = new Map<string, string>();
  readonly #nested = new Map<string, string>();
  /** Those of which knex tells no name any more. */
  readonly #nameless = new Set<string>();
  #begun = 0;

  /** The session of a statement; undefined where it ends a transaction, and nobody knows which. */
  of(text: string, id: string | undefined): Placed | undefined {
    if (id === undefined) return this.#ofNameless(text);
    if (begin.test(text)) {
      this.#nested.delete(id);
      this.#open.set(id, `${id} ${++this.#begun}`);
    }
    if (nest.test(text) && !this.#open.has(id)) this.#nested.set(id, this.#outer() ?? `${id} alone`);
    const session = this.#nested.get(id) ?? this.#open.get(id) ?? id;
    if (nestEnd.test(text)) this.#endNested(id);
    if (end.test(text)) this.release(id);
    return { session, isInTransaction: true };
  }

  /** Its connection is free again. */
  release(id: string): void {
    this.#open.delete(id);
    this.#nameless.delete(id);
  }

  #ofNameless(text: string): Placed | undefined {
    const [id, another] = this.#nameless;
    if (id === undefined) return { session: "", isInTransaction: false };
    if (another !== undefined) return end.test(text) ? undefined : { session: "several", isInTransaction: true };
    const session = this.#open.get(id) ?? id;
    if (end.test(text)) this.release(id);
    return { session, isInTransaction: true };
  }

  /** Undefined where several may be it. */
  #outer(): string | undefined {
    const [only, another] = this.#open.values();
    return another === undefined ? only : undefined;
  }

  #endNested(id: string): void {
    const outer = this.#nested.get(id);
    this.#nested.delete(id);
    for (const [each, session] of this.#open)
      if (outer === session || outer === `${id} alone`) this.#nameless.add(each);
  }
}
