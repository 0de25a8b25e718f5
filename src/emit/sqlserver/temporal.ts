/**
 * Temporal tables (GOTCHAS 14). Their own times are rebuilt: no period and no versioning while rows go in, a history's rows among them; 82-attachments.sql
 * gives both back, as the schema has them.
 */
import type { Column, DatabaseSchema, Table } from "../../schema/model.ts";
import type { Attempt } from "./attempts.ts";
import { identifier, objectId, tableIdentifier } from "./identifiers.ts";
import { nationalLiteral } from "./strings.ts";

export function isTemporal({ columns }: Table): boolean {
  return columns.some(({ period }) => period === "start");
}

export function hasTemporal({ tables }: DatabaseSchema): boolean {
  return tables.some(isTemporal);
}

function hasPeriod(table: Table): string {
  return `EXISTS (SELECT * FROM sys.periods WHERE object_id = ${objectId(table)})`;
}

/** Of the table itself, or of the one whose history it is; nothing where neither is versioned. */
export function versioningOff(table: Table): string {
  const id = objectId(table);
  return [
    "DECLARE @statements nvarchar(4000)",
    "SET @statements = N''",
    "SELECT @statements = @statements + N'ALTER TABLE ' + QUOTENAME(SCHEMA_NAME(schema_id)) + N'.' + QUOTENAME(name) + N' SET (SYSTEM_VERSIONING = OFF) '",
    `FROM sys.tables WHERE temporal_type = 2 AND (object_id = ${id} OR history_table_id = ${id})`,
    "EXEC (@statements)",
  ].join("\n");
}

/** In a batch behind {@link versioningOff}: with the period there is no filling its columns. */
export function periodOff(table: Table): string {
  return `IF ${hasPeriod(table)}\n  ALTER TABLE ${tableIdentifier(table)} DROP PERIOD FOR SYSTEM_TIME`;
}

/** Before the versioning, which needs it. */
export function periodBack(table: Table): Attempt[] {
  const name = tableIdentifier(table);
  const start = table.columns.find(({ period }) => period === "start");
  const end = table.columns.find(({ period }) => period === "end");
  if (start === undefined || end === undefined) return [];
  const hidden = [start, end].filter((column) => column.hidden === true);
  return [
    {
      what: `period of ${table.id}`,
      condition: `NOT ${hasPeriod(table)}`,
      statements: [
        `ALTER TABLE ${name} ADD PERIOD FOR SYSTEM_TIME (${identifier(start.name)}, ${identifier(end.name)})`,
      ],
    },
    ...hidden.map((column) => ({
      what: `hidden column ${column.name} of ${table.id}`,
      condition: `COLUMNPROPERTY(${objectId(table)}, ${nationalLiteral(column.name)}, N'IsHidden') = 0`,
      statements: [`ALTER TABLE ${name} ALTER COLUMN ${identifier(column.name)} ADD HIDDEN`],
    })),
  ];
}

/** A row that no source has times of begins with the load. A current row has no end, whatever a source said of it. */
export function periodLiteral({ period, type }: Column, literal: string | undefined): string {
  const digits = type.scale ?? 7;
  const forever = `9999-12-31T23:59:59${digits === 0 ? "" : `.${"9".repeat(digits)}`}`;
  if (period === "end") return `CAST('${forever}' AS datetime2(${digits}))`;
  return `CAST(${literal ?? "SYSUTCDATETIME()"} AS datetime2(${digits}))`;
}
