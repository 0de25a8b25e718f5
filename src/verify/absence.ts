/** Which ids of an identity key are missing, and what is known of them (DESIGN, Reconciliation 8). Counts only. */
import { findColumn } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import type { Reference } from "./foreign-keys.ts";

export interface MissingCounts {
  /** Something proves that the row existed: a child row refers to it. */
  readonly lost: number;
  /** Gaps in the ids: lost rows, or ids that never came to be (rollbacks, cache loss: GOTCHAS 40). */
  readonly unknown: number;
}

const nothingMissing: MissingCounts = { lost: 0, unknown: 0 };

/** Counts missing ids of a table whose key is one identity column; other keys tell nothing. */
export function countMissing(store: Store, table: Table, references: readonly Reference[]): MissingCounts {
  const [name, ...more] = table.primaryKey?.columns ?? [];
  const column = name === undefined ? undefined : findColumn(table, name);
  if (column?.identity === undefined || more.length > 0) return nothingMissing;
  const key = quoteName(column.name);
  const referring = references.filter(
    ({ parent, parentKey }) => parent === table && parentKey.length === 1 && parentKey[0] === key,
  );
  const known = `SELECT ${key} AS id FROM ${quoteName(table.id)}`;
  const children = referring.map(
    ({ child, childKey }) => `SELECT ${childKey[0]} AS id FROM ${quoteName(child.id)} WHERE ${childKey[0]} IS NOT NULL`,
  );
  const lost = count(
    store,
    children.length === 0
      ? "SELECT 0"
      : `SELECT count(*) FROM (${children.join(" UNION ")}) WHERE id NOT IN (${known})`,
  );
  const all = `(${[known, ...children].join(" UNION ")})`;
  const span = count(
    store,
    `SELECT coalesce(max(max(id), ?) - min(min(id), ?) + 1, 0) FROM ${all}`,
    Number(column.identity.seed),
    Number(column.identity.seed),
  );
  const seen = count(store, `SELECT count(*) FROM ${all}`);
  return { lost, unknown: seen === 0 ? 0 : Math.max(span - seen, 0) };
}

function count(store: Store, sql: string, ...values: number[]): number {
  return Number(
    store
      .prepare(sql)
      .pluck(true)
      .get(...values),
  );
}
