/** Scripts for Oracle, as SQL Developer, SQL*Plus and people write them. */
import type { Column } from "../../../schema/model.ts";
import type { RawValue } from "../../../values/codec.ts";
import { scriptTable } from "../names.ts";
import { SkippedRun } from "../run.ts";
import type { Mode, Script } from "../script.ts";
import type { Session } from "../session.ts";
import { Unreadable } from "../unreadable.ts";
import { DialectCells, type CellRules, type Evaluate } from "./cells.ts";
import type { Dialect, Read, Surroundings } from "./dialect.ts";
import { BlockEnd, TerminatedEnd } from "./ending.ts";
import { characterOf, fromHexText, textOf, unchanged, unescapeUnicode } from "./functions.ts";
import { readInsertAll } from "./insert-all.ts";
import { DialectLexer } from "./lexer.ts";
import { oracleLexis } from "./lexis.ts";
import { readByModel } from "./oracle-dates.ts";
import {
  commonReaders,
  readCode,
  readCommand,
  readCreate,
  readKind,
  readLine,
  readSetting,
  readTail,
  readUnknown,
} from "./statements.ts";
import { binaryTypes, moment, noBytes, temporalTypes, textTypes, type Adapter } from "./typed.ts";

/** Begins what stands for a moment that cannot be told: a character that is none. */
const unread = "\uFDD0";

const asMoment: Evaluate = ([text, model]) => {
  if (text === null || text === undefined) return null;
  const shown = `to_date('${String(text)}'${typeof model === "string" ? `, '${model}'` : ""})`;
  if (typeof text !== "string" || typeof model !== "string") return unread + shown;
  return readByModel(text, model) ?? unread + shown;
};

const rules: CellRules = {
  functions: {
    // A third argument names another language for the months.
    TO_DATE: (args) => asMoment(args.length > 2 ? args.slice(0, 1) : args),
    TO_TIMESTAMP: (args) => asMoment(args.length > 2 ? args.slice(0, 1) : args),
    TO_TIMESTAMP_TZ: (args) => asMoment(args.length > 2 ? args.slice(0, 1) : args),
    TO_CLOB: unchanged,
    TO_NCLOB: unchanged,
    TO_CHAR: ([value]) => textOf(value, "makes text of"),
    TO_NUMBER: ([text]) => numberOf(textOf(text, "makes a number of")),
    XMLTYPE: unchanged,
    HEXTORAW: ([text]) => (text === null ? null : fromHexText(textOf(text, "reads hex from"))),
    TO_BLOB: unchanged,
    EMPTY_CLOB: () => "",
    EMPTY_BLOB: () => new Uint8Array(),
    CHR: characterOf(127),
    NCHR: characterOf(0xffff),
    UNISTR: (args) => (args[0] === null ? null : unescapeUnicode(args)),
  },
  words: {},
  literal: (word, text) => (word === "DATE" || word === "TIMESTAMP" ? text : undefined),
  real: (text) => text,
  bits: () => refuseBits(),
  emptyIsNull: true,
};

function refuseBits(): never {
  throw new Unreadable("holds bits, which the engine does not know");
}

function numberOf(text: string): string {
  if (!/^[+-]?\d+(?:\.\d+)?$/.test(text))
    throw new Unreadable("makes a number of a text that is read by the session's language");
  return text;
}

const isIso = /^\d{4}-\d\d-\d\d(?:[ T]|$)/;

function adapter(type: string | undefined, column: Column, script: Surroundings): Adapter {
  const { name } = column.type;
  if (temporalTypes.has(name)) return temporal(type, column, script);
  if (binaryTypes.has(name)) return (cell) => (typeof cell === "string" ? fromHexText(cell) : cell);
  return textTypes.has(name) ? (cell) => noBytes(settled(cell)) : settled;
}

/** A moment that cannot be told is kept as it is written only where it cannot be taken for a value. */
function settled(cell: RawValue): RawValue {
  if (typeof cell === "string" && cell.startsWith(unread))
    throw new Unreadable(`reads a date by a model that is not known: ${cell.slice(1)}`);
  return cell;
}

/** Plain text becomes a date by the session's NLS_DATE_FORMAT, which only the script can tell. */
function temporal(type: string | undefined, column: Column, script: Surroundings): Adapter {
  const zoned = moment(column, script.zone);
  const model = type === "date" ? "NLS_DATE_FORMAT" : "NLS_TIMESTAMP_FORMAT";
  return (cell) => {
    if (typeof cell !== "string" || column.type.name === "time") return settled(cell);
    if (cell.startsWith(unread)) return cell.slice(1);
    const format = isIso.test(cell) ? undefined : script.session.dateModels.get(model);
    const text = format === undefined ? cell : (readByModel(cell, format) ?? cell);
    if (isIso.test(text)) return zoned(text);
    throw new Unreadable(`holds the date '${cell}' as text, which is read by the session's NLS_DATE_FORMAT`);
  };
}

