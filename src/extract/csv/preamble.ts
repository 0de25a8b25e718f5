/** Finds the header below the titles that reports begin with. */
import type { TableMapping } from "../extractor.ts";
import { countFed, headerFields } from "../records/columns.ts";
import { findDelimiter, readHead } from "./delimiter.ts";
import type { CsvOptions } from "./options.ts";

/** Titles, parameters and blank lines above a header are few. */
const mostLines = 100;
/** A title may be the name of one column. */
const fewestColumns = 2;

/**
 * How many lines stand above the first that names columns of one of the tables: at least two, or all that the line has cells. 0 where none does:
 * the first line is the header then, and told as one that feeds nothing.
 */
export function findHeaderLine(head: string, settings: CsvOptions, mappings: readonly TableMapping[]): number {
  const lines = head.split(settings.recordDelimiter ?? /\r\n|\n|\r/, mostLines);
  const found = lines.findIndex((_, line) =>
    mappings.some((mapping) => isHeader(fieldsOn(line, head, settings), mapping)),
  );
  return Math.max(found, 0);
}

/** The fields of the record that begins on the line, lines counted from 0. */
function fieldsOn(line: number, head: string, settings: CsvOptions): string[] {
  const start = { line: 1, at: 0, newline: undefined, preamble: line };
  const { delimiter } = findDelimiter(head, settings, start);
  return headerFields(readHead(`${head}\n`, settings, delimiter, start)[0]?.cells ?? []);
}

function isHeader(fields: readonly string[], mapping: TableMapping): boolean {
  const fed = countFed(fields, mapping);
  return fed >= fewestColumns || (fed > 0 && fed === fields.length);
}

/** Programs that print reports underline the header: a record of nothing but dashes, as long as the names. */
export function isUnderline(cells: readonly (string | null)[], fields: readonly string[]): boolean {
  return (
    cells.length === fields.length &&
    cells.every(
      (cell, index) =>
        /^-+$/.test(cell?.trim() ?? "") && (cell ?? "").trim().length >= (fields[index] ?? "").trim().length,
    )
  );
}
