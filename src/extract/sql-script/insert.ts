/** INSERT statements: the head, then its rows one by one. */
import type { Mark } from "../../tsql/lexer.ts";
import { readTable } from "./names.ts";
import { RowTarget, type InsertHead } from "./row-target.ts";
import { CapturedRun, skipBalanced } from "./run.ts";
import type { Mode, Script } from "./script.ts";
import { SelectRows } from "./select-rows.ts";
import { ValuesRows } from "./values-rows.ts";

/** PostgreSQL: the values of an identity column count. */
const overriding = new Set(["OVERRIDING", "SYSTEM", "USER", "VALUE"]);

/**
 * Reads an INSERT from its first word on, as far as its rows. One that holds no plain values is kept as text, for
 * quarantine (GOTCHAS 38).
 */
export function readInsert(script: Script, isConditional: boolean): Mode {
  const { lexer } = script;
  const start = script.here();
  const repeated = repeatHead(script, start, isConditional);
  if (repeated !== undefined) return new ValuesRows(script, repeated);
  lexer.next();
  while (script.dialect.insertWords.has(lexer.upper)) lexer.next();
  const table = lexer.is("TOP") ? undefined : readTable(lexer, script.session);
  if (table === undefined) return captureInsert(script, start, undefined);
  skipHints(script);
  const columns = readColumns(script);
  skipHints(script);
  while (overriding.has(lexer.upper)) lexer.next();
  const text = lexer.slice(start.position, lexer.start);
  const head = { table, columns: columns ?? undefined, isConditional, text, operation: "snapshot" as const };
  if (columns !== null && lexer.is("VALUES")) {
    const target = new RowTarget(script, head);
    rememberHead(script, start, target);
    return new ValuesRows(script, target);
  }
  if (columns === null || !lexer.is("SELECT")) return captureInsert(script, start, head);
  script.unread();
  return new SelectRows(script, new RowTarget(script, head));
}

/** Notes the head's text, with the character behind VALUES: that shows that the word ends there. */
function rememberHead(script: Script, { position, line }: Mark, target: RowTarget): void {
  const { lexer, session } = script;
  const text = lexer.slice(position, lexer.end + 1);
  script.lastHead = { text, lines: lexer.line - line, generation: session.generation, target };
}

/** Generated scripts repeat the same head for each row: the same text means the same, and is not read again. */
function repeatHead(script: Script, { position, line }: Mark, isConditional: boolean): RowTarget | undefined {
  const { lexer, lastHead } = script;
  if (lastHead === undefined || lastHead.generation !== script.session.generation) return undefined;
  const { text, lines, target } = lastHead;
  const end = position + text.length;
  if (target.head.isConditional !== isConditional || lexer.slice(position, end) !== text) return undefined;
  if (!/[\s(]$/.test(text)) return undefined;
  lexer.reset({ position: end - 1, line: line + lines });
  return target;
}

function skipHints(script: Script): void {
  const { lexer } = script;
  if (!lexer.is("WITH")) return;
  lexer.next();
  if (!lexer.isSymbol("(")) return;
  if (skipBalanced(script) === undefined) lexer.next();
}

/** undefined: the statement has no column list; null: what stands in the parentheses is none. */
export function readColumns(script: Script): string[] | undefined | null {
  const { lexer } = script;
  if (!lexer.isSymbol("(")) return undefined;
  const columns: string[] = [];
  do {
    lexer.next();
    if (!lexer.isName() || script.dialect.reserved.has(lexer.upper)) return null;
    columns.push(lexer.text);
    lexer.next();
  } while (lexer.isSymbol(","));
  if (!lexer.isSymbol(")")) return null;
  lexer.next();
  return columns;
}

/** Keeps the statement's text from its beginning: the head is read again, as text. */
function captureInsert(script: Script, start: Mark, head: InsertHead | undefined): Mode {
  const { kind, upper: verb } = script.lexer;
  const ending = kind === "end" ? "script" : kind === "go" ? "batch" : undefined;
  script.lexer.reset(start);
  script.lexer.next();
  const end = script.ending("INSERT");
  const begun = { text: script.lexer.slice(start.position, script.lexer.end), line: start.line, end };
  return new CapturedRun(script, begun, ({ text, line, cut }) => {
    if (head !== undefined) {
      const target = new RowTarget(script, head);
      if (!target.isMapped) return target.skip();
    }
    const label = head === undefined ? "" : `${head.table.label}: `;
    script.ledger.quarantine(text, `${label}${cut ?? unreadInsert(verb, ending, head)}`, line);
  });
}

function unreadInsert(verb: string, ending: string | undefined, head: InsertHead | undefined): string {
  if (ending !== undefined) return `the ${ending} ends inside the INSERT, before its values`;
  if (head === undefined) return "INSERT names no table that could be told";
  if (verb === "DEFAULT") return "INSERT … DEFAULT VALUES does not say what the row holds";
  return verb === "" ? "INSERT of a query gives no plain values" : `INSERT … ${verb} gives no plain values`;
}
