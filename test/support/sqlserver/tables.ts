/** Tables in SQLite: a schema is an attached database. */
import type Database from "better-sqlite3";
import type { Column, Table } from "../../../src/schema/model.ts";
import { isStored } from "../../../src/schema/model.ts";
import type { CanonicalValue } from "../../../src/values/codec.ts";

export function fillTable(db: Database.Database, table: Table, rows: readonly (readonly CanonicalValue[])[]): void {
  attach(db, table.schema);
  const name = `${quote(table.schema)}.${quote(table.name)}`;
  const columns = table.columns.filter(isStored);
  db.exec(`CREATE TABLE ${name} (${table.columns.map((column) => declare(column)).join(", ")})`);
  const insert = db.prepare(
    `INSERT INTO ${name} (${columns.map((column) => quote(column.name)).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  for (const row of rows)
    insert.run(row.map((cell, index) => stored(cell, columns[index]?.type.name === "sql_variant")));
}

/** What no text of a table begins with. */
const variantMark = "\u0001";

function stored(cell: CanonicalValue, isVariant: boolean): unknown {
  if (cell instanceof Uint8Array) return Buffer.from(cell);
  return isVariant && cell !== null ? `${variantMark}${String(cell)}` : cell;
}

/** A cell of a sql_variant in its parts; undefined for every other. */
export function variantOf(cell: unknown): { readonly base: string; readonly value: string } | undefined {
  if (typeof cell !== "string" || !cell.startsWith(variantMark)) return undefined;
  const colon = cell.indexOf(":");
  return { base: cell.slice(variantMark.length, colon), value: cell.slice(colon + 1) };
}

/** Text compares as the default collation does for ASCII; no type changes what is put in. */
function declare({ name, type }: Column): string {
  const isText = ["char", "varchar", "nchar", "nvarchar"].includes(type.name);
  return `${quote(name)} ${isText ? "COLLATE NOCASE" : ""}`;
}

export function attach(db: Database.Database, name: string): void {
  const attached = db.pragma("database_list") as { name: string }[];
  if (!attached.some((each) => each.name === name)) db.exec(`ATTACH ':memory:' AS ${quote(name)}`);
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** As the catalog's views tell them apart: `dbo.Customers`. */
export function objectName({ schema, name }: Pick<Table, "schema" | "name">): string {
  return `${schema}.${name}`;
}
