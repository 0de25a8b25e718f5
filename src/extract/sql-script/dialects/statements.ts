/** Statements that the engines write alike: each ends in `;`. */
import { readChange, readOtherChange } from "../changes.ts";
import { readInsert } from "../insert.ts";
import { readTable } from "../names.ts";
import { CapturedRun, SkippedRun, type CapturedStatement } from "../run.ts";
import type { Mode, Script } from "../script.ts";
import type { Ending } from "../statement-end.ts";
import { readCommit, readDrop, readRollback, skip, skipFrom } from "../statements.ts";
import { readColumns } from "./create-table.ts";
import type { Read } from "./dialect.ts";
import { DialectLexer, type TextLine } from "./lexer.ts";

/** The rest of the line, behind the current token. */
export function readLine({ lexer }: Script): TextLine | undefined {
  return lexer instanceof DialectLexer ? lexer.readLine() : undefined;
}

/** A command of the engine's client, which takes the rest of its line. `includes`: is it one that runs another script? */
export function readCommand(script: Script, rule: string, includes?: RegExp): undefined {
  const { lexer, ledger } = script;
  const { text, line } = lexer;
  const rest = readLine(script)?.text ?? "";
  if (includes?.test(rest) === true)
    ledger.warn(`${text}${rest} takes in another script, which is not read here: make it an input of its own`, line);
  ledger.skip(rule);
}

/** Keeps a statement's text from its current token on, and says what becomes of it. */
export function capture(script: Script, end: Ending, decide: (statement: CapturedStatement) => void): Mode {
  const { lexer } = script;
  const begun = { text: lexer.slice(lexer.start, lexer.end), line: lexer.line, end };
  end.accept(lexer);
  return new CapturedRun(script, begun, decide);
}

/** A SET: what it changes is settled when it is read whole. */
export function readSetting(apply: (script: Script, text: string, line: number) => void): Read {
  return (script) =>
    capture(script, script.ending("SET"), ({ text, line, cut }) => {
      if (cut !== undefined) return script.ledger.quarantine(text, cut, line);
      apply(script, text, line);
      script.ledger.skip("SET");
    });
}

const rowWords = /\b(?:INSERT|UPDATE|DELETE|MERGE|REPLACE|COPY)\b/i;

/** A block of code, or a call of one, that may change rows when it is run. */
export function readCode(rule: string, endingOf = (script: Script, verb: string) => script.ending(verb)): Read {
  return (script) =>
    capture(script, endingOf(script, script.lexer.upper), ({ text, line, cut }) => {
      const found = rowWords.exec(text)?.[0].toUpperCase();
      if (cut === undefined && found === undefined) return script.ledger.skip(rule);
      const reason = `${rule} runs code that changes rows by ${found}, and is not read as a script`;
      script.ledger.quarantine(text, cut ?? reason, line);
    });
}

const kinds = new Set(
  (
    "TABLE VIEW INDEX TRIGGER FUNCTION PROCEDURE EVENT SEQUENCE SCHEMA DATABASE TYPE DOMAIN EXTENSION ROLE USER SERVER LANGUAGE " +
    "AGGREGATE OPERATOR CAST COLLATION RULE POLICY PUBLICATION SUBSCRIPTION STATISTICS SYNONYM PACKAGE TABLESPACE DIRECTORY " +
    "LIBRARY CLUSTER CONTEXT PROFILE"
  ).split(" "),
);

/** Goes to the word that says what is made: `CREATE DEFINER=… TRIGGER`. Stops before the end of the statement. */
export function readKind({ lexer }: Script): string {
  for (lexer.next(); lexer.kind !== "end" && lexer.kind !== "go" && lexer.kind !== "broken"; lexer.next()) {
    if (kinds.has(lexer.upper)) return lexer.upper;
    if (lexer.isSymbol(";") || lexer.isSymbol("(")) break;
  }
  return "";
}

