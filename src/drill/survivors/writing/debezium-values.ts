/**
 * Values as Debezium's connector for SQL Server writes them by default (`time.precision.mode: adaptive`, `decimal.handling.mode: precise`):
 * https://debezium.io/documentation/reference/stable/connectors/sqlserver.html#sqlserver-data-types
 * Its nanoseconds end in the year 2262; here they go on.
 */
import type { Column, TypeName } from "../../../schema/model.ts";
import type { CanonicalValue, PresentValue } from "../../../values/codec.ts";
import { fractionDigits, isoText } from "./plain-text.ts";

const day = 86_400_000;
/** Canonical values have so many digits behind the second. */
const canonicalDigits = 7;

type Write = (value: PresentValue, column: Column) => string;

/** Two's complement, the big end first, as few bytes as hold it. */
function unscaledBytes(value: bigint): Buffer {
  let length = 1;
  while (BigInt.asIntN(length * 8, value) !== value) length++;
  const hex = BigInt.asUintN(length * 8, value).toString(16);
  return Buffer.from(hex.padStart(length * 2, "0"), "hex");
}

const decimal: Write = (value) =>
  JSON.stringify(unscaledBytes(BigInt(String(value).replace(".", ""))).toString("base64"));

const date: Write = (value) => String(Date.parse(`${String(value)}T00:00:00Z`) / day);

/** A count of seconds and the canonical digits behind them, in the unit that the column's precision asks for. */
function count(seconds: bigint, fraction: string, column: Column): string {
  const digits = fractionDigits(column.type);
  const unit = digits <= 3 ? 3 : digits <= 6 ? 6 : 9;
  return String(seconds * 10n ** BigInt(unit) + BigInt(fraction.padEnd(unit, "0").slice(0, unit)));
}

const time: Write = (value, column) => {
  const text = String(value);
  const [hours = 0n, minutes = 0n, seconds = 0n] = text.slice(0, 8).split(":").map(BigInt);
  return count((hours * 60n + minutes) * 60n + seconds, text.slice(-canonicalDigits), column);
};

const timestamp: Write = (value, column) => {
  const text = String(value);
  const seconds = BigInt(Date.parse(`${text.slice(0, 19).replace(" ", "T")}Z`)) / 1000n;
  return count(seconds, text.slice(-canonicalDigits), column);
};

const bytes: Write = (value) => JSON.stringify(Buffer.from(value as Uint8Array).toString("base64"));
const text: Write = (value, column) => JSON.stringify(isoText(value, column));
const number: Write = (value) => (Object.is(value, -0) ? "-0.0" : String(value));

const writers: Readonly<Partial<Record<TypeName, Write>>> = {
  bit: (value) => (value === 1 ? "true" : "false"),
  tinyint: number,
  smallint: number,
  int: number,
  bigint: number,
  float: number,
  real: number,
  decimal,
  numeric: decimal,
  money: decimal,
  smallmoney: decimal,
  date,
  time,
  smalldatetime: timestamp,
  datetime: timestamp,
  datetime2: timestamp,
  binary: bytes,
  varbinary: bytes,
  image: bytes,
};

/** As JSON. Types that the connector passes over (hierarchyid, geometry, sql_variant) are their text. */
export function debeziumText(value: CanonicalValue, column: Column): string {
  return value === null ? "null" : (writers[column.type.name] ?? text)(value, column);
}
