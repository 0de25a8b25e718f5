/** The forms in which values are stored, as what they mean. */
import { isUtf8 } from "node:buffer";
import type { RawValue } from "../../values/codec.ts";
import { Malformed } from "./malformed.ts";

/** Bytes that the file holds as text, but that are none. */
export class InvalidText {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

export type Cell = RawValue | InvalidText;
/** Big-endian two's complement, or an integer. */
export function unscaled(stored: unknown): bigint {
  if (!(stored instanceof Uint8Array)) return asBigint(stored);
  if (stored.length === 0) return 0n;
  return BigInt.asIntN(stored.length * 8, BigInt(`0x${Buffer.from(stored).toString("hex")}`));
}

export function uuidText(raw: Uint8Array): string {
  return Buffer.from(raw)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function textIn(raw: Uint8Array): Cell {
  return isUtf8(raw) ? Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString("utf8") : new InvalidText(raw);
}

/** Three little-endian numbers, as ISO 8601 writes a duration. */
export function intervalText(raw: Uint8Array): Cell {
  if (raw.length !== 12) return raw;
  const [months, days, millis] = [0, 4, 8].map((at) => Buffer.from(raw).readUInt32LE(at)) as [number, number, number];
  return `P${months}M${days}DT${Math.floor(millis / 1000)}.${String(millis % 1000).padStart(3, "0")}S`;
}

/** IEEE 754 binary16, little-endian. */
export function halfFloat(raw: Uint8Array): number {
  const bits = Buffer.from(raw).readUInt16LE(0);
  const [sign, exponent, fraction] = [bits >> 15 === 1 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function asBytes(stored: unknown): Uint8Array {
  if (stored instanceof Uint8Array) return stored;
  throw new Malformed("a value is no bytes, as its type says");
}

export function asBigint(stored: unknown): bigint {
  if (typeof stored === "bigint") return stored;
  if (typeof stored === "number" && Number.isInteger(stored)) return BigInt(stored);
  throw new Malformed("a value is no integer, as its type says");
}

export function asNumber(stored: unknown): number | bigint {
  if (typeof stored === "number" || typeof stored === "bigint") return stored;
  throw new Malformed("a value is no number, as its type says");
}
