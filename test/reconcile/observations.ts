/** Observations for tests, without a staging store. */
import type { RowObservation, SourceStanding } from "../../src/reconcile/claims.ts";
import { compareStanding } from "../../src/reconcile/claims.ts";
import { production } from "../../src/reconcile/moment.ts";
import type { Moment } from "../../src/reconcile/moment.ts";
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

/** A source of production's line if it has a time, else of none; its clock is right. */
export function makeStanding(more: Partial<SourceStanding> & { readonly id: string }): SourceStanding {
  return {
    origin: more.id,
    trust: 50,
    time: undefined,
    line: more.time === undefined ? undefined : production,
    branchedAt: undefined,
    skew: 0,
    zone: "UTC",
    keepsDeleted: false,
    isComplete: false,
    ...more,
  };
}

const standings = new Map<string, SourceStanding>();

function standingOf({ source, day, trust = 50 }: Said): SourceStanding {
  const name = `${source} ${day} ${trust}`;
  const time = day === undefined ? undefined : Date.UTC(2026, 0, day);
  const standing = standings.get(name) ?? makeStanding({ id: source, trust, time });
  standings.set(name, standing);
  return standing;
}

function placed(one: Said): Moment {
  const { line, time } = standingOf(one);
  return { line, heldAt: time, since: undefined, ambiguity: 0 };
}

/** One-cell observations, in the fixed order. */
function observe(said: readonly Said[]): RowObservation[] {
  return said
    .map((one, index) => ({
      source: standingOf(one),
      moment: placed(one),
      staged: {
        n: index + 1,
        key: 1,
        operation: "snapshot" as const,
        modifiedAt: undefined,
        cells: [one.value],
        place: 1,
        position: index + 1,
        doubts: one.doubt === undefined ? undefined : new Map([[0, one.doubt]]),
        noKey: undefined,
      },
    }))
    .toSorted(compareStanding);
}

export function claim(said: readonly Said[]) {
  return claimsOf(0, observe(said));
}
