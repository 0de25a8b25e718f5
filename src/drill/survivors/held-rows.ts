/** What a copy holds, once it is written and its files are damaged. */
import { storedColumns } from "../../schema/model.ts";
import type { Column } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import { planKey } from "../../values/key.ts";
import type { RowKey } from "../../values/key.ts";
import { Holdings } from "./holdings.ts";
import type { CopiedTable } from "./model.ts";

/**
 * `lost`: the numbers of the records that are lost, as the rows stand in the copy; none for a format whose records have no place. `asWritten`:
 * what a reader will find of a value.
 */
export function heldRows(
  copied: readonly CopiedTable[],
  lost: ReadonlySet<number>,
  asWritten: (value: CanonicalValue, column: Column) => CanonicalValue,
): Holdings {
  const holdings = new Holdings();
  let number = 0;
  for (const { table, columns, rows } of copied) {
    const stored = storedColumns(table);
    const indexes = stored.map((column) => columns.findIndex(({ name }) => name === column.name));
    const keyOf = planKey(table).kind === "row" ? countedKeys() : (key: RowKey): RowKey => key;
    for (const { key, cells } of rows) {
      if (lost.has(number++)) continue;
      const held = stored.map((column, position) => {
        const index = indexes[position] ?? -1;
        return index < 0 ? undefined : asWritten(cells[index] ?? null, column);
      });
      holdings.add(table, keyOf(key), { cells: held, isRow: true });
    }
  }
  return holdings;
}

/** Behind the blank stands the number among equal rows, of a table without a key: the copy's own rows are counted anew. */
function countedKeys(): (key: RowKey) => RowKey {
  const counts = new Map<string, number>();
  return (key) => {
    const text = String(key);
    const base = text.slice(0, text.lastIndexOf(" "));
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    return `${base} ${String(count).padStart(10, "0")}`;
  };
}
