/**
 * History is not conflict: on production's own line a newer claim replaces an older one (DESIGN, Reconciliation 2).
 * Sources with `asOf` stand on that line; claims of unknown time stand outside of it.
 */
import type { Claim } from "./claims.ts";

export interface Timeline {
  /** Production's newest claims, and all claims of unknown time: these may conflict. */
  readonly current: readonly Claim[];
  /** What newer claims on production's line replaced. */
  readonly past: readonly Claim[];
}

export function splitHistory(claims: readonly Claim[]): Timeline {
  const newest = claims.reduce((time, claim) => Math.max(time, claim.observation.source.time ?? -Infinity), -Infinity);
  const isPast = (claim: Claim): boolean => (claim.observation.source.time ?? Infinity) < newest;
  return { current: claims.filter((claim) => !isPast(claim)), past: claims.filter((claim) => isPast(claim)) };
}
