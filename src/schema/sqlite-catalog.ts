/** What a SQLite database says of its own tables (https://www.sqlite.org/pragma.html). */
import type { Database } from "better-sqlite3";

export interface SqliteColumn {
  readonly name: string;
  /** As it was declared, empty without a type. */
  readonly declaredType: string;
  readonly notNull: boolean;
  /** SQL text of the default. */
  readonly default: string | null;
  /** 1-based position in the primary key, 0 outside. */
  readonly keyPosition: number;
  readonly generated: "virtual" | "stored" | undefined;
}

export interface SqliteTable {
  readonly name: string;
  /** `shadow` tables hold the content of `virtual` ones; of a `malformed` one SQLite does not understand the statement. */
  readonly kind: "table" | "view" | "virtual" | "shadow" | "malformed";
  readonly withoutRowid: boolean;
  readonly columns: readonly SqliteColumn[];
  /** The statement that made it, empty where the catalog keeps none. */
  readonly sql: string;
  readonly rootPage: number;
}

interface TableListRow {
  readonly schema: string;
  readonly name: string;
  readonly type: SqliteTable["kind"];
  readonly wr: number;
}

interface MasterRow {
  readonly name: string;
  readonly sql: string | null;
  readonly rootpage: number;
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
  readonly hidden: number;
}

/** SQLite's own tables (sqlite_sequence, sqlite_stat1) hold nothing of the user's. */
const internalName = /^sqlite_/i;

/** Tables and views in the order of their creation, SQLite's own left out. Throws SqliteError where the file is damaged. */
export function readCatalog(db: Database): SqliteTable[] {
  const listed = new Map(tableList(db).map((row) => [row.name, row]));
  const made = db
    .prepare<[], MasterRow>(
      "SELECT name, sql, rootpage FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid",
    )
    .all();
  return made
    .filter(({ name }) => !internalName.test(name))
    .map((row) => describe(db, row, listed.get(row.name) ?? { type: "malformed", wr: 0 }));
}

function tableList(db: Database): TableListRow[] {
  return (db.pragma("table_list") as TableListRow[]).filter((row) => row.schema === "main");
}

function describe(db: Database, made: MasterRow, listed: Pick<TableListRow, "type" | "wr">): SqliteTable {
  return {
    name: made.name,
    kind: listed.type,
    withoutRowid: listed.wr === 1,
    columns: listed.type === "view" || listed.type === "malformed" ? [] : columnsOf(db, made.name),
    sql: made.sql ?? "",
    rootPage: made.rootpage,
  };
}

/** `hidden` of table_xinfo: 1 is a hidden column of a virtual table, 2 a virtual and 3 a stored generated column. */
function columnsOf(db: Database, table: string): SqliteColumn[] {
  const rows = db.prepare<[string], ColumnRow>("SELECT * FROM pragma_table_xinfo(?) ORDER BY cid").all(table);
  return rows
    .filter((row) => row.hidden !== 1)
    .map((row) => ({
      name: row.name,
      declaredType: row.type,
      notNull: row.notnull === 1,
      default: row.dflt_value,
      keyPosition: row.pk,
      generated: row.hidden === 2 ? "virtual" : row.hidden === 3 ? "stored" : undefined,
    }));
}

/** The primary key's columns in key order. */
export function keyColumns(table: SqliteTable): SqliteColumn[] {
  return table.columns
    .filter((column) => column.keyPosition > 0)
    .toSorted((left, right) => left.keyPosition - right.keyPosition);
}
