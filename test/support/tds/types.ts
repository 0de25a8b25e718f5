/** How columns and values of every type go over the wire ([MS-TDS] 2.2.5.4 to 2.2.5.6). */
import iconv from "iconv-lite";
import { day1900, dayNumber } from "../../../src/values/calendar.ts";
import type { SqlType } from "../../../src/schema/model.ts";
import type { TdsValue, TdsVersion, Variant } from "./backend.ts";
import { i16, i32, shortText, u16, u32, u64, u8, uint } from "./bytes.ts";

/** SQL_Latin1_General_CP1_CI_AS: LCID 1033, sort id 52. */
export const collation = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]);
const codePage = "windows-1252";
const isMax = 0xffff;

/** TYPE_INFO of a column, and how its values are written. */
export interface WireType {
  readonly info: Buffer;
  /** Is a table's name written behind the type, as for text and image? */
  readonly namesTable: boolean;
  write(value: TdsValue): Buffer;
}

export function wireType(type: SqlType, version: TdsVersion): WireType {
  return describe(asKnownTo(type, version), version);
}

/** What an older version does not know, a server sends it in the nearest form that it does. */
function asKnownTo(type: SqlType, version: TdsVersion): SqlType {
  const isTemporal = ["date", "time", "datetime2", "datetimeoffset"].includes(type.name);
  if (isTemporal && version < "7.3") return { name: "nvarchar", length: 34 };
  if (version >= "7.2") return type;
  if (type.name === "xml") return { name: "ntext" };
  if (type.length !== "max") return type;
  return { name: type.name === "nvarchar" ? "ntext" : type.name === "varchar" ? "text" : "image" };
}

function describe(type: SqlType, version: TdsVersion): WireType {
  const { name, scale = 7 } = type;
  switch (name) {
    case "bit":
      return small(0x68, 1, (value) => u8(Number(value)));
    case "tinyint":
      return small(0x26, 1, (value) => u8(Number(value)));
    case "smallint":
      return small(0x26, 2, (value) => i16(Number(value)));
    case "int":
      return small(0x26, 4, (value) => i32(Number(value)));
    case "bigint":
      return small(0x26, 8, (value) => uint(BigInt.asUintN(64, BigInt(value as number | bigint)), 8));
    case "real":
      return small(0x6d, 4, (value) => floatBytes(Number(value), 4));
    case "float":
      return (type.precision ?? 53) <= 24
        ? small(0x6d, 4, (value) => floatBytes(Number(value), 4))
        : small(0x6d, 8, (value) => floatBytes(Number(value), 8));
    case "money":
      return small(0x6e, 8, (value) => moneyBytes(String(value), 8));
    case "smallmoney":
      return small(0x6e, 4, (value) => moneyBytes(String(value), 4));
    case "datetime":
      return small(0x6f, 8, (value) => datetimeBytes(String(value)));
    case "smalldatetime":
      return small(0x6f, 4, (value) => smalldatetimeBytes(String(value)));
    case "uniqueidentifier":
      return small(0x24, 16, (value) => guidBytes(String(value)));
    case "decimal":
    case "numeric":
      return decimalType(type);
    case "date":
      return { info: u8(0x28), namesTable: false, write: counted((value) => dateBytes(String(value))) };
    case "time":
      return scaled(0x29, scale, (value) => timeBytes(String(value), scale));
    case "datetime2":
      return scaled(0x2a, scale, (value) => datetime2Bytes(String(value), scale));
    case "datetimeoffset":
      return scaled(0x2b, scale, (value) => offsetBytes(String(value), scale));
    case "char":
    case "varchar":
      return string(type, name === "char" ? 0xaf : 0xa7, (value) => iconv.encode(String(value), codePage));
    case "nchar":
    case "nvarchar":
      return string(type, name === "nchar" ? 0xef : 0xe7, (value) => Buffer.from(String(value), "utf16le"));
    case "binary":
    case "timestamp":
      return string({ ...type, length: type.length ?? 8 }, 0xad, (value) => Buffer.from(value as Uint8Array));
    case "varbinary":
      return string(type, 0xa5, (value) => Buffer.from(value as Uint8Array));
    case "text":
      return large(0x23, version, (value) => iconv.encode(String(value), codePage));
    case "ntext":
      return large(0x63, version, (value) => Buffer.from(String(value), "utf16le"));
    case "image":
      return large(0x22, version, (value) => Buffer.from(value as Uint8Array));
    case "xml":
      return { info: u8(0xf1, 0), namesTable: false, write: chunked((value) => Buffer.from(String(value), "utf16le")) };
    case "hierarchyid":
    case "geometry":
    case "geography":
      return userDefined(name);
    default:
      return { info: Buffer.concat([u8(0x62), u32(8009)]), namesTable: false, write: variantBytes };
  }
}

