/** Events in comma-separated values with a header, as Management Studio exports them: Extended Events, and tables that hold a trace. */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../../event.ts";
import { CsvLines, splitCsv } from "../csv-line.ts";
import { fieldName, readTraceEvent } from "./trace-event.ts";

class CsvParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #records = new CsvLines();
  #names: readonly string[] | undefined;

  constructor(settings: FormatSettings) {
    this.#settings = settings;
  }

  *take(line: LogLine): Generator<LogEvent> {
    const record = this.#records.take(line);
    if (record !== undefined) yield this.#read(record);
  }

  *end(): Generator<LogEvent> {
    const record = this.#records.end();
    if (record !== undefined) yield this.#read(record);
  }

  #read(record: { readonly line: number; readonly raw: string }): LogEvent {
    if (record.raw.trim() === "") return { ...record, kind: "skip", rule: "blank line" };
    const cells = splitCsv(record.raw);
    if (cells === undefined) return { ...record, kind: "fault", reason: "its quotes do not fit" };
    if (this.#names === undefined) {
      this.#names = cells.map(fieldName);
      return { ...record, kind: "skip", rule: "header" };
    }
    if (cells.length !== this.#names.length)
      return {
        ...record,
        kind: "fault",
        reason: `it has ${cells.length} fields, and the header ${this.#names.length}`,
      };
    // Management Studio writes NULL for what is not there.
    const fields = new Map(this.#names.map((name, at) => [name, cells[at] === "NULL" ? "" : (cells[at] ?? "")]));
    return readTraceEvent({ ...record, fields }, this.#settings);
  }
}

export const sqlserverCsv: LogFormat = { dialect: "sqlserver", open: (settings) => new CsvParser(settings) };
