/** Names of tables and columns as scripts write them: one to three parts, bracketed, quoted or plain. */
import { Lexer } from "../../tsql/lexer.ts";
import type { Scanner } from "../../tsql/scanner.ts";
import { tableName } from "../../schema/model.ts";

/** A table as a script names it. */
export interface ScriptTable {
  /** `dbo.Orders`; `#work`, `@rows` for tables of the session. */
  readonly label: string;
  /** Its last part in upper case. */
  readonly name: string;
  /** The same for every spelling of the name. */
  readonly key: string;
  /** `#work`, `@rows`: gone with the session, whatever the script puts there. */
  readonly isTemporary: boolean;
}

/**
 * Reads a name from the current token on and stops at the token after it; undefined where none stands there.
 * Missing parts are empty texts: `db..Orders`.
 */
function readParts(lexer: Scanner): string[] | undefined {
  if (!lexer.isName() && lexer.kind !== "variable") return undefined;
  const parts = [lexer.text];
  lexer.next();
  while (lexer.isSymbol(".")) {
    lexer.next();
    if (lexer.isSymbol(".")) {
      parts.push("");
      continue;
    }
    if (!lexer.isName()) return undefined;
    parts.push(lexer.text);
    lexer.next();
  }
  return parts;
}

/** The table that the parts name; undefined for four parts, a table of another server. */
export function scriptTable(parts: readonly string[], defaultSchema: string): ScriptTable | undefined {
  if (parts.length > 3) return undefined;
  const name = parts.at(-1) ?? "";
  const isTemporary = name.startsWith("#") || name.startsWith("@");
  const label = isTemporary ? name : tableName(parts.at(-2) || defaultSchema, name);
  return { label, name: name.toUpperCase(), key: label.toUpperCase(), isTemporary };
}

/** What a session takes the parts of a name for: see {@link scriptTable}. */
export interface Naming {
  nameTable(parts: readonly string[]): ScriptTable | undefined;
}

/** Reads a table's name from the current token on, as {@link readParts} does. */
export function readTable(lexer: Scanner, naming: Naming): ScriptTable | undefined {
  const parts = readParts(lexer);
  return parts === undefined ? undefined : naming.nameTable(parts);
}

/** The table that a recipe's text names: `Orders`, `sales.Orders`, `[Order Details]`, and `Order Details` as it stands. */
export function parseTable(text: string, defaultSchema: string): ScriptTable | undefined {
  const lexer = new Lexer(text);
  lexer.next();
  const table = readTable(lexer, { nameTable: (parts) => scriptTable(parts, defaultSchema) });
  if (table !== undefined && lexer.kind === "end") return table;
  return scriptTable(text.split("."), defaultSchema);
}
