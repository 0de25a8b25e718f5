/** Scripts of the sqlite3 shell: `.dump`. */
import type { RawValue } from "../../../values/codec.ts";
import { readInsert } from "../insert.ts";
import { scriptTable } from "../names.ts";
import type { Mode, Script } from "../script.ts";
import { skip } from "../statements.ts";
import { Unreadable } from "../unreadable.ts";
import { DialectCells, type CellRules } from "./cells.ts";
import type { Dialect } from "./dialect.ts";
import { TerminatedEnd } from "./ending.ts";
import { textOf, unescapeUnicode, utf8Of } from "./functions.ts";
import { DialectLexer } from "./lexer.ts";
import { sqliteLexis } from "./lexis.ts";
import { commonReaders, readCommand, readTail, readUnknown } from "./statements.ts";
import { noBytes, textTypes } from "./typed.ts";

const largest = 0x10ffff;

/** What the shell writes where a text holds line breaks: https://www.sqlite.org/cli.html, and `unistr()` since 3.50. */
const rules: CellRules = {
  functions: {
    REPLACE: ([text, from, to]) =>
      replace(textOf(text, "replaces in"), textOf(from, "replaces"), textOf(to, "puts in")),
    CHAR: (args) => args.map(characterAt).join(""),
    UNISTR: unescapeUnicode,
  },
  words: { TRUE: 1, FALSE: 0 },
  cast: (value, type) =>
    type === "TEXT" && value instanceof Uint8Array ? utf8Of(value, "makes text of") : refuse(type),
  // Numbers that are not whole are doubles here; `1e999` is infinity.
  real: Number,
  bits: () => refuse("bits"),
};

function refuse(what: string): never {
  throw new Unreadable(`converts to ${what.toLowerCase()}, which is not read`);
}

function replace(text: string, from: string, to: string): string {
  return from === "" ? text : text.replaceAll(from, () => to);
}

function characterAt(code: RawValue | null): string {
  if (typeof code !== "number" || code < 0 || code > largest)
    throw new Unreadable("makes a character of what is no code");
  return String.fromCodePoint(code);
}

/** The shell ends a dump so when it could not read all of the database. */
function readRollback(script: Script): Mode {
  const { lexer, ledger } = script;
  ledger.warn("the dump ends in ROLLBACK: sqlite3 met errors, and may have left rows out", lexer.line, "loss");
  return skip(script, "ROLLBACK", "ROLLBACK");
}

/** The shell's own commands begin with a dot. */
const includes = /^(?:read|import|restore|open)\b/;

function readDot(script: Script, isConditional: boolean): Mode | undefined {
  return script.lexer.isSymbol(".")
    ? readCommand(script, "sqlite3 command", includes)
    : readUnknown(script, isConditional);
}

export const sqlite: Dialect = {
  id: "sqlite",
  title: "SQLite",
  settings: { backslashes: false, ansiQuotes: true, delimiter: ";" },
  lexer: (text, session, final) => new DialectLexer(sqliteLexis, session.lexical, text, { final }),
  cells: (lexer) => new DialectCells(lexer, rules),
  ending: (verb) => new TerminatedEnd(verb, new Set(["TRIGGER"])),
  endsRow: (lexer) => lexer.isSymbol(";"),
  reserved: new Set(["SELECT", "WITH", "VALUES"]),
  insertWords: new Set(["INTO", "OR", "REPLACE", "IGNORE", "ABORT", "FAIL", "ROLLBACK"]),
  readers: { ...commonReaders, REPLACE: readInsert, ROLLBACK: readRollback },
  readOther: readDot,
  readTail,
  nameTable(parts, { schema }) {
    const owner = parts.at(-2)?.toLowerCase() ?? "main";
    const name = parts.at(-1) ?? "";
    return scriptTable(owner === "temp" ? [`#${name}`] : [owner === "main" ? schema : owner, name], schema);
  },
  findsByName: true,
  listsIdentity: true,
  adapter: (_, { type }) => (textTypes.has(type.name) ? noBytes : (cell) => cell),
};
