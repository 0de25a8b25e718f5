/** A copy as a SQLite database, with the types that a careful loader chooses: nothing is rounded. */
import Database from "better-sqlite3";
import { quoteIdentifier } from "../../../files/sqlite.ts";
import type { Column, TypeName } from "../../../schema/model.ts";
import type { CanonicalValue } from "../../../values/codec.ts";
import type { CopiedTable } from "../model.ts";
import { encodedCell } from "./encoding.ts";
import { plainNames } from "./names.ts";
import { plainText } from "./plain-text.ts";

const declared: Readonly<Partial<Record<TypeName, string>>> = {
  bit: "INTEGER",
  tinyint: "INTEGER",
  smallint: "INTEGER",
  int: "INTEGER",
  bigint: "INTEGER",
  float: "REAL",
  real: "REAL",
  binary: "BLOB",
  varbinary: "BLOB",
  image: "BLOB",
  hierarchyid: "BLOB",
  geometry: "BLOB",
  geography: "BLOB",
};

/** A real is a 32-bit float to the loader, and stored widened: 0.05 stands there as 0.05000000074505806. */
function stored(value: CanonicalValue, column: Column): CanonicalValue {
  if (value === null || value instanceof Uint8Array) return value;
  const type = declared[column.type.name];
  if (type === "INTEGER") return BigInt(value);
  if (type === "REAL") return column.type.name === "real" ? Math.fround(Number(value)) : Number(value);
  return plainText(value, column);
}

function fill(database: Database.Database, { columns, rows }: CopiedTable, name: string): void {
  const fields = columns.map((column) => `${quoteIdentifier(column.name)} ${declared[column.type.name] ?? "TEXT"}`);
  database.exec(`CREATE TABLE ${quoteIdentifier(name)} (${fields.join(", ")})`);
  const insert = database.prepare(`INSERT INTO ${quoteIdentifier(name)} VALUES (${columns.map(() => "?").join(", ")})`);
  for (const { cells } of rows) insert.run(columns.map((column, index) => stored(cells[index] ?? null, column)));
}

/** The database file's bytes. */
export function sqliteCopy(tables: readonly CopiedTable[]): Buffer {
  const names = plainNames(
    tables.map(({ table }) => table),
    "_",
  );
  const database = new Database(":memory:");
  try {
    database.transaction(() => {
      for (const copied of tables) fill(database, copied, names.get(copied.table) ?? "");
    })();
    return database.serialize();
  } finally {
    database.close();
  }
}

/** SQLite keeps text in UTF-8. */
export function asCopied(value: CanonicalValue, column: Column): CanonicalValue {
  return encodedCell(value, column, "utf-8");
}
