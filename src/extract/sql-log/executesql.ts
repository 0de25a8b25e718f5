/**
 * `exec sp_executesql N'UPDATE …', N'@p0 int', @p0 = 5`: how ADO.NET sends a statement with its parameters.
 * Source: https://learn.microsoft.com/sql/relational-databases/system-stored-procedures/sp-executesql-transact-sql
 */
import { Unreadable } from "../sql-script/unreadable.ts";
import type { CellReader } from "../sql-script/cells.ts";
import type { Clauses } from "./clauses.ts";
import { bindingName, NotLogged, type Bindings, type Bound } from "./parameters.ts";

export interface ExecutedText {
  readonly text: string;
  readonly bindings: Bindings;
}

/** Undefined where another procedure is called, or the text is no literal; the current token is EXEC. */
export function readExecuteSql(clauses: Clauses, cells: CellReader): ExecutedText | undefined {
  const { lexer } = clauses;
  lexer.next();
  if (clauses.column()?.toLowerCase() !== "sp_executesql") return undefined;
  const [text, , ...others] = argumentsOf(clauses, cells);
  if (typeof text?.value !== "string") return undefined;
  // What is given by its place has its name among the declarations.
  if (others.some(({ name }) => name === undefined)) return undefined;
  return { text: text.value, bindings: new Map(others.map(({ name = "", value }) => [bindingName(name), value])) };
}

interface Argument {
  readonly name: string | undefined;
  readonly value: Bound;
}

function argumentsOf(clauses: Clauses, cells: CellReader): Argument[] {
  const found: Argument[] = [];
  do found.push({ name: nameOf(clauses), value: valueOf(clauses, cells) });
  while (clauses.takeSymbol(","));
  return found;
}

function nameOf(clauses: Clauses): string | undefined {
  const { lexer } = clauses;
  if (lexer.kind !== "variable") return undefined;
  const { text, start, line } = lexer;
  lexer.next();
  if (clauses.takeSymbol("=")) return text;
  lexer.reset({ position: start, line });
  lexer.next();
  return undefined;
}

function valueOf(clauses: Clauses, cells: CellReader): Bound {
  const { lexer } = clauses;
  const isBehind = () => clauses.isEnd || lexer.isSymbol(",");
  try {
    const value = lexer.is("DEFAULT") ? undefined : cells.readValue();
    if (value !== undefined && isBehind()) return value;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  clauses.skipTo(isBehind);
  return new NotLogged("is given by the server");
}
