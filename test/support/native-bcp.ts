/**
 * Writes values as bcp's native format has them, from the specifications ([MS-TDS] 2.2.5.5, SQL_NUMERIC_STRUCT of ODBC) and without
 * the reader's code, so that a round trip proves something.
 */
import type { SqlType } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";

export interface EncodeStyle {
  readonly text: "utf-16" | "latin1";
  readonly clocks: "own" | "seven";
}

export const bacpacStyle: EncodeStyle = { text: "utf-16", clocks: "own" };

function integer(value: bigint, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  let rest = BigInt.asUintN(bytes * 8, value);
  for (let at = 0; at < bytes; at++, rest >>= 8n) buffer[at] = Number(rest & 0xffn);
  return buffer;
}

/** `-1.50` → -150n. */
function unscaled(text: string, scale: number): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(`${whole}${fraction.padEnd(scale, "0")}`);
}

const epoch1900 = Date.UTC(1900, 0, 1);
const epoch1 = new Date(0).setUTCFullYear(1, 0, 1);
const msPerDay = 86_400_000;

function days(date: string, epoch: number): number {
  return Math.round((Date.parse(`${date}T00:00:00Z`) - epoch) / msPerDay);
}

/** `hh:mm:ss.fffffff` in units of 100 ns. */
function clockUnits(clock: string): bigint {
  const [hours = "0", minutes = "0", seconds = "0"] = clock.split(":");
  const [whole = "0", fraction = ""] = seconds.split(".");
  return (
    (BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(whole)) * 10_000_000n + BigInt(fraction.padEnd(7, "0"))
  );
}

function clockBytes(units: bigint, scale: number): Buffer {
  const width = scale <= 2 ? 3 : scale <= 4 ? 4 : 5;
  return integer(units / 10n ** BigInt(7 - scale), width);
}

function decimalBytes(text: string, precision: number, scale: number): Buffer {
  const value = unscaled(text, scale);
  const magnitude = integer(value < 0n ? -value : value, 16);
  return Buffer.concat([Buffer.from([precision, scale, value < 0n ? 0 : 1]), magnitude]);
}

function moneyBytes(text: string): Buffer {
  const bytes = integer(unscaled(text, 4), 8);
  return Buffer.concat([bytes.subarray(4), bytes.subarray(0, 4)]);
}

function offsetBytes(text: string, scale: number): Buffer {
  const [date = "", clock = "", zone = ""] = text.split(" ");
  const [hours = "0", minutes = "0"] = zone.slice(1).split(":");
  const offset = (zone.startsWith("-") ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const local = BigInt(days(date, epoch1)) * 864_000_000_000n + clockUnits(clock);
  const utc = local - BigInt(offset) * 600_000_000n;
  return Buffer.concat([
    clockBytes(utc % 864_000_000_000n, scale),
    integer(utc / 864_000_000_000n, 3),
    integer(BigInt(offset), 2),
  ]);
}

function guidBytes(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll("-", ""), "hex");
  return Buffer.concat([
    bytes.subarray(0, 4).toReversed(),
    bytes.subarray(4, 6).toReversed(),
    bytes.subarray(6, 8).toReversed(),
    bytes.subarray(8),
  ]);
}

const latinCollation = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]);

function of(token: number, properties: readonly number[], bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([token, properties.length, ...properties]), bytes]);
}

function plain(token: number, name: SqlType["name"], as: RawValue): Buffer {
  return of(token, [], encodeValue({ name }, as, bacpacStyle));
}

