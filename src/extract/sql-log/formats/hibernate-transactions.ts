/** Steps of Hibernate's transactions. What is flushed stands behind `committing`: only what follows shows that it came to that. */
import type { LogEvent } from "../event.ts";
import type { TransactionStep } from "../outcome.ts";
import { ThreadSessions } from "./thread-sessions.ts";

export type HibernateStep = "begin" | "committing" | "committed" | "released" | "rolling back" | "rolled back";

const owner =
  /(?:^|\.)(?:TransactionImpl|AbstractTransactionImpl|JdbcTransaction|JDBCTransaction|(?:Jpa|Hibernate)TransactionManager|\w*LogicalConnection\w*)$/;
const forms: readonly (readonly [RegExp, HibernateStep])[] = [
  [/^begin$|^Transaction begun via JDBC|creating new transaction with name\b/i, "begin"],
  [/^committing$|^commit$|^Initiating transaction commit\b/, "committing"],
  [/^committed JDBC connection|^Transaction committed via JDBC/i, "committed"],
  [/^rolling back$|^rollback$|^Initiating transaction rollback\b/, "rolling back"],
  [/^rolled (?:back )?JDBC connection|^Transaction rolled-?back via JDBC/i, "rolled back"],
  [/^Initiating JDBC connection release from afterTransaction|^Closing .*after transaction/, "released"],
];

/** Undefined of what is none. */
export function stepOf(logger: string, message: string): HibernateStep | undefined {
  if (!owner.test(logger)) return undefined;
  const text = message.replace(/^HHH\d+: /, "").trim();
  return forms.find(([form]) => form.test(text))?.[1];
}

type Told = { readonly line: number; readonly raw: string; readonly thread: string; readonly logger: string };

interface Thread {
  last: HibernateStep | undefined;
  /** Spring, Hibernate and its connection tell of the same step, each once: who told of the last. */
  readonly tellers: Set<string>;
  /** What will be a commit if nothing speaks against it. */
  committing: Told | undefined;
}

export class HibernateTransactions {
  readonly threads = new ThreadSessions();
  readonly #states = new Map<string, Thread>();

  /** The thread ran a statement: who tells of a step from here on tells of another. */
  statement(thread: string): void {
    const state = this.#states.get(thread);
    if (state === undefined) return;
    state.tellers.clear();
    state.last = undefined;
  }

  *step(step: HibernateStep, told: Told): Generator<LogEvent> {
    const state = this.#states.get(told.thread) ?? { last: undefined, tellers: new Set(), committing: undefined };
    this.#states.set(told.thread, state);
    const isEcho = state.last === step && !state.tellers.has(told.logger);
    if (!isEcho) state.tellers.clear();
    state.tellers.add(told.logger);
    const { last } = state;
    state.last = step;
    const wasCommitting = state.committing !== undefined;
    yield* this.#resolve(state, step);
    // What begins a commit is told when it is known what became of it.
    if (!isEcho && step === "committing" && state.committing === undefined && this.threads.isOpen(told.thread))
      state.committing = told;
    else yield isEcho ? passedOver(told) : this.#follow(step, told, wasCommitting ? "committing" : last);
  }

  /** What stands open is left open. */
  *end(): Generator<LogEvent> {
    for (const state of this.#states.values()) yield* this.#resolve(state, "rolling back");
  }

  /** What became of the commit that was begun. */
  *#resolve(state: Thread, step: HibernateStep): Generator<LogEvent> {
    const { committing } = state;
    if (committing === undefined || step === "committing") return;
    state.committing = undefined;
    const isUndone = step === "rolling back" || step === "rolled back";
    yield isUndone ? passedOver(committing) : this.#end(committing, "commit");
  }

  #follow(step: HibernateStep, told: Told, last: HibernateStep | undefined): LogEvent {
    const isOpen = this.threads.isOpen(told.thread);
    if (step === "begin") {
      this.threads.begin(told.thread);
      return stepEvent(told, "begin");
    }
    if (step === "committed" && isOpen && last !== "committing") return this.#end(told, "commit");
    if (step === "rolling back" && isOpen) return this.#end(told, "rollback");
    if (step === "rolled back" && isOpen && last !== "rolling back") return this.#end(told, "rollback");
    return passedOver(told);
  }

  #end(told: Told, step: "commit" | "rollback"): LogEvent {
    this.threads.end(told.thread);
    return stepEvent(told, step);
  }
}

function stepEvent({ line, raw, thread }: Told, step: TransactionStep): LogEvent {
  return { kind: "step", line, raw, session: thread, step, rule: step };
}

function passedOver({ line, raw }: Told): LogEvent {
  return { kind: "skip", line, raw, rule: "step of a transaction" };
}
