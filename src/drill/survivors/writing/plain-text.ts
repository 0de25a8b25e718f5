/** Canonical values as programs print them. */
import type { Column, SqlType, TypeName } from "../../../schema/model.ts";
import type { CanonicalValue, PresentValue } from "../../../values/codec.ts";
import { variantBase } from "../../../values/variant.ts";

const textTypes = new Set<TypeName>(["char", "varchar", "text", "nchar", "nvarchar", "ntext", "xml"]);

export function isText({ type }: Column): boolean {
  return textTypes.has(type.name);
}

/** Characters up to the second, of what a canonical value begins with. */
const clockLength: Readonly<Partial<Record<TypeName, number>>> = {
  time: 8,
  smalldatetime: 19,
  datetime: 19,
  datetime2: 19,
  datetimeoffset: 19,
};

/** Of a second, as the type shows it. */
export function fractionDigits({ name, scale }: SqlType): number {
  if (name === "smalldatetime") return 0;
  return name === "datetime" ? 3 : (scale ?? 7);
}

function momentText(value: string, type: SqlType, length: number): string {
  const digits = fractionDigits(type);
  const offset = value.slice(length + 8);
  return value.slice(0, digits === 0 ? length : length + 1 + digits) + offset;
}

export function hexText(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex").toUpperCase()}`;
}

/** Dates and times with the digits that their type has, bytes as 0x, numbers with all their digits, a variant without its base type. */
export function plainText(value: PresentValue, { type }: Column): string {
  if (value instanceof Uint8Array) return hexText(value);
  if (typeof value !== "string") return Object.is(value, -0) ? "-0" : String(value);
  if (type.name === "sql_variant") return variantBase(value).value;
  const length = clockLength[type.name];
  return length === undefined ? value : momentText(value, type, length);
}

/** `2026-03-14T09:26:53.997`, `2026-03-14T09:26:53.1234567+01:00`; other types as {@link plainText}. */
export function isoText(value: PresentValue, column: Column): string {
  const text = plainText(value, column);
  return column.type.name in clockLength ? text.replace(/^([\d-]{10}) /, "$1T").replace(/ ([+-])/, "$1") : text;
}

/** What a text is in a variant: no format here tells the base type. */
export function variantAsText(value: CanonicalValue, { type }: Column): CanonicalValue {
  return type.name === "sql_variant" && typeof value === "string" ? `nvarchar:${variantBase(value).value}` : value;
}