/** `CREATE TABLE t (…)` is remembered; one that is filled by a query is kept. */
export function readCreate(script: Script): Mode {
  const { lexer, session, routes } = script;
  const start = script.here();
  const kind = readKind(script);
  if (kind !== "TABLE") return skipFrom(script, start, `CREATE ${kind}`.trim());
  lexer.next();
  while (["IF", "NOT", "EXISTS"].includes(lexer.upper)) lexer.next();
  const table = readTable(lexer, session);
  const columns = table !== undefined && lexer.isSymbol("(") ? readColumns(lexer, script.dialect.id) : undefined;
  if (table !== undefined && columns !== undefined && columns.length > 0) {
    session.create(table.key, columns);
    routes.meet(table, columns);
  }
  const mayQuery = table !== undefined && routes.find(table) !== undefined;
  lexer.reset(start);
  lexer.next();
  return mayQuery ? readFilled(script) : skip(script, "CREATE TABLE", "CREATE");
}

function readFilled(script: Script): Mode {
  const { ledger } = script;
  return capture(script, script.ending("CREATE"), ({ text, line, cut, end }) => {
    if (cut !== undefined) return ledger.quarantine(text, cut, line);
    if (end.fromCount === 0 && !/\bAS\s+SELECT\b/i.test(text)) return ledger.skip("CREATE TABLE");
    ledger.quarantine(text, "CREATE TABLE … SELECT gives no plain values", line);
  });
}

function readStart(script: Script): Mode {
  script.flow.beginTransaction(script.lexer.line);
  return skip(script, "BEGIN TRANSACTION", "BEGIN");
}

/** Keeps what is no statement of the engine, or the rest of one that is broken. */
export const readUnknown: Read = (script) =>
  capture(script, script.ending(""), ({ text, line, cut }) =>
    script.ledger.quarantine(
      text,
      cut ?? `this is no statement of ${script.dialect.title} that is known, or the rest of one that is broken`,
      line,
    ),
  );

/** What may follow rows: an upsert that changes other rows than by the values given is kept. */
export const readTail: Read = (script) =>
  capture(script, script.ending("ON"), ({ text, line, cut }) => {
    if (cut === undefined && isOwnValues(text)) return;
    const reason = "changes the rows that are there already, and gives no plain values";
    script.ledger.quarantine(text, cut ?? `what follows the rows of an INSERT ${reason}`, line);
  });

const ownValues = /^[^=]*?SET\s|^[^=]*?KEY\s+UPDATE\s/i;
const ownValue =
  /^\s*[`"]?([\w$]+)[`"]?\s*=\s*(?:VALUES\s*\(\s*[`"]?([\w$]+)[`"]?\s*\)|(?:excluded|new)\s*\.\s*[`"]?([\w$]+)[`"]?)\s*$/i;

/** `ON CONFLICT DO NOTHING`, and assignments of the very values that were given. */
function isOwnValues(text: string): boolean {
  if (/\bDO\s+NOTHING\s*$/i.test(text) || /^(?:AS\s+new|RETURNING\b.*)$/is.test(text)) return true;
  if (!ownValues.test(text)) return false;
  return text
    .replace(ownValues, "")
    .split(",")
    .every((each) => {
      const [, column, given, excluded] = ownValue.exec(each) ?? [];
      return column !== undefined && column.toUpperCase() === (given ?? excluded)?.toUpperCase();
    });
}

export function skipAs(rule: string): Read {
  return (script) => new SkippedRun(script, rule, script.ending(""));
}

const passedOver =
  "ALTER USE LOCK UNLOCK ANALYZE GRANT REVOKE COMMENT FLUSH SAVEPOINT RELEASE VACUUM REINDEX OPTIMIZE CLUSTER REFRESH SECURITY RESET " +
  "PRAGMA ATTACH DETACH CHANGE PURGE RENAME REASSIGN NOTIFY LISTEN DISCARD EXPLAIN SHOW AUDIT NOAUDIT LOAD";

/** What all of them know. */
export const commonReaders: Readonly<Record<string, Read>> = {
  ...Object.fromEntries(passedOver.split(" ").map((verb) => [verb, skipAs(verb)])),
  INSERT: readInsert,
  UPDATE: readChange,
  DELETE: readChange,
  MERGE: readChange,
  TRUNCATE: readChange,
  DROP: readDrop,
  WITH: readOtherChange,
  SELECT: readOtherChange,
  CREATE: readCreate,
  BEGIN: readStart,
  START: readStart,
  COMMIT: readCommit,
  END: readCommit,
  ROLLBACK: readRollback,
};
