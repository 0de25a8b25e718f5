/** Lines joined to records: a record goes on until a line begins the next. */
import type { LogLine } from "./event.ts";

export interface LogRecord {
  readonly line: number;
  readonly lines: readonly LogLine[];
}

/** Beyond it the record is closed: the format no longer tells where one begins. */
const mostCharacters = 64 * 1024 * 1024;

export class RecordLines {
  readonly #begins: (text: string) => boolean;
  #lines: LogLine[] = [];
  #characters = 0;

  constructor(begins: (text: string) => boolean) {
    this.#begins = begins;
  }

  /** The record that the line shows to be complete. */
  take(line: LogLine): LogRecord | undefined {
    const isNext = this.#lines.length > 0 && (this.#begins(line.text) || this.#characters > mostCharacters);
    const record = isNext ? this.end() : undefined;
    this.#lines.push(line);
    this.#characters += line.text.length;
    return record;
  }

  end(): LogRecord | undefined {
    const [first] = this.#lines;
    const record = first === undefined ? undefined : { line: first.number, lines: this.#lines };
    this.#lines = [];
    this.#characters = 0;
    return record;
  }
}

/** The record as it stands in the file, without what ends its last line. */
export function rawOf({ lines }: LogRecord): string {
  return textOf(lines);
}

export function textOf(lines: readonly LogLine[]): string {
  return lines.map(({ text, ending }, at) => (at === lines.length - 1 ? text : text + ending)).join("");
}
