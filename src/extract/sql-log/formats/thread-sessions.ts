/** Threads of a program as sessions, with the transactions that are open in them. */
import type { StatementEvent } from "../event.ts";

export class ThreadSessions {
  readonly #open = new Map<string, number>();

  begin(thread: string): void {
    this.#open.set(thread, (this.#open.get(thread) ?? 0) + 1);
  }

  end(thread: string): void {
    const depth = (this.#open.get(thread) ?? 0) - 1;
    if (depth > 0) this.#open.set(thread, depth);
    else this.#open.delete(thread);
  }

  isOpen(thread: string): boolean {
    return this.#open.has(thread);
  }

  /** Of a statement that the console shows without its thread: it may stand in any transaction that is open. */
  ofConsole(): Pick<StatementEvent, "session" | "isInTransaction"> {
    const [only, another] = this.#open.keys();
    if (only === undefined) return { session: "" };
    return another === undefined ? { session: only } : { session: "\u0000console", isInTransaction: true };
  }
}
