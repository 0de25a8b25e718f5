/** Which rows of the truth could be rebuilt at all, by what the survivors hold. */
import { findColumn, storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import type { RowKey } from "../../values/key.ts";
import { lastVersion } from "../history/model.ts";
import type { History, RowHistory, TableHistory } from "../history/model.ts";
import { referencesOf } from "../history/references.ts";
import type { Holdings } from "../survivors/holdings.ts";

/**
 * A row is recoverable where some survivor shows the row itself, each column that must have a value has one in some survivor, and the rows that
 * it refers to are recoverable.
 */
export function recoverableRows({ tables }: History, holdings: readonly Holdings[]): Map<Table, Set<RowKey>> {
  const all = tables.map(({ table }) => table);
  const found = new Map(tables.map((history) => [history.table, wholeRows(history, holdings)]));
  // Tables may refer to each other in a circle, or to themselves: rows go until each that is left has its parents.
  for (let isStable = false; !isStable;) {
    isStable = true;
    for (const { table, rows } of tables) {
      const own = found.get(table);
      const references = referencesOf(table, all, { itself: true });
      for (const row of references.length === 0 ? [] : rows) {
        if (own?.has(row.key) !== true || hasParents(row, references, found)) continue;
        own.delete(row.key);
        isStable = false;
      }
    }
  }
  return found;
}

function wholeRows({ table, rows }: TableHistory, holdings: readonly Holdings[]): Set<RowKey> {
  const needed = neededColumns(table);
  const whole = rows.filter(({ key, deletedAt }) => {
    const held = deletedAt === undefined ? holdings.flatMap((each) => each.of(table, key)) : [];
    const isShown = held.some(({ isRow }) => isRow);
    return isShown && needed.every((index) => held.some(({ cells }) => (cells[index] ?? null) !== null));
  });
  return new Set(whole.map(({ key }) => key));
}

function hasParents(
  row: RowHistory,
  references: ReturnType<typeof referencesOf>,
  found: ReadonlyMap<Table, ReadonlySet<RowKey>>,
): boolean {
  const { cells } = lastVersion(row);
  return references.every(({ parent, keyOf }) => {
    const key = keyOf(cells);
    return key === undefined || found.get(parent)?.has(key) === true;
  });
}

/** Indexes, among the stored columns, of those that take no NULL. */
function neededColumns(table: Table): number[] {
  return storedColumns(table).flatMap(({ name }, index) =>
    findColumn(table, name)?.nullable === false ? [index] : [],
  );
}
