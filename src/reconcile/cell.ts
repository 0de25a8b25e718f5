/** One cell: its claims, the history among them, the rule that decided, what it is now. */
import type { CellClass } from "../report/summary.ts";
import type { CanonicalValue, Codec } from "../values/codec.ts";
import { countSources, groupClaims } from "./claims.ts";
import type { Claim, ClaimGroup } from "./claims.ts";
import type { ChainLink } from "./rules/registry.ts";
import { splitHistory } from "./timeline.ts";

export interface CellOutcome {
  readonly class: Extract<CellClass, "contested" | "resolved" | "superseded" | "corroborated" | "single">;
  /** The claims whose value stands; for a contested cell, the best-ranked ones. */
  readonly winner: ClaimGroup;
  /** The rule that decided between conflicting values. */
  readonly rule: string | undefined;
  /** Why a cell is contested: `3 values, no rule decided`. */
  readonly reason: string | undefined;
  /** Current values that lost, in the fixed order of their claims. */
  readonly losers: readonly ClaimGroup[];
  /** Older values on production's line that newer ones replaced. */
  readonly superseded: readonly ClaimGroup[];
  /** Claims that may not be whole and support the winner. */
  readonly supporting: readonly Claim[];
}

export interface CellPlan {
  readonly codec: Codec;
  readonly chain: readonly ChainLink[];
}

/** NULL is a value of its own, equal only to NULL. */
export function equalityOf(codec: Codec): (value: CanonicalValue) => unknown {
  return (value) => (value === null ? null : codec.equalityKey(value));
}

/**
 * Decides a cell. `claims` has at least one claim, in the fixed order ({@link compareStanding}).
 * A claim that may not be whole supports an intact value that it could have been; it never beats one, and where it fits
 * none, or stands alone, the cell is contested (DESIGN, Values).
 */
export function decideCell(claims: readonly Claim[], plan: CellPlan): CellOutcome {
  const intact = claims.filter((claim) => claim.doubt === undefined);
  const doubtful = claims.filter((claim) => claim.doubt !== undefined);
  if (intact.length === 0) return damaged(groupClaims(doubtful, equalityOf(plan.codec)), []);
  const outcome = decideIntact(intact, plan);
  const supporting = doubtful.filter((claim) => couldHaveBeen(claim, outcome.winner, plan.codec));
  const misfits = splitHistory([...intact, ...doubtful]).current.filter(
    (claim) => claim.doubt !== undefined && !supporting.includes(claim),
  );
  if (misfits.length === 0) return { ...outcome, supporting };
  const groups = [outcome.winner, ...outcome.losers, ...groupClaims(misfits, equalityOf(plan.codec))];
  return { ...damaged(groups, outcome.superseded), supporting };
}

function decideIntact(claims: readonly Claim[], plan: CellPlan): CellOutcome {
  const history = splitHistory(claims);
  const groups = groupClaims(history.current, equalityOf(plan.codec));
  const superseded = replacedValues(history.past, groups, plan.codec);
  const [first] = groups;
  if (groups.length === 1 && first) return settled(withPastSupport(first, history.past, plan.codec), superseded);
  const { standing, rule } = applyChain(groups, plan.chain);
  const [winner] = standing;
  const losers = groups.filter((group) => group !== winner);
  const base = { winner: winner as ClaimGroup, losers, superseded, supporting: [] };
  if (standing.length === 1) return { ...base, class: "resolved", rule, reason: undefined };
  return { ...base, class: "contested", rule: undefined, reason: `${standing.length} values, no rule decided` };
}

/** Older claims of another value than any current one. */
function replacedValues(past: readonly Claim[], groups: readonly ClaimGroup[], codec: Codec): ClaimGroup[] {
  const equality = equalityOf(codec);
  const current = new Set(groups.map((group) => equality(group.value)));
  return groupClaims(
    past.filter((claim) => !current.has(equality(claim.value))),
    equality,
  );
}

/** An older source that already said the same corroborates. */
function withPastSupport(group: ClaimGroup, past: readonly Claim[], codec: Codec): ClaimGroup {
  const equality = equalityOf(codec);
  const same = past.filter((claim) => equality(claim.value) === equality(group.value));
  return same.length === 0 ? group : { value: group.value, claims: [...group.claims, ...same] };
}

function settled(winner: ClaimGroup, superseded: readonly ClaimGroup[]): CellOutcome {
  const kind = superseded.length > 0 ? "superseded" : countSources(winner) > 1 ? "corroborated" : "single";
  return { class: kind, winner, rule: undefined, reason: undefined, losers: [], superseded, supporting: [] };
}

function damaged(groups: readonly ClaimGroup[], superseded: readonly ClaimGroup[]): CellOutcome {
  const [winner, ...losers] = groups;
  return {
    class: "contested",
    winner: winner as ClaimGroup,
    rule: undefined,
    reason: "damaged",
    losers,
    superseded,
    supporting: [],
  };
}

/** A value that was cut short could have been any that begins with it. */
function couldHaveBeen(claim: Claim, group: ClaimGroup, codec: Codec): boolean {
  if (claim.value === null || group.value === null) return claim.value === group.value;
  return codec.format(group.value).startsWith(codec.format(claim.value));
}

function applyChain(
  groups: readonly ClaimGroup[],
  chain: readonly ChainLink[],
): { standing: readonly ClaimGroup[]; rule: string | undefined } {
  let standing = groups;
  for (const link of chain) {
    standing = link.narrow(standing);
    if (standing.length === 1) return { standing, rule: link.id };
  }
  return { standing, rule: undefined };
}
