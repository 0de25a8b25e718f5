/** A copy in MySQL or MariaDB, with types that hold the values as they are. */
import type { Connection } from "mysql2/promise";
import { quoteWith } from "../../../emit/standard/dialect.ts";
import type { Column, TypeName } from "../../../schema/model.ts";
import type { CanonicalValue } from "../../../values/codec.ts";
import type { CopiedTable } from "../model.ts";
import { rowValues, toMicroseconds } from "./dump-server.ts";
import { encodedCell } from "./encoding.ts";
import { plainText } from "./plain-text.ts";

/** A FLOAT would be dumped with six digits: reals are doubles. */
const declared: Readonly<Partial<Record<TypeName, string>>> = {
  bit: "tinyint(1)",
  tinyint: "tinyint unsigned",
  smallint: "smallint",
  int: "int",
  bigint: "bigint",
  money: "decimal(19,4)",
  smallmoney: "decimal(10,4)",
  float: "double",
  real: "double",
  date: "date",
  time: "time(6)",
  smalldatetime: "datetime",
  datetime: "datetime(3)",
  datetime2: "datetime(6)",
  datetimeoffset: "varchar(40)",
  binary: "longblob",
  varbinary: "longblob",
  image: "longblob",
  hierarchyid: "longblob",
  geometry: "longblob",
  geography: "longblob",
  uniqueidentifier: "char(36)",
};

function typeText({ type }: Column): string {
  const { name, precision = 18, scale = 0 } = type;
  return name === "decimal" || name === "numeric" ? `decimal(${precision},${scale})` : (declared[name] ?? "longtext");
}

/** Times in microseconds. */
export function asLoaded(value: CanonicalValue, column: Column): CanonicalValue {
  if (typeof value !== "string") return value;
  const { name } = column.type;
  return name === "time" || name === "datetime2" ? toMicroseconds(value) : encodedCell(value, column, "utf-8");
}

/** Lengths are looked at before: servers count them in their own ways. */
const quoted = quoteWith("`", Infinity);

function parameter(value: CanonicalValue, column: Column): string | Buffer | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return Buffer.from(value);
  return plainText(column.type.name === "sql_variant" ? value : (asLoaded(value, column) ?? ""), column);
}

/** Makes the table under `name` and fills it. */
export async function loadMysql(connection: Connection, copied: CopiedTable, name: string): Promise<void> {
  const { columns, rows } = copied;
  const fields = columns.map((column) => `${quoted(column.name)} ${typeText(column)}`);
  await connection.query(`CREATE TABLE ${quoted(name)} (${fields.join(", ")}) DEFAULT CHARSET utf8mb4`);
  const insert = `INSERT INTO ${quoted(name)} VALUES (${columns.map(() => "?").join(", ")})`;
  await connection.beginTransaction();
  for (const { cells } of rows)
    await connection.execute(
      insert,
      rowValues(copied, cells, (value, index) => parameter(value, columns[index] as Column)),
    );
  await connection.commit();
}
