/** The statements of a script, told apart by their first words, each handed to its reader. */
import { readChange, readExecute, readOtherChange } from "./changes.ts";
import { readColumnList } from "./create-table.ts";
import type { UnitReader } from "./feed.ts";
import { readInsert } from "./insert.ts";
import { readTable } from "./names.ts";
import { CapturedRun, keepBroken, ModuleRun, SkippedRun } from "./run.ts";
import type { Mode, Script } from "./script.ts";
import { readSetting } from "./settings.ts";
import { starters, StatementEnd } from "./statement-end.ts";

/** Objects whose definition is the rest of its batch. */
const modules = new Set(["PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "VIEW", "DEFAULT", "RULE"]);
/** Words between CREATE and the kind of object. */
const modifiers = new Set(["OR", "ALTER", "UNIQUE", "CLUSTERED", "NONCLUSTERED", "COLUMNSTORE", "PRIMARY", "SPATIAL"]);
const synonyms: Readonly<Record<string, string>> = { PROC: "PROCEDURE" };

type Read = (script: Script, isConditional: boolean) => Mode | undefined;

const readers: Readonly<Record<string, Read>> = {
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

/** The reader of a whole script, unit by unit. */
export class StatementReader implements UnitReader {
  readonly #script: Script;
  #mode: Mode | undefined;

  constructor(script: Script) {
    this.#script = script;
  }

  get isInUnit(): boolean {
    return this.#script.isInUnit;
  }

  step(): boolean {
    if (this.#mode === undefined) return this.#begin();
    this.#mode = this.#mode.step();
    return true;
  }

  #begin(): boolean {
    const { lexer, ledger, flow } = this.#script;
    switch (this.#script.first()) {
      case "end":
        return false;
      case "go":
        flow.endBatch(lexer.text, lexer.line);
        ledger.skip("batch separator");
        return true;
      case "directive":
        readDirective(this.#script);
        return true;
      case "broken":
        keepBroken(this.#script);
        return true;
      default:
        if (!lexer.isSymbol(";")) this.#mode = this.#readStatement();
        return true;
    }
  }

  /** Effects wait for the end of the unit: what a reader throws before that is read again. */
  #readStatement(): Mode | undefined {
    const script = this.#script;
    const { flow, lexer } = script;
    const { upper } = lexer;
    const read = readers[upper] ?? (starters.has(upper) || thrown.has(upper) ? readPlain : readUnknown);
    const mode = read(script, flow.isConditional);
    if (!conditions.has(upper)) flow.beginStatement();
    return mode;
  }
}

/** What makes a condition for the statement behind it. */
const conditions = new Set(["IF", "WHILE", "ELSE"]);

/** Statements whose first word is not reserved. */
const thrown = new Set(["THROW", "ENABLE", "DISABLE"]);

function skip(script: Script, kind: string, verb: string): Mode {
  return new SkippedRun(script, kind, new StatementEnd(verb));
}

function readPlain(script: Script): Mode {
  const verb = script.lexer.upper;
  return skip(script, synonyms[verb] ?? verb, verb);
}

/** At the beginning of a batch a procedure is called by its name alone; a label stands anywhere. */
function readUnknown(script: Script): Mode | undefined {
  const { lexer, flow, ledger } = script;
  const begun = { text: lexer.slice(lexer.start, lexer.end), line: lexer.line, end: new StatementEnd("") };
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

function readDirective({ lexer, ledger }: Script): void {
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

function readDrop(script: Script, isConditional: boolean): Mode {
  const { lexer } = script;
  const start = script.here();
  const kind = readObjectKind(script);
  if (kind !== "TABLE") return skipFrom(script, start, `DROP ${kind}`);
  lexer.reset(start);
  lexer.next();
  return readChange(script, isConditional);
}

/** Reads the head again, as the beginning of a statement that is passed over. */
function skipFrom(script: Script, start: ReturnType<Script["here"]>, kind: string): Mode {
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
  const table = readTable(lexer, session.schema);
  const columns = table !== undefined && lexer.isSymbol("(") ? readColumnList(lexer) : undefined;
  if (table !== undefined && columns !== undefined) {
    session.create(table.key, columns);
    routes.meet(table);
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

function readCommit(script: Script): Mode {
  script.flow.commit();
  return skip(script, "COMMIT", "");
}

function readRollback(script: Script, isConditional: boolean): Mode {
  script.flow.rollback(isConditional, script.lexer.line);
  return skip(script, "ROLLBACK", "");
}
