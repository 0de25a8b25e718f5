/** Number literals as exact raw values. */
import type { RawValue } from "../../values/codec.ts";

/** `number` where that is exact, else `bigint`. */
export function integerValue(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

/** `1.`, `.5`, `1e`, `1.e3` and the empty text (a currency sign alone is zero) in the form that every reader knows. */
export function decimalText(text: string): string {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?)(\d*))?$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", exponentSign = "", exponent] = match;
  const point = fraction === "" ? "" : `.${fraction}`;
  const power = exponent === undefined ? "" : `e${exponentSign}${exponent || "0"}`;
  return `${sign === "-" ? "-" : ""}${whole || "0"}${point}${power}`;
}

/** The value with its sign turned. Only a float keeps the sign of a zero. */
export function negate(value: RawValue): RawValue {
  if (typeof value === "number") return value === 0 ? 0 : -value;
  if (typeof value === "bigint") return -value;
  if (typeof value !== "string") return value;
  if (value.startsWith("-")) return value.slice(1);
  return /[1-9e]/.test(value) ? `-${value}` : value;
}
