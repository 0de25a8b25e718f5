/** Observations for tests, without a staging store. */
import type { RowObservation, SourceStanding } from "../../src/reconcile/claims.ts";
import { compareStanding } from "../../src/reconcile/claims.ts";
import { claimsOf } from "../../src/reconcile/row.ts";
import type { CanonicalValue } from "../../src/values/codec.ts";

export interface Said {
  readonly source: string;
  /** A day of 2026-01, or undefined: unknown time. */
  readonly day?: number;
  readonly trust?: number;
  readonly value: CanonicalValue;
  readonly doubt?: string;
}

const standings = new Map<string, SourceStanding>();

function standingOf({ source, day, trust = 50 }: Said): SourceStanding {
  const name = `${source} ${day} ${trust}`;
  const time = day === undefined ? undefined : Date.UTC(2026, 0, day);
  const standing = standings.get(name) ?? { id: source, trust, time };
  standings.set(name, standing);
  return standing;
}

/** One-cell observations, in the fixed order. */
function observe(said: readonly Said[]): RowObservation[] {
  return said
    .map((one, index) => ({
      source: standingOf(one),
      staged: {
        n: index + 1,
        key: 1,
        operation: "snapshot" as const,
        cells: [one.value],
        place: 1,
        position: index + 1,
        doubts: one.doubt === undefined ? undefined : new Map([[0, one.doubt]]),
      },
    }))
    .toSorted(compareStanding);
}

export function claim(said: readonly Said[]) {
  return claimsOf(0, observe(said));
}
