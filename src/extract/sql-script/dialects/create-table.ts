/** The columns of a CREATE TABLE with their types, as far as values are read by them. */
import type { Scanner } from "../../../tsql/scanner.ts";
import type { ScriptColumn } from "../session.ts";
import type { DialectId } from "./dialect.ts";

const names = (list: string) => new Set(list.split(" "));

/** What stands in the place of a column and is none. */
const clauses = names("CONSTRAINT PRIMARY UNIQUE FOREIGN CHECK");
/** Elsewhere these may be names of columns. */
const ownClauses: Partial<Record<DialectId, ReadonlySet<string>>> = {
  mysql: names("KEY INDEX FULLTEXT SPATIAL PERIOD"),
  postgres: names("EXCLUDE LIKE"),
  oracle: names("SUPPLEMENTAL"),
};
/** Words that end a column's type. */
const behindType = names(
  "NOT NULL DEFAULT PRIMARY UNIQUE CHECK REFERENCES CONSTRAINT COLLATE GENERATED AS AUTO_INCREMENT AUTOINCREMENT COMMENT ON KEY " +
    "INVISIBLE VISIBLE STORED VIRTUAL ENABLE DISABLE STORAGE COMPRESSION",
);

/** Reads from the opening parenthesis to the closing one; undefined where the table's parentheses do not close. */
export function readColumns(lexer: Scanner, dialect: DialectId): ScriptColumn[] | undefined {
  const columns: ScriptColumn[] = [];
  do {
    lexer.next();
    const isClause = clauses.has(lexer.upper) || ownClauses[dialect]?.has(lexer.upper) === true;
    if (!isClause && (lexer.isName() || lexer.kind === "string")) columns.push(readColumn(lexer, dialect));
    if (!skipToComma(lexer)) return undefined;
  } while (lexer.isSymbol(","));
  return columns;
}

function readColumn(lexer: Scanner, dialect: DialectId): ScriptColumn {
  const name = lexer.text;
  lexer.next();
  const type = readType(lexer);
  // SQLite's rows leave them out; elsewhere a row without column list has DEFAULT for them.
  const isComputed = dialect === "sqlite" && (lexer.is("GENERATED") || lexer.is("AS"));
  return { name, kind: isComputed ? "computed" : "plain", ...(type === "" ? {} : { type }) };
}

function readType(lexer: Scanner): string {
  let type = "";
  for (let depth = 0; ; lexer.next()) {
    if (lexer.kind === "end" || lexer.kind === "go" || lexer.kind === "broken") return type;
    if (depth === 0 && (lexer.isSymbol(",") || lexer.isSymbol(")") || behindType.has(lexer.upper))) return type;
    if (lexer.isSymbol("(")) depth++;
    if (lexer.isSymbol(")")) depth--;
    const glue = lexer.kind === "word" && type !== "" && !type.endsWith("(") ? " " : "";
    type += glue + lexer.text.toLowerCase();
  }
}

function skipToComma(lexer: Scanner): boolean {
  for (let depth = 0; ; lexer.next()) {
    if (lexer.kind === "end" || lexer.kind === "go" || lexer.kind === "broken" || lexer.isSymbol(";")) return false;
    if (depth === 0 && (lexer.isSymbol(",") || lexer.isSymbol(")"))) return true;
    if (lexer.isSymbol("(")) depth++;
    else if (lexer.isSymbol(")")) depth--;
  }
}
