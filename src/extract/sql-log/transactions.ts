/** Holds what the statements of a transaction did until its end is known. */
import type { LogEvent, StatementEvent } from "./event.ts";
import { InOrder } from "./in-order.ts";
import type { Entry, Journal } from "./journal.ts";
import type { Outcome, TransactionStep } from "./outcome.ts";

interface State {
  /** In their order; the last of them from `latest` on are of one record. */
  held: Entry[];
  latest: number;
  latestText: string;
  /** How many transactions are open, one in another. */
  depth: number;
  isAborted: boolean;
  /** Statements do not commit by themselves. */
  isManual: boolean;
  /** Transactions of several connections overlap. */
  isMuddled: boolean;
  rolledBack: number;
  readonly savepoints: Map<string, number>;
}

const mostHeld = 500_000;

const rolledBack = "rolled back";
const failed = "failed statement";

export interface TransactionRules {
  /** All connections stand in one session. */
  readonly sharesSession: boolean;
  /** BEGIN inside of a transaction opens another; the outermost COMMIT counts. */
  readonly nests: boolean;
  /** BEGIN inside of a transaction commits it. */
  readonly beginCommits: boolean;
}

export class Transactions {
  readonly #journal: Journal;
  readonly #rules: TransactionRules;
  readonly #sessions = new Map<string, State>();
  readonly #order: InOrder;

  constructor(journal: Journal, rules: TransactionRules) {
    this.#journal = journal;
    this.#order = new InOrder((entry) => journal.enter(entry));
    this.#rules = rules;
  }

  statement(event: StatementEvent, outcomes: readonly Outcome[]): void {
    const state = event.joins === true ? this.#state(event.session) : this.#next(event.session);
    if (event.joins !== true) state.latest = state.held.length;
    state.latestText = event.text.trim();
    const lost =
      event.fate === "failed" ? failed : event.fate === "rolled back" || state.isAborted ? rolledBack : undefined;
    for (const outcome of outcomes) this.#take(state, event, outcome, lost);
    if (event.fate === "failed" && event.aborts === true && state.depth > 0) state.isAborted = true;
    if (state.depth === 0 && event.fate !== "unknown") this.#release(state);
    this.#forget(event.session, state);
  }

