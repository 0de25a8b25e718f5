/** PostgreSQL's log in records: `csvlog` and, since 15, `jsonlog`. */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../../event.ts";
import { textOf } from "../../record-lines.ts";
import { readMessage, type PgMessage } from "./message.ts";

type Message = Omit<PgMessage, "line" | "raw">;

/** Reads a record; a sentence for what is none. */
type Reader = (text: string) => Message | string;

const mostCharacters = 64 * 1024 * 1024;

class StructuredParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #read: Reader;
  /** May a record go over several lines? It does while a quote is open. */
  readonly #isQuoted: boolean;
  #lines: LogLine[] = [];
  #quotes = 0;
  #characters = 0;

  constructor(settings: FormatSettings, read: Reader, isQuoted: boolean) {
    this.#settings = settings;
    this.#read = read;
    this.#isQuoted = isQuoted;
  }

  *take(line: LogLine): Generator<LogEvent> {
    this.#lines.push(line);
    this.#characters += line.text.length;
    if (this.#isQuoted) this.#quotes += countQuotes(line.text);
    if (this.#quotes % 2 === 0 || this.#characters > mostCharacters) yield this.#close();
  }

  *end(): Generator<LogEvent> {
    if (this.#lines.length > 0) yield this.#close();
  }

  #close(): LogEvent {
    const raw = textOf(this.#lines);
    const line = this.#lines[0]?.number ?? 1;
    this.#lines = [];
    this.#quotes = 0;
    this.#characters = 0;
    if (raw.trim() === "") return { kind: "skip", rule: "blank line", line, raw };
    const message = this.#read(raw);
    if (typeof message === "string") return { kind: "fault", reason: message, line, raw };
    return readMessage({ ...message, line, raw }, this.#settings);
  }
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

const csvField = /(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(,|$)/y;

/** https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG */
function readCsv(record: string): Message | string {
  const fields = splitCsv(record);
  if (fields === undefined || fields.length < 22) return "it is no record of csvlog: it has not its 22 fields, or more";
  const at = (index: number) => fields[index] ?? "";
  return {
    time: at(0),
    session: at(5),
    severity: at(11),
    text: at(13),
    detail: at(14) === "" ? undefined : at(14),
    statement: at(19) === "" ? undefined : at(19),
  };
}

function splitCsv(record: string): string[] | undefined {
  const fields: string[] = [];
  for (csvField.lastIndex = 0; ;) {
    const found = csvField.exec(record);
    if (found === null) return undefined;
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === "") return csvField.lastIndex === record.length ? fields : undefined;
  }
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
  if (session === undefined || severity === undefined)
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
  open: (settings) => new StructuredParser(settings, readCsv, true),
};

export const postgresJson: LogFormat = {
  dialect: "postgres",
  open: (settings) => new StructuredParser(settings, readJson, false),
};
