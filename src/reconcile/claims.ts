/** What reconciliation works with: claims, and the groups of claims that say the same. */
import type { CanonicalValue } from "../values/codec.ts";
import type { StagedObservation } from "../stage/source-reader.ts";

/** What reconciliation knows of a source. */
export interface SourceStanding {
  readonly id: string;
  /** 0..100. */
  readonly trust: number;
  /** When its data last equalled production (ms since 1970, UTC); undefined: unknown. */
  readonly time: number | undefined;
}

/** One source's observation of one row. */
export interface RowObservation {
  readonly source: SourceStanding;
  readonly staged: StagedObservation;
}

/** One cell of one observation. */
export interface Claim {
  readonly observation: RowObservation;
  readonly value: CanonicalValue;
  /** Why the value may not be whole. */
  readonly doubt: string | undefined;
}

/** Claims that say the same to the server; `claims` stand in the fixed order, so the first is shown as the source. */
export interface ClaimGroup {
  readonly value: CanonicalValue;
  readonly claims: readonly Claim[];
}

/**
 * The fixed order: trust, source id, position. It chooses which of *equal* claims is shown as the source, and which
 * contested one is provisional; it never decides between different values.
 */
export function compareStanding(left: RowObservation, right: RowObservation): number {
  return (
    right.source.trust - left.source.trust ||
    (left.source.id < right.source.id ? -1 : left.source.id > right.source.id ? 1 : 0) ||
    left.staged.n - right.staged.n
  );
}

/** How many sources stand behind a group. */
export function countSources(group: ClaimGroup): number {
  return new Set(group.claims.map((claim) => claim.observation.source.id)).size;
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
