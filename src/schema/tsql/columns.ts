/** One column of CREATE TABLE or ALTER TABLE … ADD, with its options in any order. */
import { sameName } from "../model.ts";
import type { UserType } from "../model.ts";
import { isConstraint, readConstraint, takeNotForReplication } from "./constraints.ts";
import type { ColumnDraft, TableDraft } from "./draft.ts";
import { readExpression, skipParenthesized } from "./expression.ts";
import { isInlineIndex, readInlineIndex } from "./inline-index.ts";
import type { Token, TokenReader } from "./reader.ts";
import { readDataType, type DeclaredType } from "./types.ts";

type ReadOption = (reader: TokenReader, column: ColumnDraft) => void;

/** What may follow the type besides constraints and an index. The option's first word is read already. */
const options: Readonly<Record<string, ReadOption>> = {
  NULL: (_reader, column) => (column.nullable = true),
  NOT: (reader, column) => {
    reader.expect("NULL");
    column.nullable = false;
  },
  IDENTITY: readIdentity,
  COLLATE: (reader, column) => (column.collation = reader.expectName("a collation").text),
  GENERATED: readGenerated,
  MASKED: skipWithParenthesized,
  ENCRYPTED: skipWithParenthesized,
  COLUMN_SET: readColumnSet,
  PERSISTED: (_reader, column) => {
    if (column.computed !== undefined) column.computed = { ...column.computed, persisted: true };
  },
  ROWGUIDCOL: (_reader, column) => (column.rowGuid = true),
  SPARSE: () => undefined,
  FILESTREAM: () => undefined,
  HIDDEN: (_reader, column) => (column.hidden = true),
};

/** Reads one column into the table. Throws UserError where the table has a column of that name. */
export function readColumn(reader: TokenReader, table: TableDraft, userTypes: readonly UserType[]): void {
  const at = reader.expectName("a column name");
  if (table.column(at.text) !== undefined)
    throw reader.fault(`column ${at.text} is declared twice`, "Keep one of the two declarations", at);
  const sql = reader.textFrom(at.start);
  const column = reader.take("AS") ? readComputed(reader, at, sql) : readPlain(reader, at, sql, userTypes);
  table.columns.push(column);
  readOptions(reader, table, column);
}

function readPlain(reader: TokenReader, at: Token, sql: string, userTypes: readonly UserType[]): ColumnDraft {
  const declared = isBareTimestamp(reader, at) ? bareTimestamp : readDataType(reader, userTypes);
  return { name: at.text, sql, at, declared, nullable: undefined };
}

const bareTimestamp: DeclaredType = { type: { name: "timestamp" }, declaredType: "timestamp", nullable: false };

/** `CREATE TABLE t (id int, timestamp)`: the one column that needs no name of its own. */
function isBareTimestamp(reader: TokenReader, at: Token): boolean {
  return sameName(at.text, "timestamp") && (!reader.isName() || reader.is("NULL", "NOT"));
}

/** The type of a computed column follows from its expression, which nothing here evaluates. */
function readComputed(reader: TokenReader, at: Token, sql: string): ColumnDraft {
  const expression = readExpression(reader);
  const declared: DeclaredType = {
    type: { name: "sql_variant" },
    declaredType: `AS ${expression}`,
    nullable: undefined,
  };
  return { name: at.text, sql, at, declared, nullable: undefined, computed: { expression, persisted: false } };
}

function readOptions(reader: TokenReader, table: TableDraft, column: ColumnDraft): void {
  for (;;) {
    const option = options[reader.token.upper];
    if (isConstraint(reader)) readConstraint(reader, table, column);
    else if (isInlineIndex(reader)) readInlineIndex(reader, table, column.sql);
    else if (takeNotForReplication(reader)) markNotForReplication(column);
    else if (option !== undefined) {
      reader.next();
      option(reader, column);
    } else return;
  }
}

function markNotForReplication(column: ColumnDraft): void {
  if (column.identity !== undefined) column.identity = { ...column.identity, notForReplication: true };
}

/** `IDENTITY`, `IDENTITY(1, 1)`, `IDENTITY (-1, -1)`. Seeds are text: decimal(38,0) outgrows a number. */
function readIdentity(reader: TokenReader, column: ColumnDraft): void {
  let [seed, increment] = ["1", "1"];
  if (reader.takeSymbol("(")) {
    seed = readInteger(reader);
    reader.expectSymbol(",");
    increment = readInteger(reader);
    reader.expectSymbol(")");
  }
  column.identity = { seed, increment, notForReplication: false };
}

function readInteger(reader: TokenReader): string {
  const sign = reader.takeSymbol("-") ? "-" : "";
  if (sign === "") reader.takeSymbol("+");
  const { kind, text } = reader.token;
  if (kind !== "number" || !/^\d+$/.test(text)) throw reader.expected("a whole number");
  reader.next();
  return sign + text;
}

/** `GENERATED ALWAYS AS ROW | TRANSACTION_ID | SEQUENCE_NUMBER  START | END [HIDDEN]`. */
function readGenerated(reader: TokenReader, column: ColumnDraft): void {
  reader.expect("ALWAYS");
  reader.expect("AS");
  const isPeriod = reader.is("ROW");
  if (!isPeriod && !reader.is("TRANSACTION_ID", "SEQUENCE_NUMBER")) throw reader.expected("ROW");
  reader.next();
  const isStart = reader.take("START");
  if (!isStart) reader.expect("END");
  if (!isPeriod) column.generated = "ledger";
  else column.generated = isStart ? "row-start" : "row-end";
}

/** A column set is a view of the sparse columns: INSERT fills either those or the set, so it counts as computed. */
function readColumnSet(reader: TokenReader, column: ColumnDraft): void {
  reader.expect("FOR");
  reader.expect("ALL_SPARSE_COLUMNS");
  column.computed = { expression: "COLUMN_SET FOR ALL_SPARSE_COLUMNS", persisted: false };
}

function skipWithParenthesized(reader: TokenReader): void {
  reader.expect("WITH");
  skipParenthesized(reader);
}
