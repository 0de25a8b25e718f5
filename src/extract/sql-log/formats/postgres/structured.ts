/** PostgreSQL's log in records: `csvlog` and, since 15, `jsonlog`. */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../../event.ts";
import { CsvLines, splitCsv } from "../csv-line.ts";
import { readMessage, type PgMessage } from "./message.ts";

type Message = Omit<PgMessage, "line" | "raw">;

/** Reads a record; a sentence for what is none. */
type Reader = (text: string) => Message | string;

class StructuredParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #read: Reader;
  /** Records may go over several lines. */
  readonly #records: CsvLines | undefined;

  constructor(settings: FormatSettings, read: Reader, records?: CsvLines) {
    this.#settings = settings;
    this.#read = read;
    this.#records = records;
  }

  *take(line: LogLine): Generator<LogEvent> {
    const record = this.#records === undefined ? { line: line.number, raw: line.text } : this.#records.take(line);
    if (record !== undefined) yield this.#event(record);
  }

  *end(): Generator<LogEvent> {
    const record = this.#records?.end();
    if (record !== undefined) yield this.#event(record);
  }

  #event(record: { readonly line: number; readonly raw: string }): LogEvent {
    if (record.raw.trim() === "") return { ...record, kind: "skip", rule: "blank line" };
    const message = this.#read(record.raw);
    if (typeof message === "string") return { ...record, kind: "fault", reason: message };
    return readMessage({ ...message, ...record }, this.#settings);
  }
}

/** https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG */
function readCsv(record: string): Message | string {
  const fields = splitCsv(record);
  if (fields === undefined || fields.length < 22) return "it is no record of csvlog: it has not its 22 fields, or more";
  const at = (index: number) => fields[index] ?? "";
  if (at(11) === "") return "it is no record of csvlog: it has no error_severity";
  return {
    time: at(0),
    session: at(5),
    severity: at(11),
    text: at(13),
    detail: at(14) === "" ? undefined : at(14),
    statement: at(19) === "" ? undefined : at(19),
  };
}

/** https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-JSONLOG */
function readJson(record: string): Message | string {
  const object = parse(record);
  if (object === undefined) return "it is no JSON object";
  const at = (name: string): string | undefined => {
    const value = object[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  };
  const session = at("session_id") ?? at("pid");
  const severity = at("error_severity");
  if (session === undefined || severity === undefined || severity === "")
    return "it is no record of jsonlog: it has no session_id, or no error_severity";
  return {
    time: at("timestamp") ?? "",
    session,
    severity,
    text: at("message") ?? "",
    detail: at("detail"),
    statement: at("statement"),
  };
}

function parse(record: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(record);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

export const postgresCsv: LogFormat = {
  dialect: "postgres",
  open: (settings) => new StructuredParser(settings, readCsv, new CsvLines()),
};

export const postgresJson: LogFormat = {
  dialect: "postgres",
  provesItsEnd: true,
  open: (settings) => new StructuredParser(settings, readJson),
};
