/**
 * Gives rows that no source with the target's keys has keys of their own there, as the recipe declares it. Two sources with the same
 * natural key have the same row. Keys are given in the order of the natural keys, so that neither the order of the sources nor that of
 * their rows shows.
 */
import fs from "node:fs";
import { UserError } from "../errors.ts";
import { cellEncoders } from "../stage/cells.ts";
import type { SqliteCell } from "../stage/cells.ts";
import { createScratch } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { Unparsable, defaultConventions } from "../values/codec.ts";
import { codecFor } from "../values/registry.ts";
import type { Allocation } from "./allocation.ts";
import type { SeenIds } from "./seen-ids.ts";

/** A source of which rows were looked for and not found; its `fit` says which (see `match.ts`). */
export interface Seeker {
  readonly store: Store;
  readonly allocation: Allocation;
}

/** `margin`: ids that stay free beyond the last that is seen. `scratch`: a file that is written and removed. */
export function allocateKeys(seekers: readonly Seeker[], seen: SeenIds, margin: number, scratch: string): void {
  const [first] = seekers;
  if (first === undefined) return;
  requireOneStart(seekers);
  const wanted = createScratch(scratch);
  try {
    const count = gather(wanted, seekers);
    const start = startOf(first.allocation, seen, margin);
    if (count > 0) requireFree(first.allocation, seen, start, count);
    hand(wanted, seekers, keysFrom(first.allocation, start));
  } finally {
    wanted.close();
    fs.rmSync(scratch, { force: true });
  }
}

function requireOneStart(seekers: readonly Seeker[]): void {
  const [first, ...others] = seekers.map(({ allocation }) => allocation);
  const other = others.find(({ from }) => from !== first?.from);
  if (other === undefined) return;
  throw new UserError({
    what: "another source allocates keys of the same table from another start",
    where: other.where,
    remedy: "Say the same in both: rows with one natural key get one key",
  });
}

/** Notes every natural key once; how many there are. */
function gather(wanted: Store, seekers: readonly Seeker[]): number {
  wanted.exec("CREATE TABLE wanted (natural TEXT PRIMARY KEY) WITHOUT ROWID");
  const insert = wanted.prepare<[string]>("INSERT OR IGNORE INTO wanted VALUES (?)");
  for (const { store } of seekers) {
    const naturals = store.prepare("SELECT unmatched FROM fit WHERE unmatched IS NOT NULL").pluck(true);
    for (const natural of naturals.iterate()) insert.run(natural as string);
  }
  return wanted.prepare("SELECT count(*) FROM wanted").pluck(true).get() as number;
}

function startOf({ from, step, seed }: Allocation, seen: SeenIds, margin: number): bigint {
  if (from !== undefined) return from;
  const last = seen.last(step < 0n);
  return (last === undefined ? seed : last + step) + (step < 0n ? -BigInt(margin) : BigInt(margin));
}

/** An id that is given twice would make one row of two. */
function requireFree({ step, where }: Allocation, seen: SeenIds, start: bigint, count: number): void {
  const end = start + step * BigInt(count - 1);
  const [least, most] = step < 0n ? [end, start] : [start, end];
  const taken = seen.between(least, most);
  if (taken === undefined) return;
  throw new UserError({
    what: `${count} keys are to be allocated from ${start} on, but ${taken} is taken`,
    where,
    remedy: `Give a start beyond ${seen.last(step < 0n)}, the last id that anything shows`,
  });
}

/** The keys one after the other, as they are staged. Throws UserError where the type ends. */
function* keysFrom({ column, step, where }: Allocation, start: bigint): Generator<SqliteCell> {
  const codec = codecFor(column);
  const [encode] = cellEncoders([column]);
  for (let id = start; ; id += step) {
    const value = codec.parse(String(id), defaultConventions);
    if (value instanceof Unparsable || encode === undefined)
      throw new UserError({
        what: `no keys are left to allocate: ${id} is none of type ${column.declaredType}`,
        where,
        remedy: "Give a lower start, or take `allocate` away: rows without a match are then withheld",
      });
    yield encode(value);
  }
}

function hand(wanted: Store, seekers: readonly Seeker[], keys: Generator<SqliteCell>): void {
  const gifts = seekers.map(({ store }) =>
    store.prepare("UPDATE fit SET c0 = ?, reason = NULL, allocated = 1 WHERE unmatched = ?"),
  );
  for (const natural of wanted.prepare("SELECT natural FROM wanted ORDER BY natural").pluck(true).iterate()) {
    const { value } = keys.next();
    for (const gift of gifts) gift.run(value, natural);
  }
}
