/** Statements that wait for what is bound to them in the records behind: of their thread, or, on the console, of any. */
import type { LogEvent, StatementEvent } from "../event.ts";
import type { Bound } from "../parameters.ts";
import type { Binding } from "./hibernate-binding.ts";
import type { ThreadSessions } from "./thread-sessions.ts";

export interface Printed extends Pick<StatementEvent, "line" | "at" | "text"> {
  readonly raw: string;
}

interface Bindable {
  printed: Printed;
  raw: string;
  readonly values: Map<string, Bound>;
}

type Bearer = Pick<StatementEvent, "line" | "raw"> & { readonly at: string | undefined; readonly thread: string };

export class BoundStatements {
  readonly #threads: ThreadSessions;
  readonly #open = new Map<string, Bindable>();
  /** Printed on the console, and not bound yet. */
  #printed: Printed | undefined;
  /** How many statements of the console wait for their values: where there are several, nobody knows whose a value is. */
  #waiting = 0;

  constructor(threads: ThreadSessions) {
    this.#threads = threads;
  }

  /** The logger wrote a statement of the thread. */
  *begin(printed: Printed, thread: string): Generator<LogEvent> {
    yield* this.complete(thread);
    this.#open.set(thread, { printed, raw: printed.raw, values: new Map() });
  }

  *onConsole(printed: Printed): Generator<LogEvent> {
    if (!printed.text.includes("?")) {
      yield this.#unbound(printed);
      return;
    }
    yield* this.#passPrinted();
    this.#printed = printed;
    this.#waiting++;
  }

  /** A first value again is one of the same statement, run once more. */
  *bind({ place, value }: Binding, { line, raw, at, thread }: Bearer): Generator<LogEvent> {
    const open = this.#open.get(thread);
    const isAgain = open?.values.has(String(place)) === true;
    if (place === 1 && this.#waiting > 0 && (open === undefined || isAgain)) {
      if (open !== undefined) yield* this.complete(thread);
      yield* this.#adopt(thread);
    } else if (isAgain && open !== undefined) {
      const again = { ...open.printed, line, at: at ?? open.printed.at, raw: open.printed.text };
      yield* this.begin(again, thread);
    }
    const now = this.#open.get(thread);
    if (now === undefined) {
      yield { kind: "skip", line, raw, rule: "value of no statement that could be told" };
      return;
    }
    now.values.set(String(place), value);
    now.raw += `\n${raw}`;
    if (now.printed.at === undefined) now.printed = { ...now.printed, at };
  }

  /** Nothing more is bound to the thread's statement. */
  *complete(thread: string): Generator<LogEvent> {
    const open = this.#open.get(thread);
    this.#open.delete(thread);
    if (open === undefined) {
      yield* this.#passPrinted();
      return;
    }
    const { printed, raw, values } = open;
    yield { ...printed, raw, kind: "statement", session: thread, bindings: values, fate: "unknown" };
  }

  *end(): Generator<LogEvent> {
    for (const thread of this.#open.keys()) yield* this.complete(thread);
    yield* this.#passPrinted();
  }

  *#adopt(thread: string): Generator<LogEvent> {
    const isSure = this.#waiting === 1;
    this.#waiting--;
    if (isSure && this.#printed !== undefined)
      this.#open.set(thread, { printed: this.#printed, raw: this.#printed.raw, values: new Map() });
    else yield* this.#passPrinted();
    this.#printed = undefined;
  }

  *#passPrinted(): Generator<LogEvent> {
    if (this.#printed !== undefined) yield this.#unbound(this.#printed);
    this.#printed = undefined;
  }

  #unbound(printed: Printed): StatementEvent {
    return { ...printed, kind: "statement", ...this.#threads.ofConsole(), bindings: new Map(), fate: "unknown" };
  }
}
