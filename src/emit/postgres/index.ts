/** Rebuild scripts for PostgreSQL 12 and newer: INSERTs, read alike by psql and by a driver. */
import type { Column } from "../../schema/model.ts";
import type { PresentValue } from "../../values/codec.ts";
import {
  bare,
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

const name = "PostgreSQL";
const quote = quoteWith('"', 63);

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const special = /[\\\u0001-\u001f\u007f]/g;

/** Within `E'…'` nothing is left that psql, or whoever reads by line, could act upon. */
function textLiteral(value: PresentValue): string {
  const text = value as string;
  requireWellFormed(text, name);
  if (text.includes("\0")) throw cannotHold("a NUL character in a text", name);
  const escaped = text.replaceAll(special, (character) =>
    character === "\\" ? "\\\\" : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return escaped === text ? plainText(text) : `E${plainText(escaped)}`;
}

/** Quoted, so that no locale and no precedence comes between. */
function floatLiteral(value: PresentValue): string {
  return Object.is(value, -0) ? "'-0'" : `'${String(value)}'`;
}

function timeLiteral(digits: number) {
  return (value: PresentValue): string => `'${cutFraction(value as string, digits, name)}'`;
}

const text = (type: string): ColumnForm => ({ type, encode: textLiteral });
const exact = (type: string): ColumnForm => ({ type, encode: String });
const longest = 10_485_760;

function form({ type }: Column): ColumnForm {
  const digits = Math.min(type.scale ?? 7, 6);
  switch (type.name) {
    case "bit":
      return { type: "boolean", encode: (value) => (Number(value) === 1 ? "true" : "false") };
    case "tinyint":
    case "smallint":
      return exact("smallint");
    case "int":
      return exact("integer");
    case "bigint":
      return exact("bigint");
    case "decimal":
    case "numeric":
      return exact(`numeric(${type.precision ?? 18}, ${type.scale ?? 0})`);
    case "money":
      return exact("numeric(19, 4)");
    case "smallmoney":
      return exact("numeric(10, 4)");
    case "float":
      return { type: "double precision", encode: floatLiteral };
    case "real":
      return { type: "real", encode: floatLiteral };
    case "date":
      return { type: "date", encode: (value) => `'${String(value)}'` };
    case "time":
      return { type: `time(${digits})`, encode: timeLiteral(digits) };
    case "smalldatetime":
      return { type: "timestamp(0)", encode: timeLiteral(0) };
    case "datetime":
      return { type: "timestamp(3)", encode: timeLiteral(3) };
    case "datetime2":
      return { type: `timestamp(${digits})`, encode: timeLiteral(digits) };
    case "datetimeoffset":
      return {
        type: `timestamp(${digits}) with time zone`,
        encode: timeLiteral(digits),
        note: "keeps the moment, and not the offset that it was written with",
      };
    case "uniqueidentifier":
      return { type: "uuid", encode: (value) => `'${String(value)}'` };
    case "char":
    case "nchar":
      return text(`char(${type.length ?? 1})`);
    case "varchar":
    case "nvarchar":
      return text(typeof type.length === "number" && type.length < longest ? `varchar(${type.length})` : "text");
    case "binary":
    case "varbinary":
    case "image":
    case "timestamp":
    case "hierarchyid":
    case "geometry":
    case "geography":
      return { type: "bytea", encode: (value) => `'\\x${hexOf(value)}'` };
    case "sql_variant":
      return { ...text("text"), note: "is text there, each value behind the name of its type" };
    default:
      return text("text");
  }
}

interface Counting {
  readonly type: string;
  /** Smallest and largest value: what PostgreSQL assumes begins with 1, or ends with -1. */
  readonly range: string;
}

function countingAs(type: string, bits: bigint): Counting {
  return { type, range: `MINVALUE ${-(2n ** bits)} MAXVALUE ${2n ** bits - 1n}` };
}

const [small, whole, big] = [countingAs("smallint", 15n), countingAs("integer", 31n), countingAs("bigint", 63n)];
const counting: Readonly<Record<string, Counting>> = {
  tinyint: small,
  smallint: small,
  int: whole,
  bigint: big,
  decimal: big,
  numeric: big,
};

/** The block is a text like any other, so that no value within it can end it. */
function refuse(select: string, message: string): string[] {
  const block = `BEGIN IF EXISTS (${select}) THEN RAISE EXCEPTION USING MESSAGE = ${textLiteral(message)}; END IF; END`;
  return [`DO ${textLiteral(block)}`];
}

const postgresDialect: Dialect = {
  id: "postgres",
  summary: "INSERT scripts for PostgreSQL 12 and newer",
  name,
  quote,
  hasSchemas: true,
  form,
  keepsIncrements: true,
  identity: ({ type, identity }) => {
    const base = counting[type.name];
    if (base === undefined || (type.scale ?? 0) > 0 || identity === undefined) return undefined;
    const { seed, increment } = identity;
    return {
      type: `${base.type} GENERATED BY DEFAULT AS IDENTITY (START WITH ${seed} INCREMENT BY ${increment} ${base.range}) NOT NULL`,
      saysKey: false,
    };
  },
  defaultOf: (expression, column) => {
    const isGuid = column.type.name === "uniqueidentifier";
    if (isGuid && /^newid\s*\(\s*\)$/i.test(bare(expression))) return "gen_random_uuid()";
    const preset = commonDefault(expression, column);
    return column.type.name === "bit" && preset !== undefined ? String(Number(preset) !== 0) : preset;
  },
  settings: ["SET client_encoding = 'UTF8'", "SET standard_conforming_strings = on", "SET datestyle = 'ISO, YMD'"],
  begin: "BEGIN",
  commit: "COMMIT",
  refuse,
  fromNothing: "",
  inlineForeignKeys: false,
  isSame: (left, right) => `${left} IS NOT DISTINCT FROM ${right}`,
  skipDuplicates: (keys) => `ON CONFLICT (${keys.join(", ")}) DO NOTHING`,
  reseed: ({ relation, column, isRising }, last) => [
    `SELECT setval(pg_get_serial_sequence(${textLiteral(relation)}, ${textLiteral(column.name)}), ${isRising ? "GREATEST" : "LEAST"}(${last}, (SELECT ${isRising ? "max" : "min"}(${quote(column.name)}) FROM ${relation})))`,
  ],
  preflight: () => [
    ...refuse(
      "SELECT 1 WHERE current_setting('server_encoding') <> 'UTF8'",
      "tablesalvage: this database is not in UTF-8",
    ),
    ...refuse(
      "SELECT 1 WHERE current_setting('server_version_num')::int < 120000",
      "tablesalvage: this server is older than PostgreSQL 12",
    ),
  ],
};

export default standardEmitter(postgresDialect);
