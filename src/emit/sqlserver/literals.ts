/**
 * One encoder a column: canonical value (values/codec.ts) to T-SQL literal. Whatever is written without quotes is
 * held against its form first, so that no staged text can ever become SQL.
 */
import { Fault, UserError } from "../../errors.ts";
import type { Column, SqlType, TypeName } from "../../schema/model.ts";
import type { PresentValue } from "../../values/codec.ts";
import { asciiLiteral, cut, isAscii, nationalLiteral, nvarcharLimit, varcharLimit } from "./strings.ts";
import { variantLiteral } from "./variant.ts";
import type { VersionRules } from "./versions.ts";

export type Encode = (value: PresentValue) => string;

const integerForm = /^-?\d+$/;
const decimalForm = /^-?\d+(?:\.\d+)?$/;
const guidForm = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;
const dateForm = /^\d{4}-\d{2}-\d{2}$/;
const timeForm = /^\d{2}:\d{2}:\d{2}\.\d{7}$/;
const momentForm = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{7}$/;
const zonedForm = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{7} [+-]\d{2}:\d{2}$/;
const xmlEncoding = /^(<\?xml\s[^>]*?)\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')/;

function notCanonical(value: PresentValue, type: TypeName): never {
  throw new Fault(`${typeof value} ${String(value).slice(0, 40)} is no canonical ${type}`);
}

function textOf(value: PresentValue, type: TypeName): string {
  return typeof value === "string" ? value : notCanonical(value, type);
}

function matching(value: PresentValue, form: RegExp, type: TypeName): string {
  return typeof value === "string" && form.test(value) ? value : notCanonical(value, type);
}

function integer(type: TypeName): Encode {
  return (value) => {
    const isInteger = typeof value === "number" ? Number.isSafeInteger(value) : isIntegerText(value);
    return isInteger ? String(value) : notCanonical(value, type);
  };
}

function isIntegerText(value: PresentValue): boolean {
  return typeof value === "bigint" || (typeof value === "string" && integerForm.test(value));
}

function exactNumber(type: TypeName): Encode {
  return (value) => matching(value, decimalForm, type);
}

/** Shortest text that reads back as the same bits, always with an `E`: a float literal, never a decimal (GOTCHAS 11). */
function float(type: TypeName): Encode {
  return (value) => {
    if (typeof value !== "number") return notCanonical(value, type);
    if (!Number.isFinite(value))
      throw new UserError({
        what: `${value} cannot be written: SQL Server's ${type} holds neither infinity nor NaN`,
        remedy: "Decide the cell, or exclude the source that claims it",
      });
    const text = Object.is(value, -0) ? "-0" : String(value);
    return text.includes("e") ? text.toUpperCase().replace("E+", "E") : `${text}E0`;
  };
}

/** Zeros beyond the digits of a fraction, which are cut off; anything else there is not of the type. */
const zeros = "0000000";

/** `hh:mm:ss.fffffff` with `digits` of its fraction. */
function cutTime(clock: string, digits: number, type: TypeName): string {
  if (clock.slice(9 + digits) !== zeros.slice(digits)) return notCanonical(clock, type);
  return clock.slice(0, digits === 0 ? 8 : 9 + digits);
}

/** `yyyymmdd`: no DATEFORMAT and no LANGUAGE reads it otherwise (GOTCHAS 10). */
function compactDate(text: string): string {
  return text.slice(0, 4) + text.slice(5, 7) + text.slice(8, 10);
}

/** `yyyymmdd hh:mm:ss.mmm`. */
function legacyDatetime(type: TypeName, digits: number): Encode {
  return (value) => {
    const text = matching(value, momentForm, type);
    return `'${compactDate(text)} ${cutTime(text.slice(11), digits, type)}'`;
  };
}

/** ISO 8601 with its `T`, which depends on no setting either. */
function datetime2(digits: number): Encode {
  return (value) => {
    const text = matching(value, momentForm, "datetime2");
    return `'${text.slice(0, 10)}T${cutTime(text.slice(11), digits, "datetime2")}'`;
  };
}

function datetimeoffset(digits: number): Encode {
  return (value) => {
    const text = matching(value, zonedForm, "datetimeoffset");
    return `'${text.slice(0, 10)}T${cutTime(text.slice(11, 27), digits, "datetimeoffset")}${text.slice(28)}'`;
  };
}

function isoDate(value: PresentValue): string {
  return `'${compactDate(matching(value, dateForm, "date"))}'`;
}

function timeOfDay(digits: number): Encode {
  return (value) => `'${cutTime(matching(value, timeForm, "time"), digits, "time")}'`;
}

/** Hex, also of an empty value: `0x`. */
function binaryLiteral(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex").toUpperCase()}`;
}

function binary(type: TypeName): Encode {
  return (value) => (value instanceof Uint8Array ? binaryLiteral(value) : notCanonical(value, type));
}

/** hierarchyid, geometry, geography: their serialized form, which keeps the SRID (GOTCHAS 16). */
function serialized(type: TypeName): Encode {
  const bytes = binary(type);
  return (value) => `CAST(${bytes(value)} AS ${type})`;
}

