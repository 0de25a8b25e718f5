/** Range, precision and damage of the numbers in a column, digit by digit: never through a double. */
import { type Digits, parseDigits } from "../values/digits.ts";
import { dayNumber } from "../values/calendar.ts";
import type { Kind } from "./kinds.ts";
import type { Witness } from "./model.ts";

/** A spreadsheet keeps 15 digits, and zeros in place of the rest (GOTCHAS 36). */
const spreadsheetDigits = 15;

export class NumberStatistics {
  integerDigits = 0;
  fractionDigits = 0;
  integers = 0;
  /** Integers such as 007. */
  withLeadingZeros = 0;
  /** Integers of one digit that is 0 or 1. */
  bits = 0;
  /** Integers of eight digits that are a day between 1900 and 2100. */
  compactDates = 0;
  /** Integers of more digits than a spreadsheet keeps. */
  long = 0;
  /** Those whose digits beyond are all zeros, and the first of them. */
  longInZeros = 0;
  firstInZeros: Witness | undefined;
  #longestWritten = 0;
  #atLongestWritten = 0;
  #least: string | undefined;
  #most: string | undefined;

  /** `kind` is that of a number in some notation. */
  add(raw: string, kind: Kind, record: number): void {
    const text = plainNotation(raw.trim(), kind);
    const digits = parseDigits(text);
    if (digits === undefined) return;
    this.integerDigits = Math.max(this.integerDigits, digits.integer.length);
    this.fractionDigits = Math.max(this.fractionDigits, digits.fraction.length);
    if (kind === "integer") this.#addInteger(text, digits.integer, record);
    this.#widen(text);
  }

  get range(): { least: string; most: string } | undefined {
    return this.#least === undefined || this.#most === undefined ? undefined : { least: this.#least, most: this.#most };
  }

  /** Integers that are written with fewer digits than the longest. */
  get shorter(): number {
    return this.integers - this.#atLongestWritten;
  }

  #addInteger(text: string, integer: string, record: number): void {
    this.integers++;
    const written = text.length - (/^[+-]/.test(text) ? 1 : 0);
    this.#noteWidth(written);
    if (written > Math.max(integer.length, 1)) this.withLeadingZeros++;
    if (text === "0" || text === "1") this.bits++;
    if (written === 8 && isCompactDate(text)) this.compactDates++;
    if (integer.length <= spreadsheetDigits) return;
    this.long++;
    if (!/^0+$/.test(integer.slice(spreadsheetDigits))) return;
    this.longInZeros++;
    this.firstInZeros ??= { record, value: text };
  }

  #noteWidth(written: number): void {
    if (written > this.#longestWritten) [this.#longestWritten, this.#atLongestWritten] = [written, 0];
    if (written === this.#longestWritten) this.#atLongestWritten++;
  }

  #widen(text: string): void {
    if (this.#least === undefined || compareNumbers(text, this.#least) < 0) this.#least = text;
    if (this.#most === undefined || compareNumbers(text, this.#most) > 0) this.#most = text;
  }
}

function isCompactDate(text: string): boolean {
  const year = Number(text.slice(0, 4));
  return year >= 1900 && year <= 2100 && dayNumber(year, Number(text.slice(4, 6)), Number(text.slice(6))) >= 0;
}

function plainNotation(text: string, kind: Kind): string {
  if (kind === "decimal-comma") return text.replaceAll(".", "").replace(",", ".");
  return kind === "grouped" ? text.replaceAll(",", "") : text;
}

/** Two numbers in plain notation; exact where doubles would be equal. */
export function compareNumbers(left: string, right: string): number {
  const difference = Number(left) - Number(right);
  if (difference !== 0 || (left.length <= spreadsheetDigits && right.length <= spreadsheetDigits)) return difference;
  const [one, other] = [parseDigits(left), parseDigits(right)];
  if (one === undefined || other === undefined) return 0;
  return compareMagnitudes(one, other) * (one.negative ? -1 : 1);
}

function compareMagnitudes(left: Digits, right: Digits): number {
  if (left.integer.length !== right.integer.length) return left.integer.length - right.integer.length;
  const [one, other] = [left.integer + left.fraction, right.integer + right.fraction];
  return one < other ? -1 : one > other ? 1 : 0;
}
