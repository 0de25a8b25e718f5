/** SQL Server's functions that reading asks for. */
import type Database from "better-sqlite3";
import type { Table } from "../../../src/schema/model.ts";
import type { EngineOptions } from "./options.ts";
import { objectName } from "./tables.ts";

function plain(name: string): string {
  return name.replaceAll(/[[\]]/g, "");
}

export function addFunctions(db: Database.Database, { schema, version, denied = [] }: EngineOptions): void {
  const find = (object: unknown): Table | undefined =>
    schema.tables.find((table) => objectName(table) === plain(String(object)));
  const identity = (object: unknown) => find(object)?.columns.find((column) => column.identity !== undefined)?.identity;
  const define = (name: string, body: (...given: unknown[]) => unknown): void =>
    void db.function(name, { varargs: true }, body as (...given: unknown[]) => string);
  define("CONVERT_TO", (type, value) => {
    if (value === null || value instanceof Uint8Array) return value;
    return /^(?:int|smallint|tinyint|bigint)$/.test(String(type)) ? Number(value) : `${value as string | number}`;
  });
  define("OBJECT_ID", (object) => plain(String(object)));
  define("DB_ID", () => 5);
  define("DB_NAME", () => "Shop");
  define("SERVERPROPERTY", () => (version ?? [16, 0, 4135]).join("."));
  define("GETUTCDATE", () => "2026-03-14T09:26:53.997");
  define("IDENT_SEED", (object) => identity(object)?.seed ?? null);
  define("IDENT_INCR", (object) => identity(object)?.increment ?? null);
  define("HAS_PERMS_BY_NAME", (object, _class, permission, column) =>
    permission === "UNMASK" || denied.includes(`${plain(String(object))}.${String(column)}`) ? 0 : 1,
  );
  define("OBJECTPROPERTY", (object) => {
    const constraints = schema.tables.flatMap((table) =>
      [...table.foreignKeys, ...table.checks].map(({ name, disabled }) => ({
        name: `${table.schema}.${name}`,
        disabled,
      })),
    );
    return Number(constraints.find(({ name }) => name === String(object))?.disabled === true);
  });
  define("COLUMNPROPERTY", (object, name, property) => {
    const column = find(object)?.columns.find((each) => each.name === name);
    return Number(property === "IsIdentity" ? column?.identity !== undefined : column?.computed !== undefined);
  });
}