  /** Ids of sessions never end where every transaction has its own. */
  #forget(session: string, { held, depth, isManual }: State): void {
    if (held.length === 0 && depth === 0 && !isManual) this.#sessions.delete(session);
  }

  #take(state: State, event: StatementEvent, outcome: Outcome, lost: string | undefined): void {
    if (outcome.kind === "transaction") {
      this.#journal.skip(outcome.rule);
      // What could not be committed was not.
      if (event.fate === "failed" && outcome.step === "commit") this.#step(state, "rollback", undefined);
      else if (lost === undefined || !["begin", "save", "auto", "manual"].includes(outcome.step))
        this.#step(state, outcome.step, outcome.name);
      return;
    }
    if (outcome.kind === "skip") return this.#journal.skip(outcome.rule);
    if (lost !== undefined) return this.#journal.skip(lost);
    if ((state.isManual || event.isInTransaction === true) && state.depth === 0) state.depth = 1;
    this.#hold(state, { outcome, at: event.at, line: event.line, raw: event.raw });
  }

  #hold(state: State, entry: Entry): void {
    if (state.held.length < mostHeld) {
      state.held.push(entry);
      if (state.depth === 0) this.#order.await(state);
    } else this.#journal.enter(uncertain(entry, "its transaction is too long to be held until its end"));
  }

  step({ session, step, rule }: Extract<LogEvent, { kind: "step" }>): void {
    const state = this.#next(session);
    this.#journal.skip(rule);
    this.#step(state, step, undefined);
    this.#forget(session, state);
  }

  failure({ session, aborts, rule, text }: Extract<LogEvent, { kind: "failure" }>): void {
    this.#journal.skip(rule);
    const state = this.#sessions.get(session);
    if (state === undefined) return;
    if (text === undefined || text.trim() === state.latestText) this.#drop(state, state.latest, failed);
    if (aborts && state.depth > 0) state.isAborted = true;
  }

  end({ session, rule }: Extract<LogEvent, { kind: "end" }>): void {
    const state = this.#next(session);
    this.#journal.skip(rule);
    this.#drop(state, 0, rolledBack);
    this.#sessions.delete(session);
  }

  /** What the sessions left open was rolled back. */
  restart(rule: string): void {
    this.#journal.skip(rule);
    for (const state of this.#sessions.values()) {
      if (state.depth === 0) this.#release(state);
      this.#drop(state, 0, rolledBack);
    }
    this.#sessions.clear();
  }

  /** The log ends: nobody knows what became of what is open. */
  close(): void {
    for (const state of this.#sessions.values()) {
      if (state.depth === 0) this.#release(state);
      else if (state.isAborted) this.#drop(state, 0, rolledBack);
      this.#doubt(state, "the log ends before its transaction does");
    }
    this.#order.flush();
    this.#sessions.clear();
  }

  /** The session's state when its next record comes: a statement that stands alone did not fail. */
  #next(session: string): State {
    const state = this.#state(session);
    if (state.depth === 0) this.#release(state);
    return state;
  }

  #state(session: string): State {
    const state = this.#sessions.get(session) ?? begun();
    this.#sessions.set(session, state);
    return state;
  }

  #step(state: State, step: TransactionStep, name: string | undefined): void {
    if (step === "begin") return this.#begin(state);
    if (step === "commit") return this.#commit(state);
    if (step === "save") return void state.savepoints.set(name ?? "", state.held.length);
    if (step === "auto" || step === "manual") {
      // MySQL: switching it back on commits.
      if (step === "auto" && state.isManual) this.#close(state);
      state.isManual = step === "manual";
      return;
    }
    const from = name === undefined ? undefined : state.savepoints.get(name);
    if (from === undefined && step === "undo") return this.#muddle(state);
    this.#rollback(state, from);
  }

  #begin(state: State): void {
    if (state.depth === 0 || this.#rules.beginCommits) this.#release(state);
    else if (this.#rules.sharesSession) state.isMuddled = true;
    else if (!this.#rules.nests) this.#doubt(state, "the log does not show the end of its transaction");
    state.depth = this.#rules.nests || this.#rules.sharesSession ? state.depth + 1 : 1;
  }

  #commit(state: State): void {
    if (state.depth > 1) {
      state.depth--;
      return;
    }
    this.#close(state);
  }

  /** The end of a transaction that was not rolled back, unless it failed before. */
  #close(state: State): void {
    if (state.isAborted) this.#drop(state, 0, rolledBack);
    else if (state.isMuddled && state.rolledBack > 0) {
      this.#doubt(state, "one of the transactions that overlap here was rolled back");
    } else this.#release(state);
    reset(state);
  }

  #rollback(state: State, savepoint: number | undefined): void {
    if (savepoint !== undefined) {
      this.#drop(state, savepoint, rolledBack);
      state.isAborted = false;
      return;
    }
    if (state.isMuddled) {
      state.rolledBack++;
      return this.#commit(state);
    }
    this.#drop(state, 0, rolledBack);
    reset(state);
  }

  /** Back to a savepoint that the log does not show. */
  #muddle(state: State): void {
    state.isMuddled = true;
    state.rolledBack++;
    state.isAborted = false;
  }

  /** Nobody knows whether what is held came about. */
  #doubt(state: State, why: string): void {
    for (const entry of state.held) this.#journal.enter(uncertain(entry, why));
    state.held = [];
    state.latest = 0;
  }

  #release(state: State): void {
    this.#order.add(state.held);
    state.held = [];
    this.#order.settle(state);
    state.latest = 0;
  }

  #drop(state: State, from: number, rule: string): void {
    for (let count = state.held.length - from; count > 0; count--) this.#journal.skip(rule);
    state.held.length = Math.min(state.held.length, from);
    if (state.held.length === 0) this.#order.settle(state);
    state.latest = state.held.length;
  }
}

function begun(): State {
  return {
    held: [],
    latest: 0,
    latestText: "",
    depth: 0,
    isAborted: false,
    isManual: false,
    isMuddled: false,
    rolledBack: 0,
    savepoints: new Map(),
  };
}

function reset(state: State): void {
  Object.assign(state, {
    ...begun(),
    held: state.held,
    latest: state.held.length,
    isManual: state.isManual,
    savepoints: state.savepoints,
  });
  state.savepoints.clear();
}

function uncertain(entry: Entry, reason: string): Entry {
  const { outcome } = entry;
  const table =
    outcome.kind === "change" ? outcome.change.mapping.table : outcome.kind === "evidence" ? outcome.table : undefined;
  return { ...entry, outcome: { kind: "evidence", table, reason: `rows may have been changed: ${reason}` } };
}
