/** Canonical values as SQLite cells, and back. What SQLite cannot hold is kept as a BLOB that only its type explains. */
import type { Column } from "../schema/model.ts";
import type { CanonicalValue, PresentValue } from "../values/codec.ts";

/** What better-sqlite3 binds and returns. */
export type SqliteCell = null | number | bigint | string | Buffer;

type Family = "integer" | "float" | "text" | "binary";

function familyOf(column: Column): Family {
  switch (column.type.name) {
    case "bit":
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint":
      return "integer";
    case "float":
    case "real":
      return "float";
    case "binary":
    case "varbinary":
    case "image":
    case "timestamp":
    case "hierarchyid":
    case "geometry":
    case "geography":
      return "binary";
    default:
      return "text";
  }
}

const affinities: Record<Family, string> = { integer: "INTEGER", float: "REAL", text: "TEXT", binary: "BLOB" };

/** The SQLite column type that keeps the canonical form as it is. */
export function affinityOf(column: Column): string {
  return affinities[familyOf(column)];
}

/** Does reading this column need 64-bit integers? */
export function needsBigInt(column: Column): boolean {
  return column.type.name === "bigint";
}

/** Encoders for a list of columns, cell by cell. */
export function cellEncoders(columns: readonly Column[]): ((value: CanonicalValue) => SqliteCell)[] {
  const encoders: Record<Family, (value: CanonicalValue) => SqliteCell> = {
    integer: (value) => value as SqliteCell,
    float: encodeFloat,
    text: encodeText,
    binary: encodeBinary,
  };
  return columns.map((column) => encoders[familyOf(column)]);
}

/** SQLite turns NaN into NULL and -0 into 0. */
function encodeFloat(value: CanonicalValue): SqliteCell {
  if (typeof value === "number" && (Number.isNaN(value) || Object.is(value, -0)))
    return Buffer.from(Number.isNaN(value) ? "NaN" : "-0");
  return value as SqliteCell;
}

/** UTF-8 has no lone surrogates: SQLite would turn them into U+FFFD. */
function encodeText(value: CanonicalValue): SqliteCell {
  return typeof value === "string" && !value.isWellFormed() ? Buffer.from(value, "utf16le") : (value as SqliteCell);
}

function encodeBinary(value: CanonicalValue): SqliteCell {
  if (value === null || Buffer.isBuffer(value)) return value;
  const bytes = value as Uint8Array;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Decoders for a list of columns, cell by cell. */
export function cellDecoders(columns: readonly Column[]): ((cell: SqliteCell) => CanonicalValue)[] {
  const decoders: Record<Family, (cell: SqliteCell) => CanonicalValue> = {
    integer: decodeInteger,
    float: (cell) => (Buffer.isBuffer(cell) ? Number(cell.toString()) : cell),
    text: (cell) => (Buffer.isBuffer(cell) ? cell.toString("utf16le") : cell),
    binary: (cell) => cell,
  };
  return columns.map((column) => decoders[familyOf(column)]);
}

function decodeInteger(cell: SqliteCell): PresentValue | null {
  if (typeof cell !== "bigint") return cell;
  return cell >= BigInt(Number.MIN_SAFE_INTEGER) && cell <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(cell) : cell;
}
