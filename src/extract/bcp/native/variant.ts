/**
 * sql_variant: the token of the base type, how many bytes describe it, those bytes, the value ([MS-TDS] 2.2.5.5.4). Read as
 * `basetype:text`, which codecs take under `namesBaseTypes`.
 */
import type { TypeName } from "../../../schema/model.ts";
import { toHex } from "../../../values/bytes.ts";
import type { RawValue } from "../../../values/codec.ts";
import * as clocks from "./clocks.ts";
import * as numbers from "./numbers.ts";
import { codePageReader, readGuid, readUtf16 } from "./texts.ts";
import type { ReadValue } from "./value.ts";
import { variantCodePage } from "./variant-pages.ts";

interface Base {
  readonly name: TypeName;
  /** Bytes between the token with its count, and the value. */
  readonly properties: number;
  read(properties: Buffer, value: Buffer): RawValue | undefined;
}

function plain(name: TypeName, read: ReadValue): Base {
  return { name, properties: 0, read: (_, value) => read(value) };
}

/** Precision and scale. */
function decimal(name: TypeName): Base {
  return { name, properties: 2, read: (is, value) => numbers.readScaled(value, is[0] ?? 0, is[1] ?? 0) };
}

/** The scale. */
function clock(name: TypeName, reader: (clock: { stored: number; declared: number }) => ReadValue): Base {
  return {
    name,
    properties: 1,
    read: ([scale = 8], value) => (scale > 7 ? undefined : reader({ stored: scale, declared: scale })(value)),
  };
}

/** The greatest length. */
function binary(name: TypeName): Base {
  return { name, properties: 2, read: (_, value) => toHex(value) };
}

/** The collation, then the greatest length. */
function text(name: TypeName, reader: (collation: Buffer) => ReadValue): Base {
  return { name, properties: 7, read: (is, value) => reader(is)(value) };
}

const inCodePage = (collation: Buffer): ReadValue => codePageReader(variantCodePage(collation));

/** By token, [MS-TDS] 2.2.5.4. */
const bases: Readonly<Record<number, Base>> = {
  0x24: plain("uniqueidentifier", readGuid),
  0x28: plain("date", clocks.readDate),
  0x29: clock("time", clocks.timeReader),
  0x2a: clock("datetime2", clocks.datetime2Reader),
  0x2b: clock("datetimeoffset", clocks.datetimeoffsetReader),
  0x30: plain("tinyint", numbers.readTinyint),
  0x32: plain("bit", numbers.readBit),
  0x34: plain("smallint", numbers.readSmallint),
  0x38: plain("int", numbers.readInt),
  0x3a: plain("smalldatetime", clocks.readSmalldatetime),
  0x3b: plain("real", numbers.readReal),
  0x3c: plain("money", numbers.readMoney),
  0x3d: plain("datetime", clocks.readDatetime),
  0x3e: plain("float", numbers.readFloat),
  0x6a: decimal("decimal"),
  0x6c: decimal("numeric"),
  0x7a: plain("smallmoney", numbers.readSmallmoney),
  0x7f: plain("bigint", numbers.readBigint),
  0xa5: binary("varbinary"),
  0xa7: text("varchar", inCodePage),
  0xad: binary("binary"),
  0xaf: text("char", inCodePage),
  0xe7: text("nvarchar", () => readUtf16),
  0xef: text("nchar", () => readUtf16),
};

export const readVariant: ReadValue = (bytes) => {
  const [token = 0, properties = 0] = bytes;
  const base = bases[token];
  if (base?.properties !== properties || bytes.length < 2 + properties) return undefined;
  const value = base.read(bytes.subarray(2, 2 + properties), bytes.subarray(2 + properties));
  return value === undefined ? undefined : `${base.name}:${value}`;
};
