/**
 * The types that SQL Server brings along, by every name they have.
 * Facts: Transact-SQL reference, "Data types" and "Data type synonyms".
 */
import type { SqlType, TypeName } from "../model.ts";

/** Types without arguments. */
const plain: readonly TypeName[] = [
  "bit",
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "money",
  "smallmoney",
  "real",
  "date",
  "smalldatetime",
  "datetime",
  "text",
  "ntext",
  "image",
  "uniqueidentifier",
  "xml",
  "sql_variant",
  "timestamp",
  "hierarchyid",
  "geometry",
  "geography",
];

/** The longest length that can be declared by number. */
const lengths: Partial<Record<TypeName, number>> = {
  char: 8000,
  varchar: 8000,
  nchar: 4000,
  nvarchar: 4000,
  binary: 8000,
  varbinary: 8000,
};

const synonyms: Readonly<Record<string, string>> = {
  integer: "int",
  dec: "decimal",
  rowversion: "timestamp",
  character: "char",
  "double precision": "float",
  "char varying": "varchar",
  "character varying": "varchar",
  "national char": "nchar",
  "national character": "nchar",
  "national char varying": "nvarchar",
  "national character varying": "nvarchar",
  "national text": "ntext",
  "binary varying": "varbinary",
};

type Build = (name: TypeName, args: readonly string[]) => SqlType | string;

const builders = new Map<string, Build>([
  ...plain.map((name): [string, Build] => [name, buildPlain]),
  ...Object.keys(lengths).map((name): [string, Build] => [name, buildSized]),
  ["decimal", buildDecimal],
  ["numeric", buildDecimal],
  ["float", buildFloat],
  ["time", buildFractional],
  ["datetime2", buildFractional],
  ["datetimeoffset", buildFractional],
]);

/** Every name that {@link systemType} knows, for suggestions. */
export const systemTypeNames: readonly string[] = [...builders.keys(), ...Object.keys(synonyms), "sysname"];

/**
 * The type of a name (any case, words parted by one blank) and its arguments (`["10", "2"]`, `["max"]`), with the
 * defaults of a column declaration filled in. A string says what is wrong with the arguments; undefined: no such type.
 */
export function systemType(name: string, args: readonly string[]): SqlType | string | undefined {
  const lower = name.toLowerCase();
  if (lower === "sysname") return args.length === 0 ? { name: "nvarchar", length: 128 } : "sysname takes no length";
  const base = synonyms[lower] ?? lower;
  return builders.get(base)?.(base as TypeName, args);
}

function buildPlain(name: TypeName, args: readonly string[]): SqlType | string {
  return args.length === 0 ? { name } : `${name} takes no length or precision`;
}

function buildSized(name: TypeName, args: readonly string[]): SqlType | string {
  const [argument = "1", ...more] = args;
  const longest = lengths[name] ?? 0;
  if (argument.toLowerCase() === "max" && more.length === 0 && name.includes("var")) return { name, length: "max" };
  const length = wholeNumber(argument, 1, longest);
  return length === undefined || more.length > 0
    ? `${name} takes one length from 1 to ${longest}${name.includes("var") ? " or max" : ""}`
    : { name, length };
}

function buildDecimal(name: TypeName, args: readonly string[]): SqlType | string {
  const precision = wholeNumber(args[0] ?? "18", 1, 38);
  const scale = wholeNumber(args[1] ?? "0", 0, precision ?? 38);
  return precision === undefined || scale === undefined || args.length > 2
    ? `${name} takes a precision from 1 to 38 and a scale from 0 to the precision`
    : { name, precision, scale };
}

/** The server keeps float(1) to float(24) as real, and all others as float(53). */
function buildFloat(name: TypeName, args: readonly string[]): SqlType | string {
  const bits = wholeNumber(args[0] ?? "53", 1, 53);
  if (bits === undefined || args.length > 1) return "float takes one precision from 1 to 53";
  return bits <= 24 ? { name: "real" } : { name, precision: 53 };
}

function buildFractional(name: TypeName, args: readonly string[]): SqlType | string {
  const scale = wholeNumber(args[0] ?? "7", 0, 7);
  return scale === undefined || args.length > 1 ? `${name} takes one scale from 0 to 7` : { name, scale };
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
