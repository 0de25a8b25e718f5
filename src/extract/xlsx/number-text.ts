/** The number that a cell's text means, in plain decimal notation and without a detour through doubles. */

const numberForm = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$|^([+-]?)\.(\d+)(?:[eE]([+-]?\d{1,3}))?$/;
const mostExact = 17;
const sureDigits = 15;

interface NumberParts {
  readonly sign: string;
  readonly integer: string;
  readonly fraction: string;
  readonly exponent: number;
}

function partsOf(text: string): NumberParts | undefined {
  const match = numberForm.exec(text);
  if (match === null) return undefined;
  const [, sign, integer, fraction = "", exponent, bareSign, bareFraction = "", bareExponent] = match;
  if (integer === undefined)
    return { sign: signOf(bareSign), integer: "0", fraction: bareFraction, exponent: Number(bareExponent ?? 0) };
  return { sign: signOf(sign), integer, fraction, exponent: Number(exponent ?? 0) };
}

function signOf(sign: string | undefined): string {
  return sign === "-" ? "-" : "";
}

function plain({ sign, integer, fraction, exponent }: NumberParts): string {
  const digits = integer + fraction;
  const point = integer.length + exponent;
  const whole =
    point <= 0
      ? "0"
      : digits
          .slice(0, point)
          .padEnd(point, "0")
          .replace(/^0+(?=\d)/, "");
  const rest = (point <= 0 ? "0".repeat(-point) + digits : digits.slice(point)).replace(/0+$/, "");
  return sign + (rest === "" ? whole : `${whole}.${rest}`);
}

/**
 * Excel prints a double's 17 digits: 3.14 as `3.1400000000000001`. Where that is what stands there, the shortest text of the same
 * double is meant; digits that no double prints were written by a program that has more, and stay.
 */
function shortestOf(parts: NumberParts, text: string): string {
  const significant = (parts.integer + parts.fraction).replace(/^0+/, "");
  const hasFraction = parts.fraction !== "" && parts.fraction.length > parts.exponent;
  if (significant.length <= sureDigits || significant.length > mostExact || !hasFraction) return plain(parts);
  const value = Number(text);
  const printed = partsOf(value.toPrecision(significant.length));
  const shortest = partsOf(String(value));
  if (printed === undefined || shortest === undefined || plain(printed) !== plain(parts)) return plain(parts);
  return plain(shortest);
}

const shortWhole = /^-?(?:0|[1-9]\d{0,14})$/;

/** Undefined where the text is no number. */
export function plainNumber(text: string): string | undefined {
  if (shortWhole.test(text)) return text;
  const parts = partsOf(text.trim());
  return parts === undefined ? undefined : shortestOf(parts, text);
}

/** Whole numbers of more digits than a spreadsheet keeps, with zeros where the others were. */
export function hasLostDigits(plainText: string): boolean {
  const digits = plainText.startsWith("-") ? plainText.slice(1) : plainText;
  if (digits.length <= sureDigits || digits.includes(".")) return false;
  return /^0*$/.test(digits.slice(sureDigits));
}
