/** CREATE TABLE, from the table's name to its storage options. */
import type { UserType } from "../model.ts";
import { readColumn } from "./columns.ts";
import { isConstraint, readConstraint, skipFilegroup } from "./constraints.ts";
import { TableDraft, type Catalog } from "./draft.ts";
import { skipParenthesized } from "./expression.ts";
import { isInlineIndex, readInlineIndex } from "./inline-index.ts";
import { readColumnList, readObjectName, type ObjectName } from "./names.ts";
import type { TokenReader } from "./reader.ts";

/** Reads a table whose `CREATE TABLE` is read already. A temporary table is counted as skipped. */
export function readCreateTable(reader: TokenReader, catalog: Catalog): void {
  const name = readObjectName(reader, "a table's name");
  const table = new TableDraft(name);
  reader.table = name.id;
  const isTemporary = name.name.startsWith("#");
  if (!isTemporary) refuseDuplicate(reader, catalog, name);
  readElements(reader, table, catalog.userTypes);
  skipTableOptions(reader, table);
  reader.table = undefined;
  if (isTemporary) catalog.skip("temporary table");
  else catalog.add(table);
}

function refuseDuplicate(reader: TokenReader, catalog: Catalog, name: ObjectName): void {
  const earlier = catalog.table(name.id);
  if (earlier === undefined || earlier.dropped !== "no") return;
  throw reader.fault(
    `table ${name.id} is created twice, first on line ${earlier.name.at.line}`,
    "Keep one of the two CREATE TABLE statements",
    name.at,
  );
}

function readElements(reader: TokenReader, table: TableDraft, userTypes: readonly UserType[]): void {
  reader.expectSymbol("(");
  do {
    // The server takes a comma before the closing parenthesis too.
    if (reader.isSymbol(")")) break;
    readElement(reader, table, userTypes);
    // It also takes a table constraint without a comma before it.
  } while (reader.takeSymbol(",") || isConstraint(reader));
  if (!reader.takeSymbol(")")) throw reader.expected('"," or ")"');
  if (table.columns.length === 0) throw reader.fault("a table without columns", "Declare its columns", table.name.at);
}

/** A column, a constraint, an index, or the period of a temporal table. */
export function readElement(reader: TokenReader, table: TableDraft, userTypes: readonly UserType[]): void {
  if (isConstraint(reader)) readConstraint(reader, table);
  else if (isInlineIndex(reader)) readInlineIndex(reader, table);
  else if (reader.is("PERIOD") && reader.peek().upper === "FOR") skipPeriod(reader);
  else readColumn(reader, table, userTypes);
}

/** `PERIOD FOR SYSTEM_TIME (a, b)`: its columns say of themselves that they are generated. */
function skipPeriod(reader: TokenReader): void {
  reader.next();
  reader.next();
  reader.expect("SYSTEM_TIME");
  readColumnList(reader);
}

function skipTableOptions(reader: TokenReader, table: TableDraft): void {
  for (;;) {
    if (reader.is("ON", "TEXTIMAGE_ON", "FILESTREAM_ON")) {
      reader.next();
      skipFilegroup(reader);
    } else if (reader.is("WITH") && reader.peek().text === "(") readWithOptions(reader, table);
    else if (reader.is("AS") && ["NODE", "EDGE", "FILETABLE"].includes(reader.peek().upper)) {
      reader.next();
      reader.next();
    } else return;
  }
}

/** Of `WITH (…)` only system versioning outlives the layout: it is kept as the statement that switches it on. */
function readWithOptions(reader: TokenReader, table: TableDraft): void {
  reader.next();
  reader.expectSymbol("(");
  do {
    const { start, line } = reader.token;
    const isVersioning = reader.is("SYSTEM_VERSIONING");
    skipOption(reader);
    if (!isVersioning) continue;
    const sql = `ALTER TABLE ${table.name.sql} SET (${reader.textFrom(start)})`;
    table.attachments.push({ kind: "table-option", sql, line });
  } while (reader.takeSymbol(","));
  reader.expectSymbol(")");
}

/** `DATA_COMPRESSION = PAGE ON PARTITIONS (1 TO 3)`: everything up to the comma or parenthesis that ends it. */
function skipOption(reader: TokenReader): void {
  while (!reader.isSymbol(",") && !reader.isSymbol(")")) {
    if (reader.token.kind === "end" || reader.token.kind === "go") throw reader.expected('")"');
    if (reader.isSymbol("(")) skipParenthesized(reader);
    else reader.next();
  }
}
