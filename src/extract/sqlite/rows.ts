/** Reads one table's rows in pages, around what is damaged. */
import type { Database, Statement } from "better-sqlite3";
import { isDamage, quoteIdentifier } from "../../files/sqlite.ts";
import { sameName } from "../../schema/model.ts";
import { keyColumns } from "../../schema/sqlite-catalog.ts";
import type { SqliteTable } from "../../schema/sqlite-catalog.ts";
import { exactCells, inspect, sizeOf, textDecoding } from "./cells.ts";
import type { Cell, TextDecoding } from "./cells.ts";

export interface Page {
  readonly kind: "page";
  readonly rows: Cell[][];
  /** One a row: its row id, or its 1-based position where the table has no usable one. */
  readonly positions: number[];
}

/** A stretch of the table that SQLite cannot read. */
export interface Damage {
  readonly kind: "damage";
  /** What SQLite says. */
  readonly reason: string;
  /** Position of the last row before it; undefined at the table's beginning. */
  readonly after: number | undefined;
  /** Reading goes on behind this row id; undefined: nothing behind it could be read. */
  readonly resumedAfter: bigint | undefined;
}

const firstPageRows = 100;
const greatestPageRows = 1000;
/** A page of a table with large blobs is cut smaller, so that memory stays flat. */
const greatestPageBytes = 16 << 20;
const lowestRowid = -(2n ** 63n);
const highestRowid = 2n ** 63n - 1n;

/**
 * Rows of `columns` in row id order; a table without row ids in the order of its primary key. Anything but damage
 * (a locked file, no memory) is thrown as SQLite's own error.
 */
export function readRows(db: Database, table: SqliteTable, columns: readonly string[]): Generator<Page | Damage> {
  const encoding = String(db.pragma("encoding", { simple: true }));
  const select = new Select(db, table, columns, encoding);
  const byRowid = select.rowid !== undefined && positionsAreExact(db, table, select.rowid);
  return byRowid ? readByRowid(select) : readInOrder(select);
}

/** A row id beyond 2^53 is no exact number; such a table's rows are counted instead. */
function positionsAreExact(db: Database, table: SqliteTable, rowid: string): boolean {
  const from = quoteIdentifier(table.name);
  try {
    const extremes = db
      .prepare<[], bigint>(`SELECT min(${rowid}) FROM ${from} UNION ALL SELECT max(${rowid}) FROM ${from}`)
      .pluck()
      .safeIntegers()
      .all();
    return extremes.every((value) => value === null || Number.isSafeInteger(Number(value)));
  } catch (error) {
    if (isDamage(error)) return true;
    throw error;
  }
}

type RawRow = unknown[];

/** The table's SELECT statements: plain, and exact with the bytes of each text beside it. */
class Select {
  readonly rowid: string | undefined;
  readonly decode: TextDecoding;
  /** UTF-16 text passes the driver as UTF-8, which mends lone surrogates without a sign. */
  readonly alwaysExact: boolean;
  readonly width: number;
  readonly #db: Database;
  readonly #table: SqliteTable;
  readonly #columns: readonly string[];
  readonly #statements = new Map<string, Statement<unknown[], RawRow>>();

  constructor(db: Database, table: SqliteTable, columns: readonly string[], encoding: string) {
    this.#db = db;
    this.#table = table;
    this.#columns = columns.map(quoteIdentifier);
    this.width = columns.length;
    this.decode = textDecoding(encoding);
    this.alwaysExact = encoding !== "UTF-8";
    this.rowid = rowidName(table);
  }

  /** Parameters: row id to begin after, number of rows. The row id stands last. */
  byRowid(exact: boolean): Statement<unknown[], RawRow> {
    const rowid = this.rowid ?? "rowid";
    return this.#prepare(exact, [rowid], `NOT INDEXED WHERE ${rowid} > ? ORDER BY ${rowid} LIMIT ?`);
  }

  /** Every row, exact. */
  inOrder(): Statement<unknown[], RawRow> {
    const key = this.#table.withoutRowid ? keyColumns(this.#table).map(({ name }) => quoteIdentifier(name)) : [];
    return this.#prepare(true, [], key.length === 0 ? "" : `ORDER BY ${key.join(", ")}`);
  }

