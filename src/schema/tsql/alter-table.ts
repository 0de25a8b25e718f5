/** ALTER TABLE: what it adds, changes and drops; switched constraints and triggers; options. */
import { sameName, type AttachmentKind } from "../model.ts";
import { readElement } from "./create-table.ts";
import type { Catalog, CheckDraft, ColumnDraft, ForeignKeyDraft, TableDraft } from "./draft.ts";
import { readObjectName } from "./names.ts";
import type { Token, TokenReader } from "./reader.ts";
import { skipStatement } from "./skip.ts";
import { readDataType } from "./types.ts";

/** Reads a statement whose `ALTER TABLE` is read already; `at` is its ALTER. */
export function readAlterTable(reader: TokenReader, catalog: Catalog, at: Token): void {
  const name = readObjectName(reader, "a table's name");
  const table = catalog.table(name.id);
  if (table === undefined) {
    skipStatement(reader, "ALTER");
    return catalog.skip(name.name.startsWith("#") ? "temporary table" : "alter table");
  }
  reader.table = name.id;
  readChange(reader, catalog, table, at);
  reader.table = undefined;
}

function readChange(reader: TokenReader, catalog: Catalog, table: TableDraft, at: Token): void {
  if (reader.is("WITH") && ["CHECK", "NOCHECK"].includes(reader.peek().upper)) {
    reader.next();
    reader.next();
  }
  if (reader.take("ADD")) readAdditions(reader, catalog, table);
  else if (reader.is("CHECK", "NOCHECK")) switchConstraints(reader, table);
  else if (reader.is("ENABLE", "DISABLE")) readSwitch(reader, table, at);
  else if (reader.take("SET")) keep(reader, table, "table-option", at);
  else if (reader.is("ALTER") && reader.peek().upper === "COLUMN") changeColumn(reader, catalog, table);
  else if (reader.take("DROP")) readDrops(reader, table);
  else {
    skipStatement(reader, "ALTER");
    catalog.skip("alter table");
  }
}

function readAdditions(reader: TokenReader, catalog: Catalog, table: TableDraft): void {
  do readElement(reader, table, catalog.userTypes);
  while (reader.takeSymbol(","));
}

/** `ENABLE | DISABLE TRIGGER names`, or `CHANGE_TRACKING`. */
function readSwitch(reader: TokenReader, table: TableDraft, at: Token): void {
  keep(reader, table, reader.peek().upper === "TRIGGER" ? "trigger" : "table-option", at);
}

function keep(reader: TokenReader, table: TableDraft, kind: AttachmentKind, at: Token): void {
  skipStatement(reader, "ALTER");
  table.attachments.push({ kind, sql: reader.textFrom(at.start), line: at.line });
}

function switchConstraints(reader: TokenReader, table: TableDraft): void {
  const disabled = reader.is("NOCHECK");
  reader.next();
  reader.expect("CONSTRAINT");
  const constraints: (CheckDraft | ForeignKeyDraft)[] = [...table.checks, ...table.foreignKeys];
  if (reader.take("ALL")) {
    for (const constraint of constraints) constraint.disabled = disabled;
    return;
  }
  do {
    const { text } = reader.expectName("a constraint's name");
    for (const constraint of constraints) if (sameName(constraint.name ?? "", text)) constraint.disabled = disabled;
  } while (reader.takeSymbol(","));
}

/** `ALTER COLUMN c type [COLLATE x] [NULL | NOT NULL]`: where NULL is not mentioned, the column takes it from then on. */
function changeColumn(reader: TokenReader, catalog: Catalog, table: TableDraft): void {
  reader.next();
  reader.next();
  const column = requireColumn(reader, table, reader.expectName("a column name"));
  if (!reader.is("ADD", "DROP")) {
    column.declared = readDataType(reader, catalog.userTypes);
    column.nullable = undefined;
    delete column.collation;
    if (reader.take("COLLATE")) column.collation = reader.expectName("a collation").text;
    readNullability(reader, column);
  }
  skipStatement(reader, "ALTER");
}

function readNullability(reader: TokenReader, column: ColumnDraft): void {
  if (reader.take("NOT")) {
    reader.expect("NULL");
    column.nullable = false;
  } else if (reader.take("NULL")) column.nullable = true;
}

function requireColumn(reader: TokenReader, table: TableDraft, at: Token): ColumnDraft {
  const column = table.column(at.text);
  if (column !== undefined) return column;
  throw reader.fault(`the table has no column ${at.text}`, "Correct the column's name", at);
}

/** `DROP [CONSTRAINT] a, COLUMN b, c`; the word CONSTRAINT may be left out. */
function readDrops(reader: TokenReader, table: TableDraft): void {
  let isColumn = false;
  do {
    if (reader.is("COLUMN", "CONSTRAINT")) {
      isColumn = reader.is("COLUMN");
      reader.next();
    }
    if (reader.take("IF")) reader.expect("EXISTS");
    const { text } = reader.expectName("a name");
    if (isColumn) dropColumn(table, text);
    else dropConstraint(table, text);
  } while (reader.takeSymbol(","));
  skipStatement(reader, "ALTER");
}

function dropColumn(table: TableDraft, name: string): void {
  const at = table.columns.findIndex((column) => sameName(column.name, name));
  if (at >= 0) table.columns.splice(at, 1);
}

function dropConstraint(table: TableDraft, name: string): void {
  const isOther = (constraint: { readonly name?: string | undefined }) => !sameName(constraint.name ?? "", name);
  if (table.primaryKey !== undefined && !isOther(table.primaryKey)) table.primaryKey = undefined;
  table.unique = table.unique.filter(isOther);
  table.checks = table.checks.filter(isOther);
  table.foreignKeys = table.foreignKeys.filter(isOther);
  for (const column of table.columns)
    if (column.default !== undefined && !isOther(column.default)) delete column.default;
}
