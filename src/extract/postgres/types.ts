/** The SQL Server type that holds what a column of a PostgreSQL type holds. */
import type { SqlType } from "../../schema/model.ts";
import { decimalOf, nationalText } from "../server/catalog-model.ts";

export interface PostgresType {
  /** pg_type.typname of the base type: `int4`, `bpchar`, `_text`. */
  readonly name: string;
  /** pg_attribute.atttypmod; -1 for none. */
  readonly modifier: number;
  /** Of an enum's longest label, in characters. */
  readonly labelLength: number | undefined;
}

/** Of lengths and precisions, which the server stores with it (VARHDRSZ). */
const header = 4;
const argument = ({ modifier }: PostgresType) => (modifier < header ? undefined : modifier - header);

/** Fraction digits of times: six where the declaration says none. */
const fraction = ({ modifier }: PostgresType) => (modifier < 0 ? 6 : modifier);

const fixed = (type: SqlType) => () => type;
const text = (length: number) => fixed({ name: "nvarchar", length });

/** The scale is an 11-bit number with a sign (src/backend/utils/adt/numeric.c). */
function numeric(type: PostgresType): SqlType {
  const packed = argument(type);
  if (packed === undefined) return decimalOf(undefined, 0);
  const scale = ((packed & 0x7ff) ^ 1024) - 1024;
  return decimalOf((packed >> 16) & 0xffff, scale);
}

const mapping: Readonly<Record<string, (type: PostgresType) => SqlType>> = {
  bool: fixed({ name: "bit" }),
  int2: fixed({ name: "smallint" }),
  int4: fixed({ name: "int" }),
  int8: fixed({ name: "bigint" }),
  oid: fixed({ name: "bigint" }),
  float4: fixed({ name: "real" }),
  float8: fixed({ name: "float", precision: 53 }),
  numeric,
  money: fixed({ name: "money" }),
  date: fixed({ name: "date" }),
  time: (type) => ({ name: "time", scale: fraction(type) }),
  timestamp: (type) => ({ name: "datetime2", scale: fraction(type) }),
  timestamptz: (type) => ({ name: "datetimeoffset", scale: fraction(type) }),
  timetz: text(24),
  interval: text(100),
  uuid: fixed({ name: "uniqueidentifier" }),
  bytea: fixed({ name: "varbinary", length: "max" }),
  bpchar: (type) => nationalText("nchar", argument(type)),
  varchar: (type) => nationalText("nvarchar", argument(type)),
  char: text(1),
  name: text(63),
  xml: fixed({ name: "xml" }),
  // As text of 0 and 1, but for a single bit.
  bit: ({ modifier }) => (modifier === 1 ? { name: "bit" } : nationalText("nvarchar", modifier)),
  varbit: ({ modifier }) => nationalText("nvarchar", modifier < 0 ? undefined : modifier),
  inet: text(43),
  cidr: text(43),
  macaddr: text(17),
  macaddr8: text(23),
};

/** Everything else (text, json, arrays, ranges, geometry, composites…) is the server's own text. */
export function sqlServerType(type: PostgresType): SqlType {
  const known = Object.hasOwn(mapping, type.name) ? mapping[type.name] : undefined;
  return known === undefined ? nationalText("nvarchar", type.labelLength) : known(type);
}
