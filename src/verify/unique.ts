/**
 * Rows that share a unique key cannot all be loaded, and nothing tells which of them is right: all are withheld. To the
 * server two NULLs are the same here.
 */
import { findColumn, isStored } from "../schema/model.ts";
import type { Column, Key, Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";

export function withholdCollisions(store: Store, table: Table, comparable: (column: Column) => string): void {
  for (const key of table.unique) {
    const columns = storedKey(table, key);
    if (columns !== undefined) withhold(store, table, columns, comparable);
  }
}

/** Undefined where the server computes a part of the key. */
function storedKey(table: Table, key: Key): Column[] | undefined {
  const columns = key.columns.map((name) => findColumn(table, name));
  return columns.every((column): column is Column => column !== undefined && isStored(column)) ? columns : undefined;
}

function withhold(
  store: Store,
  table: Table,
  columns: readonly Column[],
  comparable: (column: Column) => string,
): void {
  const names = columns.map(({ name }) => name).join(", ");
  const parts = columns.map((column) => comparable(column)).join(", ");
  store
    .prepare(
      `WITH counted AS (SELECT rowid AS id, count(*) OVER (PARTITION BY ${parts}) AS alike
         FROM ${quoteName(table.id)} WHERE "#withheld" IS NULL)
       UPDATE ${quoteName(table.id)} SET "#withheld" = ? WHERE rowid IN (SELECT id FROM counted WHERE alike > 1)`,
    )
    .run(`not unique: several rows have the same ${names}`);
}
