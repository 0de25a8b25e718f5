/** Which ids of an identity key are missing, and what is known of them (DESIGN, Reconciliation 8). Counts only. */
import { findColumn } from "../schema/model.ts";
import type { SqlType, Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import type { Reference } from "./foreign-keys.ts";

export interface Absence {
  /** Something proves that the row existed: a child row refers to it. */
  readonly lost: number;
  /** Gaps in the ids: lost rows, or ids that never came to be (rollbacks, cache loss: GOTCHAS 40). */
  readonly unknown: number;
  /** The extreme id that child rows refer to, in the direction of the increment; undefined without one. */
  readonly extremeReferenced: bigint | undefined;
}

const nothingKnown: Absence = { lost: 0, unknown: 0, extremeReferenced: undefined };
const whole = new Set(["tinyint", "smallint", "int", "bigint"]);
/** Digits of a decimal that SQLite's integers hold. */
const integerDigits = 18;

function isWhole({ name, precision = integerDigits, scale = 0 }: SqlType): boolean {
  return whole.has(name) || ((name === "decimal" || name === "numeric") && scale === 0 && precision <= integerDigits);
}

/** A decimal is stored as text. */
function asInteger(expression: string): string {
  return `CAST(${expression} AS INTEGER)`;
}

/** Looks at a table whose key is one whole-numbered identity column; other keys tell nothing of what is missing. */
export function findAbsence(store: Store, table: Table, references: readonly Reference[]): Absence {
  const [name, ...more] = table.primaryKey?.columns ?? [];
  const column = name === undefined ? undefined : findColumn(table, name);
  if (column?.identity === undefined || more.length > 0 || !isWhole(column.type)) return nothingKnown;
  const known = `SELECT ${asInteger(quoteName(column.name))} AS id FROM ${quoteName(table.id)}`;
  const referred = referredIds(table, quoteName(column.name), references);
  const seed = BigInt(column.identity.seed);
  const increment = BigInt(column.identity.increment);
  return {
    lost: Number(single(store, `SELECT count(*) FROM (${referred}) WHERE id NOT IN (${known})`)),
    unknown: countGaps(store, `${known} UNION ${referred}`, seed, increment),
    extremeReferenced: single(store, `SELECT ${increment < 0n ? "min" : "max"}(id) FROM (${referred})`) ?? undefined,
  };
}

/** Ids that child rows refer to. A contested reference proves nothing. */
function referredIds(table: Table, key: string, references: readonly Reference[]): string {
  const selects = references
    .filter(({ parent, parentKey }) => parent === table && parentKey.length === 1 && parentKey[0] === key)
    .map(
      ({ child, childKey }) => `SELECT ${asInteger(childKey[0] ?? "NULL")} AS id FROM ${quoteName(child.id)}
        WHERE ${childKey[0]} IS NOT NULL AND ("#withheld" IS NULL OR "#withheld" NOT LIKE 'contested:%')`,
    );
  return selects.length === 0 ? "SELECT NULL AS id WHERE 0" : selects.join(" UNION ");
}

/** Ids between the seed and the extreme that nothing shows, counted in steps of the increment. */
function countGaps(store: Store, ids: string, seed: bigint, increment: bigint): number {
  const lowest = single(store, `SELECT min(id) FROM (${ids})`);
  const highest = single(store, `SELECT max(id) FROM (${ids})`);
  if (lowest === null || highest === null || increment === 0n) return 0;
  const from = lowest < seed ? lowest : seed;
  const to = highest > seed ? highest : seed;
  const step = increment < 0n ? -increment : increment;
  const seen = single(store, `SELECT count(*) FROM (${ids})`) ?? 0n;
  const gaps = (to - from) / step + 1n - seen;
  return gaps > 0n ? Number(gaps) : 0;
}

function single(store: Store, sql: string): bigint | null {
  return store.prepare(sql).pluck(true).safeIntegers(true).get() as bigint | null;
}
