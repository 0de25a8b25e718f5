/** What tables are called in survivors: by their own names, with the schema in front only where two share one. */
import { sameName, type Table, type TableName } from "../../../schema/model.ts";

/** The table's own name, or the schema's and its own. */
export function plainNames(tables: readonly Table[], separator = "."): ReadonlyMap<Table, string> {
  const isShared = (table: Table) => tables.some((other) => other !== table && sameName(other.name, table.name));
  return new Map(
    tables.map((table) => [table, isShared(table) ? `${table.schema}${separator}${table.name}` : table.name]),
  );
}

/** No file system and no pattern of a recipe takes such a name for something else. */
const harmless = /^[\p{L}\p{N}_$](?:[\p{L}\p{N}_$. -]*[\p{L}\p{N}_$-])?$/u;

/** Without ending. A table whose name no file can have is `table-3`, by its place. */
export function fileNames(tables: readonly Table[]): ReadonlyMap<Table, string> {
  const names = [...plainNames(tables)];
  const isTaken = (name: string, before: number) => names.slice(0, before).some(([, other]) => sameName(other, name));
  return new Map(
    names.map(([table, name], index) => [
      table,
      harmless.test(name) && !isTaken(name, index) ? name : `table-${index + 1}`,
    ]),
  );
}

export interface NamedTables {
  /** What a recipe says of them. */
  readonly tables?: Readonly<Record<TableName, { readonly from?: string }>>;
}

/**
 * A recipe's `tables`, with `from` where a reader would not find a table by its own name; nothing where it finds all of them. Where one
 * has to be named all are, since a source fills no others then.
 */
export function tablesFrom(
  names: ReadonlyMap<Table, string>,
  isFound: (table: Table, name: string) => boolean,
): NamedTables {
  const all = [...names];
  if (all.every(([table, name]) => isFound(table, name))) return {};
  const entries = all.map(([table, from]) => [table.id, isFound(table, from) ? {} : { from }] as const);
  return { tables: Object.fromEntries(entries) };
}

/** For one file a table, `extension` with its dot. */
export function filesFrom(tables: readonly Table[], extension: string): NamedTables {
  const files = new Map([...fileNames(tables)].map(([table, name]) => [table, name + extension]));
  const isFound = ({ schema, name }: Table, file: string) =>
    !name.includes(".") && !schema.includes(".") && [name, `${schema}.${name}`].some((own) => own + extension === file);
  return tablesFrom(files, isFound);
}

/** For scripts of engines without schemas, where a shared name is `sales_Orders`. */
export function namesInDump(tables: readonly Table[]): NamedTables {
  const names = new Map([...plainNames(tables, "_")].map(([table, name]) => [table, tableNameInScript(name)]));
  return tablesFrom(names, (table, name) => name === tableNameInScript(table.name));
}

/** In brackets, so that a dot in it parts nothing. */
function tableNameInScript(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}
