/** How the lost tables are called there, and by what their rows are told apart. */
import { findColumn, isStored, sameName } from "../../schema/model.ts";
import type { Column, Table } from "../../schema/model.ts";
import type { Dialect } from "./dialect.ts";

/** Without schemas `dbo.Orders` is `Orders`, or `dbo_Orders` where another schema has its Orders too. */
function plainName({ schema, name }: Table, tables: readonly Table[]): string {
  const isAlone = tables.filter((other) => sameName(other.name, name)).length < 2;
  return isAlone ? name : `${schema}_${name}`;
}

/** Quoted. */
export function relationOf(table: Table, tables: readonly Table[], dialect: Dialect): string {
  if (dialect.hasSchemas) return `${dialect.quote(table.schema)}.${dialect.quote(table.name)}`;
  return dialect.quote(plainName(table, tables));
}

/** The columns of the primary key, else of the first unique key that is never NULL; undefined without either. */
export function keyColumns(table: Table): Column[] | undefined {
  const keys = [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.unique];
  return keys
    .map((key) => key.columns.map((name) => findColumn(table, name)))
    .find((columns): columns is Column[] =>
      columns.every((column) => column !== undefined && isStored(column) && !column.nullable),
    );
}
