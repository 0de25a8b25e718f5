/** The absence ledger: runs of missing ids, each with its class and the evidence for it (DESIGN, Reconciliation 8). */
import type { Recipe } from "../recipe/recipe.ts";
import type { Table } from "../schema/model.ts";
import type { Store } from "../stage/database.ts";
import { numberingOf } from "./absence.ts";
import type { Numbering } from "./absence.ts";

type ServerVersion = Recipe["target"]["version"];

/** Consecutive ids of which the same is known. */
export interface AbsenceRun {
  readonly table: string;
  /** In the direction of the increment: a falling identity runs from -1 to -9. */
  readonly from: bigint;
  readonly to: bigint;
  readonly count: bigint;
  /** `lost`: a child row proves that it existed; `unknown`: a row that is lost, or an id that never came to be. */
  readonly class: "deleted" | "lost" | "unknown";
  readonly evidence: string;
}

/** An id that is missing, or that does not follow the one before it. */
interface Step {
  readonly id: bigint;
  readonly previous: bigint | null;
  readonly class: "present" | "deleted" | "lost";
  readonly evidence: string | null;
}

/** The missing ids of a table in their order, up to the highest that anything shows; `store` is a `reconciled.db`. */
export function* absenceRuns(store: Store, table: Table, version: ServerVersion): Generator<AbsenceRun> {
  const numbering = numberingOf(table);
  if (numbering === undefined) return;
  const steps = store
    .prepare<[string], Step>(`SELECT id, previous, class, evidence FROM absence WHERE tableName = ? ORDER BY rowid`)
    .safeIntegers(true);
  let open: AbsenceRun | undefined;
  for (const step of steps.iterate(table.id))
    for (const run of runsOf(step, table, numbering, version)) {
      const joined = open && join(open, run, numbering);
      if (open !== undefined && joined === undefined) yield open;
      open = joined ?? run;
    }
  if (open !== undefined) yield open;
}

/** How many ids are missing, by what is known of them. */
export function countMissing(runs: Iterable<AbsenceRun>): { lost: number; unknown: number } {
  const missing = { deleted: 0n, lost: 0n, unknown: 0n };
  for (const run of runs) missing[run.class] += run.count;
  return { lost: Number(missing.lost), unknown: Number(missing.unknown) };
}

function runsOf(step: Step, table: Table, numbering: Numbering, version: ServerVersion): AbsenceRun[] {
  const { id, class: kind, evidence } = step;
  const runs = gapBefore(step, table, numbering, version);
  if (kind !== "present")
    runs.push({ table: table.id, from: id, to: id, count: 1n, class: kind, evidence: evidence ?? "" });
  return runs;
}

function join(open: AbsenceRun, next: AbsenceRun, { increment }: Numbering): AbsenceRun | undefined {
  const goesOn = next.class === open.class && next.evidence === open.evidence && next.from === open.to + increment;
  return goesOn ? { ...open, to: next.to, count: open.count + next.count } : undefined;
}

/** The ids between a step and the one before it, or the seed; none where they follow each other. */
function gapBefore(step: Step, table: Table, numbering: Numbering, version: ServerVersion): AbsenceRun[] {
  const { seed, increment } = numbering;
  const first = step.previous === null ? 0n : floorDivide(step.previous - seed, increment) + 1n;
  const last = -floorDivide(seed - step.id, increment) - 1n;
  if (last < first) return [];
  const evidence = looksLikeCacheLoss(step, numbering, version)
    ? `no source shows them; looks like a cache loss at a restart: the server takes ${cacheOf(numbering)} ids ahead`
    : "no source shows them: lost rows, or ids that never came to be";
  const [from, to] = [seed + first * increment, seed + last * increment];
  return [{ table: table.id, from, to, count: last - first + 1n, class: "unknown", evidence }];
}

/** Rounds down, whatever the signs. */
function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor !== 0n && dividend < 0n !== divisor < 0n ? quotient - 1n : quotient;
}

const withoutCache = new Set<ServerVersion>(["2000", "2005", "2008"]);

/**
 * From 2012 on ids are taken ahead, and what is left of them is gone when the server stops: the next id then begins a block, or stands
 * a whole block after the last (GOTCHAS 40).
 */
function looksLikeCacheLoss({ id, previous }: Step, numbering: Numbering, version: ServerVersion): boolean {
  const cache = cacheOf(numbering);
  if (previous === null || cache === undefined || withoutCache.has(version)) return false;
  const { seed, increment } = numbering;
  const [position, jump] = [(id - seed) / increment, (id - previous) / increment];
  // The block's first id is sometimes skipped itself.
  return jump % cache === 0n || (position > 1n && position % cache <= 1n);
}

function cacheOf({ type }: Numbering): bigint | undefined {
  if (type.name === "int") return 1000n;
  return type.name === "bigint" || type.name === "numeric" || type.name === "decimal" ? 10_000n : undefined;
}
