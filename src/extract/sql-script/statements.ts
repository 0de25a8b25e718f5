/** The statements of T-SQL, each by its first word. */
import { readChange, readExecute, readOtherChange } from "./changes.ts";
import { readColumnList } from "./create-table.ts";
import type { Read } from "./dialects/dialect.ts";
import { readInsert } from "./insert.ts";
import { readTable } from "./names.ts";
import { CapturedRun, ModuleRun, SkippedRun } from "./run.ts";
import type { Mode, Script } from "./script.ts";
import { readSetting } from "./settings.ts";
import { starters } from "./statement-end.ts";

/** Objects whose definition is the rest of its batch. */
const modules = new Set(["PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "VIEW", "DEFAULT", "RULE"]);
/** Words between CREATE and the kind of object. */
const modifiers = new Set(["OR", "ALTER", "UNIQUE", "CLUSTERED", "NONCLUSTERED", "COLUMNSTORE", "PRIMARY", "SPATIAL"]);
const synonyms: Readonly<Record<string, string>> = { PROC: "PROCEDURE" };

/** Statements of T-SQL by their first word. */
export const tsqlReaders: Readonly<Record<string, Read>> = {
  INSERT: readInsert,
  UPDATE: readUpdate,
  DELETE: readChange,
  MERGE: readChange,
  TRUNCATE: readChange,
  DROP: readDrop,
  BULK: readOtherChange,
  WRITETEXT: readOtherChange,
  UPDATETEXT: readOtherChange,
  WITH: readOtherChange,
  SELECT: readOtherChange,
  EXEC: (script) => readExecute(script, "EXEC"),
  EXECUTE: (script) => readExecute(script, "EXEC"),
  SET: readSet,
  CREATE: readCreate,
  ALTER: readCreate,
  BEGIN: readBegin,
  END: readEnd,
  IF: readCondition,
  WHILE: readCondition,
  ELSE: readElse,
  COMMIT: readCommit,
  ROLLBACK: readRollback,
};

/** Statements whose first word is not reserved. */
const thrown = new Set(["THROW", "ENABLE", "DISABLE"]);

/** Reads a statement of T-SQL that begins with another word than {@link tsqlReaders} know. */
export function readOtherTsql(script: Script): Mode | undefined {
  const { upper } = script.lexer;
  return starters.has(upper) || thrown.has(upper) ? readPlain(script) : readUnknown(script);
}

/** Passes over a statement to its end. */
export function skip(script: Script, kind: string, verb: string): Mode {
  return new SkippedRun(script, kind, script.ending(verb));
}

function readPlain(script: Script): Mode {
  const verb = script.lexer.upper;
  return skip(script, synonyms[verb] ?? verb, verb);
}

/** At the beginning of a batch a procedure is called by its name alone; a label stands anywhere. */
function readUnknown(script: Script): Mode | undefined {
  const { lexer, flow, ledger } = script;
  const begun = { text: lexer.slice(lexer.start, lexer.end), line: lexer.line, end: script.ending("") };
  const isName = lexer.isName();
  begun.end.accept(lexer);
  if (isName && flow.isBatchStart) return readExecute(script, "EXEC");
  const here = lexer.mark();
  if (lexer.next() === "symbol" && lexer.text === ":" && isName) {
    ledger.skip("label");
    return undefined;
  }
  lexer.reset(here);
  return new CapturedRun(script, begun, ({ text, line, cut }) =>
    ledger.quarantine(text, cut ?? "this is no statement of T-SQL, or the rest of one that is broken", line),
  );
}

export function readDirective({ lexer, ledger }: Script): void {
  const { text, line } = lexer;
  if (/^:r\s/i.test(text))
    ledger.warn(`${text} takes in another script, which is not read here: make it an input of its own`, line);
  ledger.skip("sqlcmd directive");
}

function readUpdate(script: Script, isConditional: boolean): Mode {
  const { lexer } = script;
  const start = script.here();
  lexer.next();
  if (lexer.is("STATISTICS")) return skip(script, "UPDATE STATISTICS", "");
  lexer.reset(start);
  lexer.next();
  return readChange(script, isConditional);
}

export function readDrop(script: Script, isConditional: boolean): Mode {
  const { lexer } = script;
  const start = script.here();
  const kind = readObjectKind(script);
  if (kind !== "TABLE") return skipFrom(script, start, `DROP ${kind}`);
  lexer.reset(start);
  lexer.next();
  return readChange(script, isConditional);
}

/** Reads the head again, as the beginning of a statement that is passed over. */
export function skipFrom(script: Script, start: ReturnType<Script["here"]>, kind: string): Mode {
  script.lexer.reset(start);
  script.lexer.next();
  return skip(script, kind, script.lexer.upper);
}

/** The kind of object behind CREATE, ALTER or DROP; it is the current token then. */
function readObjectKind({ lexer }: Script): string {
  do lexer.next();
  while (modifiers.has(lexer.upper));
  return synonyms[lexer.upper] ?? lexer.upper;
}

function readSet(script: Script): Mode {
  const { lexer } = script;
  lexer.next();
  const setting = readSetting(script);
  script.unread();
  setting?.();
  return skip(script, "SET", "");
}

function readCreate(script: Script): Mode {
  const { lexer, session, routes } = script;
  const verb = lexer.upper;
  const start = script.here();
  const kind = readObjectKind(script);
  if (modules.has(kind)) return new ModuleRun(script, `${verb} ${kind}`);
  if (verb !== "CREATE" || kind !== "TABLE") return skipFrom(script, start, `${verb} ${kind}`);
  lexer.next();
  const table = readTable(lexer, session);
  const columns = table !== undefined && lexer.isSymbol("(") ? readColumnList(lexer) : undefined;
  if (table !== undefined && columns !== undefined) {
    session.create(table.key, columns);
    routes.meet(table, columns);
  }
  return skipFrom(script, start, "CREATE TABLE");
}

const transactions = new Set(["TRAN", "TRANSACTION", "DISTRIBUTED"]);

function readBegin(script: Script): Mode | undefined {
  const { lexer, flow, ledger } = script;
  const { line } = lexer;
  lexer.next();
  if (transactions.has(lexer.upper)) {
    flow.beginTransaction(line);
    return skip(script, "BEGIN TRANSACTION", "");
  }
  const isHandler = lexer.is("CATCH");
  if (!isHandler && !lexer.is("TRY")) script.unread();
  flow.openBlock(isHandler);
  ledger.skip("BEGIN");
  return undefined;
}

function readEnd(script: Script): undefined {
  const { lexer, flow, ledger } = script;
  lexer.next();
  if (!lexer.is("TRY") && !lexer.is("CATCH")) script.unread();
  flow.closeBlock();
  ledger.skip("END");
}

function readCondition(script: Script): Mode {
  const kind = script.lexer.upper;
  const mode = skip(script, kind, kind);
  script.flow.condition();
  return mode;
}

function readElse({ flow, ledger }: Script): undefined {
  flow.condition();
  ledger.skip("ELSE");
}

export function readCommit(script: Script): Mode {
  script.flow.commit();
  return skip(script, "COMMIT", "");
}

export function readRollback(script: Script, isConditional: boolean): Mode {
  script.flow.rollback(isConditional, script.lexer.line);
  return skip(script, "ROLLBACK", "");
}
