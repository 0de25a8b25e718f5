/** Records of comma-separated values whose fields may hold line breaks in quotes. */
import type { LogLine } from "../event.ts";
import { textOf } from "../record-lines.ts";

const mostCharacters = 64 * 1024 * 1024;
const field = /(?:"([^"]*(?:""[^"]*)*)"|([^",]*))(,|$)/y;

/** Joins lines while a quote is open. */
export class CsvLines {
  #lines: LogLine[] = [];
  #quotes = 0;
  #characters = 0;

  /** The record that the line completes. */
  take(line: LogLine): { readonly line: number; readonly raw: string } | undefined {
    this.#lines.push(line);
    this.#characters += line.text.length;
    this.#quotes += countQuotes(line.text);
    return this.#quotes % 2 === 0 || this.#characters > mostCharacters ? this.end() : undefined;
  }

  end(): { readonly line: number; readonly raw: string } | undefined {
    const [first] = this.#lines;
    const record = first === undefined ? undefined : { line: first.number, raw: textOf(this.#lines) };
    this.#lines = [];
    this.#quotes = 0;
    this.#characters = 0;
    return record;
  }
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

/** The fields; undefined where the quotes do not fit. */
export function splitCsv(record: string): string[] | undefined {
  const fields: string[] = [];
  for (field.lastIndex = 0; ;) {
    const found = field.exec(record);
    if (found === null) return undefined;
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === "") return field.lastIndex === record.length ? fields : undefined;
  }
}