const nls = /\b(NLS_(?:DATE|TIMESTAMP)_FORMAT)\s*=\s*'([^']*)'/gi;

const readAlter: Read = readSetting(({ session }, text) => {
  for (const [, name = "", model = ""] of text.matchAll(nls)) session.dateModels.set(name.toUpperCase(), model);
});

const ofSql = new Set(["TRANSACTION", "ROLE", "CONSTRAINT", "CONSTRAINTS"]);

/** SET of SQL*Plus takes its line, that of SQL goes to its terminator. */
function readSet(script: Script): Mode | undefined {
  const { lexer } = script;
  const start = script.here();
  lexer.next();
  const isSql = ofSql.has(lexer.upper);
  lexer.reset(start);
  lexer.next();
  if (isSql) return readSetting(() => undefined)(script, false);
  const rest = readLine(script)?.text ?? "";
  const define = /^\s*(?:DEF(?:INE)?|SCAN)\s+(\S+)/i.exec(rest)?.[1]?.replace(/;$/, "");
  if (define !== undefined) script.session.substitutes = !/^OFF$/i.test(define);
  script.ledger.skip("SET");
  return undefined;
}

const modules = new Set(["PROCEDURE", "FUNCTION", "TRIGGER", "PACKAGE", "TYPE", "LIBRARY"]);
const readBlock = readCode("PL/SQL", (_, verb) => new BlockEnd(verb, new Set()));

function readCreation(script: Script, isConditional: boolean): Mode | undefined {
  const start = script.here();
  const kind = readKind(script);
  script.lexer.reset(start);
  script.lexer.next();
  if (!modules.has(kind)) return readCreate(script);
  return skipBlock(kind)(script, isConditional);
}

function skipBlock(kind: string): Read {
  return (script) => new SkippedRun(script, `CREATE ${kind}`, new BlockEnd("CREATE", new Set()));
}

const commands =
  "REM REMARK PROMPT SPOOL WHENEVER EXIT QUIT COL COLUMN CONN CONNECT DEF UNDEF UNDEFINE ACCEPT PAUSE SHOW HOST CLEAR TTITLE BTITLE " +
  "VARIABLE VAR PRINT DESC DESCRIBE START TIMING EXEC EXECUTE BREAK BRE COMPUTE STORE SAVE GET RUN SHUTDOWN STARTUP";

/** `@other.sql` */
const includes = /^/;

function readOther(script: Script, isConditional: boolean): Mode | undefined {
  const isScript = script.lexer.kind === "variable" || script.lexer.isSymbol("@");
  return isScript ? readCommand(script, "SQL*Plus command", includes) : readUnknown(script, isConditional);
}

/** SQL*Plus asks for `&name`, or takes a value that was defined before. */
function substitution(text: string, { substitutes }: Session): string | undefined {
  const name = substitutes ? /&&?[A-Za-z_][\w$#]*/.exec(text)?.[0] : undefined;
  return name === undefined
    ? undefined
    : `holds ${name}, which SQL*Plus replaces where SET DEFINE OFF does not stand before it`;
}

export const oracle: Dialect = {
  id: "oracle",
  title: "Oracle",
  settings: { backslashes: false, ansiQuotes: true, delimiter: ";" },
  lexer: (text, session, final) => new DialectLexer(oracleLexis, session.lexical, text, { final }),
  cells: (lexer) => new DialectCells(lexer, rules),
  ending: (verb) => new TerminatedEnd(verb, new Set()),
  endsRow: (lexer) => lexer.isSymbol(";"),
  reserved: new Set(["SELECT", "WITH", "VALUES"]),
  insertWords: new Set(["INTO"]),
  readers: {
    ...commonReaders,
    ...Object.fromEntries(
      commands.split(" ").map((word) => [word, (script: Script) => readCommand(script, "SQL*Plus command")]),
    ),
    ALTER: readAlter,
    SET: readSet,
    DEFINE: (script) => readCommand(script, "SQL*Plus command"),
    CREATE: readCreation,
    BEGIN: readBlock,
    DECLARE: readBlock,
    INSERT: readInsertAll,
    CALL: readCode("CALL"),
  },
  readOther,
  readTail,
  nameTable: (parts, { schema }) => scriptTable(parts, schema),
  findsByName: true,
  listsIdentity: true,
  adapter,
  doubt: substitution,
};
