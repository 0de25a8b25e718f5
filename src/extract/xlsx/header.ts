/** Which row of a sheet names the columns. */
import { type Place, UserError } from "../../errors.ts";
import { sameName, storedColumns } from "../../schema/model.ts";
import type { TableMapping } from "../extractor.ts";
import { columnName } from "./cell-name.ts";
import { type CellBook, contentOf, contentText } from "./content.ts";
import type { SheetRow } from "./sheet-parser.ts";

export interface Header {
  readonly row: SheetRow;
  /** Of the first name. */
  readonly firstColumn: number;
  /** From there to the last one; "" where a cell between them is empty. */
  readonly names: readonly string[];
}

/** So many rows with something in them are looked at. */
export const headerRows = 50;

/** Names break over lines in narrow columns. */
export function tidy(name: string): string {
  return name.replaceAll(/\s+/g, " ").trim();
}

/** The row as a header; undefined where none of its cells has text. */
export function headerOf(row: SheetRow, book: CellBook): Header | undefined {
  const cells = row.cells
    .map((cell) => ({ column: cell.column, name: tidy(contentText(contentOf(cell, book), book.is1904)) }))
    .filter(({ name }) => name !== "");
  if (cells.length === 0) return undefined;
  const columns = cells.map(({ column }) => column);
  const firstColumn = columns.reduce((least, column) => Math.min(least, column));
  const names = Array.from<string>({ length: Math.max(...columns) - firstColumn + 1 }).fill("");
  for (const { column, name } of cells) names[column - firstColumn] = name;
  return { row, firstColumn, names };
}

/** The names that a table's columns have in the source. */
function wantedNames({ table, columns }: TableMapping): string[] {
  const own = storedColumns(table).filter(({ name }) => ![...columns.keys()].some((target) => sameName(target, name)));
  return [...columns.values(), ...own.map(({ name }) => name)].map((name) => tidy(name));
}

export interface Scored {
  readonly header: Header;
  /** How many columns of the table it names. */
  readonly score: number;
}

/** The row that names most columns, the first of several; undefined where none names one. */
export function findHeader(rows: readonly SheetRow[], mapping: TableMapping, book: CellBook): Scored | undefined {
  const wanted = wantedNames(mapping);
  let best: Scored | undefined;
  for (const row of rows) {
    const header = row.fault === undefined ? headerOf(row, book) : undefined;
    if (header === undefined) continue;
    const score = wanted.filter((name) => header.names.some((candidate) => sameName(candidate, name))).length;
    if (score > (best?.score ?? 0)) best = { header, score };
  }
  return best;
}

/**
 * The names for the plan of columns: of those that occur twice and feed nothing, all but the first get their column's letter. Throws
 * UserError where one that feeds a column occurs twice.
 */
export function distinctNames({ names, firstColumn }: Header, mapping: TableMapping, where: Place): string[] {
  const wanted = wantedNames(mapping);
  return names.map((name, index) => {
    if (name === "" || names.findIndex((candidate) => sameName(candidate, name)) === index) return name;
    if (wanted.some((candidate) => sameName(candidate, name))) throw occursTwice(name, where);
    return `${name} (${columnName(firstColumn + index)})`;
  });
}

function occursTwice(name: string, where: Place): UserError {
  return new UserError({
    what: `the column "${name}" occurs twice`,
    remedy: "Rename one of them in a copy of the workbook",
    where,
  });
}

/** For a sheet of which no row names a column of the table. */
export function noHeader(mapping: TableMapping, looked: string, where: Place): UserError {
  return new UserError({
    what: `${looked} names a column of ${mapping.table.id}`,
    remedy:
      'Map its columns under the source\'s `tables`, name the sheet (`from: "#Sheet"`), or say which row is the header (`headerRow`)',
    where,
  });
}
