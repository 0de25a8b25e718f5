/** The one codec of each SQL type. */
import type { SqlType, TypeName } from "../schema/model.ts";
import { binaryCodec } from "./binary.ts";
import type { Codec } from "./codec.ts";
import { decimalCodec, moneyCodec } from "./decimals.ts";
import { floatCodec } from "./floats.ts";
import { guidCodec } from "./guid.ts";
import { bitCodec, integerCodec } from "./integers.ts";
import { stringCodec, xmlCodec } from "./strings.ts";
import { temporalCodec } from "./temporal.ts";
import { variantCodec } from "./variant.ts";

type MakeCodec = (type: SqlType, collation?: string) => Codec;

const makers: Readonly<Record<TypeName, MakeCodec>> = {
  bit: bitCodec,
  tinyint: (type) => integerCodec(type, "tinyint"),
  smallint: (type) => integerCodec(type, "smallint"),
  int: (type) => integerCodec(type, "int"),
  bigint: (type) => integerCodec(type, "bigint"),
  decimal: decimalCodec,
  numeric: decimalCodec,
  money: (type) => moneyCodec(type, "money"),
  smallmoney: (type) => moneyCodec(type, "smallmoney"),
  float: floatCodec,
  real: floatCodec,
  date: (type) => temporalCodec(type, "date"),
  time: (type) => temporalCodec(type, "time"),
  smalldatetime: (type) => temporalCodec(type, "smalldatetime"),
  datetime: (type) => temporalCodec(type, "datetime"),
  datetime2: (type) => temporalCodec(type, "datetime2"),
  datetimeoffset: (type) => temporalCodec(type, "datetimeoffset"),
  char: stringCodec,
  varchar: stringCodec,
  text: stringCodec,
  nchar: stringCodec,
  nvarchar: stringCodec,
  ntext: stringCodec,
  binary: binaryCodec,
  varbinary: binaryCodec,
  image: binaryCodec,
  uniqueidentifier: guidCodec,
  xml: xmlCodec,
  sql_variant: (type) => variantCodec(type, (base) => codecFor({ type: base })),
  timestamp: binaryCodec,
  hierarchyid: binaryCodec,
  geometry: binaryCodec,
  geography: binaryCodec,
};

/**
 * The codec of a column; make it once a column, not once a cell. The collation decides equality, and the code page of char,
 * varchar and text; without one, `SQL_Latin1_General_CP1_CI_AS` holds.
 */
export function codecFor(column: { readonly type: SqlType; readonly collation?: string | undefined }): Codec {
  return makers[column.type.name](column.type, column.collation);
}
