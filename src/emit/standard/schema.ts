/** CREATE TABLE in a dialect's own types; what has no equal is told, not dropped in silence. */
import { findTable, isStored, sameName, storedColumns } from "../../schema/model.ts";
import type { Column, ForeignKey, Table } from "../../schema/model.ts";
import type { EmitRequest } from "../emitter.ts";
import type { Dialect } from "./dialect.ts";
import { relationOf } from "./tables.ts";

export interface TableContext {
  readonly dialect: Dialect;
  readonly request: EmitRequest;
}

function tablesOf({ request }: TableContext): Table[] {
  return request.tables.map(({ table }) => table);
}

export function relation(table: Table, context: TableContext): string {
  return relationOf(table, tablesOf(context), context.dialect);
}

/** Only where it is missing. */
export function createTable(table: Table, context: TableContext): string {
  const { dialect } = context;
  const only = table.primaryKey?.columns.length === 1 ? table.primaryKey.columns[0] : undefined;
  const saysKey = storedColumns(table).some((column) => identityOf(column, table, dialect)?.saysKey === true);
  const lines = [
    ...storedColumns(table).map((column) => columnLine(column, table, dialect)),
    ...(table.primaryKey === undefined || (saysKey && only !== undefined)
      ? []
      : [`PRIMARY KEY ${columnList(table.primaryKey.columns, dialect)}`]),
    ...table.unique
      .filter(({ columns }) => columns.every((name) => isThere(table, name)))
      .map(({ columns }) => `UNIQUE ${columnList(columns, dialect)}`),
    ...(dialect.inlineForeignKeys ? table.foreignKeys.flatMap((key) => foreignKeyOf(key, context) ?? []) : []),
  ];
  return `CREATE TABLE IF NOT EXISTS ${relation(table, context)} (\n  ${lines.join(",\n  ")}\n)`;
}

function isThere(table: Table, name: string): boolean {
  return table.columns.some((column) => sameName(column.name, name) && isStored(column));
}

function identityOf(column: Column, table: Table, dialect: Dialect) {
  if (column.identity === undefined) return undefined;
  const keys = table.primaryKey?.columns ?? [];
  return dialect.identity(column, keys.length === 1 && sameName(keys[0] ?? "", column.name));
}

function columnLine(column: Column, table: Table, dialect: Dialect): string {
  const identity = identityOf(column, table, dialect);
  if (identity !== undefined) return `${dialect.quote(column.name)} ${identity.type}`;
  const preset = column.default === undefined ? undefined : dialect.defaultOf(column.default.expression, column);
  const parts = [dialect.quote(column.name), dialect.form(column).type];
  if (preset !== undefined) parts.push(`DEFAULT ${preset}`);
  if (!column.nullable) parts.push("NOT NULL");
  return parts.join(" ");
}

function columnList(names: readonly string[], dialect: Dialect): string {
  return `(${names.map((name) => dialect.quote(name)).join(", ")})`;
}

/** `FOREIGN KEY … REFERENCES …`; undefined for one to a table that is not rebuilt, or that is switched off. */
export function foreignKeyOf(key: ForeignKey, context: TableContext): string | undefined {
  const parent = tablesOf(context).find((table) => sameName(table.id, key.references));
  if (parent === undefined || key.disabled) return undefined;
  const referenced = key.referencedColumns.length > 0 ? key.referencedColumns : (parent.primaryKey?.columns ?? []);
  const { dialect } = context;
  const actions = [
    ...(key.onDelete === undefined ? [] : [` ON DELETE ${key.onDelete}`]),
    ...(key.onUpdate === undefined ? [] : [` ON UPDATE ${key.onUpdate}`]),
  ];
  return `FOREIGN KEY ${columnList(key.columns, dialect)} REFERENCES ${relation(parent, context)} ${columnList(referenced, dialect)}${actions.join("")}`;
}

/** What of a table is not as it was. */
export function schemaNotes(table: Table, context: TableContext): string[] {
  const { dialect } = context;
  const left = table.columns.filter((column) => !isStored(column));
  const kinds = [...new Set(table.attachments.map(({ kind }) => kind))];
  const said = (count: number, what: string): string[] => (count === 0 ? [] : [`${table.id}: ${what}`]);
  const unknown = table.foreignKeys.filter(
    (key) => findTable({ ...context.request.schema, tables: tablesOf(context) }, key.references) === undefined,
  );
  return [
    ...left.map(
      ({ name }) => `${table.id}.${name} is left out: ${dialect.name} gets no computed and no rowversion columns`,
    ),
    ...storedColumns(table).flatMap((column) => {
      const { note } = dialect.form(column);
      return note === undefined ? [] : [`${table.id}.${column.name} ${note}`];
    }),
    ...storedColumns(table)
      .filter(
        (column) => column.default !== undefined && dialect.defaultOf(column.default.expression, column) === undefined,
      )
      .map(
        ({ name, default: preset }) =>
          `${table.id}.${name}: its default ${preset?.expression} has no equal there, and is left out`,
      ),
    ...identityNotes(table, dialect),
    ...renamed(table, context),
    ...said(
      table.unique.filter(({ columns }) => !columns.every((name) => isThere(table, name))).length,
      "unique keys with columns that are left out are left out, too",
    ),
    ...said(
      table.foreignKeys.filter(({ disabled }) => disabled).length,
      "foreign keys that were switched off are left out",
    ),
    ...said(
      table.checks.length,
      `${table.checks.length} check constraints are left out: their T-SQL is not translated`,
    ),
    ...said(kinds.length, `left out, as it is T-SQL: ${kinds.join(", ")}`),
    ...said(unknown.length, `${unknown.length} foreign keys to tables that are not rebuilt are left out`),
  ];
}

function identityNotes(table: Table, dialect: Dialect): string[] {
  return storedColumns(table).flatMap((column) => {
    if (column.identity === undefined) return [];
    const at = `${table.id}.${column.name}`;
    if (identityOf(column, table, dialect) === undefined) return [`${at} does not count by itself there`];
    const { seed, increment } = column.identity;
    const isPlain = dialect.keepsIncrements || (seed === "1" && increment === "1");
    return isPlain ? [] : [`${at} counts on by 1 there, not by ${increment} from ${seed}`];
  });
}

function renamed(table: Table, context: TableContext): string[] {
  const { dialect } = context;
  if (dialect.hasSchemas || relation(table, context) === dialect.quote(table.name)) return [];
  return [`${table.id} is called ${relation(table, context)} there, since another schema has a table of its name`];
}
