/** SELECT and SET as SQL Server takes them, answered by SQLite; every other statement is refused. */
import type Database from "better-sqlite3";
import type { SqlType } from "../../../src/schema/model.ts";
import type { ColumnMeta, Result, TdsValue } from "../tds/backend.ts";
import { ServerError } from "../tds/backend.ts";
import type { EngineOptions } from "./options.ts";

/** Before TDS 7.2 transactions are statements. */
const transactions = /^\s*(?:BEGIN|COMMIT|ROLLBACK) TRAN\b/i;
const settings = /^\s*SET [A-Z_ ]+(?:LOW|ON|OFF|\d+|READ COMMITTED|READ UNCOMMITTED|SNAPSHOT|[a-z_]+)\s*$/i;

export function* execute(
  db: Database.Database,
  options: EngineOptions,
  statement: string,
  parameters: ReadonlyMap<string, TdsValue>,
): Generator<Result> {
  options.before?.(statement);
  if (/^\s*SET\s/i.test(statement) || transactions.test(statement)) {
    const parts = statement.split(/;|\n/).filter((part) => part.trim() !== "");
    const refused = parts.find((part) => !settings.test(part) && !transactions.test(part));
    if (refused !== undefined) throw new ServerError(102, `Incorrect syntax near '${refused.trim()}'.`, 15);
    yield { kind: "done" };
    return;
  }
  if (!/^\s*SELECT\s/i.test(statement))
    throw new ServerError(102, `Incorrect syntax near '${statement.slice(0, 20)}'.`, 15);
  yield select(db, options, statement, parameters);
}

function select(
  db: Database.Database,
  { schema }: EngineOptions,
  statement: string,
  parameters: ReadonlyMap<string, TdsValue>,
): Result {
  const prepared = prepare(db, translate(statement));
  const values = Object.fromEntries([...parameters].map(([name, value]) => [name, bindable(value)]));
  const rows = [...(prepared.raw(true).iterate(values) as Iterable<unknown[]>)];
  const columns = prepared.columns().map((column, index): ColumnMeta => {
    const table = schema.tables.find((each) => each.schema === column.database && each.name === column.table);
    const known = table?.columns.find((each) => each.name === column.column);
    return known === undefined
      ? { name: column.name, type: guess(rows.find((row) => row[index] !== null)?.[index]), nullable: true }
      : { name: column.name, type: known.type, nullable: known.nullable };
  });
  return { kind: "rows", columns, rows: rows as TdsValue[][] };
}

function prepare(db: Database.Database, statement: string): Database.Statement {
  try {
    return db.prepare(statement);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw message.includes("no such table")
      ? new ServerError(208, `Invalid object name '${message.split(": ")[1] ?? ""}'.`)
      : new ServerError(102, `${message}: ${statement}`, 15);
  }
}

function bindable(value: TdsValue): unknown {
  return typeof value === "boolean" ? Number(value) : value;
}

/** Of an expression: SQLite says no type for it. */
function guess(value: unknown): SqlType {
  if (typeof value === "number") return { name: "int" };
  return value instanceof Uint8Array ? { name: "varbinary", length: "max" } : { name: "nvarchar", length: "max" };
}

/** CONVERT's first argument is a type, which SQLite would take for a function or a column; its `+` adds numbers only, and its collations are others. */
function translate(statement: string): string {
  const sqlite = statement
    .replaceAll(" + N':' + ", " || ':' || ")
    .replaceAll(/ COLLATE \w+/g, "")
    .replaceAll("master.dbo.", "")
    .replaceAll(/CONVERT\((\w+(?:\([^)]*\))?),/g, (_, type: string) => `CONVERT_TO('${type}',`)
    .replaceAll(/\bN'/g, "'");
  return sqlite.startsWith("SELECT TOP 0 ") ? `${sqlite.replace("TOP 0 ", "")} LIMIT 0` : sqlite;
}
