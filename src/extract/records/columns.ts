/** Which cell of a record feeds which column of the target table. */
import { distance } from "fastest-levenshtein";
import { type Place, UserError } from "../../errors.ts";
import { type Column, findColumn, isStored, sameName, storedColumns } from "../../schema/model.ts";
import type { TableMapping } from "../extractor.ts";
import type { RawValue } from "../../values/codec.ts";

export interface ColumnPlan {
  /** Cells of a record. */
  readonly width: number;
  readonly columns: readonly Column[];
  /** For each of `columns` the index of its cell. */
  readonly cellIndexes: readonly number[];
  /** Fields that feed nothing; computed and rowversion columns of the target are not among them. */
  readonly leftover: readonly string[];
}

/**
 * Matches field names with the target's columns: by the recipe where it names the source's column, else by the
 * column's own name; without regard to case and outer blanks. A field that the recipe gives to one column does not
 * feed its namesake as well. Throws UserError for a mapped column that is not there, names that occur twice, and a
 * file that would feed no column.
 */
export function planColumns(fields: readonly string[], mapping: TableMapping, where: Place): ColumnPlan {
  const names = fields.map((field) => field.trim());
  refuseDuplicates(names, where);
  const mapped = mappedColumns(names, mapping, where);
  const pairs = storedColumns(mapping.table)
    .map((column) => ({ column, cell: mapped.get(column) ?? ownCell(column, names, mapping) }))
    .filter(({ cell }) => cell >= 0);
  if (pairs.length === 0) throw feedsNothing(names, mapping, where);
  const cellIndexes = pairs.map(({ cell }) => cell);
  return {
    width: names.length,
    columns: pairs.map(({ column }) => column),
    cellIndexes,
    leftover: leftoverFields(names, cellIndexes, mapping),
  };
}

/** Field names where no header gives them. */
export function headerlessFields(fields: readonly string[] | undefined, mapping: TableMapping): readonly string[] {
  return fields ?? mapping.table.columns.map(({ name }) => name);
}

export function headerFields(cells: readonly (RawValue | null)[]): string[] {
  return cells.map((cell) => (cell === null ? "" : String(cell)));
}

function indexOfName(names: readonly string[], name: string): number {
  return names.findIndex((candidate) => candidate !== "" && sameName(candidate, name.trim()));
}

function refuseDuplicates(names: readonly string[], where: Place): void {
  const twice = names.find((name, index) => indexOfName(names, name) < index && name !== "");
  if (twice === undefined) return;
  throw new UserError({
    what: `the column "${twice}" occurs twice`,
    remedy: "Rename one of them in a copy of the file, or name the columns with `header: false` and `fields`",
    where,
  });
}

/** The cell of each stored column for which the recipe names the source's column. */
function mappedColumns(names: readonly string[], mapping: TableMapping, where: Place): Map<Column, number> {
  const cells = new Map<Column, number>();
  for (const [target, source] of mapping.columns) {
    const column = findColumn(mapping.table, target);
    if (column === undefined || !isStored(column)) continue;
    const cell = indexOfName(names, source);
    if (cell < 0) throw missingColumn(column, source, names, mapping, where);
    cells.set(column, cell);
  }
  return cells;
}

function ownCell(column: Column, names: readonly string[], mapping: TableMapping): number {
  const isTaken = [...mapping.columns.values()].some((source) => sameName(source.trim(), column.name));
  return isTaken ? -1 : indexOfName(names, column.name);
}

function leftoverFields(names: readonly string[], used: readonly number[], { table }: TableMapping): string[] {
  return names.flatMap((name, index) => {
    if (used.includes(index)) return [];
    const namesake = findColumn(table, name);
    if (namesake !== undefined && !isStored(namesake)) return [];
    return name === "" ? `(column ${index + 1})` : name;
  });
}

function nearest(name: string, names: readonly string[]): string | undefined {
  const steps = (candidate: string) => distance(candidate.toLowerCase(), name.toLowerCase());
  const named = names.filter((candidate) => candidate !== "");
  return named.length === 0 ? undefined : named.reduce((best, next) => (steps(next) < steps(best) ? next : best));
}

function missingColumn(
  column: Column,
  source: string,
  names: readonly string[],
  { table }: TableMapping,
  where: Place,
): UserError {
  return new UserError({
    what: `there is no column "${source}", from which the recipe takes ${table.id}.${column.name}`,
    remedy: `Did you mean "${nearest(source, names) ?? ""}"? The columns are ${names.join(", ")}`,
    where,
  });
}

function feedsNothing(names: readonly string[], { table }: TableMapping, where: Place): UserError {
  return new UserError({
    what: `none of the columns ${names.join(", ")} feeds ${table.id}`,
    remedy:
      "Map its columns under the source's `tables`, correct the delimiter, or set `header: false` where the first line is data",
    where,
  });
}
