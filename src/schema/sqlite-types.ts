/** The SQL Server type that holds what a SQLite column of a declared type may hold. */
import type { SqlType, TypeName } from "./model.ts";

interface Declared {
  readonly name: string;
  readonly arguments: readonly number[];
}

/** Declarations that are a type of both, or of SQL Server alone, and need no arguments. */
const sameInBoth = new Set<string>([
  "bit",
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "money",
  "smallmoney",
  "date",
  "smalldatetime",
  "ntext",
  "image",
  "uniqueidentifier",
  "xml",
  "sql_variant",
  "hierarchyid",
  "geometry",
  "geography",
] satisfies TypeName[]);

/** The declared length where SQL Server has it, else `max`: SQLite itself never cuts. */
const withLength =
  (name: TypeName, limit: number) =>
  (declared: Declared): SqlType => {
    const [length] = declared.arguments;
    return { name, length: length !== undefined && length >= 1 && length <= limit ? length : "max" };
  };

/** char and binary have no large form: without a usable length their variable sibling stands in. */
const fixedLength = (name: TypeName, variable: TypeName, limit: number) => (declared: Declared) => {
  const type = withLength(name, limit)(declared);
  return type.length === "max" ? { name: variable, length: "max" as const } : type;
};

const fractionDigits = (name: TypeName) => (declared: Declared) => ({
  name,
  scale: Math.min(declared.arguments[0] ?? 7, 7),
});

const greatestPrecision = 38;

/**
 * Without a precision SQL Server's default, (18,0), would drop every fraction: 19 digits take any 64-bit integer, the
 * other 19 the digits of a REAL.
 */
const exactNumber = (name: "decimal" | "numeric") => (declared: Declared) => {
  const [precision, scale] = declared.arguments;
  if (precision === undefined || precision < 1) return { name, precision: greatestPrecision, scale: 19 };
  const whole = Math.min(precision, greatestPrecision);
  return { name, precision: whole, scale: Math.min(scale ?? 0, whole) };
};

const fixed = (type: SqlType) => () => type;
const largeText = fixed({ name: "nvarchar", length: "max" });
const largeBinary = fixed({ name: "varbinary", length: "max" });
const double = fixed({ name: "float", precision: 53 });
const integer = fixed({ name: "bigint" });

const byName: Readonly<Record<string, (declared: Declared) => SqlType>> = {
  "": fixed({ name: "sql_variant" }),
  // INTEGER is SQLite's name for any 64-bit integer, and what keeps a rowid.
  integer,
  boolean: fixed({ name: "bit" }),
  bool: fixed({ name: "bit" }),
  real: double,
  float: double,
  text: largeText,
  blob: largeBinary,
  decimal: exactNumber("decimal"),
  dec: exactNumber("decimal"),
  numeric: exactNumber("numeric"),
  char: fixedLength("char", "varchar", 8000),
  character: fixedLength("char", "varchar", 8000),
  nchar: fixedLength("nchar", "nvarchar", 4000),
  varchar: withLength("varchar", 8000),
  nvarchar: withLength("nvarchar", 4000),
  binary: fixedLength("binary", "varbinary", 8000),
  varbinary: withLength("varbinary", 8000),
  // `datetime(6)` is another server's spelling, with more digits than datetime has.
  datetime: (declared) =>
    declared.arguments.length === 0 ? { name: "datetime" } : fractionDigits("datetime2")(declared),
  // In SQLite a timestamp is a moment; SQL Server's own is a row version, which no INSERT can fill.
  timestamp: fractionDigits("datetime2"),
  datetime2: fractionDigits("datetime2"),
  datetimeoffset: fractionDigits("datetimeoffset"),
  time: fractionDigits("time"),
};

/** SQLite's rules for the affinity of any other declaration (https://www.sqlite.org/datatype3.html#determination_of_column_affinity). */
const byAffinity: readonly (readonly [RegExp, () => SqlType])[] = [
  [/int/, integer],
  [/char|clob|text/, largeText],
  [/blob/, largeBinary],
  [/real|floa|doub/, double],
];

/** Declared type of a SQLite column to SQL Server type. What SQLite would give no affinity but NUMERIC is sql_variant. */
export function sqlServerType(declaredType: string): SqlType {
  const declared = parseDeclared(declaredType);
  if (sameInBoth.has(declared.name)) return { name: declared.name as TypeName };
  const known = byName[declared.name];
  if (known !== undefined && Object.hasOwn(byName, declared.name)) return known(declared);
  const affinity = byAffinity.find(([pattern]) => pattern.test(declared.name));
  return affinity === undefined ? { name: "sql_variant" } : affinity[1]();
}

/** `NUMERIC(10, 2)` → name and arguments; `MAX` and other words are no arguments. */
function parseDeclared(declaredType: string): Declared {
  const [, name = "", inner = ""] = /^([^(]*)(?:\(([^)]*)\))?/.exec(declaredType.trim().toLowerCase()) ?? [];
  const numbers = inner
    .split(",")
    .map((part) => part.trim())
    .filter((part) => /^\d+$/.test(part));
  return { name: name.trim().replaceAll(/\s+/g, " "), arguments: numbers.map(Number) };
}
