/** How the rows of a staged table are reached by key. */
import { compareKeys, everyKey } from "../values/key.ts";
import type { KeyRange, RowKey } from "../values/key.ts";
import { quoteName } from "./database.ts";
import type { Store } from "./database.ts";

/** A table of a staging file, and what its tally says of it. Observations are numbered from 1 without gaps (`#n`). */
export interface StagedTable {
  readonly store: Store;
  readonly name: string;
  readonly observations: number;
  /** 1: keys never fall from one observation to the next. */
  readonly inKeyOrder: number;
}

/** The end of a SELECT, and what it binds. */
export interface Tail {
  readonly sql: string;
  readonly values: readonly RowKey[];
}

/**
 * Rows with keys in the range, by key, then as they were read. Where keys arrived in order, the range is sought like a word in a
 * dictionary; else all keys are looked at, and the rows of the range sorted.
 */
export function rowsInOrder(table: StagedTable, range: KeyRange = everyKey): Tail {
  const column = table.inKeyOrder === 1 ? '"#n"' : '"#key"';
  const bound = (key: RowKey): RowKey => (table.inKeyOrder === 1 ? firstAtLeast(table, key) : key);
  const bounds = [
    ...(range.from === undefined ? [] : [{ sql: `${column} >= ?`, value: bound(range.from) }]),
    ...(range.below === undefined ? [] : [{ sql: `${column} < ?`, value: bound(range.below) }]),
  ];
  const where = bounds.length === 0 ? "" : `WHERE ${bounds.map(({ sql }) => sql).join(" AND ")} `;
  const order = table.inKeyOrder === 1 ? '"#n"' : '"#key", "#n"';
  return { sql: `${where}ORDER BY ${order}`, values: bounds.map(({ value }) => value) };
}

/** Rows of one key, as they were read; `isIndexed`: by {@link indexKeys}. */
export function rowsOfKey(table: StagedTable & { readonly isIndexed: boolean }, key: RowKey): Tail {
  if (table.inKeyOrder !== 1) {
    const numbers = `"#n" IN (SELECT n FROM ${indexName(table)} WHERE "key" = ?)`;
    return { sql: `WHERE ${table.isIndexed ? numbers : '"#key" = ?'} ORDER BY "#n"`, values: [key] };
  }
  return {
    sql: 'WHERE "#n" >= ? AND "#n" < ? ORDER BY "#n"',
    values: [firstAtLeast(table, key), firstBeyond(table, key)],
  };
}

/** The file is only read: the index lies among SQLite's temporary tables. */
export function indexKeys(table: StagedTable): void {
  const index = indexName(table);
  table.store
    .exec(`CREATE TEMP TABLE ${index.replace("temp.", "")} ("key", n INTEGER, PRIMARY KEY ("key", n)) WITHOUT ROWID;
    INSERT INTO ${index} SELECT "#key", "#n" FROM ${quoteName(table.name)}`);
}

function indexName({ name }: StagedTable): string {
  return `temp.${quoteName(`keys of ${name}`)}`;
}

/** The number of the first observation whose key is not below `key`, in a table whose keys arrived in order. */
function firstAtLeast(table: StagedTable, key: RowKey): number {
  return firstWhere(table, (other) => compareKeys(other, key) >= 0);
}

function firstBeyond(table: StagedTable, key: RowKey): number {
  return firstWhere(table, (other) => compareKeys(other, key) > 0);
}

/** `isReached` never falls back from one key to the next. */
function firstWhere(table: StagedTable, isReached: (key: RowKey) => boolean): number {
  const keyAt = keyReader(table);
  let [low, high] = [1, table.observations + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isReached(keyAt(middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** `count` keys, those of observations that stand equally far apart. */
export function sampleKeys(table: StagedTable, count: number): RowKey[] {
  const keyAt = keyReader(table);
  const step = table.observations / count;
  return Array.from({ length: count }, (_, index) => keyAt(1 + Math.floor(index * step)));
}

function keyReader({ store, name }: StagedTable): (n: number) => RowKey {
  const statement = store.prepare<[number], RowKey>(`SELECT "#key" FROM ${quoteName(name)} WHERE "#n" = ?`).pluck(true);
  return (n) => statement.get(n) as RowKey;
}
