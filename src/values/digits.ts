/** Decimal arithmetic on text: exact, never through a double. */

/** A number in plain decimal notation, taken apart. `integer` has no leading zeros. */
export interface Digits {
  readonly negative: boolean;
  readonly integer: string;
  readonly fraction: string;
}

const plainForm = /^([+-]?)(\d*)(?:\.(\d*))?$/;
const scientificForm = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;

/** Reads `[+-]digits[.digits]`; undefined for anything else, exponents included. */
export function parseDigits(text: string): Digits | undefined {
  const match = plainForm.exec(text);
  if (match === null) return undefined;
  const [, sign, integer = "", fraction = ""] = match;
  if (integer === "" && fraction === "") return undefined;
  const significant = integer.charCodeAt(0) === 48 ? integer.replace(/^0+/, "") : integer;
  return { negative: sign === "-", integer: significant, fraction };
}

/** The shortest text that reads back as this finite double, in plain notation: 1e21 → `1000000000000000000000`. */
export function plainText(value: number): string {
  const text = String(value);
  const match = scientificForm.exec(text);
  if (match === null) return text;
  const [, sign = "", first = "", rest = "", exponent = "0"] = match;
  const digits = first + rest;
  const point = Number(exponent) + 1;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0")}`;
}

/**
 * The canonical text with exactly `scale` fraction digits, rounded half away from zero; undefined where more than
 * `precision - scale` integer digits are left.
 */
export function roundToScale(digits: Digits, precision: number, scale: number): string | undefined {
  if (digits.integer.length > precision - scale) return undefined;
  const kept = digits.fraction.slice(0, scale).padEnd(scale, "0");
  const roundsUp = digits.fraction.length > scale && digits.fraction.charCodeAt(scale) >= 53;
  let all = digits.integer + kept;
  if (roundsUp) all = String(BigInt(all === "" ? "0" : all) + 1n);
  all = all.padStart(scale + 1, "0");
  const point = all.length - scale;
  const integer = all.slice(0, point);
  // A carry may have added a digit.
  if (integer !== "0" && integer.length > precision - scale) return undefined;
  const text = scale === 0 ? integer : `${integer}.${all.slice(point)}`;
  return digits.negative && /[1-9]/.test(all) ? `-${text}` : text;
}

/** Is this text what {@link roundToScale} would give? Called for every cell, so it looks at characters only. */
export function isCanonical(text: string, precision: number, scale: number): boolean {
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  const point = scale === 0 ? text.length : text.length - scale - 1;
  const integerDigits = point - start;
  const leadingZero = text.charCodeAt(start) === 48;
  if (integerDigits < 1 || (leadingZero && integerDigits > 1)) return false;
  if (!leadingZero && integerDigits > precision - scale) return false;
  let nonZero = false;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (at === point) {
      if (code !== 46) return false;
    } else if (code < 48 || code > 57) return false;
    else if (code !== 48) nonZero = true;
  }
  return nonZero || start === 0;
}
