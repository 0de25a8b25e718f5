/** A generated truth, sources made from it by known operations, and what those operations allow of the result. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completeOf } from "../../src/reconcile/claims.ts";
import type { SourceStanding } from "../../src/reconcile/claims.ts";
import { mergeByKey } from "../../src/reconcile/merge.ts";
import { planTable } from "../../src/reconcile/plan.ts";
import { reconcileRow } from "../../src/reconcile/row.ts";
import type { ReconciledRow } from "../../src/reconcile/row.ts";
import type { StagedObservation } from "../../src/stage/staged-observation.ts";
import { makeTable } from "../model.ts";
import { makeStanding } from "./observations.ts";

const table = makeTable("T", [{ name: "ID" }, { name: "A" }, { name: "B" }], ["ID"]);
const plan = planTable(table, {
  default: [{ rule: "latest" }, { rule: "trust" }, { rule: "majority" }, { rule: "ask" }],
  contested: "provisional",
  uncertain: "withhold",
  deletes: "infer",
  inferredDeletes: 1,
  violations: {},
  tables: {},
});

/** One row's life: born and perhaps deleted at a time, its cells changing at others. */
interface Life {
  readonly born: number;
  readonly dies: number;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** A copy of some columns of the truth at a time. */
interface Copy {
  readonly at: number;
  readonly hasA: boolean;
  readonly hasB: boolean;
  readonly complete: boolean;
  readonly knowsTime: boolean;
  readonly trust: number;
}

const times = 8;
const anyLife = fc.record({
  born: fc.integer({ min: 0, max: times }),
  dies: fc.integer({ min: 1, max: 2 * times }),
  a: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: times + 1, maxLength: times + 1 }),
  b: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: times + 1, maxLength: times + 1 }),
});
const anyCopy = fc.record({
  at: fc.integer({ min: 0, max: times }),
  hasA: fc.boolean(),
  hasB: fc.boolean(),
  complete: fc.boolean(),
  knowsTime: fc.boolean(),
  trust: fc.constantFrom(20, 50, 80),
});
const anyWorld = fc.record({
  lives: fc.array(anyLife, { minLength: 1, maxLength: 5 }),
  copies: fc.array(anyCopy, { minLength: 1, maxLength: 5 }),
});
type World = typeof anyWorld extends fc.Arbitrary<infer Value> ? Value : never;

function isAlive(life: Life, at: number): boolean {
  return life.born <= at && at < life.dies;
}

function observationsOf({ lives }: World, copy: Copy): StagedObservation[] {
  return lives.flatMap((life, key) =>
    isAlive(life, copy.at)
      ? {
          n: key + 1,
          key,
          operation: "snapshot" as const,
          modifiedAt: undefined,
          cells: [
            key,
            copy.hasA ? (life.a[copy.at] ?? null) : undefined,
            copy.hasB ? (life.b[copy.at] ?? null) : undefined,
          ],
          place: 1,
          position: key + 1,
          doubts: undefined,
          noKey: undefined,
        }
      : [],
  );
}

function standingOf(copy: Copy, index: number, rows: number): SourceStanding {
  const time = copy.knowsTime ? copy.at : undefined;
  return makeStanding({
    id: `s${index}`,
    trust: copy.trust,
    time,
    isComplete: copy.complete && copy.knowsTime && rows > 0,
  });
}

/** Reconciles the world, its sources given in an order. */
function reconcile(world: World, order: readonly number[]): Map<number, ReconciledRow> {
  const sources = order.flatMap((index) => {
    const copy = world.copies[index];
    if (copy === undefined) return [];
    const observations = observationsOf(world, copy);
    return { source: { standing: standingOf(copy, index, observations.length) }, observations };
  });
  const complete = completeOf(sources.map(({ source }) => source));
  return new Map(
    [...mergeByKey(sources, undefined)].map(({ key, evidence }) => [
      Number(key),
      reconcileRow(plan, evidence, complete),
    ]),
  );
}

/** What of a row does not depend on how the run went. */
function told(rows: ReadonlyMap<number, ReconciledRow>) {
  return [...rows].map(([key, { verdict, cells }]) => [
    key,
    verdict,
    cells.map(({ value, class: kind }) => [value, kind]),
  ]);
}

function claimsOf(world: World, key: number, column: 1 | 2): { copy: Copy; value: number }[] {
  return world.copies.flatMap((copy) => {
    const life = world.lives[key];
    if (life === undefined || !isAlive(life, copy.at) || !(column === 1 ? copy.hasA : copy.hasB)) return [];
    return { copy, value: (column === 1 ? life.a : life.b)[copy.at] ?? 0 };
  });
}

const inOrder = ({ copies }: World): number[] => copies.map((_, index) => index);

describe("reconciling what was derived from a known truth", () => {
  it("makes nothing up: every value is claimed by a source, every key seen by one, no cell is filled without a claim", () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        for (const [key, { cells }] of reconcile(world, inOrder(world)))
          for (const column of [1, 2] as const) {
            const claimed = claimsOf(world, key, column).map(({ value }) => value);
            const cell = cells[column];
            expect(cell?.class === "absent").toBe(claimed.length === 0);
            expect(claimed.length === 0 ? [null] : claimed).toContain(cell?.value);
          }
      }),
    );
  });

  it("sources that know their time give production's newest value, and older ones are history", () => {
    fc.assert(
      fc.property(anyWorld, ({ lives, copies }) => {
        const world = { lives, copies: copies.map((copy) => ({ ...copy, knowsTime: true, complete: false })) };
        for (const [key, { cells, verdict }] of reconcile(world, inOrder(world))) {
          expect(verdict).toEqual({ kind: "emitted", uncertain: false });
          for (const column of [1, 2] as const) {
            const claims = claimsOf(world, key, column);
            const newest = claims.toSorted((left, right) => right.copy.at - left.copy.at)[0];
            expect(cells[column]?.value ?? undefined).toBe(newest?.value);
            const isHistory = claims.some(({ value }) => value !== newest?.value);
            expect(cells[column]?.class === "superseded").toBe(isHistory);
          }
        }
      }),
    );
  });

  it("a row is deleted where a complete copy of later lacks it, and only there", () => {
    fc.assert(
      fc.property(anyWorld, ({ lives, copies }) => {
        const world = { lives, copies: copies.map((copy) => ({ ...copy, knowsTime: true })) };
        for (const [key, { verdict }] of reconcile(world, inOrder(world))) {
          const life = lives[key];
          if (life === undefined) throw new Error("no such key");
          const seen = Math.max(...world.copies.filter((copy) => isAlive(life, copy.at)).map(({ at }) => at));
          const lacking = world.copies.filter(
            (copy) => copy.complete && !isAlive(life, copy.at) && observationsOf(world, copy).length > 0,
          );
          const missed = Math.max(...lacking.map(({ at }) => at));
          expect(verdict.kind).toBe(missed > seen ? "deleted" : "emitted");
        }
      }),
    );
  });

  it("does not depend on the order of the sources, nor on the run", () => {
    fc.assert(
      fc.property(anyWorld, fc.infiniteStream(fc.nat()), (world, random) => {
        const shuffled = inOrder(world)
          .map((index) => ({ index, rank: random.next().value }))
          .toSorted((left, right) => left.rank - right.rank)
          .map(({ index }) => index);
        expect(told(reconcile(world, shuffled))).toEqual(told(reconcile(world, inOrder(world))));
      }),
    );
  });
});