type Plain = Exclude<TdsValue, null | Variant>;
type Encode = (value: Plain) => Buffer;

/** A length of one byte before the value; NULL has none. */
function counted(encode: Encode): (value: TdsValue) => Buffer {
  return (value) => {
    if (value === null) return u8(0);
    const bytes = encode(value as Plain);
    return Buffer.concat([u8(bytes.length), bytes]);
  };
}

function small(token: number, length: number, encode: Encode): WireType {
  return { info: u8(token, length), namesTable: false, write: counted(encode) };
}

function scaled(token: number, scale: number, encode: Encode): WireType {
  return { info: u8(token, scale), namesTable: false, write: counted(encode) };
}

/** Length and collation, or the form of chunks for the max types. */
function string({ name, length = 1 }: SqlType, token: number, encode: Encode): WireType {
  const isUnicode = name === "nchar" || name === "nvarchar";
  const hasCollation = isUnicode || name === "char" || name === "varchar";
  const bytes = length === "max" ? isMax : isUnicode ? length * 2 : length;
  const info = Buffer.concat([u8(token), u16(bytes), hasCollation ? collation : u8()]);
  const write = length === "max" ? chunked(encode) : measured(encode);
  return { info, namesTable: false, write };
}

/** A length of two bytes; all ones for NULL. */
function measured(encode: Encode): (value: TdsValue) => Buffer {
  return (value) => {
    if (value === null) return u16(isMax);
    const bytes = encode(value as Plain);
    return Buffer.concat([u16(bytes.length), bytes]);
  };
}

const chunk = 1 << 16;

/** Partially length-prefixed bytes. */
function chunked(encode: Encode): (value: TdsValue) => Buffer {
  return (value) => {
    if (value === null) return u64(2n ** 64n - 1n);
    const bytes = encode(value as Plain);
    const parts: Buffer[] = [u64(BigInt(bytes.length))];
    for (let from = 0; from < bytes.length; from += chunk) {
      const part = bytes.subarray(from, from + chunk);
      parts.push(u32(part.length), part);
    }
    return Buffer.concat([...parts, u32(0)]);
  };
}

/** text, ntext and image: a pointer and a time stamp before the value. */
function large(token: number, _version: TdsVersion, encode: Encode): WireType {
  const info = Buffer.concat([u8(token), u32(0x7fffffff), token === 0x22 ? u8() : collation]);
  const pointer = Buffer.concat([u8(16), Buffer.alloc(16, 1), Buffer.alloc(8)]);
  return {
    info,
    namesTable: true,
    write(value) {
      if (value === null) return u8(0);
      const bytes = encode(value as Plain);
      return Buffer.concat([pointer, u32(bytes.length), bytes]);
    },
  };
}

function userDefined(name: string): WireType {
  const info = [u8(0xf0), u16(isMax), shortText("master"), shortText("sys"), shortText(name), u16(0)];
  return { info: Buffer.concat(info), namesTable: false, write: chunked((value) => Buffer.from(value as Uint8Array)) };
}

function decimalType({ precision = 18, scale = 0 }: SqlType): WireType {
  const length = decimalLength(precision);
  return {
    info: u8(0x6a, length, precision, scale),
    namesTable: false,
    write: counted((value) => decimalBytes(String(value), scale, length)),
  };
}

function decimalLength(precision: number): number {
  return precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17;
}

/** The digits of a decimal text as an integer of so many fraction digits. */
function unscaled(text: string, scale: number): bigint {
  const [whole = "0", fraction = ""] = text.replace(/^[-+]/, "").split(".");
  const value = BigInt(whole + fraction.slice(0, scale).padEnd(scale, "0"));
  return text.startsWith("-") ? -value : value;
}

function decimalBytes(text: string, scale: number, length: number): Buffer {
  const value = unscaled(text, scale);
  const magnitude = value < 0n ? -value : value;
  return Buffer.concat([u8(value < 0n ? 0 : 1), uint(magnitude, length - 1)]);
}

function moneyBytes(text: string, length: 4 | 8): Buffer {
  const value = unscaled(text, 4);
  if (length === 4) return i32(Number(value));
  const bits = BigInt.asUintN(64, value);
  return Buffer.concat([uint(bits >> 32n, 4), uint(bits & 0xffffffffn, 4)]);
}

