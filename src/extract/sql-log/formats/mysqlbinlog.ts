/**
 * What `mysqlbinlog --verbose` (`-v`, `-vv`) and mariadb-binlog write of a binary log.
 * Source: https://dev.mysql.com/doc/refman/8.4/en/mysqlbinlog-row-events.html
 */
import { wallClock } from "../../../values/wall-clock.ts";
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../event.ts";
import { noBindings } from "../parameters.ts";
import { rawOf, RecordLines, textOf, type LogRecord } from "../record-lines.ts";
import { timeOf } from "../time.ts";

const header =
  /^#(\d\d)(\d\d)(\d\d) +(\d{1,2}):(\d\d:\d\d) server id \d+ +end_log_pos \d+(?: CRC32 0x[0-9a-f]+)?\s+(.*)$/;
const rowHead = /^### (INSERT INTO|UPDATE|DELETE FROM) (?:`((?:[^`]|``)+)`\.)?`((?:[^`]|``)+)`$/;
const rowCell = /^### {3}@(\d+)=('(?:[^'\\]|\\.)*'|.*?)(?:\s+\/\*\s*(.*?)\s*\*\/)?\s*$/;
const terminator = /\/\*!\*\/;[^\S\n]*\r?\n?/;
const operations = { "INSERT INTO": "insert", UPDATE: "update", "DELETE FROM": "delete" } as const;

interface Placed {
  readonly line: number;
  readonly raw: string;
}

class BinlogParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #records = new RecordLines((text) => /^# at \d+\s*$/.test(text));
  #database: string | undefined;
  /** What the clock of the one who ran mysqlbinlog is ahead of UTC, in ms; known once a record says its time in both ways. */
  #ahead: number | undefined;

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
    const place = { line: record.line, raw: rawOf(record) };
    const at = record.lines.findIndex(({ text }) => header.test(text));
    const [, year, month, day, hour = "", rest, what = ""] = header.exec(record.lines[at]?.text ?? "") ?? [];
    if (year === undefined) {
      yield { ...place, kind: "skip", rule: place.raw.trim() === "" ? "blank line" : "no event" };
      return;
    }
    const local = `20${year}-${month}-${day} ${hour.padStart(2, "0")}:${rest}`;
    const rows = record.lines.filter(({ text }) => text.startsWith("### "));
    if (rows.length > 0) yield* this.#rows(rows, this.#timeOf(local));
    else if (/^(?:Query|Xid)\b/.test(what)) yield* this.#query(textOf(record.lines.slice(at + 1)), local, what, place);
    else yield { ...place, kind: "skip", rule: /^\w+/.exec(what)?.[0] ?? "event" };
  }

  *#query(body: string, local: string, what: string, place: Placed): Generator<LogEvent> {
    const error = /error_code=([1-9]\d*)/.exec(what)?.[1];
    if (error !== undefined) {
      yield {
        ...place,
        kind: "fault",
        reason: `the statement ended in error ${error}, and may have changed some of its rows`,
      };
      return;
    }
    const pieces = body
      .split(terminator)
      .map((piece) => piece.trim())
      .filter((piece) => piece !== "");
    const statements = pieces.filter((piece) => !this.#isSetting(piece, local));
    if (statements.length === 0) {
      yield { ...place, kind: "skip", rule: "settings" };
      return;
    }
    const at = this.#timeOf(local);
    for (const text of statements)
      yield {
        ...place,
        kind: "statement",
        session: "",
        at,
        text,
        bindings: noBindings,
        database: this.#database,
        fate: "done",
      };
  }

  #isSetting(piece: string, local: string): boolean {
    const database = /^use `?((?:[^`]|``)+?)`?$/i.exec(piece)?.[1];
    if (database !== undefined) this.#database = database.replaceAll("``", "`");
    const seconds = /^SET TIMESTAMP=(\d+)/.exec(piece)?.[1];
    if (seconds !== undefined) this.#ahead = Date.parse(`${local.replace(" ", "T")}Z`) - Number(seconds) * 1000;
    return database !== undefined || /^(?:SET (?:TIMESTAMP|@@)|\/\*!\\C|DELIMITER|#|--)/i.test(piece);
  }

  #timeOf(local: string): string | undefined {
    if (this.#ahead === undefined) return timeOf(local, this.#settings.zone, undefined);
    const instant = new Date(Date.parse(`${local.replace(" ", "T")}Z`) - this.#ahead).toISOString();
    return `${wallClock(instant.replace(/\.\d+Z/, "Z"), this.#settings.zone)}.0000000`;
  }

  *#rows(lines: readonly LogLine[], at: string | undefined): Generator<LogEvent> {
    let open: LogLine[] = [];
    for (const line of lines) {
      if (rowHead.test(line.text) && open.length > 0) {
        yield rowOf(open, at);
        open = [];
      }
      open.push(line);
    }
    yield rowOf(open, at);
  }
}

function rowOf(lines: readonly LogLine[], at: string | undefined): LogEvent {
  const place = { line: lines[0]?.number ?? 1, raw: textOf(lines) };
  const [, verb, database, table = ""] = rowHead.exec(lines[0]?.text ?? "") ?? [];
  if (verb === undefined) return { ...place, kind: "fault", reason: "the row's beginning is not there" };
  const operation = operations[verb as keyof typeof operations];
  const images = {
    WHERE: new Map<number, { text: string; type: string }>(),
    SET: new Map<number, { text: string; type: string }>(),
  };
  let clause: keyof typeof images | undefined;
  for (const { text } of lines.slice(1)) {
    const word = text.slice(4).trim();
    const [, column, value = "", type = ""] = rowCell.exec(text) ?? [];
    if (word === "WHERE" || word === "SET") clause = word;
    else if (column !== undefined && clause !== undefined) images[clause].set(Number(column), { text: value, type });
    else return { ...place, kind: "fault", reason: "a line of the row cannot be read" };
  }
  const parts = [database, table].flatMap((part) => part?.replaceAll("``", "`") ?? []);
  return { ...place, kind: "row", session: "", at, table: parts, operation, before: images.WHERE, after: images.SET };
}

export const mysqlbinlog: LogFormat = { dialect: "mysql", open: (settings) => new BinlogParser(settings) };
