/** decimal, numeric, money, smallmoney: exact text with the declared scale. */
import type { SqlType } from "../schema/model.ts";
import { bigEndian, littleEndianBig } from "./bytes.ts";
import { Unparsable, type Codec, type RawValue } from "./codec.ts";
import { isCanonical, parseDigits, plainText, roundToScale, type Digits } from "./digits.ts";
import { blank, notA, overflows } from "./reasons.ts";

/** The plain text of a typed value; undefined for NaN and infinities. */
function textOf(raw: number | bigint | boolean): string | undefined {
  if (typeof raw === "boolean") return raw ? "1" : "0";
  if (typeof raw === "bigint") return raw.toString();
  return Number.isFinite(raw) ? plainText(raw) : undefined;
}

/** An integer as text, its last `scale` digits after the point. */
function scaledText(magnitude: bigint, scale: number): string {
  const digits = magnitude.toString().padStart(scale + 1, "0");
  return `${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`;
}

/**
 * The server's binary form of a decimal: precision, scale, a zero byte, sign (1 is positive), magnitude least byte
 * first. `0x0A0200014C1D0000` is 75.00.
 */
function decimalFromBytes(bytes: Uint8Array): string | undefined {
  const [precision = 0, scale = 0, zero, sign = 2] = bytes;
  if (bytes.length < 5 || bytes.length > 20 || precision > 38 || scale > precision || zero !== 0 || sign > 1)
    return undefined;
  return `${sign === 1 ? "" : "-"}${scaledText(littleEndianBig(bytes, 4), scale)}`;
}

interface Exact {
  readonly type: SqlType;
  readonly precision: number;
  readonly scale: number;
  /** Reads the type's own notations, beyond plain decimal. */
  readOther(text: string): Digits | undefined;
  fromBytes(bytes: Uint8Array): string | undefined;
  /** Does the canonical text lie in the type's range, where its digits alone do not say so? */
  holds(canonical: string): boolean;
}

function exactCodec(exact: Exact): Codec {
  const { type, precision, scale } = exact;
  const notNumber = notA(type);
  const overflow = overflows(type);

  function digitsOf(raw: RawValue): Digits | undefined {
    if (typeof raw === "string") {
      const text = raw.trim();
      return parseDigits(text) ?? exact.readOther(text);
    }
    const plain = raw instanceof Uint8Array ? exact.fromBytes(raw) : textOf(raw);
    return plain === undefined ? undefined : parseDigits(plain);
  }

  function rounded(raw: RawValue): string | Unparsable {
    const digits = digitsOf(raw);
    if (digits !== undefined) return roundToScale(digits, precision, scale) ?? overflow;
    return typeof raw === "string" && raw.trim() === "" ? blank : notNumber;
  }

  return {
    type,
    parse(raw) {
      const text = typeof raw === "string" && isCanonical(raw, precision, scale) ? raw : rounded(raw);
      return text instanceof Unparsable || exact.holds(text) ? text : overflow;
    },
    isLess(raw) {
      if (typeof raw === "string" && hasNoMoreDigits(raw, scale)) return false;
      const digits = digitsOf(raw);
      return digits !== undefined && /[1-9]/.test(digits.fraction.slice(scale));
    },
    equalityKey: (value) => value as string,
    format: (value) => value as string,
  };
}

/** Called for every cell: looks for the point alone. */
function hasNoMoreDigits(text: string, scale: number): boolean {
  const point = text.indexOf(".");
  return (point < 0 || text.length - point - 1 <= scale) && !/e/i.test(text);
}

/** Codec of decimal and numeric; without a precision the server's default, (18,0). */
export function decimalCodec(declared: SqlType): Codec {
  const precision = declared.precision ?? 18;
  const scale = declared.scale ?? 0;
  return exactCodec({
    type: { ...declared, precision, scale },
    precision,
    scale,
    readOther: () => undefined,
    fromBytes: decimalFromBytes,
    holds: () => true,
  });
}

/**
 * One sign, before or after the sign of currency; commas only where they group thousands. The server ignores commas
 * anywhere and so reads `1,50` as 150.00: too likely a decimal comma to be believed.
 */
const amountForm = /^([+-]?) ?\p{Sc}? ?([+-]?) ?(\d{1,3}(?:,\d{3})+|\d*)(\.\d*)?$/u;

function readAmount(text: string): Digits | undefined {
  const match = amountForm.exec(text);
  if (match === null) return undefined;
  const [, before = "", after = "", integer = "", fraction = ""] = match;
  if (before !== "" && after !== "") return undefined;
  return parseDigits(`${before}${after}${integer.replaceAll(",", "")}${fraction}`);
}

const amounts = {
  money: { bytes: 8, precision: 19, greatest: 2n ** 63n - 1n },
  smallmoney: { bytes: 4, precision: 10, greatest: 2n ** 31n - 1n },
} as const;

/** Codec of money and smallmoney: integers of 1/10000. */
export function moneyCodec(type: SqlType, name: keyof typeof amounts): Codec {
  const { bytes: width, precision, greatest } = amounts[name];

  function fromBytes(bytes: Uint8Array): string | undefined {
    const value = bigEndian(bytes, width, true);
    if (value === undefined) return undefined;
    return value < 0n ? `-${scaledText(-value, 4)}` : scaledText(value, 4);
  }

  function holds(canonical: string): boolean {
    if (canonical.length < precision) return true;
    const value = BigInt(canonical.replace(".", ""));
    return value <= greatest && value >= -greatest - 1n;
  }

  return exactCodec({ type, precision, scale: 4, readOther: readAmount, fromBytes, holds });
}
