/** T-SQL as tools write it, apart from the emitter's own, so that one can be held against the other. */
import type { Column, Table, TypeName } from "../../../schema/model.ts";
import type { CanonicalValue, PresentValue } from "../../../values/codec.ts";
import { hexText, isoText } from "./plain-text.ts";

export function bracketed(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

export function tableText({ schema, name }: Table): string {
  return `${bracketed(schema)}.${bracketed(name)}`;
}

/** A backslash at the end of a line continues it on the next, so that the literal is cut there (GOTCHAS 7). */
function nationalText(text: string): string {
  const quoted = `N'${text.replaceAll("'", "''")}'`;
  return quoted.replaceAll(/\\(?=\r?\n)/g, "\\'+N'");
}

const exactTypes = new Set<TypeName>(["decimal", "numeric", "money", "smallmoney"]);
const floatTypes = new Set<TypeName>(["float", "real"]);

/** A value as an application writes it into a statement. */
export function literal(value: CanonicalValue, column: Column): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return hexText(value);
  if (floatTypes.has(column.type.name)) return floatText(Number(value));
  if (typeof value !== "string" || exactTypes.has(column.type.name)) return String(value);
  return nationalText(isoText(value, column));
}

function floatText(value: number): string {
  return (Object.is(value, -0) ? "-" : "") + value.toExponential().toUpperCase();
}

/** What Generate Scripts of Management Studio wraps, by the name that it gives the type. */
const wrapped: Readonly<Partial<Record<TypeName, string>>> = {
  decimal: "Decimal",
  numeric: "Numeric",
  date: "Date",
  time: "Time",
  smalldatetime: "SmallDateTime",
  datetime: "DateTime",
  datetime2: "DateTime2",
  datetimeoffset: "DateTimeOffset",
};

/** A value as Generate Scripts writes it: char with its blanks, ids in small letters. */
export function scriptLiteral(value: CanonicalValue, column: Column): string {
  const text = literal(value === null ? value : asScripted(value, column), column);
  const type = wrapped[column.type.name];
  if (value === null || type === undefined) return text;
  const { precision = 18, scale = 0 } = column.type;
  return `CAST(${text} AS ${exactTypes.has(column.type.name) ? `${type}(${precision}, ${scale})` : type})`;
}

function asScripted(value: PresentValue, { type }: Column): PresentValue {
  if (typeof value !== "string") return value;
  if (type.name === "uniqueidentifier") return value.toLowerCase();
  const isPadded = type.name === "char" || type.name === "nchar";
  return isPadded && typeof type.length === "number" ? value.padEnd(type.length) : value;
}

/** What an UPDATE sets: `[a] = 1, [b] = NULL`. */
export function settings(columns: readonly Column[], cells: readonly CanonicalValue[]): string {
  return columns
    .map((column, index) => `${bracketed(column.name)} = ${literal(cells[index] ?? null, column)}`)
    .join(", ");
}

/** What names a row: `[a] = 1 AND [b] IS NULL`. */
export function conditions(columns: readonly Column[], cells: readonly CanonicalValue[]): string {
  const texts = columns.map((column, index) => {
    const value = cells[index] ?? null;
    return `${bracketed(column.name)} ${value === null ? "IS NULL" : `= ${literal(value, column)}`}`;
  });
  return texts.join(" AND ");
}
