/** The SQL Server type that holds what a column of a MySQL or MariaDB type holds. */
import type { SqlType } from "../../schema/model.ts";
import { decimalOf, nationalText } from "../server/catalog-model.ts";

interface Declared {
  readonly name: string;
  /** `10, 2` or `'a','b'`; empty without parentheses. */
  readonly inner: string;
  readonly isUnsigned: boolean;
}

const numbersIn = ({ inner }: Declared) => inner.split(",").map(Number);
const lengthOf = (declared: Declared) => (declared.inner === "" ? undefined : numbersIn(declared)[0]);

const fixed = (type: SqlType) => () => type;
const largeText = fixed({ name: "nvarchar", length: "max" });
const largeBinary = fixed({ name: "varbinary", length: "max" });

/** Without a sign the next larger type is needed. */
const integer =
  (signed: SqlType, unsigned: SqlType) =>
  ({ isUnsigned }: Declared): SqlType =>
    isUnsigned ? unsigned : signed;

/** SQL Server's own tinyint has no sign. `tinyint(1)` is how both servers write boolean, and holds any number that a tinyint does: states among them. */
function tinyint(declared: Declared): SqlType {
  return declared.isUnsigned ? { name: "tinyint" } : { name: "smallint" };
}

function decimal(declared: Declared): SqlType {
  const [precision = 10, scale = 0] = declared.inner === "" ? [] : numbersIn(declared);
  return decimalOf(precision, scale);
}

function bit(declared: Declared): SqlType {
  const bits = lengthOf(declared) ?? 1;
  if (bits === 1) return { name: "bit" };
  return bits < 64 ? { name: "bigint" } : { name: "decimal", precision: 20, scale: 0 };
}

/** Fraction digits: none where the declaration says none. */
const timed = (name: "time" | "datetime2" | "datetimeoffset") => (declared: Declared) => ({
  name,
  scale: lengthOf(declared) ?? 0,
});

function binary(declared: Declared): SqlType {
  const length = lengthOf(declared) ?? 1;
  return length >= 1 ? { name: "binary", length } : { name: "varbinary", length: 1 };
}

function varbinary(declared: Declared): SqlType {
  const length = lengthOf(declared) ?? 0;
  return { name: "varbinary", length: length >= 1 && length <= 8000 ? length : "max" };
}

/** The members of an enum or set, as it declares them. */
function members({ inner }: Declared): string[] {
  return [...inner.matchAll(/'((?:[^']|'')*)'/g)].map(([, member = ""]) => member.replaceAll("''", "'"));
}

/** As wide as its longest member. */
function enumeration(declared: Declared): SqlType {
  return nationalText("nvarchar", Math.max(1, ...members(declared).map(({ length }) => length)));
}

/** As wide as all its members with commas between them. */
function set(declared: Declared): SqlType {
  return nationalText("nvarchar", Math.max(1, members(declared).join(",").length));
}

const mapping: Readonly<Record<string, (declared: Declared) => SqlType>> = {
  tinyint,
  smallint: integer({ name: "smallint" }, { name: "int" }),
  mediumint: integer({ name: "int" }, { name: "int" }),
  int: integer({ name: "int" }, { name: "bigint" }),
  bigint: integer({ name: "bigint" }, { name: "decimal", precision: 20, scale: 0 }),
  decimal,
  float: fixed({ name: "real" }),
  double: fixed({ name: "float", precision: 53 }),
  bit,
  year: fixed({ name: "smallint" }),
  date: fixed({ name: "date" }),
  time: timed("time"),
  datetime: timed("datetime2"),
  // A moment, which the server keeps in UTC.
  timestamp: timed("datetimeoffset"),
  char: (declared) => nationalText("nchar", lengthOf(declared) ?? 1),
  varchar: (declared) => nationalText("nvarchar", lengthOf(declared)),
  tinytext: fixed({ name: "nvarchar", length: 255 }),
  text: largeText,
  mediumtext: largeText,
  longtext: largeText,
  json: largeText,
  enum: enumeration,
  set,
  binary,
  varbinary,
  tinyblob: fixed({ name: "varbinary", length: 255 }),
  blob: largeBinary,
  mediumblob: largeBinary,
  longblob: largeBinary,
  uuid: fixed({ name: "uniqueidentifier" }),
  inet4: fixed({ name: "nvarchar", length: 15 }),
  inet6: fixed({ name: "nvarchar", length: 39 }),
};

const geometry = /^(?:geometry|point|linestring|polygon|multi\w+|geom\w*collection|vector)$/;

/** By COLUMN_TYPE: `int(10) unsigned`, `enum('a','b')`. Geometry is its bytes; what is not known is text. */
export function sqlServerType(columnType: string): SqlType {
  const [, name = "", inner = "", rest = ""] = /^(\w+)(?:\((.*)\))?(.*)$/s.exec(columnType) ?? [];
  const declared = { name: name.toLowerCase(), inner, isUnsigned: /\bunsigned\b/i.test(rest) };
  const known = Object.hasOwn(mapping, declared.name) ? mapping[declared.name] : undefined;
  if (known !== undefined) return known(declared);
  return geometry.test(declared.name) ? largeBinary() : largeText();
}

/** The SQL Server collation under which the same texts are equal: by the suffixes of the other's name (`utf8mb4_0900_as_cs`). */
export function sqlServerCollation(collation: string): string {
  if (/(?:^|_)(?:bin|cs)$|_bin_|_as_cs/.test(collation))
    return collation.includes("_cs") ? "Latin1_General_CS_AS" : "Latin1_General_BIN";
  return collation.includes("_as_ci") ? "Latin1_General_CI_AS" : "Latin1_General_CI_AI";
}