/** `basetype:text` → token, count of properties, properties, value. */
function variantBytes(text: string): Buffer {
  const colon = text.indexOf(":");
  const [base, value] = [text.slice(0, colon), text.slice(colon + 1)];
  const collation = [...latinCollation, 0x40, 0x1f];
  const scale = value.split(/[ +]/)[value.includes("-") ? 1 : 0]?.split(".")[1]?.length ?? 0;
  switch (base) {
    case "bit":
      return plain(0x32, "bit", Number(value));
    case "tinyint":
      return plain(0x30, "tinyint", Number(value));
    case "smallint":
      return plain(0x34, "smallint", Number(value));
    case "int":
      return plain(0x38, "int", Number(value));
    case "bigint":
      return plain(0x7f, "bigint", BigInt(value));
    case "real":
      return plain(0x3b, "real", Number(value));
    case "float":
      return plain(0x3e, "float", Number(value));
    case "money":
      return plain(0x3c, "money", value);
    case "smallmoney":
      return plain(0x7a, "smallmoney", value);
    case "datetime":
      return plain(0x3d, "datetime", value);
    case "smalldatetime":
      return plain(0x3a, "smalldatetime", value);
    case "date":
      return plain(0x28, "date", value);
    case "uniqueidentifier":
      return plain(0x24, "uniqueidentifier", value);
    case "time":
    case "datetime2":
    case "datetimeoffset": {
      const token = { time: 0x29, datetime2: 0x2a, datetimeoffset: 0x2b }[base];
      return of(token, [scale], encodeValue({ name: base, scale }, value, bacpacStyle));
    }
    case "decimal":
    case "numeric": {
      const digits = value.split(".")[1]?.length ?? 0;
      return of(base === "decimal" ? 0x6a : 0x6c, [38, digits], decimalBytes(value, 38, digits).subarray(2));
    }
    case "varbinary":
    case "binary":
      return of(base === "binary" ? 0xad : 0xa5, [0x40, 0x1f], Buffer.from(value.slice(2), "hex"));
    case "varchar":
    case "char":
      return of(base === "char" ? 0xaf : 0xa7, collation, Buffer.from(value, "latin1"));
    case "nvarchar":
    case "nchar":
      return of(base === "nchar" ? 0xef : 0xe7, collation, Buffer.from(value, "utf16le"));
    default:
      throw new Error(`no variant of ${base}`);
  }
}

/** The bytes of a value, without a prefix. Values are as the reader gives them. */
export function encodeValue(type: SqlType, value: RawValue, style: EncodeStyle): Buffer {
  const text = String(value);
  const scale = style.clocks === "seven" ? 7 : (type.scale ?? 7);
  const [date = "", clock = ""] = text.split(" ");
  switch (type.name) {
    case "bit":
    case "tinyint":
      return integer(BigInt(text), 1);
    case "smallint":
      return integer(BigInt(text), 2);
    case "int":
      return integer(BigInt(text), 4);
    case "bigint":
      return integer(BigInt(text), 8);
    case "real": {
      const buffer = Buffer.alloc(4);
      buffer.writeFloatLE(Number(value));
      return buffer;
    }
    case "float": {
      const buffer = Buffer.alloc(8);
      buffer.writeDoubleLE(Number(value));
      return buffer;
    }
    case "decimal":
    case "numeric":
      return decimalBytes(text, type.precision ?? 18, type.scale ?? 0);
    case "money":
      return moneyBytes(text);
    case "smallmoney":
      return integer(unscaled(text, 4), 4);
    case "date":
      return integer(BigInt(days(text, epoch1)), 3);
    case "smalldatetime":
      return Buffer.concat([integer(BigInt(days(date, epoch1900)), 2), integer(clockUnits(clock) / 600_000_000n, 2)]);
    case "datetime":
      return Buffer.concat([
        integer(BigInt(days(date, epoch1900)), 4),
        integer((clockUnits(clock) * 3n + 50_000n) / 100_000n, 4),
      ]);
    case "time":
      return clockBytes(clockUnits(text), scale);
    case "datetime2":
      return Buffer.concat([clockBytes(clockUnits(clock), scale), integer(BigInt(days(date, epoch1)), 3)]);
    case "datetimeoffset":
      return offsetBytes(text, scale);
    case "char":
    case "varchar":
    case "text":
      return Buffer.from(text, style.text === "utf-16" ? "utf16le" : "latin1");
    case "nchar":
    case "nvarchar":
    case "ntext":
    case "xml":
      return Buffer.from(text, "utf16le");
    case "uniqueidentifier":
      return guidBytes(text);
    case "sql_variant":
      return variantBytes(text);
    default:
      return Buffer.from(value as Uint8Array);
  }
}

/** A field: the prefix of so many bytes, and the value. NULL is a prefix of ones. */
export function encodeField(
  type: SqlType,
  prefix: number,
  value: RawValue | null,
  style: EncodeStyle = bacpacStyle,
): Buffer {
  if (value === null) return Buffer.alloc(prefix, 0xff);
  const bytes = encodeValue(type, value, style);
  return Buffer.concat([integer(BigInt(bytes.length), prefix), bytes]);
}
