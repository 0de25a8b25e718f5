/**
 * NHibernate's statements (logger `NHibernate.SQL`, `show_sql`) and transactions, in files of log4net and its like.
 * Source: `SqlStatementLogger`, `SqlClientBatchingBatcher`, `AdoTransaction` of nhibernate/nhibernate-core.
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser, StatementEvent } from "../event.ts";
import { rawOf, type LogRecord } from "../record-lines.ts";
import { ConsoleEcho } from "./console-echo.ts";
import { beginsRecord, readHead, type LoggedRecord } from "./logger-line.ts";
import { readCommand } from "./nhibernate-parameters.ts";
import { readLast, StatementLines } from "./statement-lines.ts";
import { ThreadSessions } from "./thread-sessions.ts";

const console = /^NHibernate: /;
const batch = /^\s*Batch commands:\s*\n/;
const batched = /^command (\d+):/gm;
const failure =
  /^NHibernate\.(?:Util\.ADOExceptionReporter|Event\.Default\.AbstractFlushingEventListener|AdoNet\.AbstractBatcher)$/;
const exception = /\bNHibernate\.(?:Exceptions\.|ADOException|Stale(?:Object)?StateException|TransactionException)/;

type Place = Pick<StatementEvent, "line" | "raw" | "at" | "session" | "isInTransaction">;

class NHibernateParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #records = new StatementLines({
    isHead: (text) => console.test(text) || beginsRecord(text),
    isStatement: (text) => console.test(text) || /\bNHibernate\.SQL\b/.test(text),
  });
  readonly #threads = new ThreadSessions();
  readonly #echo = new ConsoleEcho();
  /** Threads whose transaction was ended, and is not disposed of yet. */
  readonly #ended = new Set<string>();

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  *take(line: LogLine): Generator<LogEvent> {
    const record = this.#records.take(line);
    if (record !== undefined) yield* this.#read(record);
  }

  *end(): Generator<LogEvent> {
    yield* readLast(this.#records, (record) => this.#read(record));
  }

  *#read(record: LogRecord): Generator<LogEvent> {
    const raw = rawOf(record);
    const place = { line: record.line, raw };
    if (console.test(raw)) {
      const text = raw.replace(console, "");
      if (this.#echo.isEcho(text)) yield { ...place, kind: "skip", rule: "the same statement on the console" };
      else yield* statementsOf(text, { ...place, at: undefined, ...this.#threads.ofConsole() });
      return;
    }
    const logged = readHead(record, this.#settings);
    if (logged === undefined) yield { ...place, kind: "skip", rule: raw.trim() === "" ? "blank line" : "no statement" };
    else yield* this.#follow(logged, place);
  }

  *#follow(logged: LoggedRecord, place: { line: number; raw: string }): Generator<LogEvent> {
    const { logger, level, thread, message, at } = logged;
    if (logger === "NHibernate.SQL") {
      this.#echo.note(message);
      yield* statementsOf(message, { ...place, at, session: thread });
      return;
    }
    if (/\bAdoTransaction$/.test(logger)) {
      yield this.#transaction(thread, message, place);
      return;
    }
    const isFailure = /^(?:WARN|ERROR|FATAL)/.test(level) && (failure.test(logger) || exception.test(message));
    yield isFailure
      ? { ...place, kind: "failure", session: thread, aborts: true, rule: level }
      : { ...place, kind: "skip", rule: "no statement" };
  }

  #transaction(session: string, message: string, place: { line: number; raw: string }): LogEvent {
    if (message.startsWith("Begin (")) {
      this.#threads.begin(session);
      return { ...place, kind: "step", session, step: "begin", rule: "Begin" };
    }
    const [, done] = /^I?DbTransaction (Committed|RolledBack)/.exec(message) ?? [];
    if (done !== undefined) {
      this.#threads.end(session);
      this.#ended.add(session);
      return { ...place, kind: "step", session, step: done === "Committed" ? "commit" : "rollback", rule: done };
    }
    if (message.startsWith("Commit failed"))
      return { ...place, kind: "failure", session, aborts: true, rule: "Commit failed" };
    const isDisposal = /^I?DbTransaction disposed/.test(message);
    // What is disposed of without an end is rolled back.
    if (isDisposal && !this.#ended.delete(session) && this.#threads.isOpen(session)) {
      this.#threads.end(session);
      return { ...place, kind: "step", session, step: "rollback", rule: "disposed of" };
    }
    return { ...place, kind: "skip", rule: "no statement" };
  }
}

/** One statement, or those of a batch, which fail together. */
function statementsOf(message: string, place: Place): StatementEvent[] {
  const commands = batch.test(message) ? commandsOf(message.replace(batch, "")) : [message];
  return commands.map((logged, at) => ({
    ...place,
    raw: commands.length === 1 ? place.raw : logged,
    kind: "statement",
    ...readCommand(logged.trim()),
    fate: "unknown",
    joins: at > 0,
  }));
}

/** `command 0:UPDATE …`, numbered from 0 on: another number is a line of a value. */
function commandsOf(text: string): string[] {
  const starts: { readonly from: number; readonly begin: number }[] = [];
  for (const found of text.matchAll(batched))
    if (Number(found[1]) === starts.length) starts.push({ begin: found.index, from: found.index + found[0].length });
  return starts.map(({ from }, at) => text.slice(from, starts[at + 1]?.begin));
}

export const nhibernate: LogFormat = {
  dialect: "sqlserver",
  sharesSession: true,
  open: (settings) => new NHibernateParser(settings),
};
