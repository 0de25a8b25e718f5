/** How the text of a cell is written: the lexical form that decides which SQL types could hold it. */
import { dayNumber } from "../values/calendar.ts";

export type Kind =
  | "integer"
  | "decimal"
  /** `1234,56`, `1.234,56` */
  | "decimal-comma"
  /** `1,234.56` */
  | "grouped"
  | "scientific"
  | "boolean"
  | "uuid"
  /** Year first, or with the month's name: nothing has to be known to read it. */
  | "date"
  | "datetime"
  | "datetime-offset"
  | "time"
  /** `03/04/2005`, with a time or without: day and month in an order that has to be known. */
  | "local-date"
  | "local-datetime"
  | "hex"
  | "binary"
  /** A word that often stands for NULL. */
  | "null-word"
  | "text";

const integerForm = /^[+-]?\d+$/;
const decimalForm = /^[+-]?(?:\d+\.\d*|\.\d+)$/;
const commaForm = /^[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+$/;
const groupedForm = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const scientificForm = /^[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d{1,3}$/;
const uuidForm = /^(?:\{[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
const hexForm = /^0x(?:[\da-f]{2})*$/i;
const timeForm = /^(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?: ?[ap]m)?$/i;
const isoForm = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T]+(.+))?$/;
const namedForm = /^(?:(\d{1,2})[ -]([a-z]{3,9})\.?[ -](\d{4})|([a-z]{3,9})\.? +(\d{1,2}),? +(\d{4}))(?: +(.+))?$/i;
const offset = /(?:Z| ?[+-]\d{2}:?\d{2})$/i;
const localForm = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[ T,]+(.+))?$/;
const months = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;

const booleans = new Set(["true", "false", "yes", "no", "y", "n", "t", "f"]);
/** As exports write NULL where they have no other way, in lower case. */
const nullWords = new Set([
  "null",
  String.raw`\n`,
  "(null)",
  "<null>",
  "[null]",
  "n/a",
  "#n/a",
  "nan",
  "none",
  "nil",
  "na",
]);

/** No form but text is longer. */
const longestForm = 64;

/** `text` is not empty; blanks around it do not count. */
export function kindOf(raw: string): Kind {
  const text = isBlank(raw.charCodeAt(0)) || isBlank(raw.charCodeAt(raw.length - 1)) ? raw.trim() : raw;
  const first = text.charCodeAt(0);
  if (first === 48 && hexForm.test(text)) return "hex";
  if (text.length > longestForm) return integerForm.test(text) ? "integer" : "text";
  if (first >= 48 && first <= 57) return kindOfDigits(text);
  if (first === 43 || first === 45 || first === 46) return numberKind(text) ?? wordKind(text);
  return wordKind(text);
}

function isBlank(code: number): boolean {
  return code <= 32 || code === 0xa0;
}

function kindOfDigits(text: string): Kind {
  return numberKind(text) ?? dateKind(text) ?? wordKind(text);
}

function numberKind(text: string): Kind | undefined {
  if (integerForm.test(text)) return "integer";
  if (decimalForm.test(text)) return "decimal";
  if (groupedForm.test(text)) return isCommaDecimal(text) ? "decimal-comma" : "grouped";
  if (commaForm.test(text)) return "decimal-comma";
  return scientificForm.test(text) ? "scientific" : undefined;
}

/** `1,234` could be either; with a zero in front it is no group. */
function isCommaDecimal(text: string): boolean {
  return /^[+-]?0/.test(text);
}

function dateKind(text: string): Kind | undefined {
  if (timeForm.test(text)) return "time";
  return isoKind(text) ?? localKind(text);
}

function isoKind(text: string): Kind | undefined {
  const match = isoForm.exec(text);
  if (match === null) return undefined;
  const [, year, , month, day, rest] = match;
  return dayNumber(Number(year), Number(month), Number(day)) < 0 ? undefined : withTime(rest, "date", "datetime");
}

function withTime(rest: string | undefined, date: Kind, datetime: Kind): Kind | undefined {
  if (rest === undefined) return date;
  if (timeForm.test(rest)) return datetime;
  const zoneless = rest.replace(offset, "");
  return zoneless !== rest && timeForm.test(zoneless) ? "datetime-offset" : undefined;
}

/** The three numbers of `03/04/2005`. Undefined where no order makes a day of the calendar of them. */
export function localParts(raw: string): readonly [first: number, second: number, third: number] | undefined {
  const match = localForm.exec(raw.trim());
  if (match === null) return undefined;
  const [first, second, third] = [Number(match[1]), Number(match[3]), Number(match[4])];
  const year = match[4]?.length === 4 ? third : 2000 + third;
  const isDay = (month: number, day: number) => dayNumber(year, month, day) >= 0;
  const isYearFirst = match[4]?.length === 2 && match[1]?.length === 2 && dayNumber(2000 + first, second, third) >= 0;
  return isDay(second, first) || isDay(first, second) || isYearFirst ? [first, second, third] : undefined;
}

function localKind(text: string): Kind | undefined {
  if (localParts(text) === undefined) return undefined;
  return withTime(localForm.exec(text)?.[5], "local-date", "local-datetime");
}

function wordKind(text: string): Kind {
  const word = text.toLowerCase();
  if (nullWords.has(word)) return "null-word";
  if (booleans.has(word)) return "boolean";
  if (uuidForm.test(text)) return "uuid";
  return namedDateKind(text) ?? "text";
}

function namedDateKind(text: string): Kind | undefined {
  const match = namedForm.exec(text);
  if (match === null || !months.test(match[2] ?? match[4] ?? "")) return undefined;
  return withTime(match[7], "date", "datetime");
}
