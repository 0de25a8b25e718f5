/** The records of a log: its lines, or several lines from one that begins a record to the next. */
import { longestRecord } from "../text/long-record.ts";
import type { Pattern } from "./patterns.ts";

export interface LogRecord {
  /** Without the last newline; lines inside it end with \n, for patterns to match: {@link verbatim} tells how they do. */
  readonly text: string;
  /** As it stands in the file. */
  readonly raw: string;
  /** 1-based, of its first line. */
  readonly line: number;
  /** Code units from the beginning of the file's text. */
  readonly at: number;
  /** Does a newline end it? Of a record at the end of a file that has none, the rest may be missing. */
  readonly isEnded: boolean;
  /** It is too long to be held: a piece, and others follow. */
  readonly goesOn: boolean;
}

export interface RecordSettings {
  /** Matches the first line of each record; without it every line is one. */
  readonly start?: Pattern | undefined;
  /** In code units. */
  readonly longest?: number | undefined;
}

export class LogRecords {
  readonly #start: Pattern | undefined;
  readonly #longest: number;
  /** Whole lines of the record that is open. */
  #lines: string[] = [];
  /** Of `#lines`. */
  #length = 0;
  /** The line that has no end yet. */
  #partial = "";
  #line = 1;
  #at = 0;
  /** Pieces of the open record were given already. */
  #isLong = false;
  /** The last of them ended in the middle of a line. */
  #isMidLine = false;

  constructor({ start, longest = longestRecord }: RecordSettings) {
    this.#start = start;
    this.#longest = longest;
  }

  *write(text: string): Generator<LogRecord> {
    let from = 0;
    for (let newline = text.indexOf("\n"); newline >= 0; newline = text.indexOf("\n", from)) {
      yield* this.#endLine(this.#partial + text.slice(from, newline + 1));
      from = newline + 1;
    }
    this.#partial += text.slice(from);
    if (this.#length + this.#partial.length > this.#longest) yield this.#takePiece();
  }

  *end(): Generator<LogRecord> {
    if (this.#partial !== "") yield* this.#addLine(this.#partial);
    this.#partial = "";
    if (this.#length > 0) yield this.#take(false);
  }

  /** Where the first record begins that is not complete yet, in code units. */
  get pendingFrom(): number {
    return this.#at;
  }

  *#endLine(line: string): Generator<LogRecord> {
    this.#partial = "";
    yield* this.#addLine(line);
    this.#isMidLine = false;
    if (this.#start === undefined) yield this.#take(false);
    else if (this.#length > this.#longest) yield this.#take(true);
  }

  *#addLine(line: string): Generator<LogRecord> {
    const follows = this.#length > 0 || this.#isLong;
    if (follows && !this.#isMidLine && this.#start?.test(withoutNewline(line)) === true) yield this.#take(false);
    this.#lines.push(line);
    this.#length += line.length;
  }

  #takePiece(): LogRecord {
    this.#isMidLine = this.#partial !== "";
    this.#lines.push(this.#partial);
    this.#partial = "";
    return this.#take(true);
  }

  #take(goesOn: boolean): LogRecord {
    const raw = this.#lines.join("");
    const lines = this.#lines.filter((line) => line.endsWith("\n")).length;
    const record = {
      text: goesOn ? "" : textOf(raw),
      raw,
      line: this.#line,
      at: this.#at,
      isEnded: raw.endsWith("\n"),
      goesOn,
    };
    this.#lines = [];
    this.#length = 0;
    this.#line += lines;
    this.#at += raw.length;
    this.#isLong = goesOn;
    return record;
  }
}

function withoutNewline(line: string): string {
  if (!line.endsWith("\n")) return line;
  return line.endsWith("\r\n") ? line.slice(0, -2) : line.slice(0, -1);
}

function textOf(raw: string): string {
  const text = withoutNewline(raw);
  return text.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text;
}

/** What stands in the file behind a part of the record's text: a value of several lines keeps its own line ends. */
export function verbatim({ text, raw }: LogRecord, { start, end }: { start: number; end: number }): string {
  const part = text.slice(start, end);
  if (!part.includes("\n") || !raw.includes("\r\n")) return part;
  const from = rawOffset(raw, start);
  return raw.slice(from, from + rawOffset(raw.slice(from), end - start));
}

/** Where in `raw` that many characters end if each \r\n counts as one. */
function rawOffset(raw: string, count: number): number {
  let offset = 0;
  for (let left = count; left > 0; left--) offset += raw.startsWith("\r\n", offset) ? 2 : 1;
  return offset;
}
