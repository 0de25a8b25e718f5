/** tinyint, smallint, int, bigint, bit. */
import type { SqlType } from "../schema/model.ts";
import { bigEndian } from "./bytes.ts";
import { Unparsable, type Codec, type PresentValue, type RawValue } from "./codec.ts";
import { blank, notA, overflows } from "./reasons.ts";

interface Range {
  readonly bytes: number;
  readonly least: bigint;
  readonly most: bigint;
}

const ranges = {
  tinyint: { bytes: 1, least: 0n, most: 255n },
  smallint: { bytes: 2, least: -(2n ** 15n), most: 2n ** 15n - 1n },
  int: { bytes: 4, least: -(2n ** 31n), most: 2n ** 31n - 1n },
  bigint: { bytes: 8, least: -(2n ** 63n), most: 2n ** 63n - 1n },
} as const satisfies Record<string, Range>;

/** Of 2^63. */
const mostDigits = 19;

/** Whole numbers, with a fraction of zeros as typed sources print them (`5.0`). */
const wholeForm = /^([+-]?\d+)(?:\.0*)?$/;
const decimalForm = /^[+-]?(?:\d+\.\d*|\.\d+)$/;

/** What an unsigned run of up to 15 digits, and maybe a sign before it, comes to; NaN for all else. */
function readShort(text: string): number {
  const first = text.charCodeAt(0);
  let at = first === 45 || first === 43 ? 1 : 0;
  if (at === text.length || text.length > 15) return Number.NaN;
  let value = 0;
  for (; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return first === 45 ? 0 - value : value;
}

function canonical(value: bigint): number | bigint {
  const double = Number(value);
  return Number.isSafeInteger(double) ? double : value;
}

/** Codec of an integer type; canonical form: a number, and a bigint beyond 2^53. */
export function integerCodec(type: SqlType, name: keyof typeof ranges): Codec {
  const range = ranges[name];
  const least = Number(range.least);
  const most = Number(range.most);
  const overflow = overflows(type);
  const notInteger = notA(type);
  const notWhole = new Unparsable(`is not whole, as ${name} must be`);

  function fromBigInt(value: bigint): PresentValue | Unparsable {
    return value >= range.least && value <= range.most ? canonical(value) : overflow;
  }

  function fromNumber(value: number): PresentValue | Unparsable {
    if (!Number.isInteger(value)) return Number.isFinite(value) ? notWhole : notInteger;
    if (!Number.isSafeInteger(value)) return fromBigInt(BigInt(value));
    return value >= least && value <= most ? value + 0 : overflow; // + 0: never -0
  }

  /** Text of any length: what no integer type holds is told by its digits' number, before it costs anything. */
  function fromWhole(text: string): PresentValue | Unparsable {
    const digits = text.replace(/^[+-]?0*/, "");
    if (digits.length > mostDigits) return overflow;
    const value = BigInt(digits);
    return fromBigInt(text.startsWith("-") ? -value : value);
  }

  function fromText(raw: string): PresentValue | Unparsable {
    const short = readShort(raw);
    if (!Number.isNaN(short)) return short >= least && short <= most ? short : overflow;
    const text = raw.trim();
    const whole = wholeForm.exec(text)?.[1];
    if (whole !== undefined) return fromWhole(whole);
    if (text === "") return blank;
    return decimalForm.test(text) ? notWhole : notInteger;
  }

  function fromBytes(bytes: Uint8Array): PresentValue | Unparsable {
    const value = bigEndian(bytes, range.bytes, name !== "tinyint");
    return value === undefined ? overflow : canonical(value);
  }

  return {
    type,
    parse(raw) {
      if (typeof raw === "number") return fromNumber(raw);
      if (typeof raw === "string") return fromText(raw);
      if (typeof raw === "bigint") return fromBigInt(raw);
      if (typeof raw === "boolean") return raw ? 1 : 0;
      return fromBytes(raw);
    },
    equalityKey: (value) => value as number | bigint,
    format: (value) => String(value),
  };
}

const bitWords = new Map([
  ["true", 1],
  ["false", 0],
]);
const bitNumber = /^[+-]?\d+(?:\.0*)?$/;

function bitFromText(raw: string, notBit: Unparsable): PresentValue | Unparsable {
  const text = raw.trim();
  if (text === "") return blank;
  const word = bitWords.get(text.toLowerCase());
  if (word !== undefined) return word;
  if (!bitNumber.test(text)) return notBit;
  return /[1-9]/.test(text) ? 1 : 0;
}

/** A number that a bit does not tell from 1. */
function isOtherNumber(raw: RawValue): boolean {
  if (typeof raw === "string") return bitNumber.test(raw.trim()) && ![0, 1].includes(Number(raw));
  return (typeof raw === "number" && raw !== 0 && raw !== 1) || (typeof raw === "bigint" && raw !== 0n && raw !== 1n);
}

/** Codec of bit: any number but zero is 1, as the server has it. */
export function bitCodec(type: SqlType): Codec {
  const notBit = notA(type);

  function fromTyped(raw: Exclude<RawValue, string>): PresentValue | Unparsable {
    if (typeof raw === "boolean") return raw ? 1 : 0;
    if (typeof raw === "bigint") return raw === 0n ? 0 : 1;
    if (typeof raw === "number") return Number.isNaN(raw) ? notBit : Number(raw !== 0);
    if (raw.length === 0) return notBit;
    return raw.some((byte) => byte !== 0) ? 1 : 0;
  }

  return {
    type,
    isLess: isOtherNumber,
    parse(raw) {
      if (raw === 1 || raw === "1") return 1;
      if (raw === 0 || raw === "0") return 0;
      return typeof raw === "string" ? bitFromText(raw, notBit) : fromTyped(raw);
    },
    equalityKey: (value) => value as number,
    format: (value) => String(value),
  };
}
