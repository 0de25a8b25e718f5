/**
 * A CSV file that was opened in Excel and saved again, on a machine whose short date is ISO's (GOTCHAS 36).
 * Excel goes by the text of a cell alone, quoted or not: what looks like a number is one, with 15 digits; what has an exponent is shown with
 * two decimals; what looks like a date loses the parts of a second; nothing and `""` are both an empty cell.
 */
import type { Column, SqlType } from "../../../schema/model.ts";
import type { CanonicalValue, PresentValue } from "../../../values/codec.ts";
import { variantBase } from "../../../values/variant.ts";
import { isText, plainText } from "./plain-text.ts";

const plainNumber = /^([+-]?)(\d+\.?\d*|\.\d+)$/;
const exponentNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)E[+-]?\d{1,3}$/i;
const moment = /^((?:19|[2-9]\d)\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d|\d\d:\d\d:\d\d)\.\d+$/;

const sureDigits = 15;
/** Bounds of its numbers; what is beyond stays text. */
const largest = 9.99e307;
const smallest = 2.3e-308;
const mostDigits = 307;

/** Digits behind the 15th that counts are zeros. */
function fifteenDigits(sign: string, digits: string): string {
  const [whole = "", fraction = ""] = digits.split(".");
  const integer = whole.replace(/^0+/, "");
  const leading = integer === "" ? (/^0*/.exec(fraction)?.[0].length ?? 0) : 0;
  const kept = integer.slice(0, sureDigits).padEnd(integer.length, "0");
  const rest = fraction.slice(0, Math.max(0, sureDigits - integer.length) + leading).replace(/0+$/, "");
  const shown = (kept === "" ? "0" : kept) + (rest === "" ? "" : `.${rest}`);
  return sign === "-" && shown !== "0" ? `-${shown}` : shown;
}

/** `1E5` is `1.00E+05`. */
function scientific(value: number): string {
  const [digits = "", exponent = ""] = value.toExponential(2).split("e");
  return `${digits}E${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, "0")}`;
}

/** A cell's text as it is saved. */
export function excelText(text: string): string {
  const [, sign = "", digits] = plainNumber.exec(text) ?? [];
  if (digits !== undefined) return digits.length > mostDigits ? text : fifteenDigits(sign, digits);
  if (exponentNumber.test(text)) {
    const value = Number(text);
    const isHeld = value === 0 || (Math.abs(value) >= smallest && Math.abs(value) <= largest);
    return isHeld ? scientific(value + 0) : text;
  }
  return moment.exec(text)?.[1] ?? text;
}

/** What the saved cell says in a column of its type. */
export function asResaved(value: PresentValue, column: Column): CanonicalValue {
  const text = plainText(value, column);
  const saved = excelText(text);
  if (saved === "") return null;
  return saved === text ? value : canonicalOf(saved, value, column);
}

function canonicalOf(text: string, value: PresentValue, column: Column): CanonicalValue {
  if (isText(column)) return text;
  if (column.type.name === "sql_variant") return `${variantBase(String(value)).base}:${text}`;
  if (typeof value === "bigint") return integerOf(text);
  if (typeof value === "number") return numberOf(text, column.type);
  return column.type.name.startsWith("date") || column.type.name === "time"
    ? `${text}.0000000`
    : withScale(text, String(value));
}

function integerOf(text: string): number | bigint {
  const value = BigInt(text);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function numberOf(text: string, { name, precision = 53 }: SqlType): number {
  const isReal = name === "real" || (name === "float" && precision <= 24);
  return isReal ? shortestReal(Math.fround(Number(text))) : Number(text);
}

/** The double that a real's shortest text names: 6 digits at least are sure. */
function shortestReal(single: number): number {
  const texts = [6, 7, 8, 9].map((digits) => Number(single.toPrecision(digits)));
  return texts.find((candidate) => Math.fround(candidate) === single) ?? single;
}

/** With the decimals that the true value is written with. */
function withScale(text: string, truth: string): string {
  const scale = truth.split(".")[1]?.length ?? 0;
  const [whole = "", fraction = ""] = text.split(".");
  return scale === 0 ? whole : `${whole}.${fraction.padEnd(scale, "0")}`;
}
