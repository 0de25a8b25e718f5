/** Values as cells of a workbook: numbers with 15 digits, days and moments as dates where Excel has them, the rest as text. */
import type { Cell } from "write-excel-file/node";
import type { Column, TypeName } from "../../../schema/model.ts";
import type { CanonicalValue, PresentValue } from "../../../values/codec.ts";
import { asResaved, excelText } from "./excel.ts";
import { isoText, plainText, variantAsText } from "./plain-text.ts";

const exactTypes = new Set<TypeName>([
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "decimal",
  "numeric",
  "money",
  "smallmoney",
]);
const floatTypes = new Set<TypeName>(["float", "real"]);
const dateFormats: Readonly<Partial<Record<TypeName, string>>> = {
  date: "yyyy-mm-dd",
  smalldatetime: "yyyy-mm-dd hh:mm",
  datetime: "yyyy-mm-dd hh:mm:ss.000",
};
/** Before it a workbook's days are not those of the calendar. */
const firstDate = "1900-03-01";

/** Characters of a cell, by Excel's own limits ("Excel specifications and limits"); even, for the digits of bytes. */
const longestText = 32_766;
const longestBytes = (longestText - 2) / 2;

/** What XML cannot hold or had better not (the writer drops it, and U+FFFD too), and what reads like an escape. */
const foreign =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffd]|\p{Noncharacter_Code_Point}|\p{Cs}|_(?=x[\dA-F]{4}_)/giu;

/** `_x000D_` for a carriage return (ECMA-376 part 1, 22.9.2.19). */
function escaped(text: string): string {
  return text.replaceAll(foreign, (found) =>
    Array.from({ length: found.length }, (_, at) => escapeOf(found.charCodeAt(at))).join(""),
  );
}

function escapeOf(unit: number): string {
  return `_x${unit.toString(16).toUpperCase().padStart(4, "0")}_`;
}

/** Never with half of a surrogate pair at its end. */
function cut(text: string): string {
  const end = /[\ud800-\udbff]/.test(text.charAt(longestText - 1)) ? longestText - 1 : longestText;
  return text.length > longestText ? text.slice(0, end) : text;
}

function roundedFloat(value: number): number {
  const rounded = Number(value.toPrecision(15));
  return Number.isFinite(rounded) ? rounded : value;
}

function dateOf(value: PresentValue, column: Column): Date | undefined {
  if (dateFormats[column.type.name] === undefined || String(value) < firstDate) return undefined;
  const text = isoText(value, column);
  return new Date(column.type.name === "date" ? `${text}T00:00:00Z` : `${text}Z`);
}

/** What a cell has room for. */
export function fitting(value: PresentValue): PresentValue {
  if (typeof value === "string") return cut(value);
  return value instanceof Uint8Array ? value.subarray(0, longestBytes) : value;
}

function textCell(text: string): Cell {
  return text === "" ? null : { value: escaped(text), type: String, format: "@" };
}

/** NULL and the empty text are both an empty cell. */
export function sheetCell(value: CanonicalValue, column: Column): Cell {
  if (value === null) return null;
  const { name } = column.type;
  if (name === "bit") return { value: value === 1, type: Boolean };
  if (floatTypes.has(name)) return { value: roundedFloat(Number(value)), type: Number };
  if (exactTypes.has(name)) return { value: Number(excelText(plainText(value, column))), type: Number };
  const date = dateOf(value, column);
  if (date !== undefined) return { value: date, type: Date, format: dateFormats[name] ?? "" };
  return textCell(plainText(fitting(value), column));
}

export function headCell(name: string): Cell {
  return textCell(name);
}

/** What a reader finds. */
export function asCell(value: CanonicalValue, column: Column): CanonicalValue {
  if (value === null) return null;
  const { name } = column.type;
  if (floatTypes.has(name)) return roundedFloat(Number(value));
  if (exactTypes.has(name)) return asResaved(value, column);
  if (typeof value === "string" && plainText(value, column) === "") return null;
  return variantAsText(fitting(value), column);
}
