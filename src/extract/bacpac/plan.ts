/** Which table of a package feeds which lost table, column by column. */
import { UserError } from "../../errors.ts";
import { nearest } from "../../recipe/suggest.ts";
import type { PackagedTable } from "../../schema/dacpac/assemble.ts";
import { sameName, storedColumns, tableName } from "../../schema/model.ts";
import type { TableMapping } from "../extractor.ts";
import { planColumns, type ColumnPlan } from "../records/columns.ts";
import type { OpenedPackage } from "./package.ts";

export interface TablePlan {
  readonly source: PackagedTable;
  /** Undefined: the table feeds nothing. */
  readonly feeds: { readonly mapping: TableMapping; readonly columns: ColumnPlan } | undefined;
}

/**
 * The tables of each package in their order. Without `from`, `dbo.Customers` is `dbo.Customers`, or else the only `Customers`. Throws
 * UserError where a name of the recipe is in no package, or where two lost tables would take the same rows.
 */
export function planPackages(packages: readonly OpenedPackage[], mappings: readonly TableMapping[]): TablePlan[][] {
  const plans = packages.map((each) => planPackage(each, mappings));
  const fed = new Set(plans.flat().flatMap(({ feeds }) => (feeds === undefined ? [] : [feeds.mapping])));
  for (const mapping of mappings) if (!fed.has(mapping) && isNamed(mapping)) throw absentTable(packages, mapping);
  return plans;
}

/** Does the recipe say something of its own about this table, so that its absence is a mistake? */
function isNamed(mapping: TableMapping): boolean {
  return mapping.from !== undefined || mapping.columns.size > 0;
}

function planPackage({ file, contents }: OpenedPackage, mappings: readonly TableMapping[]): TablePlan[] {
  const { tables } = contents;
  const takers = new Map<PackagedTable, TableMapping>();
  for (const mapping of mappings) {
    const source = findSource(file.name, tables, mapping);
    if (source === undefined || !sharesColumns(source, mapping)) continue;
    const other = takers.get(source);
    if (other !== undefined) throw shared(file.name, source, mapping, other);
    takers.set(source, mapping);
  }
  return tables.map((source) => {
    const mapping = takers.get(source);
    if (mapping === undefined) return { source, feeds: undefined };
    const where = { file: file.name, table: mapping.table.id };
    return { source, feeds: { mapping, columns: planColumns(fieldNames(source), mapping, where) } };
  });
}

export function fieldNames({ fields }: PackagedTable): string[] {
  return fields.map(({ column }) => column.name);
}

/** A table that is a namesake alone feeds nothing; one that the recipe names has to. */
function sharesColumns(source: PackagedTable, mapping: TableMapping): boolean {
  const names = fieldNames(source);
  return (
    isNamed(mapping) || storedColumns(mapping.table).some((column) => names.some((name) => sameName(name, column.name)))
  );
}

function findSource(file: string, tables: readonly PackagedTable[], mapping: TableMapping): PackagedTable | undefined {
  const { schema, name } = mapping.table;
  const wanted = mapping.from === undefined ? [tableName(schema, name), name] : [mapping.from];
  for (const spelling of wanted) {
    const whole = tables.filter(
      ({ table }) => sameName(table.id, spelling) || sameName(`${table.schema}.${table.name}`, spelling),
    );
    const found = whole.length > 0 ? whole : tables.filter(({ table }) => sameName(table.name, spelling));
    if (found.length > 1) throw ambiguous(file, mapping, found);
    if (found.length === 1) return found[0];
  }
  return undefined;
}

function shared(file: string, { table }: PackagedTable, one: TableMapping, other: TableMapping): UserError {
  return new UserError({
    what: `table ${table.id} would feed both ${other.table.id} and ${one.table.id}`,
    where: { file },
    remedy: `Name, under the source's tables, the one that it is, with \`from: ${table.id}\``,
  });
}

function ambiguous(file: string, mapping: TableMapping, found: readonly PackagedTable[]): UserError {
  return new UserError({
    what: `more than one table of the package could be it: ${found.map(({ table }) => table.id).join(", ")}`,
    where: { file, table: mapping.table.id },
    remedy: "Say which, with `from` under the source's tables",
  });
}

function absentTable(packages: readonly OpenedPackage[], mapping: TableMapping): UserError {
  const wanted = mapping.from ?? mapping.table.id;
  const tables = packages.flatMap(({ contents }) => contents.tables.map(({ table }) => table));
  const names = tables.map(({ id }) => id as string);
  const near = nearest(wanted, [...names, ...tables.map(({ name }) => name)]);
  return new UserError({
    what: `there is no table ${wanted}`,
    where: { file: packages.map(({ file }) => file.name).join(", "), table: mapping.table.id },
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Correct \`from\`; the tables are ${names.length === 0 ? "none" : names.join(", ")}`,
  });
}
