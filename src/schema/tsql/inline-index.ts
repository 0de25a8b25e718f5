/**
 * Indexes declared inside CREATE TABLE. They are kept as statements of their own, as the other indexes are, put
 * together from the script's own words: names stay quoted as they were.
 */
import type { TableDraft } from "./draft.ts";
import { skipParenthesized } from "./expression.ts";
import { skipFilegroup } from "./constraints.ts";
import type { TokenReader } from "./reader.ts";

/** Does `INDEX name …` begin here? */
export function isInlineIndex(reader: TokenReader): boolean {
  return reader.is("INDEX");
}

/** Reads `INDEX name [UNIQUE] [CLUSTERED] (columns) …`; `column`, as the script writes it, stands in for the list in a column's declaration. */
export function readInlineIndex(reader: TokenReader, table: TableDraft, column?: string): void {
  const { line } = reader.token;
  reader.next();
  const nameStart = reader.token.start;
  const { text } = reader.expectName("an index's name");
  const name = reader.textFrom(nameStart);
  const kind = readKind(reader);
  const isHash = /\bHASH$/i.test(kind);
  const restStart = reader.token.start;
  skipRest(reader);
  const rest = reader.textFrom(restStart);
  const columns = column === undefined || rest.startsWith("(") ? rest : `(${column}) ${rest}`;
  const target = table.name.sql;
  // Only memory-optimized tables have hash indexes, and they take no CREATE INDEX.
  const sql = isHash
    ? `ALTER TABLE ${target} ADD INDEX ${name} ${kind} ${columns}`
    : `CREATE ${kind === "" ? "" : `${kind} `}INDEX ${name} ON ${target} ${columns}`;
  table.attachments.push({ kind: "index", sql: sql.trimEnd(), line, name: text });
}

function readKind(reader: TokenReader): string {
  const { start } = reader.token;
  while (reader.is("UNIQUE", "CLUSTERED", "NONCLUSTERED", "COLUMNSTORE", "HASH")) reader.next();
  return reader.textFrom(start);
}

/** Columns, `INCLUDE (…)`, `WHERE …`, `WITH (…)`, `ON filegroup`, `FILESTREAM_ON filegroup`. */
function skipRest(reader: TokenReader): void {
  for (;;) {
    if (reader.isSymbol("(")) skipParenthesized(reader);
    else if (reader.is("WITH", "INCLUDE") && reader.peek().text === "(") reader.next();
    else if (reader.is("WHERE")) skipFilter(reader);
    else if (reader.take("ON") || reader.take("FILESTREAM_ON")) skipFilegroup(reader);
    else return;
  }
}

function skipFilter(reader: TokenReader): void {
  const isOver = () =>
    reader.is("WITH", "ON", "FILESTREAM_ON") ||
    reader.isSymbol(",") ||
    reader.isSymbol(")") ||
    reader.token.kind === "end" ||
    reader.token.kind === "go";
  while (!isOver()) {
    if (reader.isSymbol("(")) skipParenthesized(reader);
    else reader.next();
  }
}
