/** Rows of a crosswalk that have no key of the target's, or one that the recipe allocates. */
import type { Table } from "../schema/model.ts";
import { planKey } from "../values/key.ts";
import { cellDecoders } from "./cells.ts";
import type { SqliteCell } from "./cells.ts";
import { quoteName } from "./database.ts";
import type { Store } from "./database.ts";

/** The column of a crosswalk that says why a row has no key of the target's. */
export const noKeyColumn = "#noKey";

/** The column of a crosswalk that holds what the source calls a row whose key the recipe allocates. */
export const allocatedColumn = "#allocated";

/** How many rows are named. */
const shown = 3;

export interface KeylessRows {
  /** `no-key: no other source has a row with its Email`. */
  readonly reason: string;
  readonly rows: number;
  /** The first few, by the keys that their source gives them, as people read them. */
  readonly first: readonly string[];
}

export interface AllocatedRows {
  readonly rows: number;
  /** The first few: the key that is allocated, and the one that the source gives. */
  readonly first: readonly { readonly key: string; readonly own: string }[];
}

/** `store`: a staging file whose table has {@link allocatedColumn}. Undefined where no row has such a key. */
export function allocatedRows(store: Store, table: Table): AllocatedRows | undefined {
  const [column] = planKey(table).columns;
  if (column === undefined) return undefined;
  const rows = `SELECT DISTINCT CAST(${quoteName(column.name)} AS TEXT) AS key, "#allocated" AS own, "#key" AS place
    FROM ${quoteName(table.id)} WHERE "#allocated" IS NOT NULL AND "#noKey" IS NULL`;
  const count = Number(store.prepare(`SELECT count(*) FROM (${rows})`).pluck(true).get());
  const first = store.prepare<[], { key: string; own: string }>(
    `SELECT key, own FROM (${rows}) ORDER BY place LIMIT ${shown}`,
  );
  return count === 0 ? undefined : { rows: count, first: first.all() };
}

/** By reason, the most frequent first. `store`: a staging file whose table has {@link noKeyColumn}. */
export function keylessRows(store: Store, table: Table): KeylessRows[] {
  const key = planKey(table);
  const decoders = cellDecoders(key.columns);
  const cells = key.columns.map((column) => quoteName(column.name)).join(", ");
  const rows = `SELECT "#noKey" AS reason, "#key" AS key, ${cells} FROM ${quoteName(table.id)} WHERE "#noKey" IS NOT NULL GROUP BY 1, 2`;
  const reasons = store.prepare<[], { reason: string; count: number }>(
    `SELECT reason, count(*) AS count FROM (${rows}) GROUP BY 1 ORDER BY 2 DESC, 1`,
  );
  const first = store.prepare(`SELECT ${cells} FROM (${rows}) WHERE reason = ? ORDER BY key LIMIT ${shown}`).raw(true);
  return reasons.all().map(({ reason, count }) => {
    const named = (first.all(reason) as SqliteCell[][]).map((row) =>
      key.format(row.map((cell, at) => decoders[at]?.(cell) ?? null)),
    );
    return { reason, rows: count, first: named };
  });
}
