/**
 * Numbers as native files hold them: least byte first, as in [MS-TDS] 2.2.5.5.1, but for decimals, which carry their own
 * precision and scale.
 */
import { littleEndianBig } from "../../../values/bytes.ts";
import type { ReadValue } from "./value.ts";

/** A reader of values that have exactly `width` bytes. */
function ofWidth(width: number, read: ReadValue): ReadValue {
  return (bytes) => (bytes.length === width ? read(bytes) : undefined);
}

/** Any byte but 0 and 1 is a sign that the fields are not where they are taken to be. */
export const readBit = ofWidth(1, (bytes) => ((bytes[0] ?? 2) < 2 ? bytes[0] : undefined));
export const readTinyint = ofWidth(1, (bytes) => bytes[0]);
export const readSmallint = ofWidth(2, (bytes) => bytes.readInt16LE());
export const readInt = ofWidth(4, (bytes) => bytes.readInt32LE());
export const readBigint = ofWidth(8, (bytes) => {
  const value = bytes.readBigInt64LE();
  return BigInt.asIntN(54, value) === value ? Number(value) : value;
});
export const readReal = ofWidth(4, (bytes) => bytes.readFloatLE());
export const readFloat = ofWidth(8, (bytes) => bytes.readDoubleLE());

/** The exact text of an integer of `10 ** -scale`. */
function scaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${value < 0n ? "-" : ""}${digits.slice(0, point)}${scale === 0 ? "" : `.${digits.slice(point)}`}`;
}

/** The half with the sign comes first. */
export const readMoney = ofWidth(8, (bytes) =>
  scaled(BigInt(bytes.readInt32LE()) * 2n ** 32n + BigInt(bytes.readUInt32LE(4)), 4),
);
export const readSmallmoney = ofWidth(4, (bytes) => scaled(BigInt(bytes.readInt32LE()), 4));

const mostPrecision = 38;
const mostMagnitudeBytes = 16;

/**
 * Sign (1 is positive) and magnitude: what a decimal has behind its precision and scale. Undefined for more digits than the
 * precision has.
 */
export function readScaled(bytes: Uint8Array, precision: number, scale: number): string | undefined {
  const sign = bytes[0] ?? 2;
  const isPlausible =
    precision >= 1 &&
    precision <= mostPrecision &&
    scale <= precision &&
    sign <= 1 &&
    bytes.length >= 2 &&
    bytes.length <= 1 + mostMagnitudeBytes;
  if (!isPlausible) return undefined;
  const magnitude = littleEndianBig(bytes, 1);
  return magnitude < 10n ** BigInt(precision) ? scaled(sign === 1 ? magnitude : -magnitude, scale) : undefined;
}

/** Precision, scale, sign, magnitude (SQL_NUMERIC_STRUCT of ODBC, whose magnitude may be cut behind its last digit). */
export const readDecimal: ReadValue = (bytes) => readScaled(bytes.subarray(2), bytes[0] ?? 0, bytes[1] ?? 0);
