/** The target schema out of a SQLite file's catalog: the copy that survived is the only description left. */
import type { Database } from "better-sqlite3";
import path from "node:path";
import { UserError } from "../errors.ts";
import { openEvidence, unreadable } from "../files/sqlite.ts";
import { tableName } from "./model.ts";
import type { Attachment, Column, DatabaseSchema, ForeignKey, Identity, Key, Table } from "./model.ts";
import { countChecks, generatedExpressions, saysAutoincrement } from "./sqlite-sql.ts";
import { sqlServerType } from "./sqlite-types.ts";
import { keyColumns, readCatalog } from "./sqlite-catalog.ts";
import type { SqliteColumn, SqliteTable } from "./sqlite-catalog.ts";

/** SQLite has no schemas; SQL Server puts what names none here. */
const schemaName = "dbo";

/** AUTOINCREMENT starts at 1 and steps by 1, and takes no other numbers. */
const autoincrement: Identity = { seed: "1", increment: "1", notForReplication: false };

/**
 * Tables with types, keys, foreign keys, indexes and triggers. CHECK constraints stand in no pragma: they are counted as
 * skipped, like views and virtual tables. Throws UserError for a file that is no readable SQLite database.
 */
export function readSqliteSchema(file: string): DatabaseSchema {
  const name = path.basename(file);
  const { db, isDamaged, close } = openEvidence(file, name);
  try {
    if (isDamaged) throw damagedCatalog(name);
    return readSchema(db);
  } catch (cause) {
    throw unreadable(name, cause);
  } finally {
    close();
  }
}

/** Rows can be rescued around damage; a schema with holes would drop tables without a word. */
function damagedCatalog(name: string): UserError {
  return new UserError({
    what: "the database is damaged, and what it says of its tables may not be whole",
    where: { file: name },
    remedy: "Give the schema as a SQL script, or name a whole copy of the database",
  });
}

function readSchema(db: Database): DatabaseSchema {
  const catalog = readCatalog(db);
  const tables = catalog.filter(({ kind }) => kind === "table");
  return {
    tables: tables.map((table) => describeTable(db, table, tables)),
    userTypes: [],
    boundObjects: [],
    skipped: countSkipped(catalog),
  };
}

function countSkipped(catalog: readonly SqliteTable[]): Record<string, number> {
  const count = (kind: SqliteTable["kind"]) => catalog.filter((entry) => entry.kind === kind).length;
  const checks = catalog.filter(({ kind }) => kind === "table").map(({ sql }) => countChecks(sql));
  const counts = {
    view: count("view"),
    check: checks.reduce((sum, each) => sum + each, 0),
    "virtual table": count("virtual"),
    "shadow table": count("shadow"),
  };
  return Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0));
}

function describeTable(db: Database, table: SqliteTable, all: readonly SqliteTable[]): Table {
  const key = keyColumns(table).map(({ name }) => name);
  return {
    schema: schemaName,
    name: table.name,
    id: tableName(schemaName, table.name),
    columns: describeColumns(table),
    ...(key.length === 0 ? {} : { primaryKey: { columns: key } }),
    unique: uniqueKeys(db, table),
    foreignKeys: foreignKeys(db, table, all),
    checks: [],
    attachments: attachments(db, table),
  };
}

function describeColumns(table: SqliteTable): Column[] {
  const expressions = generatedExpressions(table.sql);
  const hasIdentity = saysAutoincrement(table.sql);
  return table.columns.map((column, ordinal) => ({
    name: column.name,
    ordinal,
    type: sqlServerType(column.declaredType),
    declaredType: column.declaredType,
    // SQLite lets NULL into most primary keys, SQL Server into none.
    nullable: !column.notNull && column.keyPosition === 0,
    ...(hasIdentity && column.keyPosition === 1 ? { identity: autoincrement } : {}),
    ...(column.default === null ? {} : { default: { expression: column.default } }),
    ...computed(column, expressions),
  }));
}

/** Takes the next of `expressions`, which stand in the order of the generated columns. */
function computed(column: SqliteColumn, expressions: string[]): Partial<Pick<Column, "computed">> {
  if (column.generated === undefined) return {};
  return { computed: { expression: expressions.shift() ?? "", persisted: column.generated === "stored" } };
}

function uniqueKeys(db: Database, table: SqliteTable): Key[] {
  const indexes = db
    .prepare<[string], string>("SELECT name FROM pragma_index_list(?) WHERE origin = 'u' ORDER BY seq DESC")
    .pluck()
    .all(table.name);
  const columns = db.prepare<[string], string>("SELECT name FROM pragma_index_info(?) ORDER BY seqno").pluck();
  return indexes.map((index) => ({ columns: columns.all(index) }));
}

interface ForeignKeyRow {
  readonly id: number;
  readonly table: string;
  readonly from: string;
  readonly to: string | null;
  readonly on_update: string;
  readonly on_delete: string;
}

/** SQLite numbers foreign keys from the last declared to the first. */
function foreignKeys(db: Database, table: SqliteTable, all: readonly SqliteTable[]): ForeignKey[] {
  const rows = db
    .prepare<[string], ForeignKeyRow>("SELECT * FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq")
    .all(table.name);
  const ids = [...new Set(rows.map(({ id }) => id))];
  return ids.map((id) =>
    foreignKey(
      rows.filter((row) => row.id === id),
      all,
    ),
  );
}

function foreignKey(rows: readonly ForeignKeyRow[], all: readonly SqliteTable[]): ForeignKey {
  const [first] = rows;
  const written = first?.table ?? "";
  const parent = all.find(({ name }) => name.toLowerCase() === written.toLowerCase())?.name ?? written;
  return {
    columns: rows.map(({ from }) => from),
    references: tableName(schemaName, parent),
    referencedColumns: rows.flatMap(({ to }) => (to === null ? [] : [to])),
    ...action("onDelete", first?.on_delete),
    ...action("onUpdate", first?.on_update),
    notForReplication: false,
    disabled: false,
  };
}

/** RESTRICT is what SQL Server's NO ACTION, the default, does: refuse at once. */
function action(name: "onDelete" | "onUpdate", written: string | undefined): Partial<Record<typeof name, string>> {
  return written === undefined || written === "NO ACTION" || written === "RESTRICT" ? {} : { [name]: written };
}

/** Indexes and triggers by their own statements; a catalog has no lines, so each stands on line 1. */
function attachments(db: Database, table: SqliteTable): Attachment[] {
  return db
    .prepare<[string], { kind: "index" | "trigger"; sql: string }>(
      `SELECT type AS kind, sql FROM sqlite_master
       WHERE tbl_name = ? COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid`,
    )
    .all(table.name)
    .map(({ kind, sql }) => ({ kind, sql, line: 1 }));
}