function guid(value: PresentValue): string {
  return `'${matching(value, guidForm, "uniqueidentifier")}'`;
}

function national(type: TypeName): Encode {
  return (value) => nationalLiteral(textOf(value, type));
}

/** An `encoding` in the declaration contradicts N'' (error 9402); the server keeps no declaration anyway (GOTCHAS 16). */
function xml(value: PresentValue): string {
  return nationalLiteral(textOf(value, "xml").replace(xmlEncoding, "$1"));
}

/** Without max types, 4001 to 8000 characters reach a varchar only in parts that are converted one by one. */
function convertedParts(text: string, collation: string | undefined): string {
  if (collation !== undefined && !/^\w+$/.test(collation)) throw new Fault(`collation ${collation} is no name`);
  const collate = collation === undefined ? "" : ` COLLATE ${collation}`;
  const parts = cut(text, nvarcharLimit).map((part) => `CAST(${nationalLiteral(part)}${collate} AS varchar(8000))`);
  return parts.join("+");
}

/**
 * char, varchar, text. N'' wherever a code page could change something (GOTCHAS 9), and everywhere in multi-row
 * VALUES, where a column has one literal type (GOTCHAS 2); '' for ASCII else, so that a key can be sought.
 */
function codePageText(column: Column, rules: VersionRules, uniform: boolean): Encode {
  return (value) => {
    const text = textOf(value, column.type.name);
    if (!uniform && text.length <= varcharLimit && isAscii(text)) return asciiLiteral(text);
    return rules.maxTypes || text.length <= nvarcharLimit
      ? nationalLiteral(text)
      : convertedParts(text, column.collation);
  };
}

const defaultScale = 7;

/** What stands within a sql_variant, as a column of that type would be written. */
function encodeBase(type: SqlType, value: PresentValue, rules: VersionRules): string {
  const column: Column = { name: type.name, ordinal: 0, type, declaredType: type.name, nullable: false };
  return columnEncoder(column, rules, false)(value);
}

type EncoderFactory = (column: Column, rules: VersionRules, uniform: boolean) => Encode;

function scaleOf({ type }: Column): number {
  return type.scale ?? defaultScale;
}

const byType: Readonly<Record<TypeName, EncoderFactory>> = {
  bit: () => integer("bit"),
  tinyint: () => integer("tinyint"),
  smallint: () => integer("smallint"),
  int: () => integer("int"),
  bigint: () => integer("bigint"),
  decimal: () => exactNumber("decimal"),
  numeric: () => exactNumber("numeric"),
  money: () => exactNumber("money"),
  smallmoney: () => exactNumber("smallmoney"),
  float: () => float("float"),
  real: () => float("real"),
  date: () => isoDate,
  time: (column) => timeOfDay(scaleOf(column)),
  smalldatetime: () => legacyDatetime("smalldatetime", 0),
  datetime: () => legacyDatetime("datetime", 3),
  datetime2: (column) => datetime2(scaleOf(column)),
  datetimeoffset: (column) => datetimeoffset(scaleOf(column)),
  char: codePageText,
  varchar: codePageText,
  text: codePageText,
  nchar: () => national("nchar"),
  nvarchar: () => national("nvarchar"),
  ntext: () => national("ntext"),
  binary: () => binary("binary"),
  varbinary: () => binary("varbinary"),
  image: () => binary("image"),
  uniqueidentifier: () => guid,
  xml: () => xml,
  sql_variant: (_column, rules) => (value) =>
    variantLiteral(textOf(value, "sql_variant"), (type, inner) => encodeBase(type, inner, rules)),
  hierarchyid: () => serialized("hierarchyid"),
  geometry: () => serialized("geometry"),
  geography: () => serialized("geography"),
  timestamp: ({ name }) => {
    throw new Fault(`column ${name}: nothing can be inserted into a rowversion`);
  },
};

/** The encoder of a column. `uniform`: all its literals are of one type, as multi-row VALUES need it. */
export function columnEncoder(column: Column, rules: VersionRules, uniform: boolean): Encode {
  return byType[column.type.name](column, rules, uniform);
}

const dateTypes = ["date", "time", "datetime2", "datetimeoffset"] as const;
const objectTypes = ["uniqueidentifier", "xml", "hierarchyid", "geometry", "geography"] as const;

/**
 * Types that a bare NULL, an int where a column of VALUES holds nothing else, does not convert to; and the type that
 * the NULL gets. For `text` that is nvarchar: it takes all literals of the column with it, past no code page.
 */
const typeOfNull: ReadonlyMap<TypeName, string> = new Map<TypeName, string>([
  ...[...dateTypes, ...objectTypes].map((name) => [name, name] as const),
  ["text", "nvarchar(max)"],
  ["ntext", "nvarchar(max)"],
  ["image", "varbinary(max)"],
]);

/** NULL for the first row of a multi-row statement: typed where a column without any value would be an int (GOTCHAS 2). */
export function firstNull(column: Column): string {
  const type = typeOfNull.get(column.type.name);
  return type === undefined ? "NULL" : `CAST(NULL AS ${type})`;
}
