/** Which rows of the truth could be rebuilt at all, by what the survivors hold. */
import { findColumn, storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import type { RowKey } from "../../values/key.ts";
import { lastVersion } from "../history/model.ts";
import type { History } from "../history/model.ts";
import { referencesOf } from "../history/references.ts";
import type { Holdings } from "../survivors/holdings.ts";

/**
 * A row is recoverable where some survivor shows the row itself, each column that must have a value has one in some survivor, and the rows that
 * it refers to are recoverable.
 */
export function recoverableRows({ tables }: History, holdings: readonly Holdings[]): Map<Table, Set<RowKey>> {
  const found = new Map<Table, Set<RowKey>>();
  const all = tables.map(({ table }) => table);
  for (const { table, rows } of tables) {
    const needed = neededColumns(table);
    const references = referencesOf(table, all);
    const recoverable = new Set<RowKey>();
    for (const row of rows) {
      if (row.deletedAt !== undefined) continue;
      const held = holdings.flatMap((each) => each.of(table, row.key));
      const isWhole =
        held.some(({ isRow }) => isRow) &&
        needed.every((index) => held.some(({ cells }) => (cells[index] ?? null) !== null));
      const { cells } = lastVersion(row);
      const hasParents = references.every(({ parent, keyOf }) => {
        const key = keyOf(cells);
        return key === undefined || found.get(parent)?.has(key) === true;
      });
      if (isWhole && hasParents) recoverable.add(row.key);
    }
    found.set(table, recoverable);
  }
  return found;
}

/** Indexes, among the stored columns, of those that take no NULL. */
function neededColumns(table: Table): number[] {
  return storedColumns(table).flatMap(({ name }, index) =>
    findColumn(table, name)?.nullable === false ? [index] : [],
  );
}
