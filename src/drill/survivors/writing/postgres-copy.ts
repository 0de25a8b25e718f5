/** A copy in PostgreSQL, with the types that a migration chooses. */
import type { Client } from "pg";
import { quoteWith } from "../../../emit/standard/dialect.ts";
import type { Column, TypeName } from "../../../schema/model.ts";
import type { CanonicalValue } from "../../../values/codec.ts";
import type { CopiedTable } from "../model.ts";
import { rowValues, toMicroseconds } from "./dump-server.ts";
import { encodedCell } from "./encoding.ts";
import { plainText } from "./plain-text.ts";

const declared: Readonly<Partial<Record<TypeName, string>>> = {
  bit: "boolean",
  tinyint: "smallint",
  smallint: "smallint",
  int: "integer",
  bigint: "bigint",
  money: "numeric(19,4)",
  smallmoney: "numeric(10,4)",
  float: "double precision",
  real: "real",
  date: "date",
  time: "time",
  smalldatetime: "timestamp",
  datetime: "timestamp",
  datetime2: "timestamp",
  datetimeoffset: "timestamptz",
  binary: "bytea",
  varbinary: "bytea",
  image: "bytea",
  hierarchyid: "bytea",
  geometry: "bytea",
  geography: "bytea",
  uniqueidentifier: "uuid",
};

function typeText({ type }: Column): string {
  const { name, precision = 18, scale = 0 } = type;
  return name === "decimal" || name === "numeric" ? `numeric(${precision},${scale})` : (declared[name] ?? "text");
}

/** `2026-03-14 09:26:53.1234560 +01:00` → the same moment at +00:00, as a timestamptz has no offset of its own. */
function inUtc(value: string): string {
  const [date = "", time = "", offset = ""] = value.split(" ");
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  const shift = (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  const moment = new Date(Date.parse(`${date}T${time.slice(0, 8)}Z`) - shift);
  return `${moment.toISOString().slice(0, 19).replace("T", " ")}${time.slice(8)} +00:00`;
}

/** Texts without NULs, which PostgreSQL does not take; times in microseconds. */
export function asMigrated(value: CanonicalValue, column: Column): CanonicalValue {
  if (typeof value !== "string") return value;
  const { name } = column.type;
  if (name === "datetimeoffset") return inUtc(toMicroseconds(value));
  if (name === "time" || name === "datetime2") return toMicroseconds(value);
  return encodedCell(value.replaceAll("\0", ""), column, "utf-8");
}

/** Lengths are looked at before: servers count them in their own ways. */
const quoted = quoteWith('"', Infinity);

function parameter(value: CanonicalValue, column: Column): string | Buffer | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value);
  const moved = column.type.name === "sql_variant" ? value : (asMigrated(value, column) ?? "");
  return plainText(moved, column).replaceAll("\0", "");
}

/** Makes the table, in a schema of the same name, and fills it. */
export async function loadPostgres(client: Client, copied: CopiedTable): Promise<void> {
  const { table, columns, rows } = copied;
  const name = `${quoted(table.schema)}.${quoted(table.name)}`;
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${quoted(table.schema)}`);
  const fields = columns.map((column) => `${quoted(column.name)} ${typeText(column)}`);
  await client.query(`CREATE TABLE ${name} (${fields.join(", ")})`);
  const marks = columns.map((_, index) => `$${index + 1}`).join(", ");
  const insert = { name: table.id.slice(0, 60), text: `INSERT INTO ${name} VALUES (${marks})` };
  await client.query("BEGIN");
  for (const { cells } of rows) {
    const values = rowValues(copied, cells, (value, index) => parameter(value, columns[index] as Column));
    await client.query({ ...insert, values });
  }
  await client.query("COMMIT");
}
