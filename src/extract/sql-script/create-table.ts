/** CREATE TABLE, as far as an INSERT without column list has to know it: which columns there are, in their order. */
import type { Scanner } from "../../tsql/scanner.ts";
import type { ScriptColumn } from "./session.ts";

/** What stands in the place of a column and is none. */
const tableClauses = new Set(["CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "INDEX", "PERIOD"]);
const rowVersions = new Set(["TIMESTAMP", "ROWVERSION"]);

/** Reads from the opening parenthesis to the closing one; undefined where the table's parentheses do not close. */
export function readColumnList(lexer: Scanner): ScriptColumn[] | undefined {
  const columns: ScriptColumn[] = [];
  do {
    lexer.next();
    const column = readColumn(lexer);
    if (column !== undefined) columns.push(column);
    if (!skipToComma(lexer, column, columns)) return undefined;
  } while (lexer.isSymbol(","));
  return columns;
}

/** A column's name and type; undefined for a constraint of the table. */
function readColumn(lexer: Scanner): ScriptColumn | undefined {
  if (!lexer.isName() || tableClauses.has(lexer.upper)) return undefined;
  const name = lexer.text;
  const isWord = rowVersions.has(lexer.upper);
  lexer.next();
  if (lexer.is("AS")) return { name, kind: "computed" };
  // `timestamp` alone is a column of that name and type.
  const isVersion = lexer.isName() ? rowVersions.has(lexer.text.toUpperCase()) : isWord;
  return { name, kind: isVersion ? "default-only" : "plain" };
}

/** Goes to the end of a column's definition and notes IDENTITY and GENERATED on the way. */
function skipToComma(lexer: Scanner, column: ScriptColumn | undefined, columns: ScriptColumn[]): boolean {
  for (let depth = 0; ; lexer.next()) {
    if (lexer.kind === "end" || lexer.kind === "go" || lexer.kind === "broken") return false;
    if (depth === 0 && (lexer.isSymbol(",") || lexer.isSymbol(")"))) return true;
    if (lexer.isSymbol("(")) depth++;
    else if (lexer.isSymbol(")")) depth--;
    if (column?.kind !== "plain" || depth > 0) continue;
    if (lexer.is("IDENTITY")) columns[columns.length - 1] = { name: column.name, kind: "identity" };
    if (lexer.is("GENERATED")) columns[columns.length - 1] = { name: column.name, kind: "default-only" };
  }
}
