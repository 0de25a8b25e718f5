/** Statements that change rows: kept for people, unless they say in plain values what becomes of one row, or concern no lost one. */
import { readKeyedChange } from "./keyed-change.ts";
import { readTable, type ScriptTable } from "./names.ts";
import { feedsNothing, RowTarget } from "./row-target.ts";
import { CapturedRun, type CapturedStatement } from "./run.ts";
import type { Mode, Script } from "./script.ts";
import type { Ending } from "./statement-end.ts";

/** Statements that empty a table: scripts begin with them, to clean up. */
const cleaners = new Set(["DELETE", "TRUNCATE", "DROP"]);

/** Words between the verb and the table. */
const fillers = new Set(["TABLE", "FROM", "INTO", "IF", "EXISTS"]);

/** Reads UPDATE, DELETE, MERGE, TRUNCATE TABLE or DROP TABLE from its verb on; the current token is the verb. */
export function readChange(script: Script, isConditional: boolean): Mode {
  const { lexer, session } = script;
  const start = script.here();
  const end = script.ending(lexer.upper);
  const verb = lexer.upper;
  lexer.next();
  if (lexer.is("TOP")) return capture(script, start, end, { verb, tables: [], isConditional });
  while (fillers.has(lexer.upper) || script.dialect.insertWords.has(lexer.upper)) lexer.next();
  const tables: ScriptTable[] = [];
  for (let isNext = true; isNext;) {
    const table = readTable(lexer, session);
    if (table !== undefined) tables.push(table);
    isNext = verb === "DROP" && table !== undefined && lexer.isSymbol(",");
    if (isNext) lexer.next();
  }
  return capture(script, start, end, { verb, tables, isConditional });
}

interface Change {
  readonly verb: string;
  readonly tables: readonly ScriptTable[];
  /** It may not have run. */
  readonly isConditional: boolean;
}

function capture(script: Script, start: ReturnType<Script["here"]>, end: Ending, change: Change): Mode {
  script.unread();
  const text = script.lexer.slice(start.position, script.lexer.start);
  return new CapturedRun(script, { text, line: start.line, end }, (statement) =>
    decide(script, change, { ...statement, text: statement.text.trimEnd() }),
  );
}

function decide(script: Script, change: Change, statement: CapturedStatement): void {
  const { ledger } = script;
  const { verb, tables, isConditional } = change;
  if (takeKeyed(script, change, statement)) return;
  const rule = statement.cut === undefined ? passingRule(script, verb, tables, statement) : undefined;
  if (rule !== undefined) return ledger.skip(rule);
  const named = tables.map(({ label }) => label).join(", ") || "a table that it does not name";
  const why = isConditional ? "stands under a condition, and may not have run" : "gives no plain values";
  ledger.quarantine(statement.text, statement.cut ?? `${verb} changes rows of ${named}, and ${why}`, statement.line);
}

/** One row that a statement changes or deletes by its key is evidence like any other; what may not have run is left to people. */
function takeKeyed(script: Script, { tables, isConditional }: Change, { text, line, cut }: CapturedStatement): boolean {
  const [table] = tables;
  const route = table && script.routes.find(table);
  if (table === undefined || route === undefined || cut !== undefined || isConditional) return false;
  const change = readKeyedChange(text, script, route);
  if (change === undefined) return false;
  const { operation, columns, cells } = change;
  new RowTarget(script, { table, columns, text, isConditional, operation }).take(cells, text, line);
  return true;
}

