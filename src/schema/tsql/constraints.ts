/** Constraints of a column, of a table, and of ALTER TABLE … ADD: one grammar for the three places. */
import { readExpression, readParenthesized, skipParenthesized } from "./expression.ts";
import type { ColumnDraft, KeyDraft, TableDraft } from "./draft.ts";
import { readColumnList, readObjectName, type Mention } from "./names.ts";
import type { TokenReader } from "./reader.ts";

type ReadConstraint = (reader: TokenReader, table: TableDraft, name: string | undefined, column?: ColumnDraft) => void;

const readers: Readonly<Record<string, ReadConstraint>> = {
  PRIMARY: readPrimaryKey,
  UNIQUE: readUnique,
  CHECK: readCheck,
  DEFAULT: readDefault,
  FOREIGN: readForeignKey,
  REFERENCES: readForeignKey,
};

/** Does a constraint, named or not, begin here? */
export function isConstraint(reader: TokenReader): boolean {
  return reader.is("CONSTRAINT") || readers[reader.token.upper] !== undefined;
}

/** Reads one constraint into the table. `column`: the one whose declaration it stands in, if it does. */
export function readConstraint(reader: TokenReader, table: TableDraft, column?: ColumnDraft): void {
  const name = reader.take("CONSTRAINT") ? reader.expectName("a constraint's name").text : undefined;
  const read = readers[reader.token.upper];
  if (read === undefined) throw reader.expected("PRIMARY KEY, UNIQUE, CHECK, DEFAULT or FOREIGN KEY");
  read(reader, table, name, column);
}

function readPrimaryKey(reader: TokenReader, table: TableDraft, name: string | undefined, column?: ColumnDraft): void {
  const at = reader.token;
  reader.next();
  reader.expect("KEY");
  const key = readKeyColumns(reader, column);
  if (table.primaryKey !== undefined)
    throw reader.fault("a second primary key for the table", "Keep one of the two PRIMARY KEY constraints", at);
  table.primaryKey = { name, ...key };
}

function readUnique(reader: TokenReader, table: TableDraft, name: string | undefined, column?: ColumnDraft): void {
  reader.next();
  table.unique.push({ name, ...readKeyColumns(reader, column) });
}

/** The columns of a key, and the storage options, which say nothing about the data. */
function readKeyColumns(reader: TokenReader, column: ColumnDraft | undefined): Pick<KeyDraft, "columns" | "clustered"> {
  let clustered: boolean | undefined;
  for (; reader.is("CLUSTERED", "NONCLUSTERED", "HASH"); reader.next())
    clustered = reader.is("CLUSTERED") || (clustered ?? false);
  const columns = readColumnsOr(reader, column);
  skipStorage(reader);
  return { columns, ...(clustered === undefined ? {} : { clustered }) };
}

/** The column list; in a column's own declaration it may be left out. */
function readColumnsOr(reader: TokenReader, column: ColumnDraft | undefined): readonly Mention[] {
  if (column !== undefined && !reader.isSymbol("(")) return [{ text: column.name, at: column.at }];
  return readColumnList(reader);
}

/** `WITH (…)`, the older `WITH FILLFACTOR = 80, PAD_INDEX`, `ON filegroup`, `NOT ENFORCED`. */
function skipStorage(reader: TokenReader): void {
  for (;;) {
    if (reader.is("WITH") && reader.peek().text === "(") {
      reader.next();
      skipParenthesized(reader);
    } else if (reader.is("WITH") && olderOptions.has(reader.peek().upper)) skipOlderOptions(reader);
    else if (reader.take("ON")) skipFilegroup(reader);
    else return;
  }
}

const olderOptions = new Set(["FILLFACTOR", "PAD_INDEX", "IGNORE_DUP_KEY", "STATISTICS_NORECOMPUTE", "SORTED_DATA"]);

