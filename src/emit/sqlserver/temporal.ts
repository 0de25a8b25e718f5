/** Temporal tables (GOTCHAS 14): no row goes into a history while the versioning is on; 82-attachments.sql switches it on, as the schema has it. */
import type { DatabaseSchema, Table } from "../../schema/model.ts";
import { tableIdentifier } from "./identifiers.ts";
import { nationalLiteral } from "./strings.ts";

function isTemporal({ columns }: Table): boolean {
  return columns.some(({ generated }) => generated === "row-start");
}

export function hasTemporal({ tables }: DatabaseSchema): boolean {
  return tables.some(isTemporal);
}

/** Of the table itself, or of the one whose history it is; nothing where neither is versioned. */
export function versioningOff(table: Table): string {
  const id = `OBJECT_ID(${nationalLiteral(tableIdentifier(table))})`;
  return [
    "DECLARE @statements nvarchar(4000)",
    "SET @statements = N''",
    "SELECT @statements = @statements + N'ALTER TABLE ' + QUOTENAME(SCHEMA_NAME(schema_id)) + N'.' + QUOTENAME(name) + N' SET (SYSTEM_VERSIONING = OFF) '",
    `FROM sys.tables WHERE temporal_type = 2 AND (object_id = ${id} OR history_table_id = ${id})`,
    "EXEC (@statements)",
  ].join("\n");
}
