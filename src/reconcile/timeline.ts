/**
 * History is not conflict: within one line a newer claim replaces an older one (DESIGN, Reconciliation 2). Claims outside of
 * all lines, or of unknown time, replace nothing and are replaced by nothing.
 */
import type { Claim } from "./claims.ts";
import { heldBy } from "./moment.ts";

export interface Timeline {
  /** Every line's newest claims, and all claims of unknown time: these may conflict. */
  readonly current: readonly Claim[];
  /** What newer claims of their line replaced. */
  readonly past: readonly Claim[];
}

/** Claims within the clock skew of their line's newest, or of an hour that the clocks repeat with it, are a tie, not history (GOTCHAS 42). */
export function splitHistory(claims: readonly Claim[]): Timeline {
  const newest = newestByLine(claims);
  const lastEvents = lastEventsOf(claims);
  const isPast = (claim: Claim): boolean => {
    const { moment, source, staged } = claim.observation;
    if (lastEvents.size > 0 && staged.n < (lastEvents.get(sameMoment(claim)) ?? staged.n)) return true;
    const held = heldBy(moment);
    if (moment.line === undefined || held === undefined) return false;
    const last = newest.get(moment.line);
    return last !== undefined && held < last.heldAt - Math.max(last.skew, source.skew);
  };
  return { current: claims.filter((claim) => !isPast(claim)), past: claims.filter((claim) => isPast(claim)) };
}

/** What one source says of one moment happened in the order in which it says it: by source and moment, the number of its last event. */
function lastEventsOf(claims: readonly Claim[]): Map<string, number> {
  const last = new Map<string, number>();
  for (const claim of claims) {
    const { operation, n } = claim.observation.staged;
    const moment = sameMoment(claim);
    if (operation !== "snapshot") last.set(moment, Math.max(n, last.get(moment) ?? n));
  }
  return last;
}

function sameMoment({ observation: { source, moment } }: Claim): string {
  return `${moment.heldAt} ${source.id}`;
}

function newestByLine(claims: readonly Claim[]): Map<string, { heldAt: number; skew: number }> {
  const newest = new Map<string, { heldAt: number; skew: number }>();
  for (const { observation } of claims) {
    const { line, heldAt } = observation.moment;
    if (line === undefined || heldAt === undefined) continue;
    const known = newest.get(line);
    const { skew } = observation.source;
    if (known === undefined || heldAt > known.heldAt) newest.set(line, { heldAt, skew });
    else if (heldAt === known.heldAt) known.skew = Math.max(known.skew, skew);
  }
  return newest;
}
