/** Rebuild scripts for MySQL 5.7 and MariaDB 10.2, and newer. */
import { findColumn, storedColumns } from "../../schema/model.ts";
import type { Column, Table } from "../../schema/model.ts";
import type { PresentValue } from "../../values/codec.ts";
import {
  cannotHold,
  commonDefault,
  cutFraction,
  hexOf,
  plainText,
  quoteWith,
  requireWellFormed,
} from "../standard/dialect.ts";
import type { ColumnForm, Dialect } from "../standard/dialect.ts";
import { standardEmitter } from "../standard/emitter.ts";

const name = "MySQL";
const quote = quoteWith("`", 64);

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const special = /[\\\u0000-\u001f\u007f]/;

/** As bytes where a client could act upon a character: a line break, a backslash. */
function textLiteral(value: PresentValue): string {
  const text = value as string;
  requireWellFormed(text, name);
  return special.test(text) ? `_utf8mb4 x'${Buffer.from(text).toString("hex")}'` : plainText(text);
}

function floatLiteral(value: PresentValue): string {
  if (!Number.isFinite(value)) throw cannotHold(`the number ${String(value)}`, name);
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.includes("e") ? text : `${text}e0`;
}

function timeLiteral(digits: number) {
  return (value: PresentValue): string => `'${cutFraction(value as string, digits, name)}'`;
}

/** Texts compare by their characters: no server has all of SQL Server's collations, and a coarser one would take two keys for one. */
const collated = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
const text = (type: string): ColumnForm => ({ type: `${type} ${collated}`, encode: textLiteral });
const exact = (type: string): ColumnForm => ({ type, encode: String });
/** A row of MySQL's holds 65,535 bytes, and a key 3072. */
const longestInRow = 700;
const largestScale = 30;

function textForm({ length }: Column["type"]): ColumnForm {
  return typeof length === "number" && length <= longestInRow ? text(`varchar(${length})`) : text("longtext");
}

function exactForm({ precision = 18, scale = 0 }: Column["type"]): ColumnForm {
  if (scale > largestScale) throw cannotHold(`decimal(${precision}, ${scale})`, name);
  return exact(`decimal(${precision}, ${scale})`);
}

function binaryForm({ length }: Column["type"]): ColumnForm {
  const type = typeof length === "number" && length <= longestInRow ? `varbinary(${length})` : "longblob";
  return { type, encode: (value) => `x'${hexOf(value)}'` };
}

function form({ type }: Column): ColumnForm {
  const digits = Math.min(type.scale ?? 7, 6);
  switch (type.name) {
    case "bit":
      return exact("tinyint(1)");
    case "tinyint":
      return exact("tinyint unsigned");
    case "smallint":
    case "int":
    case "bigint":
      return exact(type.name);
    case "decimal":
    case "numeric":
      return exactForm(type);
    case "money":
      return exact("decimal(19, 4)");
    case "smallmoney":
      return exact("decimal(10, 4)");
    case "float":
      return { type: "double", encode: floatLiteral };
    case "real":
      return { type: "float", encode: floatLiteral };
    case "date":
      return { type: "date", encode: (value) => `'${String(value)}'` };
    case "time":
      return { type: `time(${digits})`, encode: timeLiteral(digits) };
    case "smalldatetime":
      return { type: "datetime(0)", encode: timeLiteral(0) };
    case "datetime":
      return { type: "datetime(3)", encode: timeLiteral(3) };
    case "datetime2":
      return { type: `datetime(${digits})`, encode: timeLiteral(digits) };
    case "datetimeoffset":
      return { ...text("varchar(34)"), note: "is text there: MySQL has no type that keeps an offset" };
    case "uniqueidentifier":
      return text("char(36)");
    case "char":
    case "nchar":
    case "varchar":
    case "nvarchar":
      return textForm(type);
    case "binary":
    case "varbinary":
      return binaryForm(type);
    case "image":
    case "timestamp":
    case "hierarchyid":
    case "geometry":
    case "geography":
      return binaryForm({ name: "image" });
    case "sql_variant":
      return { ...text("longtext"), note: "is text there, each value behind the name of its type" };
    default:
      return text("longtext");
  }
}

/** The message is the second of two equal keys, so that the server's error shows it. */
function refuse(select: string, message: string): string[] {
  return [
    "CREATE TEMPORARY TABLE IF NOT EXISTS `tablesalvage` (`message` varchar(190) NOT NULL PRIMARY KEY) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    `INSERT IGNORE INTO \`tablesalvage\` VALUES (${textLiteral(message)})`,
    `INSERT INTO \`tablesalvage\` SELECT ${textLiteral(message)} FROM (${select} LIMIT 1) AS q`,
  ];
}

function isLarge(column: Column): boolean {
  return form(column).type.startsWith("long");
}

const rowBytes = 65_535;
const bytesOfCharacter = 4;

/** What a column takes of a row, at the most: texts and bytes by their length, all else little. */
function bytesOf(column: Column): number {
  const [, kind = "", length = "0"] = /^(varchar|varbinary|char)\((\d+)\)/.exec(form(column).type) ?? [];
  return kind === "" ? 16 : Number(length) * (kind === "varbinary" ? 1 : bytesOfCharacter) + 2;
}

function checkTable(table: Table): void {
  const columns = storedColumns(table);
  const bytes = columns.reduce((sum, column) => sum + bytesOf(column), 0);
  if (bytes > rowBytes)
    throw cannotHold(`the table ${table.id}, whose rows may have ${bytes} bytes (at most ${rowBytes})`, name);
  const keys = [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.unique];
  const large = keys
    .flatMap((key) => key.columns)
    .find((each) => {
      const column = findColumn(table, each);
      return column !== undefined && isLarge(column);
    });
  if (large !== undefined)
    throw cannotHold(`the key column ${table.id}.${large}, which is too long for an index`, name);
}

const counting: ReadonlySet<string> = new Set(["tinyint", "smallint", "int", "bigint"]);

const mysqlDialect: Dialect = {
  id: "mysql",
  summary: "INSERT scripts for MySQL 5.7 and MariaDB 10.2, and newer",
  name,
  quote,
  hasSchemas: false,
  form,
  keepsIncrements: false,
  identity: (column, isKey) =>
    isKey && counting.has(column.type.name)
      ? { type: `${form(column).type} NOT NULL AUTO_INCREMENT`, saysKey: false }
      : undefined,
  // Texts of the large types take none, and functions only in brackets that old servers do not know.
  defaultOf: (expression, column) => {
    const preset = commonDefault(expression, column);
    return preset === "CURRENT_TIMESTAMP" || isLarge(column) ? undefined : preset;
  },
  checkTable,
  settings: [
    "SET NAMES utf8mb4",
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'",
    "SET SESSION foreign_key_checks = 0, unique_checks = 1, time_zone = '+00:00'",
  ],
  begin: "START TRANSACTION",
  commit: "COMMIT",
  refuse,
  fromNothing: " FROM DUAL",
  inlineForeignKeys: true,
  isSame: (left, right) => `${left} <=> ${right}`,
  skipDuplicates: ([key = ""]) => `ON DUPLICATE KEY UPDATE ${key} = ${key}`,
  // Never back: the server keeps what is higher.
  reseed: ({ relation, isRising }, last) => (isRising ? [`ALTER TABLE ${relation} AUTO_INCREMENT = ${last + 1n}`] : []),
  preflight: () =>
    refuse(
      "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE() AND 'utf8mb4' NOT IN (SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS)",
      "tablesalvage: this server has no utf8mb4",
    ),
};

export default standardEmitter(mysqlDialect);