function skipOlderOptions(reader: TokenReader): void {
  do {
    reader.next();
    reader.next();
    if (reader.takeSymbol("=")) reader.next();
  } while (reader.isSymbol(",") && olderOptions.has(reader.peek().upper));
}

/** `[PRIMARY]`, `"default"`, or a partition scheme with its column. */
export function skipFilegroup(reader: TokenReader): void {
  if (reader.token.kind === "string" || reader.token.kind === "national-string") reader.next();
  else reader.expectName("a filegroup");
  if (reader.isSymbol("(")) skipParenthesized(reader);
}

function readCheck(reader: TokenReader, table: TableDraft, name: string | undefined): void {
  reader.next();
  takeNotForReplication(reader);
  const expression = readParenthesized(reader);
  table.checks.push({ ...named(name), expression, disabled: false });
}

/** In a column's declaration, or `DEFAULT expr FOR column` of ALTER TABLE. */
function readDefault(reader: TokenReader, table: TableDraft, name: string | undefined, column?: ColumnDraft): void {
  const at = reader.token;
  reader.next();
  const expression = readExpression(reader);
  const target = column ?? readDefaultTarget(reader, table);
  if (target.default !== undefined)
    throw reader.fault(`a second default for column ${target.name}`, "Keep one of the two DEFAULT constraints", at);
  target.default = { ...named(name), expression };
  if (reader.is("WITH") && reader.peek().upper === "VALUES") {
    reader.next();
    reader.next();
  }
}

function readDefaultTarget(reader: TokenReader, table: TableDraft): ColumnDraft {
  reader.expect("FOR");
  const at = reader.expectName("a column name");
  const column = table.column(at.text);
  if (column === undefined)
    throw reader.fault(`a default for column ${at.text}, which the table does not have`, "Correct the name", at);
  return column;
}

function readForeignKey(reader: TokenReader, table: TableDraft, name: string | undefined, column?: ColumnDraft): void {
  if (reader.take("FOREIGN")) reader.expect("KEY");
  const columns = readColumnsOr(reader, column);
  reader.expect("REFERENCES");
  const references = readObjectName(reader, "a table's name");
  const referencedColumns = reader.isSymbol("(") ? readColumnList(reader) : [];
  const actions = readActions(reader);
  table.foreignKeys.push({ name, columns, references, referencedColumns, ...actions, disabled: false });
}

function readActions(reader: TokenReader) {
  const actions = {
    onDelete: undefined as string | undefined,
    onUpdate: undefined as string | undefined,
    notForReplication: false,
  };
  for (;;) {
    if (reader.is("ON") && reader.peek().upper === "DELETE") actions.onDelete = readAction(reader);
    else if (reader.is("ON") && reader.peek().upper === "UPDATE") actions.onUpdate = readAction(reader);
    else if (takeNotForReplication(reader)) actions.notForReplication = true;
    else return actions;
  }
}

/** `ON DELETE NO ACTION | CASCADE | SET NULL | SET DEFAULT`: the action in upper case. */
function readAction(reader: TokenReader): string {
  reader.next();
  reader.next();
  if (reader.take("CASCADE")) return "CASCADE";
  const first = reader.token.upper;
  const second = reader.peek().upper;
  const action = `${first} ${second}`;
  if (!["NO ACTION", "SET NULL", "SET DEFAULT"].includes(action))
    throw reader.expected("NO ACTION, CASCADE, SET NULL or SET DEFAULT");
  reader.next();
  reader.next();
  return action;
}

/** `NOT FOR REPLICATION`, told from `NOT NULL` by the word after. */
export function takeNotForReplication(reader: TokenReader): boolean {
  if (!reader.is("NOT") || reader.peek().upper !== "FOR") return false;
  reader.next();
  reader.next();
  reader.expect("REPLICATION");
  return true;
}

/** A name as an optional field. */
export function named(name: string | undefined): { name?: string } {
  return name === undefined ? {} : { name };
}
