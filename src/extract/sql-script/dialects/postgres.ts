/** Scripts of pg_dump, in its plain format, and others for psql. */
import type { Column } from "../../../schema/model.ts";
import type { RawValue } from "../../../values/codec.ts";
import { readOtherChange } from "../changes.ts";
import { scriptTable } from "../names.ts";
import type { Mode, Script } from "../script.ts";
import { Unreadable } from "../unreadable.ts";
import { DialectCells, type CellRules } from "./cells.ts";
import { noteEncoding } from "./client-encoding.ts";
import { readCopy } from "./copy-rows.ts";
import type { Dialect, Surroundings } from "./dialect.ts";
import { TerminatedEnd } from "./ending.ts";
import { characterOf, fromHexText, textOf } from "./functions.ts";
import { DialectLexer } from "./lexer.ts";
import { postgresLexis } from "./lexis.ts";
import {
  capture,
  commonReaders,
  readCode,
  readCommand,
  readSetting,
  readTail,
  readUnknown,
  skipAs,
} from "./statements.ts";
import { binaryTypes, moment, noBytes, onText, temporalTypes, textTypes, type Adapter } from "./typed.ts";

const typedLiterals = new Set("DATE TIME TIMESTAMP TIMESTAMPTZ INTERVAL UUID JSON JSONB NUMERIC".split(" "));

const rules: CellRules = {
  functions: {
    CHR: characterOf(127),
    DECODE: ([text, format]) => {
      if (format !== "hex") throw new Unreadable("decodes a text whose format is not read");
      return fromHexText(textOf(text, "decodes"));
    },
  },
  words: { TRUE: true, FALSE: false },
  literal: (word, text) => (typedLiterals.has(word) ? text : undefined),
  cast: (value, type) => (type === "BYTEA" && typeof value === "string" ? byteaOf(value) : value),
  real: (text) => text,
  // Strings of bits are texts of 0 and 1.
  bits: (digits) => digits,
};

const octalByte = /\\(?:\\|([0-3][0-7]{2}))/g;

/** Both of its formats: https://www.postgresql.org/docs/current/datatype-binary.html */
function byteaOf(text: string): Uint8Array {
  if (text.startsWith(String.raw`\x`)) return fromHexText(text.slice(2).replaceAll(/\s/g, ""));
  const latin = text.replaceAll(octalByte, (_, octal?: string) =>
    octal === undefined ? "\\" : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  if (/[^\0-\u00FF]/.test(latin)) throw new Unreadable("holds characters that are no bytes");
  return new Uint8Array(Buffer.from(latin, "latin1"));
}

const booleans = new Map<string, boolean>([
  ["t", true],
  ["true", true],
  ["f", false],
  ["false", false],
]);

const asBoolean = onText((text) => booleans.get(text) ?? text);
const isMoment = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? ?[+-]\d\d(?::?\d\d)?$/;

function adapter(type: string | undefined, column: Column, script: Surroundings): Adapter {
  const { name } = column.type;
  if (type === "bytea" || (type === undefined && binaryTypes.has(name))) return onText(byteaOf);
  if (type?.startsWith("bool") === true || (type === undefined && name === "bit")) return asBoolean;
  const isZoned = type?.startsWith("timestamptz") === true || /^timestamp.*with time zone/.test(type ?? "");
  if (isZoned) return moment(column, script.zone);
  if (type === undefined && temporalTypes.has(name)) return ofUnknownType(moment(column, script.zone));
  return textTypes.has(name) ? noBytes : (cell) => cell;
}

function ofUnknownType(read: Adapter): Adapter {
  return (cell: RawValue) => (typeof cell === "string" && isMoment.test(cell) ? read(cell) : cell);
}

const strings = /^SET\s+standard_conforming_strings\s*(?:=|TO)\s*'?(\w+)/i;
const encoding = /^SET\s+(?:client_encoding\s*(?:=|TO)|NAMES)\s*'?([\w-]+)/i;
const searchPath = /^SET\s+search_path\s*(?:=|TO)\s*["']?(\w+)/i;

function applySetting(script: Script, text: string, line: number): void {
  const { session } = script;
  const named = encoding.exec(text)?.[1];
  if (named !== undefined) noteEncoding(script, named, line);
  const standard = strings.exec(text)?.[1]?.toLowerCase();
  if (standard !== undefined) session.lexical.backslashes = standard === "off" || standard === "false";
  const schema = searchPath.exec(text)?.[1];
  if (schema !== undefined) session.use(schema);
}

const setval = /\bsetval\s*\(\s*'([^']+)'(?:::regclass)?\s*,\s*(\d+)/i;
const largeObjects = /\b(?:lo_\w+|lowrite|loread)\s*\(/i;

/** A SELECT shows no rows of a table, but where a counter stood, which is the highest key that ever was; or it fills large objects. */
function readSelect(script: Script): Mode {
  const { lexer } = script;
  const start = script.here();
  lexer.next();
  const isCall = lexer.isName() && /^(?:pg_catalog|setval|lo.*)$/i.test(lexer.text);
  lexer.reset(start);
  lexer.next();
  if (!isCall) return readOtherChange(script);
  return capture(script, script.ending("SELECT"), ({ text, line, cut }) => {
    if (cut !== undefined) return script.ledger.quarantine(text, cut, line);
    const [, counter, value] = setval.exec(text) ?? [];
    if (counter !== undefined) script.ledger.warn(`the counter ${counter} stands at ${value}`, line);
    script.ledger.skip(largeObjects.test(text) ? "large object" : "SELECT");
  });
}

/** `\i other.sql` */
const includes = /^(?:i|ir|include|include_relative)\b/;

function readMeta(script: Script, isConditional: boolean): Mode | undefined {
  if (!script.lexer.isSymbol("\\")) return readUnknown(script, isConditional);
  return readCommand(script, "psql command", includes);
}

export const postgres: Dialect = {
  id: "postgres",
  title: "PostgreSQL",
  settings: { backslashes: false, ansiQuotes: true, delimiter: ";" },
  lexer: (text, session, final) => new DialectLexer(postgresLexis, session.lexical, text, { final }),
  cells: (lexer) => new DialectCells(lexer, rules),
  ending: (verb) => new TerminatedEnd(verb, new Set(["FUNCTION", "PROCEDURE"])),
  endsRow: (lexer) => lexer.isSymbol(";"),
  reserved: new Set(["SELECT", "WITH", "VALUES"]),
  insertWords: new Set(["INTO", "ONLY"]),
  readers: {
    ...commonReaders,
    SELECT: readSelect,
    SET: readSetting(applySetting),
    COPY: readCopy,
    DO: readCode("DO"),
    CALL: readCode("CALL"),
    IMPORT: skipAs("IMPORT"),
  },
  readOther: readMeta,
  readTail,
  nameTable(parts, { schema, database }) {
    const owner = parts.length === 1 ? (database ?? "public") : (parts.at(-2) ?? "");
    const name = parts.at(-1) ?? "";
    if (/^pg_temp/i.test(owner)) return scriptTable([`#${name}`], schema);
    return scriptTable([owner.toLowerCase() === "public" ? schema : owner, name], schema);
  },
  findsByName: true,
  listsIdentity: true,
  adapter,
};
