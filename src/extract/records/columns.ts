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
 * feed its namesake as well. Throws UserError for a mapped column that is not there, for a column that one of several fields
 * of a name could feed, and for a file that would feed no column.
 */
export function planColumns(fields: readonly string[], mapping: TableMapping, where: Place): ColumnPlan {
  const names = fieldNames(fields);
  refuseAmbiguous(fields, mapping, where);
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

/** Without outer blanks, which a byte order mark in the middle is one of, and with ordinary blanks inside. */
function cleanName(field: string): string {
  return field.trim().replaceAll("\u00A0", " ");
}

/** The names under which fields are known: of several fields called `Name` the second is `Name#2`. */
export function fieldNames(fields: readonly string[]): string[] {
  const names = fields.map((field) => cleanName(field));
  const isTwice = (name: string) => name !== "" && names.filter((other) => sameName(other, name)).length > 1;
  return names.map((name, index) =>
    isTwice(name) ? `${name}#${names.slice(0, index + 1).filter((other) => sameName(other, name)).length}` : name,
  );
}

/** How many stored columns of the target the fields would feed; for telling a header from other lines. */
export function countFed(fields: readonly string[], mapping: TableMapping): number {
  const names = fields.map((field) => cleanName(field));
  return storedColumns(mapping.table).filter(({ name }) => {
    const source = [...mapping.columns].find(([target]) => sameName(target, name))?.[1];
    return indexOfName(names, source ?? name) >= 0;
  }).length;
}

function indexOfName(names: readonly string[], name: string): number {
  return names.findIndex((candidate) => candidate !== "" && sameName(candidate, cleanName(name)));
}

/** Which of two fields of one name is meant, only the recipe can say. */
function refuseAmbiguous(fields: readonly string[], mapping: TableMapping, where: Place): void {
  const names = fields.map((field) => cleanName(field));
  for (const column of storedColumns(mapping.table)) {
    const source = [...mapping.columns].find(([target]) => sameName(target, column.name))?.[1];
    const wanted = cleanName(source ?? column.name);
    const isGivenAway = source === undefined && isMapped(column.name, mapping);
    if (isGivenAway || names.filter((name) => sameName(name, wanted)).length < 2) continue;
    throw new UserError({
      what: `the column "${wanted}" occurs twice, and ${mapping.table.id}.${column.name} is fed from it`,
      remedy: `Say which one is meant under the table's \`columns\`: ${column.name}: "${wanted}#1", or "${wanted}#2"`,
      where,
    });
  }
}

function isMapped(field: string, { columns }: TableMapping): boolean {
  return [...columns.values()].some((source) => sameName(cleanName(source), field));
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
  return isMapped(column.name, mapping) ? -1 : indexOfName(names, column.name);
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
