/** Scripts of mysqldump, mariadb-dump and their like. */
import type { Column } from "../../../schema/model.ts";
import type { RawValue } from "../../../values/codec.ts";
import { toBytes } from "../../text/decode.ts";
import { readInsert } from "../insert.ts";
import { scriptTable } from "../names.ts";
import type { Script } from "../script.ts";
import { Unreadable } from "../unreadable.ts";
import { DialectCells, type CellRules } from "./cells.ts";
import { noteEncoding } from "./client-encoding.ts";
import type { Dialect, Surroundings } from "./dialect.ts";
import { TerminatedEnd } from "./ending.ts";
import { characterOf, fromHexText, textOf, unchanged, utf8Of } from "./functions.ts";
import { DialectLexer } from "./lexer.ts";
import { mysqlLexis } from "./lexis.ts";
import { commonReaders, readCode, readLine, readSetting, readTail, readUnknown, skipAs } from "./statements.ts";
import { asItIs, binaryTypes, moment, onText, textTypes, type Adapter } from "./typed.ts";

function literal(word: string, text: string): RawValue | undefined {
  // `_binary` and character sets: the column's type says what the text is.
  if (word.startsWith("_")) return text;
  return ["DATE", "TIME", "TIMESTAMP"].includes(word) ? text : undefined;
}

const rules: CellRules = {
  functions: {
    UNHEX: ([text]) => fromHexText(textOf(text, "reads hex from")),
    CHAR: characterOf(127),
    CONCAT: (args) => args.map((each) => textOf(each, "joins")).join(""),
  },
  words: { TRUE: true, FALSE: false },
  literal,
  cast: (value) => unchanged([value]),
  real: (text) => text,
  bits: bytesOfBits,
};

/** `b'101'` is a string of bytes, as x'05' is. */
function bytesOfBits(digits: string): Uint8Array {
  const bytes = digits.padStart(Math.ceil(digits.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}

function narrow(value: bigint): number | bigint {
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

const binaryNames = /^(?:tiny|medium|long)?blob\b|^(?:var)?binary\b/;
const geometryNames = /^(?:geometry|point|linestring|polygon|multi\w+|geom\w*collection|vector)\b/;
const bitName = /^bit\b(?:\((\d+)\))?/;
const textNames = /^(?:tiny|medium|long)?text\b|^(?:n|national )?(?:var)?char|^(?:enum|set|json)\b/;

/** Older dumps and MariaDB's write bytes as plain strings: only the column's type tells. */
function adapter(type: string | undefined, column: Column, script: Surroundings): Adapter {
  const bytes = onText((text) => new Uint8Array(toBytes(text, script.ledger.encoding)));
  if (type === undefined) return byTarget(column, bytes);
  if (binaryNames.test(type) || geometryNames.test(type)) return bytes;
  const bits = bitName.exec(type);
  if (bits !== null) return (cell) => asBits(bytes(cell), Number(bits[1] ?? 1));
  if (/^timestamp\b/.test(type) && script.session.isUtc) return onUtc(column, script.zone);
  return textNames.test(type) ? decoded : asItIs;
}

function byTarget({ type }: Column, bytes: Adapter): Adapter {
  if (binaryTypes.has(type.name)) return bytes;
  if (type.name === "bit")
    return (cell) => (typeof cell === "string" && cell.length === 1 && cell < " " ? asBits(bytes(cell), 1) : cell);
  return textTypes.has(type.name) ? decoded : asItIs;
}

/** A hex literal in a column of texts is the text's bytes; the script does not say in which character set they are, but for UTF-8. */
const decoded: Adapter = (cell) => (cell instanceof Uint8Array ? utf8Of(cell, "writes a text as") : cell);

/** Of one bit its truth, of more a number without sign. */
function asBits(cell: RawValue, width: number): RawValue {
  if (!(cell instanceof Uint8Array)) return cell;
  if (cell.length > 8) throw new Unreadable("holds more than 64 bits");
  const value = BigInt(`0x0${Buffer.from(cell).toString("hex")}`);
  return width === 1 ? value !== 0n : narrow(value);
}

/** Under `SET TIME_ZONE='+00:00'` a TIMESTAMP is a moment without its offset; all zeros are none, and stay. */
function onUtc(column: Column, zone: string): Adapter {
  const read = moment(column, zone);
  return onText((text) => (text.startsWith("0000-00-00") ? text : read(`${text}+00:00`)));
}

const modes = /(?<![@\w])(?:@@(?:session\.)?)?sql_mode\s*:?=\s*(@?\w+|'[^']*'|"[^"]*")/i;
const zones = /(?<![@\w])time_zone\s*=\s*(@?\w+|'[^']*')/i;
const characterSet = /^SET\s+NAMES\s+['"]?(\w+)/i;

function applySetting(script: Script, text: string, line: number): void {
  const { session } = script;
  const mode = modes.exec(text)?.[1];
  if (mode !== undefined) {
    session.lexical.backslashes = !/NO_BACKSLASH_ESCAPES/i.test(mode);
    session.lexical.ansiQuotes = /ANSI|ORACLE|POSTGRESQL|DB2|MAXDB|MSSQL/i.test(mode);
  }
  const zone = zones.exec(text)?.[1];
  if (zone !== undefined) session.setUtc(/^'(?:\+00:00|UTC)'$/i.test(zone));
  const names = characterSet.exec(text)?.[1];
  if (names !== undefined) noteEncoding(script, names, line);
}

function readDelimiter(script: Script): undefined {
  const delimiter = readLine(script)?.text.trim() ?? "";
  script.session.lexical.delimiter = delimiter === "" ? ";" : delimiter;
  script.ledger.skip("DELIMITER");
}

function readUse(script: Script): ReturnType<typeof readUnknown> {
  const { lexer } = script;
  lexer.next();
  const name = lexer.text;
  script.unread();
  script.session.use(name);
  return skipAs("USE")(script, false);
}

export const mysql: Dialect = {
  id: "mysql",
  title: "MySQL",
  settings: { backslashes: true, ansiQuotes: false, delimiter: ";" },
  lexer: (text, session, final) => new DialectLexer(mysqlLexis, session.lexical, text, { final }),
  cells: (lexer) => new DialectCells(lexer, rules),
  ending: (verb) => new TerminatedEnd(verb, new Set()),
  endsRow: (lexer) => lexer.isSymbol(";"),
  reserved: new Set(["SELECT", "WITH", "VALUES"]),
  insertWords: new Set(["INTO", "IGNORE", "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK"]),
  readers: {
    ...commonReaders,
    REPLACE: readInsert,
    SET: readSetting(applySetting),
    USE: readUse,
    DELIMITER: readDelimiter,
    CALL: readCode("CALL"),
    DO: skipAs("DO"),
  },
  readOther: readUnknown,
  readTail,
  nameTable: (parts, { schema, database }) =>
    scriptTable(parts.length === 1 ? [database ?? schema, ...parts] : parts, schema),
  findsByName: true,
  listsIdentity: true,
  adapter,
};
