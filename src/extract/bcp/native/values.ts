/** The reader of each SQL type's native values. */
import type { SqlType, TypeName } from "../../../schema/model.ts";
import * as clocks from "./clocks.ts";
import * as numbers from "./numbers.ts";
import { collationReader, readBytes, readGuid, readUtf16, readXml } from "./texts.ts";
import type { ReadValue } from "./value.ts";
import { readVariant } from "./variant.ts";

/** How a file writes what its types leave open. */
export interface NativeStyle {
  /** Text of char, varchar and text: UTF-16LE (`bcp -N`, a bacpac), or the code page of this collation (`bcp -n`). */
  readonly text: "utf-16" | { readonly collation: string };
  /**
   * Fraction digits of time, datetime2 and datetimeoffset: the column's own, or always 7, as bcp is documented to write
   * them, since a native file does not say how many they are.
   */
  readonly clocks: "own" | "seven";
}

type MakeReader = (type: SqlType, style: NativeStyle) => ReadValue;

const national: MakeReader = () => readUtf16;
const bytes: MakeReader = () => readBytes;
const narrow: MakeReader = (_, { text }) => (text === "utf-16" ? readUtf16 : collationReader(text.collation));

function always(read: ReadValue): MakeReader {
  return () => read;
}

function clock(make: (clock: { stored: number; declared: number }) => ReadValue): MakeReader {
  return (type, style) => make({ stored: storedScale(type, style), declared: type.scale ?? 7 });
}

function storedScale({ scale = 7 }: SqlType, style: NativeStyle): number {
  return style.clocks === "seven" ? 7 : scale;
}

const makers: Readonly<Record<TypeName, MakeReader>> = {
  bit: always(numbers.readBit),
  tinyint: always(numbers.readTinyint),
  smallint: always(numbers.readSmallint),
  int: always(numbers.readInt),
  bigint: always(numbers.readBigint),
  decimal: always(numbers.readDecimal),
  numeric: always(numbers.readDecimal),
  money: always(numbers.readMoney),
  smallmoney: always(numbers.readSmallmoney),
  float: always(numbers.readFloat),
  real: always(numbers.readReal),
  date: always(clocks.readDate),
  time: clock(clocks.timeReader),
  smalldatetime: always(clocks.readSmalldatetime),
  datetime: always(clocks.readDatetime),
  datetime2: clock(clocks.datetime2Reader),
  datetimeoffset: clock(clocks.datetimeoffsetReader),
  char: narrow,
  varchar: narrow,
  text: narrow,
  nchar: national,
  nvarchar: national,
  ntext: national,
  binary: bytes,
  varbinary: bytes,
  image: bytes,
  uniqueidentifier: always(readGuid),
  xml: always(readXml),
  sql_variant: always(readVariant),
  timestamp: bytes,
  hierarchyid: bytes,
  geometry: bytes,
  geography: bytes,
};

/** Make it once a column, not once a cell. `float(1)` to `float(24)` have to come as real, as the schema readers give them. */
export function valueReader(type: SqlType, style: NativeStyle): ReadValue {
  return makers[type.name](type, style);
}

const widths: Partial<Record<TypeName, number>> = {
  bit: 1,
  tinyint: 1,
  smallint: 2,
  int: 4,
  bigint: 8,
  money: 8,
  smallmoney: 4,
  float: 8,
  real: 4,
  date: 3,
  smalldatetime: 4,
  datetime: 8,
  uniqueidentifier: 16,
  timestamp: 8,
};

const clockTails: Partial<Record<TypeName, number>> = { time: 0, datetime2: 3, datetimeoffset: 5 };

/** Bytes that every value of the type has; undefined where they differ. */
export function valueWidth(type: SqlType, style: NativeStyle): number | undefined {
  const { name, length } = type;
  const tail = clockTails[name];
  if (tail !== undefined) return clocks.clockWidth(storedScale(type, style)) + tail;
  if (name === "char" && typeof length === "number") return style.text === "utf-16" ? 2 * length : length;
  if (name === "nchar" && typeof length === "number") return 2 * length;
  if (name === "binary" && typeof length === "number") return length;
  return widths[name];
}

const wideTypes: ReadonlySet<TypeName> = new Set<TypeName>(["nchar", "nvarchar"]);
const narrowTypes: ReadonlySet<TypeName> = new Set<TypeName>(["char", "varchar"]);
const mostVariantBytes = 8016;
const mostDecimalBytes = 19;

/** Bytes that a value of the type has at most. */
export function longestValue(type: SqlType, style: NativeStyle): number {
  const { name, length } = type;
  if (name === "decimal" || name === "numeric") return mostDecimalBytes;
  if (name === "sql_variant") return mostVariantBytes;
  if (typeof length !== "number") return valueWidth(type, style) ?? Number.POSITIVE_INFINITY;
  const isWide = wideTypes.has(name) || (narrowTypes.has(name) && style.text === "utf-16");
  return isWide ? 2 * length : length;
}
