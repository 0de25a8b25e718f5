/** What reconciliation works with: claims, and the groups of claims that say the same. */
import type { CanonicalValue } from "../values/codec.ts";
import type { StagedObservation } from "../stage/staged-observation.ts";
import type { Damage } from "../values/damage/damage.ts";
import type { Moment } from "./moment.ts";

/**
 * What reconciliation knows of a source, as it stands to one table; or of an edition of it: what its files of one time say, where each file
 * tells when it last equalled production.
 */
export interface SourceStanding {
  readonly id: string;
  /** Not the whole source. */
  readonly isEdition?: boolean;
  /** The source that it repeats, or itself: copies of one origin count once. */
  readonly origin: string;
  /** 0..100. */
  readonly trust: number;
  /** When its data last equalled its line (ms since 1970, UTC); undefined: unknown. */
  readonly time: number | undefined;
  /** The history that it belongs to: `production`, that of a copy that went on by itself, or none. */
  readonly line: string | undefined;
  /** When its line left production's; undefined: never, or unknown. */
  readonly branchedAt: number | undefined;
  /** How far its clock may be off, in ms. */
  readonly skew: number;
  /** The zone of the times in its rows (IANA). */
  readonly zone: string;
  /** It never deletes: that it has a row proves little. */
  readonly keepsDeleted: boolean;
  /** Its snapshot of the table is declared complete and was read without loss: what it lacks was not there. */
  readonly isComplete: boolean;
}

/** A source with its editions, by the staging file's numbers of the places that they were read from; none: it has one time. Plain data. */
export interface Standing {
  readonly standing: SourceStanding;
  readonly editions?: ReadonlyMap<number, SourceStanding>;
}

/** The edition that an observation was read from, or else the source. */
export function standingOf({ standing, editions }: Standing, { place }: { readonly place: number }): SourceStanding {
  return editions?.get(place) ?? standing;
}

/** What has to be looked at where absence counts: every edition by itself, in the order of their places. */
export function completeOf(sources: readonly Standing[]): SourceStanding[] {
  const all = sources.flatMap(({ standing, editions }) =>
    editions === undefined ? standing : [...new Set(editions.values())],
  );
  return all.filter(({ isComplete }) => isComplete);
}

/** One source's observation of one row. */
export interface RowObservation {
  readonly source: SourceStanding;
  readonly staged: StagedObservation;
  readonly moment: Moment;
}

/** One cell of one observation. */
export interface Claim {
  readonly observation: RowObservation;
  readonly value: CanonicalValue;
  /** Why the value may not be whole. */
  readonly doubt: string | undefined;
  /** What happened to the value on its way: `value` is the intact one that it stands for. */
  readonly damage: Damage | undefined;
}

/** Claims that say the same to the server; `claims` stand in the fixed order, so the first is shown as the source. */
export interface ClaimGroup {
  readonly value: CanonicalValue;
  readonly claims: readonly Claim[];
}

/**
 * The fixed order: trust, source id, position. It chooses which of *equal* claims is shown as the source, and which
 * contested one is provisional; it never decides between different values. Of one source's editions the newest stands first.
 */
export function compareStanding(left: RowObservation, right: RowObservation): number {
  return (
    right.source.trust - left.source.trust ||
    (left.source.id < right.source.id ? -1 : left.source.id > right.source.id ? 1 : 0) ||
    (right.source.time ?? 0) - (left.source.time ?? 0) ||
    left.staged.n - right.staged.n
  );
}

/** How many independent sources stand behind a group. */
export function countSources(group: ClaimGroup): number {
  return new Set(group.claims.map((claim) => claim.observation.source.origin)).size;
}

/** Gathers claims by what their values are to the server; the order of first appearance is kept. */
export function groupClaims(claims: readonly Claim[], equalityKey: (value: CanonicalValue) => unknown): ClaimGroup[] {
  const groups = new Map<unknown, Claim[]>();
  for (const claim of claims) {
    const key = equalityKey(claim.value);
    const group = groups.get(key);
    if (group) group.push(claim);
    else groups.set(key, [claim]);
  }
  return [...groups.values()].map((group) => ({ value: group[0]?.value ?? null, claims: group }));
}