  #prepare(exact: boolean, position: readonly string[], tail: string): Statement<unknown[], RawRow> {
    const bytes = exact
      ? this.#columns.map((name) => `CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) END`)
      : [];
    const list = [...this.#columns, ...bytes, ...position].join(", ");
    const sql = `SELECT ${list} FROM ${quoteIdentifier(this.#table.name)} ${tail}`;
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare<unknown[], RawRow>(sql).raw().safeIntegers(exact);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** The name of the row id that no column has taken; undefined where there is none. */
export function rowidName(table: SqliteTable): string | undefined {
  if (table.withoutRowid || table.kind === "virtual") return undefined;
  return ["rowid", "_rowid_", "oid"].find((name) => !table.columns.some((column) => sameName(column.name, name)));
}

function* readByRowid(select: Select): Generator<Page | Damage> {
  let after: bigint | undefined = lowestRowid;
  let last: number | undefined;
  let limit = firstPageRows;
  let exact = select.alwaysExact;
  while (after !== undefined) {
    const attempt = readPage(select, after, limit, exact);
    exact = attempt.exact;
    last = attempt.page.positions.at(-1) ?? last;
    if (attempt.page.rows.length > 0) yield attempt.page;
    if (attempt.damage !== undefined) {
      after = nextReadable(select, attempt.lastRowid ?? after);
      yield { kind: "damage", reason: attempt.damage, after: last, resumedAfter: after };
    } else {
      after = attempt.page.rows.length < limit ? undefined : attempt.lastRowid;
      limit = nextLimit(limit, attempt.bytes);
    }
  }
}

/** Pages grow up to a thousand rows as long as they stay light. */
function nextLimit(limit: number, bytes: number): number {
  const fitting = Math.floor((limit * greatestPageBytes) / Math.max(bytes, 1));
  return Math.max(1, Math.min(2 * limit, fitting, greatestPageRows));
}

interface Attempt {
  readonly page: Page;
  readonly lastRowid: bigint | undefined;
  readonly bytes: number;
  readonly exact: boolean;
  readonly damage: string | undefined;
}

/** A page, read again with its bytes if something in it may not be what the file holds. */
function readPage(select: Select, after: bigint, limit: number, exact: boolean): Attempt {
  const { rows, damage } = rowsUntilDamage(() => select.byRowid(exact), after, limit);
  const { suspicious, bytes } = inspect(rows);
  if (suspicious && !exact) return readPage(select, after, limit, true);
  const lastRowid = rows.length === 0 ? undefined : BigInt(rows.at(-1)?.at(-1) as number | bigint);
  const positions = rows.map((row) => Number(row.pop()));
  const cells = exact ? rows.map((row) => exactCells(row, select.width, select.decode)) : (rows as Cell[][]);
  return { page: { kind: "page", rows: cells, positions }, lastRowid, bytes, exact, damage };
}

function rowsUntilDamage(
  statement: () => Statement<unknown[], RawRow>,
  after: bigint,
  limit: number,
): { rows: RawRow[]; damage: string | undefined } {
  try {
    return { rows: statement().all(after, limit), damage: undefined };
  } catch (error) {
    if (!isDamage(error)) throw error;
    // Row by row, those before the damage come through.
    return oneByOne(statement, after, limit, error.message);
  }
}

function oneByOne(
  statement: () => Statement<unknown[], RawRow>,
  after: bigint,
  limit: number,
  damage: string,
): { rows: RawRow[]; damage: string } {
  const rows: RawRow[] = [];
  try {
    for (const row of statement().iterate(after, limit)) rows.push(row);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  return { rows, damage };
}

/**
 * The row id behind which reading goes on after damage behind `from`: found by doubling steps, then halving, each a
 * seek through the tree. Undefined where no later row can be reached.
 */
function nextReadable(select: Select, from: bigint): bigint | undefined {
  let bad = from;
  let good = from + 1n;
  while (good <= highestRowid && !isReadable(select, good)) [bad, good] = [good, good + 2n * (good - bad)];
  if (good > highestRowid) return undefined;
  while (good - bad > 1n) {
    const middle = bad + (good - bad) / 2n;
    if (isReadable(select, middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function isReadable(select: Select, after: bigint): boolean {
  try {
    select.byRowid(false).all(after, 1);
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** For tables without usable row ids: one pass, rows counted from 1. Behind damage nothing can be reached. */
function* readInOrder(select: Select): Generator<Page | Damage> {
  let position = 0;
  let bytes = 0;
  let page: Page = { kind: "page", rows: [], positions: [] };
  try {
    for (const raw of select.inOrder().iterate()) {
      page.rows.push(exactCells(raw, select.width, select.decode));
      page.positions.push(++position);
      bytes += raw.reduce<number>((sum, cell) => sum + sizeOf(cell), 0);
      if (page.rows.length < greatestPageRows && bytes < greatestPageBytes) continue;
      yield page;
      page = { kind: "page", rows: [], positions: [] };
      bytes = 0;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    if (page.rows.length > 0) yield page;
    yield { kind: "damage", reason: error.message, after: position || undefined, resumedAfter: undefined };
    return;
  }
  if (page.rows.length > 0) yield page;
}
