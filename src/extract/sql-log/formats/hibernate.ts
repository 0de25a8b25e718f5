/**
 * Hibernate's statements (logger `org.hibernate.SQL`, `show_sql`), what was bound to them, and transactions, also as Spring tells of them.
 * Source: `SqlStatementLogger`, `TransactionImpl`, `JdbcTransaction`, `SqlExceptionHelper` of hibernate/hibernate-orm.
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../event.ts";
import { rawOf, type LogRecord } from "../record-lines.ts";
import { ConsoleEcho } from "./console-echo.ts";
import { BoundStatements } from "./hibernate-statements.ts";
import { HibernateTransactions, stepOf } from "./hibernate-transactions.ts";
import { readBinding } from "./hibernate-binding.ts";
import { beginsRecord, readHead, type LoggedRecord } from "./logger-line.ts";
import { readLast, StatementLines } from "./statement-lines.ts";

// oxlint-disable-next-line no-control-regex -- highlighted statements
const console = /^(?:Hibernate: |\u001B\[35m\[Hibernate\]\u001B\[0m )/;
// oxlint-disable-next-line no-control-regex -- highlighted statements
const colours = /\u001B\[[\d;]*m/g;
const statementLogger = /^(?:(?:[a-z]\w*\.)+)?SQL$/;
const reporter = /(?:^|\.)(?:SqlExceptionHelper|JDBCExceptionReporter)$/;
const exception =
  /\b(?:org\.hibernate\.(?:exception\.|JDBCException|Stale\w+Exception|HibernateException)|(?:javax|jakarta)\.persistence\.(?:Persistence|OptimisticLock|Rollback)Exception|ConstraintViolationException: could not execute|java\.sql\.\w*(?:SQL|BatchUpdate)\w*Exception)/;

class HibernateParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #records = new StatementLines({
    isHead: (text) => console.test(text) || beginsRecord(text),
    isValue: (text) => text.includes("binding parameter"),
    isStatement: (text) => console.test(text) || /\bSQL\b(?::\d+)?\]?(?:\s*\([^)]*\))?\s*[-:]?\s/.test(text),
  });
  readonly #transactions = new HibernateTransactions();
  readonly #statements = new BoundStatements(this.#transactions.threads);
  readonly #echo = new ConsoleEcho();
  /** Threads whose last failure was told, and whose exception may follow. */
  readonly #told = new Set<string>();

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  *take(line: LogLine): Generator<LogEvent> {
    const record = this.#records.take(line);
    if (record !== undefined) yield* this.#read(record);
  }

  *end(): Generator<LogEvent> {
    yield* readLast(this.#records, (record) => this.#read(record));
    yield* this.#statements.end();
    yield* this.#transactions.end();
  }

  *#read(record: LogRecord): Generator<LogEvent> {
    const raw = rawOf(record);
    const place = { line: record.line, raw };
    if (console.test(raw)) {
      const text = raw.replace(console, "").replaceAll(colours, "");
      if (this.#echo.isEcho(text)) yield { ...place, kind: "skip", rule: "the same statement on the console" };
      else yield* this.#statements.onConsole({ ...place, at: undefined, text });
      return;
    }
    const logged = readHead(record, this.#settings);
    if (logged === undefined) yield { ...place, kind: "skip", rule: raw.trim() === "" ? "blank line" : "no statement" };
    else yield* this.#follow(logged);
  }

  *#follow(logged: LoggedRecord): Generator<LogEvent> {
    const { line, raw, at, thread, logger, level, message } = logged;
    if (statementLogger.test(logger)) {
      const text = message.replaceAll(colours, "");
      this.#echo.note(text);
      this.#told.delete(thread);
      this.#transactions.statement(thread);
      yield* this.#statements.begin({ line, raw, at, text }, thread);
      return;
    }
    const binding = readBinding(message);
    if (binding !== undefined) {
      this.#transactions.statement(thread);
      yield* this.#statements.bind(binding, logged);
      return;
    }
    const step = stepOf(logger, message);
    const isFailure = this.#fails(logged);
    if (step !== undefined || isFailure) yield* this.#statements.complete(thread);
    if (step !== undefined) yield* this.#transactions.step(step, logged);
    else if (isFailure) yield { kind: "failure", line, raw, session: thread, aborts: true, rule: level };
    else yield { kind: "skip", line, raw, rule: "no statement" };
  }

  /** A failure is told by its reporter, and once more by who catches the exception. */
  #fails({ logger, level, message, thread }: LoggedRecord): boolean {
    if (!/^(?:WARN|ERROR|FATAL)/.test(level)) return false;
    if (reporter.test(logger)) {
      const isFailure = level !== "WARN" || message.includes("SQL Error:");
      if (isFailure) this.#told.add(thread);
      return isFailure;
    }
    return exception.test(message) && !this.#told.delete(thread);
  }
}

export const hibernate: LogFormat = {
  dialect: undefined,
  sharesSession: true,
  open: (settings) => new HibernateParser(settings),
};
