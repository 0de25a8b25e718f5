/** The keys of re-keyed rows, worked out anew from their cells. */
import { sameName } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { cellDecoders } from "../stage/cells.ts";
import type { SqliteCell } from "../stage/cells.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { planKey } from "../values/key.ts";
import type { RowKey } from "../values/key.ts";
import { cellsOf } from "./workshop.ts";

/** Digits of the widest number that is a key. */
const widest = 11;

/**
 * The key of a row that has none of the target's: `~` stands behind every character that a key can begin with, and the source's id
 * keeps those of two sources apart.
 */
function keyOutside(source: string, own: RowKey): RowKey {
  return `~${source} ${typeof own === "number" ? String(own).padStart(widest, "0") : own}`;
}

export function rekey(store: Store, table: Table, source: string): void {
  const key = planKey(table);
  const decoders = cellDecoders(key.columns);
  const claimed = claimedKeys(store, table);
  const encode = (shape: SqliteCell, ...cells: SqliteCell[]): RowKey => {
    const given = claimed.get(Number(shape)) ?? [];
    return key.encode(cells.map((cell, index) => (given[index] === true ? decoders[index]?.(cell) : undefined)));
  };
  const outside = (own: SqliteCell): RowKey => keyOutside(source, typeof own === "string" ? own : Number(own));
  store.function("encode_key", { safeIntegers: true, varargs: true }, encode);
  store.function("outside_key", { safeIntegers: true }, outside);
  store.exec(`UPDATE main.${quoteName(table.id)} AS t SET "#key" = CASE WHEN t."#noKey" IS NULL
    THEN encode_key(${['t."#shape"', ...cellsOf(key.columns, "t")].join(", ")}) ELSE outside_key(t."#key") END`);
  // A row that was found may still lack its parent: it is told by what its source calls it.
  const own = key.columns.map(({ name }) => quoteName(name));
  store.exec(`UPDATE main.${quoteName(table.id)} AS t SET ${own.map((name) => `${name} = was.${name}`).join(", ")}
    FROM original.${quoteName(table.id)} AS was WHERE was."#n" = t."#n" AND t."#noKey" IS NOT NULL`);
  store.prepare("UPDATE main.tally SET inKeyOrder = 0 WHERE tableName = ?").run(table.id);
}

/** By shape: does it give each of the key's columns? */
function claimedKeys(store: Store, table: Table): Map<number, boolean[]> {
  const shapes = store
    .prepare<[string], { id: number; columns: string }>("SELECT id, columns FROM main.shape WHERE tableName = ?")
    .all(table.id);
  return new Map(
    shapes.map(({ id, columns }) => {
      const names = JSON.parse(columns) as string[];
      return [id, planKey(table).columns.map(({ name }) => names.some((other) => sameName(other, name)))];
    }),
  );
}
