/**
 * What Sequelize logs of its queries: `Executing (default): …`, and `Executed (default): …` with `benchmark`, which is logged of what failed, too.
 * Source: `AbstractQuery._logQuery`, `Sequelize.log` of sequelize/sequelize, version 6.
 */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../event.ts";
import { rawOf, type LogRecord } from "../record-lines.ts";
import { timeOf } from "../time.ts";
import { unescaped } from "./inspected.ts";
import { Lookback } from "./lookback.ts";
import { readExecuted } from "./sequelize-statement.ts";
import { readLast, StatementLines } from "./statement-lines.ts";

const head = /^([^'"`]{0,200}?)\bExecut(?:ing|ed) \((default|[\w-]{8,})\): /;
const failed =
  /\bSequelize(?:Database|UniqueConstraint|ForeignKeyConstraint|ExclusionConstraint|UnknownConstraint|Timeout)Error\b|^\s+at (?:async )?Query\.run .*\bsequelize\b/m;
const failedSql = /^\s+sql: (?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)( \+)?,?\s*$/m;

class SequelizeParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #lookback: Lookback;
  readonly #records: StatementLines;

  constructor(settings: FormatSettings) {
    this.#settings = settings;
    this.#lookback = new Lookback(settings.dialect === "postgres");
    this.#records = new StatementLines({
      isHead: (text) => head.test(text),
      isStatement: () => true,
      escapes: settings.dialect === "mysql",
    });
  }

  *take(line: LogLine): Generator<LogEvent> {
    const record = this.#records.take(line);
    if (record !== undefined) yield* this.#read(record);
  }

  *end(): Generator<LogEvent> {
    yield* readLast(this.#records, (record) => this.#read(record));
    yield* this.#lookback.end();
  }

  *#read(record: LogRecord): Generator<LogEvent> {
    const raw = rawOf(record);
    const place = { line: record.line, raw };
    const [found, before = "", id = ""] = head.exec(raw) ?? [];
    if (found === undefined) {
      const failures = blocksOf(raw).filter((block) => failed.test(block));
      for (const block of failures) this.#fail(block);
      const rule = failures.length > 0 ? "error" : raw.trim() === "" ? "blank line" : "no statement";
      yield { ...place, kind: "skip", rule };
      return;
    }
    const isInTransaction = id !== "default";
    const at = timeOf(before.replace(/^\[/, ""), this.#settings.zone, this.#settings.dateFormat);
    const executed = readExecuted(raw.slice(found.length));
    const session = isInTransaction ? id : "";
    yield* this.#lookback.push({
      ...place,
      kind: "statement",
      session,
      at,
      ...executed,
      fate: "unknown",
      isInTransaction,
    });
  }

  /** An error names its statement, or is that of the last. */
  #fail(block: string): void {
    const [found, single, double, back, goesOn] = failedSql.exec(block) ?? [];
    if (found === undefined) return void this.#lookback.fail(() => true);
    const sql = unescaped(single ?? double ?? back ?? "").trim();
    this.#lookback.fail(({ text }) => (goesOn === undefined ? text.trim() === sql : text.startsWith(sql)));
  }
}

/** Errors one behind the other: each begins in the first column. */
function blocksOf(text: string): string[] {
  return text.split(/\n(?=[^\s}])/);
}

export const sequelize: LogFormat = { dialect: undefined, open: (settings) => new SequelizeParser(settings) };
