/** PostgreSQL's log as text (`log_destination = stderr`). */
import type { FormatSettings, LogEvent, LogFormat, LogLine, LogParser } from "../../event.ts";
import { rawOf, RecordLines, type LogRecord } from "../../record-lines.ts";
import { readMessage } from "./message.ts";
import { defaultPrefix, prefixPattern } from "./prefix.ts";

/** They belong to the message in front of them. */
const additions = new Set(["DETAIL", "HINT", "CONTEXT", "STATEMENT", "QUERY", "LOCATION", "BACKTRACE"]);
const looksLogged = /\b(?:LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|DETAIL|STATEMENT): {2}/;

interface Part {
  readonly time: string;
  readonly session: string;
  readonly severity: string;
  readonly text: string;
}

class StderrParser implements LogParser {
  readonly #settings: FormatSettings;
  readonly #pattern: RegExp;
  readonly #records: RecordLines;

  constructor(settings: FormatSettings) {
    this.#settings = settings;
    this.#pattern = prefixPattern(settings.linePrefix ?? defaultPrefix);
    this.#records = new RecordLines((text) => this.#begins(text));
  }

  *take(line: LogLine): Generator<LogEvent> {
    const record = this.#records.take(line);
    if (record !== undefined) yield this.#read(record);
  }

  *end(): Generator<LogEvent> {
    const record = this.#records.end();
    if (record !== undefined) yield this.#read(record);
  }

  /** Lines of a message go on behind a tab. */
  #begins(text: string): boolean {
    if (text.startsWith("\t")) return false;
    const severity = this.#pattern.exec(text)?.groups?.["severity"];
    return severity === undefined || !additions.has(severity);
  }

  #read(record: LogRecord): LogEvent {
    const place = { line: record.line, raw: rawOf(record) };
    const parts = this.#parts(record);
    const [main] = parts;
    if (main === undefined || additions.has(main.severity)) {
      if (looksLogged.test(place.raw))
        return { ...place, kind: "fault", reason: "the line does not begin as `linePrefix` says" };
      return { ...place, kind: "skip", rule: place.raw.trim() === "" ? "blank line" : "line without a prefix" };
    }
    const textOf = (severity: string) => parts.find((part) => part.severity === severity)?.text;
    return readMessage({ ...main, ...place, detail: textOf("DETAIL"), statement: textOf("STATEMENT") }, this.#settings);
  }

  #parts({ lines }: LogRecord): Part[] {
    const parts: Part[] = [];
    for (const { text } of lines) {
      const groups = text.startsWith("\t") ? undefined : this.#pattern.exec(text)?.groups;
      const last = parts.at(-1);
      if (groups !== undefined) parts.push(partOf(groups));
      else if (last !== undefined)
        parts[parts.length - 1] = { ...last, text: `${last.text}\n${text.replace(/^\t/, "")}` };
    }
    return parts;
  }
}

function partOf(groups: Readonly<Record<string, string | undefined>>): Part {
  const { time = "", pid = "", session = pid, severity = "", text = "" } = groups;
  return { time, session, severity, text };
}

export const postgresStderr: LogFormat = { dialect: "postgres", open: (settings) => new StderrParser(settings) };
