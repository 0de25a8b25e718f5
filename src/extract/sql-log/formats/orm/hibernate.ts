/**
 * Hibernate's log: statements (`org.hibernate.SQL` at DEBUG, or `show_sql`), their parameters (`BasicBinder`, of 6 `org.hibernate.orm.jdbc.bind`,
 * at TRACE), transactions and failures.
 * Source: `SqlStatementLogger`, `BasicBinder`, `JdbcBindingLogging`, `TransactionImpl` and `SqlExceptionHelper` of hibernate/hibernate-orm.
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../../event.ts";
import type { TransactionStep } from "../../outcome.ts";
import { NotLogged, type Bound } from "../../parameters.ts";
import { RecordLines, type LogRecord } from "../../record-lines.ts";
import { timeOf } from "../../time.ts";
import { beginsRecord, type LoggedMessage, readMessage } from "./records.ts";

const binding = /^binding parameter (?:\[(\d+)\] as \[(\w+)\] - \[([\s\S]*)\]|\((\d+):(\w+)\) <- \[([\s\S]*)\])\s*$/;
const steps: Readonly<Record<string, TransactionStep>> = {
  begin: "begin",
  commit: "commit",
  committing: "commit",
  rollback: "rollback",
  "rolling back": "rollback",
};
const transactions = /Transaction(?:Impl)?$/;
const failures = /(?:SqlExceptionHelper|JDBCExceptionReporter)$/;

interface Statement {
  readonly logged: LoggedMessage;
  readonly raws: string[];
  readonly bindings: Map<string, Bound>;
}

/** Of one thread. */
interface Thread {
  statement: Statement | undefined;
  isInTransaction: boolean;
}

class HibernateParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #records = new RecordLines(beginsRecord);
  readonly #threads = new Map<string, Thread>();

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  *take(line: LogLine): Generator<LogEvent> {
    const record = this.#records.take(line);
    if (record !== undefined) yield* this.#read(record);
  }

  *end(): Generator<LogEvent> {
    const record = this.#records.end();
    if (record !== undefined) yield* this.#read(record);
    for (const [name, thread] of this.#threads) yield* this.#flush(name, thread);
  }

  *#read(record: LogRecord): Generator<LogEvent> {
    const logged = readMessage(record);
    if (logged === undefined) {
      yield { kind: "skip", line: record.line, raw: "", rule: "no statement" };
      return;
    }
    const { thread: name, logger, message } = logged;
    const thread = this.#threads.get(name) ?? { statement: undefined, isInTransaction: false };
    this.#threads.set(name, thread);
    const bound = binding.exec(message);
    if (bound !== null) {
      yield* this.#bind(bound, logged, thread);
      return;
    }
    yield* this.#flush(name, thread);
    if (logger === "" || logger.endsWith(".SQL"))
      thread.statement = { logged, raws: [logged.raw], bindings: new Map() };
    else yield this.#follow(logged, thread);
  }

  *#bind(found: RegExpExecArray, logged: LoggedMessage, thread: Thread): Generator<LogEvent> {
    const [place = "", type = "", text = ""] = found[1] === undefined ? found.slice(4) : found.slice(1, 4);
    let { statement } = thread;
    // Of a batch, the statement is logged once and its parameters for every row.
    if (statement?.bindings.has(place) === true) {
      yield* this.#flush(logged.thread, thread);
      thread.statement = {
        logged: { ...logged, message: statement.logged.message },
        raws: [statement.logged.raw],
        bindings: new Map(),
      };
      statement = thread.statement;
    }
    statement?.raws.push(logged.raw);
    statement?.bindings.set(place, this.#valueOf(text, type));
    yield { kind: "skip", line: logged.line, raw: logged.raw, rule: "parameter" };
  }

  #follow({ thread: session, logger, message, ...place }: LoggedMessage, thread: Thread): LogEvent {
    const step = transactions.test(logger) ? steps[message.trim().toLowerCase()] : undefined;
    if (step !== undefined && (step === "begin") !== thread.isInTransaction) {
      thread.isInTransaction = step === "begin";
      return { ...place, kind: "step", session, step, rule: step.toUpperCase() };
    }
    if (failures.test(logger) && message.startsWith("SQL Error: "))
      return { ...place, kind: "failure", session, aborts: true, rule: "failure" };
    return { ...place, kind: "skip", rule: "no statement" };
  }

  *#flush(session: string, thread: Thread): Generator<LogEvent> {
    const { statement } = thread;
    if (statement === undefined) return;
    thread.statement = undefined;
    const { line, raw, message } = statement.logged;
    const at = timeOf(raw.replace(/^\[/, ""), this.#settings.zone, this.#settings.dateFormat);
    yield {
      kind: "statement",
      line,
      raw: statement.raws.join("\n"),
      session,
      at,
      text: message,
      bindings: statement.bindings,
      fate: "unknown",
    };
  }

  #valueOf(text: string, type: string): Bound {
    if (/CHAR|CLOB|XML|OTHER|JSON/.test(type)) {
      if (text === "null") return new NotLogged("the log writes as 'null', which is NULL or that text");
      return /CLOB/.test(type) ? new NotLogged("the log does not write: it is a large object") : text;
    }
    if (text === "null") return null;
    if (/BINARY|BLOB|ARRAY|JAVA_OBJECT/.test(type)) return new NotLogged("the log does not write: it holds bytes");
    if (!type.startsWith("TIMESTAMP")) return text;
    return timeOf(text, this.#settings.zone, undefined) ?? new NotLogged("the log writes in words");
  }
}

export const hibernate: LogFormat = {
  dialect: "sqlserver",
  sharesSession: true,
  open: (settings) => new HibernateParser(settings),
};