function floatBytes(value: number, length: 4 | 8): Buffer {
  const bytes = Buffer.alloc(length);
  if (length === 4) bytes.writeFloatLE(value);
  else bytes.writeDoubleLE(value);
  return bytes;
}

function guidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll("-", ""), "hex");
  for (const [from, to] of [
    [0, 4],
    [4, 6],
    [6, 8],
  ] as const)
    bytes.subarray(from, to).reverse();
  return bytes;
}

const clock = /(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?/;
const calendar = /(\d{4})-(\d\d)-(\d\d)/;

function daysOf(text: string): number {
  const [, year, month, day] = calendar.exec(text) ?? [];
  return dayNumber(Number(year), Number(month), Number(day));
}

/** In units of 100 ns since midnight. */
function unitsOf(text: string): bigint {
  const [, hours = "0", minutes = "0", seconds = "0", fraction = ""] = clock.exec(text) ?? [];
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return BigInt(whole) * 10_000_000n + BigInt(fraction.padEnd(7, "0"));
}

function dateBytes(text: string): Buffer {
  return uint(BigInt(daysOf(text)), 3);
}

function timeOf(units: bigint, scale: number): Buffer {
  const length = scale <= 2 ? 3 : scale <= 4 ? 4 : 5;
  return uint(units / 10n ** BigInt(7 - scale), length);
}

function timeBytes(text: string, scale: number): Buffer {
  return timeOf(unitsOf(text), scale);
}

function datetime2Bytes(text: string, scale: number): Buffer {
  return Buffer.concat([timeBytes(text.replace(calendar, ""), scale), dateBytes(text)]);
}

const unitsPerMinute = 600_000_000n;
const unitsPerDay = 1440n * unitsPerMinute;

/** Time and date are UTC's. */
function offsetBytes(text: string, scale: number): Buffer {
  const [, sign, hours = "0", minutes = "0"] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  const local = BigInt(daysOf(text)) * unitsPerDay + unitsOf(text.replace(calendar, "").replace(/[+-]\d\d:\d\d$/, ""));
  const utc = local - BigInt(offset) * unitsPerMinute;
  return Buffer.concat([timeOf(utc % unitsPerDay, scale), uint(utc / unitsPerDay, 3), i16(offset)]);
}

function datetimeBytes(text: string): Buffer {
  const ticks = (unitsOf(text.replace(calendar, "")) * 300n + 5_000_000n) / 10_000_000n;
  return Buffer.concat([i32(daysOf(text) - day1900), u32(Number(ticks))]);
}

function smalldatetimeBytes(text: string): Buffer {
  return Buffer.concat([
    u16(daysOf(text) - day1900),
    u16(Number(unitsOf(text.replace(calendar, "")) / unitsPerMinute)),
  ]);
}

/** A variant says its base type, and that type's properties, before the value (2.2.5.5.4). */
function variantBytes(given: TdsValue): Buffer {
  if (given === null) return u32(0);
  const { base, value } = given as Variant;
  const wire = describe(base, "7.4");
  const token = wire.info[0] ?? 0;
  const [fixed, properties] = variantForm(base, token, wire);
  const written = wire.write(value);
  const body = written.subarray(variantHead(token));
  const bytes = Buffer.concat([u8(fixed, properties.length), properties, body]);
  return Buffer.concat([u32(bytes.length), bytes]);
}

/** Bytes of a value's length, which a variant leaves out. */
function variantHead(token: number): number {
  return [0xaf, 0xa7, 0xef, 0xe7, 0xad, 0xa5].includes(token) ? 2 : 1;
}

const fixedTokens: Partial<Record<SqlType["name"], number>> = {
  bit: 0x32,
  tinyint: 0x30,
  smallint: 0x34,
  int: 0x38,
  bigint: 0x7f,
  real: 0x3b,
  float: 0x3e,
  money: 0x3c,
  smallmoney: 0x7a,
  datetime: 0x3d,
  smalldatetime: 0x3a,
};

function variantForm(base: SqlType, token: number, { info }: WireType): readonly [number, Buffer] {
  const fixed = fixedTokens[base.name];
  if (fixed !== undefined) return [fixed, u8()];
  if (token === 0x6a) return [token, info.subarray(2, 4)];
  if (token === 0x24 || token === 0x28) return [token, u8()];
  if (token >= 0x29 && token <= 0x2b) return [token, info.subarray(1, 2)];
  const length = info.subarray(1, 3);
  return [token, token === 0xad || token === 0xa5 ? length : Buffer.concat([collation, length])];
}