/** The rule under which the statement is passed over; undefined: it may concern a lost row. */
function passingRule(
  script: Script,
  verb: string,
  tables: readonly ScriptTable[],
  { end }: CapturedStatement,
): string | undefined {
  if (tables.length === 0) return undefined;
  const { session, routes } = script;
  const unmapped = tables.find((table) => routes.find(table) === undefined);
  if (unmapped !== undefined && tables.every(({ isTemporary }) => isTemporary)) return feedsNothing(unmapped);
  // With a FROM behind it the name may be an alias, and stand for any table.
  if (end.fromCount > 0) return undefined;
  const isUntouched = tables.every(({ key }) => !session.inserted.has(key));
  if (cleaners.has(verb) && isUntouched)
    return `${verb === "DROP" ? "DROP TABLE" : verb} before any INSERT into the table`;
  const isMapped = tables.some((table) => routes.find(table) !== undefined);
  return unmapped === undefined || isMapped ? undefined : feedsNothing(unmapped);
}

/** Keeps a statement that names its table in no fixed place: BULK INSERT, WRITETEXT, WITH …, SELECT … INTO. */
export function readOtherChange(script: Script): Mode {
  const { lexer, ledger } = script;
  const begun = { text: lexer.slice(lexer.start, lexer.end), line: lexer.line, end: script.ending(lexer.upper) };
  return new CapturedRun(script, begun, ({ text, line, end, cut }) => {
    const { verb } = end;
    const rule = cut === undefined && verb === "SELECT" ? selectRule(script, text) : undefined;
    if (rule !== undefined) return ledger.skip(rule);
    ledger.quarantine(text, cut ?? `${nameOf(verb)} changes rows, and gives no plain values`, line);
  });
}

const changers = new Set(["INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE"]);
const definers = new Set(["CREATE", "ALTER"]);

/** Passes over the call of a procedure; one that runs a text which changes rows is kept (GOTCHAS 38). */
export function readExecute(script: Script, verb: string): Mode {
  const { lexer, ledger } = script;
  const begun = { text: lexer.slice(lexer.start, lexer.end), line: lexer.line, end: script.ending(verb) };
  return new CapturedRun(script, begun, ({ text, line, cut }) => {
    if (cut !== undefined) return ledger.quarantine(text, cut, line);
    const found = changerIn(script, text);
    if (found === undefined) return ledger.skip("EXEC");
    ledger.quarantine(text, `EXEC runs a text that changes rows by ${found}, and is not read as a script`, line);
  });
}

/** The first word that changes rows in a text that `EXEC ('…')` or sp_executesql runs; definitions of modules change none. */
function changerIn(script: Script, call: string): string | undefined {
  const lexer = script.lex(call);
  const texts: string[] = [];
  let isDynamic = false;
  for (let previous = ""; lexer.next() !== "end"; previous = lexer.upper) {
    isDynamic ||= lexer.isSymbol("(") && previous.startsWith("EXEC");
    isDynamic ||= lexer.isName() && lexer.text.toLowerCase() === "sp_executesql";
    if (lexer.kind === "string" || lexer.kind === "national-string") texts.push(lexer.text);
  }
  return isDynamic ? texts.map((text) => firstChanger(script, text)).find((word) => word !== undefined) : undefined;
}

function firstChanger(script: Script, text: string): string | undefined {
  const lexer = script.lex(text);
  for (let kind = lexer.next(); kind !== "end" && !definers.has(lexer.upper); kind = lexer.next())
    if (changers.has(lexer.upper)) return lexer.upper;
  return undefined;
}

const fullNames: Readonly<Record<string, string>> = {
  BULK: "BULK INSERT",
  SELECT: "SELECT … INTO",
  INSERT: "WITH … INSERT",
};

function nameOf(verb: string): string {
  return fullNames[verb] ?? verb;
}

/** A SELECT only shows rows, unless it fills a table by INTO. */
function selectRule(script: Script, text: string): string | undefined {
  const lexer = script.lex(text);
  const end = script.ending("SELECT");
  while (lexer.next() !== "end") {
    if (lexer.is("INTO") && end.isOutside) {
      lexer.next();
      const table = readTable(lexer, script.session);
      if (table === undefined || script.routes.find(table) !== undefined) return undefined;
      return feedsNothing(table);
    }
    end.accept(lexer);
  }
  return "SELECT";
}
