/** Which table of a database feeds which lost table, column by column. */
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import { isStored, sameName } from "../../schema/model.ts";
import type { Column } from "../../schema/model.ts";
import type { SqliteColumn, SqliteTable } from "../../schema/sqlite-catalog.ts";
import type { TableMapping } from "../extractor.ts";

/** One file and the tables in it. */
export interface Cataloged {
  readonly name: string;
  readonly catalog: readonly SqliteTable[];
}

/** How one table of a file is read. */
export interface TableReading {
  readonly source: SqliteTable;
  readonly mapping: TableMapping;
  readonly columns: readonly { readonly target: Column; readonly source: SqliteColumn }[];
  /** Columns of the source that feed no target column. */
  readonly leftover: readonly SqliteColumn[];
}

interface DatabasePlan {
  readonly readings: readonly TableReading[];
  /** Tables with rows of their own that feed nothing. */
  readonly unfed: readonly SqliteTable[];
  /** Tables whose statement SQLite does not understand, so that their rows are out of reach. */
  readonly malformed: readonly SqliteTable[];
}

export type Planned<Database extends Cataloged> = Database & { readonly plan: DatabasePlan };

/**
 * One plan a file, in their order. Names compare without regard to case; without `from`, `dbo.Customers` is `dbo.Customers`, `dbo_Customers`
 * or else `Customers`. Throws UserError where a name of the recipe is in no file, or a name could mean two tables.
 */
export function planDatabases<Database extends Cataloged>(
  databases: readonly Database[],
  mappings: readonly TableMapping[],
): Planned<Database>[] {
  const planned = databases.map((database) => ({ ...database, plan: planDatabase(database, mappings) }));
  const fed = new Set(planned.flatMap(({ plan }) => plan.readings.map(({ mapping }) => mapping)));
  for (const mapping of mappings) if (!fed.has(mapping) && isNamed(mapping)) throw absentTable(databases, mapping);
  return planned;
}

/** Does the recipe say something of its own about this table, so that its absence is a mistake? */
function isNamed(mapping: TableMapping): boolean {
  return mapping.from !== undefined || mapping.columns.size > 0;
}

function planDatabase(database: Cataloged, mappings: readonly TableMapping[]): DatabasePlan {
  const tables = database.catalog.filter(holdsRows);
  const readings = mappings.flatMap((mapping) => {
    const source = findSource(database.name, tables, mapping);
    return source === undefined ? [] : planTable(database.name, source, mapping);
  });
  refuseSharing(database.name, readings);
  const used = new Set(readings.map(({ source }) => source));
  // What a virtual table shows lies in its shadow tables, which are counted themselves.
  return {
    readings,
    unfed: tables.filter((table) => !used.has(table) && table.kind !== "virtual"),
    malformed: database.catalog.filter(({ kind }) => kind === "malformed"),
  };
}

function holdsRows({ kind }: SqliteTable): boolean {
  return kind !== "view" && kind !== "malformed";
}

function findSource(file: string, tables: readonly SqliteTable[], mapping: TableMapping): SqliteTable | undefined {
  const { schema, name } = mapping.table;
  const spellings =
    mapping.from === undefined ? [[`${schema}.${name}`, `${schema}_${name}`], [name]] : [[mapping.from]];
  for (const names of spellings) {
    const found = tables.filter((table) => names.some((each) => sameName(each, table.name)));
    if (found.length > 1) throw ambiguous(file, mapping, found);
    if (found.length === 1) return found[0];
  }
  return undefined;
}

/** Two lost tables that find the same source table by its bare name: one of them would get rows that were never its own. */
function refuseSharing(file: string, readings: readonly TableReading[]): void {
  const implicit = readings.filter(({ mapping }) => mapping.from === undefined);
  for (const [index, { source, mapping }] of implicit.entries()) {
    const other = implicit.slice(index + 1).find((reading) => reading.source === source);
    if (other === undefined) continue;
    throw new UserError({
      what: `table ${source.name} could be ${mapping.table.id} or ${other.mapping.table.id}`,
      where: { file },
      remedy: `Name, under the source's tables, the one that it is, with \`from: ${source.name}\``,
    });
  }
}

function ambiguous(file: string, mapping: TableMapping, found: readonly SqliteTable[]): UserError {
  return new UserError({
    what: `more than one table of the file could be it: ${found.map(({ name }) => name).join(", ")}`,
    where: { file, table: mapping.table.id },
    remedy: "Say which, with `from` under the source's tables",
  });
}

function absentTable(databases: readonly Cataloged[], mapping: TableMapping): UserError {
  const wanted = mapping.from ?? mapping.table.name;
  const all = databases.flatMap(({ catalog }) => catalog);
  const isView = all.some(({ kind, name }) => kind === "view" && sameName(name, wanted));
  const names = all.filter(holdsRows).map(({ name }) => name);
  return new UserError({
    what: isView ? `${wanted} is a view, which holds no rows of its own` : `there is no table ${wanted}`,
    where: { file: databases.map(({ name }) => name).join(", "), table: mapping.table.id },
    remedy: `${suggestion(wanted, names)}Correct \`from\`; the tables are ${list(names)}`,
  });
}

function planTable(file: string, source: SqliteTable, mapping: TableMapping): TableReading[] {
  const columns = mapping.table.columns.filter(isStored).flatMap((target) => {
    const column = findSourceColumn(file, source, mapping, target);
    return column === undefined ? [] : [{ target, source: column }];
  });
  if (columns.length === 0 && !isNamed(mapping)) return [];
  if (columns.length === 0) throw withoutColumns(file, source, mapping);
  const used = new Set(columns.map((column) => column.source));
  const leftover = source.columns.filter((column) => !used.has(column));
  return [{ source, mapping, columns, leftover }];
}

function findSourceColumn(
  file: string,
  source: SqliteTable,
  mapping: TableMapping,
  target: Column,
): SqliteColumn | undefined {
  const mapped = [...mapping.columns].find(([name]) => sameName(name, target.name))?.[1];
  const found = source.columns.find(({ name }) => sameName(name, mapped ?? target.name));
  if (found !== undefined || mapped === undefined) return found;
  const names = source.columns.map(({ name }) => name);
  throw new UserError({
    what: `table ${source.name} has no column ${mapped}`,
    where: { file, table: mapping.table.id },
    remedy: `${suggestion(mapped, names)}Correct \`columns\`; its columns are ${list(names)}`,
  });
}

function withoutColumns(file: string, source: SqliteTable, mapping: TableMapping): UserError {
  return new UserError({
    what: `table ${source.name} has no column of the name of one of its target columns`,
    where: { file, table: mapping.table.id },
    remedy: `Say with \`columns\` what feeds what; its columns are ${list(source.columns.map(({ name }) => name))}`,
  });
}

function suggestion(wanted: string, names: readonly string[]): string {
  const near = nearest(wanted, names);
  return near === undefined ? "" : `Did you mean ${near}? `;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
