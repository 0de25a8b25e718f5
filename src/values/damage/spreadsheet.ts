/** Text that a spreadsheet took for a number or a date (GOTCHAS 36). */
import { plainText } from "../digits.ts";
import type { Damage } from "./damage.ts";
import { excelDigits, isExcelDigits } from "./excel-digits.ts";
import { serialDateDamage } from "./serial-dates.ts";

const leadingZeros: Damage = { kind: "leading-zeros", what: "leading zeros lost" };
const scientific: Damage = { kind: "scientific", what: "number in a spreadsheet's scientific notation" };
const calculated: Damage = { kind: "scientific", what: "text such as 1E5 taken for a number" };

/** No number that a spreadsheet prints is longer. */
const longestNumber = 330;
const numberForm = /^\d+(?:\.\d+)?(?:E[+-]?\d+)?$/i;
const digitsOnly = /^\d+$/;
const exponentForm = /^\d+(?:\.\d+)?E[+-]?\d+$/i;
/** `1.91431E+18`, `1.00E+12`. */
const printedForm = /^\d(?:\.(\d+))?E[+-]\d{2,3}$/i;
/** The General format turns to scientific notation beyond 11 digits. */
const shortestScientific = 12;
/** `0.00E+00` is the coarsest format that spreadsheets choose by themselves; fewer digits are exact. */
const leastFractionDigits = 2;

/** Does `candidate` print `value` in scientific notation, at its own number of digits? */
function printsScientific(candidate: string, value: number): boolean {
  const match = printedForm.exec(candidate);
  if (match === null) return false;
  const digits = match[1]?.length ?? 0;
  if (digits > 20) return false;
  const printed = Number(candidate);
  return printed === value || (digits >= leastFractionDigits && Number(value.toExponential(digits)) === printed);
}

function damagedDigits(candidate: string, intact: string): Damage | undefined {
  const number = intact.replace(/^0+(?=\d)/, "");
  if (candidate === number) return leadingZeros;
  if (number.length < shortestScientific) return undefined;
  if (digitsOnly.test(candidate)) return isExcelDigits(candidate, number) ? excelDigits : undefined;
  return printsScientific(candidate, Number(number)) ? scientific : undefined;
}

/** `100E10` as `1E+12`, `1.00E+12` or `1000000000000`. */
function damagedExponent(candidate: string, intact: string): Damage | undefined {
  const value = Number(intact);
  // What a spreadsheet printed may itself be the damage of plain digits.
  if (!Number.isFinite(value) || printedForm.test(intact)) return undefined;
  const isSame = candidate === plainText(value) || printsScientific(candidate, value);
  return isSame ? calculated : undefined;
}

/** For texts in ASCII, without trailing blanks, that differ. */
export function spreadsheetDamage(candidate: string, intact: string): Damage | undefined {
  const first = candidate.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || candidate.length > longestNumber || !numberForm.test(candidate))
    return undefined;
  if (digitsOnly.test(intact)) return damagedDigits(candidate, intact);
  if (exponentForm.test(intact)) return damagedExponent(candidate, intact);
  return serialDateDamage(candidate, intact);
}
