/** A plain DDL script of tables, to be read by people and by `readTsqlSchema`; the rebuild's own scripts do more. */
import type { Table } from "../../schema/model.ts";
import { createTable } from "./create-table.ts";
import { addForeignKeys } from "./foreign-keys.ts";
import { rulesOf } from "./versions.ts";

/** Tables with their keys, checks and defaults, then the foreign keys. */
export function ddlScript(tables: readonly Table[]): string {
  const rules = rulesOf("2022");
  const statements = [
    ...tables.flatMap((table) => createTable(table, rules).statements),
    ...tables.flatMap((table) => addForeignKeys(table)),
  ];
  return statements.map((statement) => `${statement};\n`).join("\n");
}
