/** Numbers that lost digits: spreadsheets, doubles, single precision, two decimals on a report. */
import { parseDigits, plainText, roundToScale } from "../digits.ts";
import type { Damage } from "./damage.ts";
import { excelDigits, isExcelDigits } from "./excel-digits.ts";

const throughDouble: Damage = { kind: "float-noise", what: "digits that a double keeps" };
const singlePrecision: Damage = { kind: "float-noise", what: "single precision" };
const fewerDigits: Damage = { kind: "float-noise", what: "fewer significant digits" };

/** A double holds every number of so many digits. */
const doubleDigits = 15;

/** Below cents a rounded amount looks like a changed one: 1299.49 and 1299, a rate of 0.0725 and 0.07. */
const leastDecimals = 2;
const leastLost = 2;
const leastKept = 3;

/** Rounded half away from zero to at least two decimals, with two or more digits lost and three left. */
function roundedDamage(candidate: string, intact: string): Damage | undefined {
  const kept = significantFraction(candidate).length;
  const decimals = Math.max(kept, leastDecimals);
  if (significantFraction(intact).length < decimals + leastLost) return undefined;
  const digits = parseDigits(intact);
  const rounded = digits && roundToScale(digits, Number.POSITIVE_INFINITY, decimals);
  if (rounded === undefined || !isSameNumber(rounded, candidate)) return undefined;
  if (scaledDigits(rounded).length < leastKept) return undefined;
  return { kind: "rounded", what: `rounded to ${decimals} decimals` };
}

function significantFraction(text: string): string {
  const point = text.indexOf(".");
  return point < 0 ? "" : text.slice(point + 1).replace(/0+$/, "");
}

/** Of two plain texts without needless leading zeros. */
function isSameNumber(left: string, right: string): boolean {
  return withoutFractionZeros(left) === withoutFractionZeros(right);
}

function withoutFractionZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Digits without sign, point and leading zeros. Numbers of one column have one scale, so these are comparable. */
function scaledDigits(text: string): string {
  return text.replace(/^[-0.]+/, "").replace(".", "");
}

function isThroughDouble(candidate: string, intact: string): boolean {
  const double = Number(intact);
  const point = intact.indexOf(".");
  if (point < 0 && BigInt(double).toString() === candidate) return true;
  const digits = parseDigits(plainText(double));
  const scale = point < 0 ? 0 : intact.length - point - 1;
  return digits !== undefined && roundToScale(digits, Number.POSITIVE_INFINITY, scale) === candidate;
}

/** Within a unit of the fifteenth digit; costs less than any look at digits. */
function sharesDoubleDigits(candidate: string, intact: string): boolean {
  return Math.abs(Number(candidate) - Number(intact)) <= 1e-14 * Math.abs(Number(intact));
}

/** Lost from the sixteenth digit on. */
function longDamage(candidate: string, intact: string): Damage | undefined {
  const digits = scaledDigits(intact);
  if (digits.length <= doubleDigits || !sharesDoubleDigits(candidate, intact)) return undefined;
  if (isExcelDigits(scaledDigits(candidate), digits)) return excelDigits;
  // One double is near both; the one that it names lost its digits, not the other.
  return isThroughDouble(candidate, intact) && !isThroughDouble(intact, candidate) ? throughDouble : undefined;
}

/** bigint, decimal, numeric, money, smallmoney: canonical texts (GOTCHAS 27, 36). */
export function exactDamage(candidate: string, intact: string): Damage | undefined {
  if (candidate === intact || Math.abs(candidate.length - intact.length) > 1) return undefined;
  const isLong = intact.length > doubleDigits;
  if (!isLong && !intact.includes(".")) return undefined;
  if (candidate.startsWith("-") !== intact.startsWith("-")) return undefined;
  return (isLong ? longDamage(candidate, intact) : undefined) ?? roundedDamage(candidate, intact);
}

/** Significant digits of the shortest text that reads back as this double. */
function digitCount(value: number): number {
  const text = Math.abs(value).toExponential();
  const mantissa = text.slice(0, text.indexOf("e"));
  return mantissa.length === 1 ? 1 : mantissa.length - 1;
}

/** The fewest digits that conversions print (`CONVERT(varchar, float)`: six), and those of any single. */
const printedDigits = 6;
const singleDigits = 9;

function hasFewerDigits(candidate: number, intact: number): boolean {
  const kept = Math.max(digitCount(candidate), printedDigits);
  const all = digitCount(intact);
  if (all <= doubleDigits && all < kept + leastLost) return false;
  if (kept < all && Number(intact.toPrecision(kept)) === candidate) return true;
  return kept <= singleDigits && all >= kept + leastLost && Math.fround(candidate) === Math.fround(intact);
}

/** Cheaper than any look at digits: half a unit of the sixth digit, and of the second decimal. */
function isNear(candidate: number, intact: number): boolean {
  const gap = Math.abs(candidate - intact);
  return gap <= 0.005_000_1 || gap <= 5.1e-6 * Math.abs(intact);
}

/** Typed or pasted into a spreadsheet: the digits behind the fifteenth are gone, and not rounded. */
function isCutBySpreadsheet(candidate: number, intact: number): boolean {
  const [cut, whole] = [plainText(candidate), plainText(intact)];
  if (digitCount(intact) <= doubleDigits || cut.startsWith("-") !== whole.startsWith("-")) return false;
  const decimals = significantFraction(whole).length;
  const fraction = significantFraction(cut);
  const padded = `${cut.replace(/\..*$/, "")}.${fraction.padEnd(decimals, "0")}`;
  return fraction.length <= decimals && isExcelDigits(scaledDigits(padded), scaledDigits(whole));
}

/** float and real. 3.140000104904175 is 3.14 that went through a single. */
export function floatDamage(candidate: number, intact: number): Damage | undefined {
  // Of what became zero no digit is left to tell.
  if (candidate === intact || candidate === 0 || !isNear(candidate, intact)) return undefined;
  // The one with the longer text is the noise here.
  if (Math.fround(candidate) === intact) return undefined;
  if (Math.fround(intact) === candidate) return singlePrecision;
  if (hasFewerDigits(candidate, intact)) return fewerDigits;
  if (isCutBySpreadsheet(candidate, intact)) return excelDigits;
  return roundedDamage(plainText(candidate), plainText(intact));
}
