/** Reads `staging/review.db`: the patterns, their samples, the items of the queue. */
import Database from "better-sqlite3";
import { openForReading } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import type { CellClass } from "../report/summary.ts";
import type { RowKey } from "../values/key.ts";

export interface IndexedPattern {
  readonly id: number;
  /** The same in every run. */
  readonly name: string;
  readonly table: string;
  /** Null: rows that are withheld. */
  readonly column: string | null;
  readonly class: CellClass | "withheld";
  readonly rule: string | null;
  /** What its conflicts have in common, in words. */
  readonly said: string;
  readonly sources: readonly string[];
  readonly items: number;
  /** May people decide its items? */
  readonly isOpen: boolean;
}

/** A cell that is contested or replaced, or a row that is withheld. */
export interface IndexedItem {
  readonly id: number;
  readonly pattern: number;
  readonly key: RowKey;
  readonly keyText: string;
  /** Number of the conflict in `reconciled.db`; null: the item is a row. */
  readonly conflict: number | null;
  /** Number of the row in its table there; null: the item is a cell. */
  readonly row: number | null;
  /** What is claimed of the cell; null where it has to be worked out. */
  readonly evidence: string | null;
}

const itemColumns = 'id, pattern, "key", keyText, conflict, "row", evidence';

export class IndexReader {
  readonly #store: Store;

  constructor(file: string) {
    this.#store = openForReading(file);
  }

  close(): void {
    this.#store.close();
  }

  /** What it was made from; undefined: it is no index. */
  get made(): string | undefined {
    try {
      return this.#store.prepare<[], string>("SELECT made FROM meta").pluck(true).get();
    } catch (error) {
      if (error instanceof Database.SqliteError) return undefined;
      throw error;
    }
  }

  /** Open ones first, then the largest. */
  patterns(): IndexedPattern[] {
    const sql = `SELECT id, name, tableName AS "table", columnName AS "column", class, rule, said, sources, items, isOpen FROM pattern
      ORDER BY isOpen DESC, columnName IS NULL, items DESC, name`;
    const rows = this.#store.prepare<
      [],
      Omit<IndexedPattern, "sources" | "isOpen"> & { sources: string; isOpen: number }
    >(sql);
    return rows
      .all()
      .map((row) => ({ ...row, sources: JSON.parse(row.sources) as string[], isOpen: row.isOpen === 1 }));
  }

  /** Numbers of the first conflicts of a pattern. */
  samples(pattern: number): number[] {
    return this.#store
      .prepare<[number], number>("SELECT conflict FROM sample WHERE pattern = ? ORDER BY rowid")
      .pluck(true)
      .all(pattern);
  }

  /** Items of a pattern behind one of them, in key order. */
  items(pattern: number, after: number, limit: number): IndexedItem[] {
    const sql = `SELECT ${itemColumns} FROM item WHERE pattern = ? AND id > ? ORDER BY id LIMIT ?`;
    return this.#store.prepare<[number, number, number], IndexedItem>(sql).all(pattern, after, limit);
  }

  /** The item of a pattern before another one. */
  before(pattern: number, id: number): number | undefined {
    return this.#store
      .prepare<[number, number], number>("SELECT id FROM item WHERE pattern = ? AND id < ? ORDER BY id DESC LIMIT 1")
      .pluck(true)
      .get(pattern, id);
  }

  item(id: number): IndexedItem | undefined {
    return this.#store.prepare<[number], IndexedItem>(`SELECT ${itemColumns} FROM item WHERE id = ?`).get(id);
  }

  itemsOfKey(key: RowKey): IndexedItem[] {
    return this.#store.prepare<[RowKey], IndexedItem>(`SELECT ${itemColumns} FROM item WHERE "key" = ?`).all(key);
  }

  /** Every item, in the order of the queue's making. */
  *allItems(): Generator<IndexedItem> {
    yield* this.#store.prepare<[], IndexedItem>(`SELECT ${itemColumns} FROM item ORDER BY id`).iterate();
  }

  count(): number {
    return Number(this.#store.prepare("SELECT count(*) FROM item").pluck(true).get());
  }

  pairs(): { one: string; other: string; shared: number; agreed: number }[] {
    return this.#store
      .prepare<[], { one: string; other: string; shared: number; agreed: number }>("SELECT * FROM pair ORDER BY 1, 2")
      .all();
  }

  claimants(): ReadonlyMap<string, { checkable: number; right: number }> {
    const rows = this.#store.prepare<[], { source: string; checkable: number; right: number }>(
      "SELECT * FROM claimant",
    );
    return new Map(rows.all().map(({ source, ...counts }) => [source, counts]));
  }
}
