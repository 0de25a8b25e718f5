/** Tables for tests, made without DDL. */
import type { Column, SqlType, Table, TypeName } from "../src/schema/model.ts";
import { tableName } from "../src/schema/model.ts";

interface ColumnSpec extends Partial<Omit<Column, "type" | "ordinal">> {
  name: string;
  type?: TypeName | SqlType;
}

export function makeColumn(spec: ColumnSpec, ordinal = 0): Column {
  const type: SqlType = typeof spec.type === "object" ? spec.type : { name: spec.type ?? "int" };
  return { declaredType: type.name, nullable: true, ...spec, type, ordinal };
}

/** A table of schema dbo; `key` names its primary key columns, which are made NOT NULL. */
export function makeTable(
  name: string,
  columns: readonly ColumnSpec[],
  key: readonly string[],
  more: Partial<Table> = {},
): Table {
  return {
    schema: "dbo",
    name,
    id: tableName("dbo", name),
    columns: columns.map((spec, ordinal) =>
      makeColumn(key.includes(spec.name) ? { nullable: false, ...spec } : spec, ordinal),
    ),
    ...(key.length > 0 ? { primaryKey: { columns: key } } : {}),
    unique: [],
    foreignKeys: [],
    checks: [],
    attachments: [],
    ...more,
  };
}
