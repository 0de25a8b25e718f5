/**
 * NHibernate's log: statements with their parameters (`NHibernate.SQL` at DEBUG, or `show_sql`), batches, transactions and failures.
 * Source: `SqlStatementLogger`, `SqlClientBatchingBatcher`, `AdoTransaction` and `ADOExceptionReporter` of nhibernate/nhibernate-core.
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../../event.ts";
import type { TransactionStep } from "../../outcome.ts";
import { RecordLines, type LogRecord } from "../../record-lines.ts";
import { timeOf } from "../../time.ts";
import { splitParameters } from "./nhibernate-parameters.ts";
import { beginsRecord, type LoggedMessage, readMessage } from "./records.ts";

const steps: readonly (readonly [RegExp, TransactionStep])[] = [
  [/^Begin\b/i, "begin"],
  [/^I?DbTransaction Committed\b/i, "commit"],
  [/^I?DbTransaction RolledBack\b/i, "rollback"],
];
const batched = /^command \d+:/m;

class NHibernateParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #records = new RecordLines(beginsRecord);

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
  }

  *#read(record: LogRecord): Generator<LogEvent> {
    const logged = readMessage(record);
    if (logged === undefined) {
      yield { kind: "skip", line: record.line, raw: "", rule: "no statement" };
      return;
    }
    const { logger } = logged;
    if (logger === "" || logger.endsWith(".SQL")) yield* this.#statements(logged);
    else yield this.#follow(logged);
  }

  *#statements({ thread: session, message, line, raw }: LoggedMessage): Generator<LogEvent> {
    const isBatch = /^\s*Batch commands:/.test(message);
    const commands = isBatch ? message.split(batched).slice(1) : [message];
    const at = timeOf(raw.replace(/^\[/, ""), this.#settings.zone, this.#settings.dateFormat);
    for (const command of commands) {
      const { text, bindings } = splitParameters(command, this.#settings.zone);
      yield { kind: "statement", line, raw, session, at, text, bindings, fate: "unknown" };
    }
    if (commands.length === 0) yield { kind: "skip", line, raw, rule: "no statement" };
  }

  #follow({ thread: session, logger, message, line, raw }: LoggedMessage): LogEvent {
    const place = { line, raw };
    const step = logger.endsWith("Transaction") ? steps.find(([form]) => form.test(message.trim()))?.[1] : undefined;
    if (step !== undefined) return { ...place, kind: "step", session, step, rule: step.toUpperCase() };
    if (/ADOExceptionReporter$/i.test(logger))
      return { ...place, kind: "failure", session, aborts: true, rule: "failure" };
    return { ...place, kind: "skip", rule: "no statement" };
  }
}

export const nhibernate: LogFormat = {
  dialect: "sqlserver",
  sharesSession: true,
  open: (settings) => new NHibernateParser(settings),
};
