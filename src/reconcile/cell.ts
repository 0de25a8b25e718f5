/** One cell: its claims, the history among them, the rule that decided, what it is now. */
import type { CellClass } from "../report/summary.ts";
import type { CanonicalValue, Codec, PresentValue } from "../values/codec.ts";
import type { DamageTest } from "../values/damage/damage.ts";
import { settleDamage } from "../values/damage/settle.ts";
import type { Settled } from "../values/damage/settle.ts";
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
  /** Older values that newer ones of their line replaced. */
  readonly superseded: readonly ClaimGroup[];
  /** Claims that may not be whole and support the winner. */
  readonly supporting: readonly Claim[];
}

export interface CellPlan {
  readonly codec: Pick<Codec, "equalityKey" | "format">;
  readonly chain: readonly ChainLink[];
  /** Could a value be what another becomes after known damage? Undefined where nothing is known of the kind. */
  readonly damage: DamageTest | undefined;
}

/** NULL is a value of its own, equal only to NULL. */
export function equalityOf(codec: Pick<Codec, "equalityKey">): (value: CanonicalValue) => unknown {
  return (value) => (value === null ? null : codec.equalityKey(value));
}

/**
 * Decides a cell. `claims` has at least one claim, in the fixed order ({@link compareStanding}).
 * A damaged claim, or one that may not be whole, supports the one intact value that it could have been; it never beats one, and
 * where it fits none, or stands alone, the cell is contested (DESIGN, Values).
 */
export function decideCell(claims: readonly Claim[], plan: CellPlan): CellOutcome {
  const whole = claims.filter((claim) => claim.doubt === undefined);
  const doubtful = claims.filter((claim) => claim.doubt !== undefined);
  const { placed, misfits } = settleClaims(whole, plan);
  if (placed.length === 0) return damaged(groupClaims([...misfits, ...doubtful], equalityOf(plan.codec)), []);
  const outcome = decideIntact(placed, plan);
  const supporting = doubtful.filter((claim) => couldHaveBeen(claim, outcome.winner, plan));
  const open = [...misfits, ...doubtful.filter((claim) => !supporting.includes(claim))];
  const current = new Set(splitHistory([...placed, ...open]).current);
  const contesting = open.filter((claim) => current.has(claim));
  if (contesting.length === 0) return { ...outcome, supporting };
  const groups = [outcome.winner, ...outcome.losers, ...groupClaims(contesting, equalityOf(plan.codec))];
  return { ...damaged(groups, outcome.superseded), supporting };
}

/**
 * Claims whose value is damage of exactly one intact value stand for that value; those that fit several, or only damaged ones,
 * are misfits. The claims of a value stay behind those that give it intact.
 */
function settleClaims(
  claims: readonly Claim[],
  plan: CellPlan,
): { placed: readonly Claim[]; misfits: readonly Claim[] } {
  const values = groupClaims(claims, equalityOf(plan.codec)).flatMap(({ value }) => value ?? []);
  if (plan.damage === undefined || values.length < 2) return { placed: claims, misfits: [] };
  const fates = settleDamage(values, plan.damage);
  if (fates.every(({ state }) => state === "intact")) return { placed: claims, misfits: [] };
  const equality = equalityOf(plan.codec);
  const fate = new Map(values.map((value, index) => [equality(value), fates[index] as Settled]));
  const placed = claims.flatMap((claim) => placeClaim(claim, fate.get(equality(claim.value)), values));
  const misfits = claims.filter((claim) => fate.get(equality(claim.value))?.state === "ambiguous");
  return { placed: intactFirst(placed), misfits };
}

/** Otherwise in the order given. */
function intactFirst(claims: readonly Claim[]): readonly Claim[] {
  return claims.toSorted((left, right) => Number(left.damage !== undefined) - Number(right.damage !== undefined));
}

function placeClaim(claim: Claim, fate: Settled | undefined, values: readonly PresentValue[]): Claim[] {
  if (fate === undefined || fate.state === "intact") return [claim];
  if (fate.state === "ambiguous") return [];
  return [{ ...claim, value: values[fate.from] ?? null, damage: fate.damage }];
}

function decideIntact(claims: readonly Claim[], plan: CellPlan): CellOutcome {
  const history = splitHistory(claims);
  const groups = groupClaims(history.current, equalityOf(plan.codec));
  const superseded = replacedValues(history.past, groups, plan.codec);
  const [only] = groups;
  if (groups.length === 1 && only) return settled(withPastSupport(only, history.past, plan.codec), superseded);
  const { standing, rule } = applyChain(groups, plan.chain);
  const [first] = standing as [ClaimGroup];
  const losers = groups.filter((group) => group !== first);
  const isTraced = first.claims.some((claim) => claim.damage === undefined);
  const winner = isTraced ? first : withPastSupport(first, history.past, plan.codec);
  const base = { winner, losers, superseded, supporting: [] };
  if (standing.length === 1) return { ...base, class: "resolved", rule, reason: undefined };
  return { ...base, class: "contested", rule: undefined, reason: `${standing.length} values, no rule decided` };
}

/** Older claims of another value than any current one. */
function replacedValues(past: readonly Claim[], groups: readonly ClaimGroup[], codec: CellPlan["codec"]): ClaimGroup[] {
  const equality = equalityOf(codec);
  const current = new Set(groups.map((group) => equality(group.value)));
  return groupClaims(
    past.filter((claim) => !current.has(equality(claim.value))),
    equality,
  );
}

/**
 * An older source that already said the same corroborates. Who gives the value intact comes first: the source that is shown
 * must hold the value that is emitted.
 */
function withPastSupport(group: ClaimGroup, past: readonly Claim[], codec: CellPlan["codec"]): ClaimGroup {
  const equality = equalityOf(codec);
  const same = past.filter((claim) => equality(claim.value) === equality(group.value));
  return same.length === 0 ? group : { value: group.value, claims: intactFirst([...group.claims, ...same]) };
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

/** A value that was cut short could have been any that begins with it; and known damage makes it of others. */
function couldHaveBeen(claim: Claim, group: ClaimGroup, { codec, damage }: CellPlan): boolean {
  if (claim.value === null || group.value === null) return claim.value === group.value;
  if (damage?.(claim.value, group.value) !== undefined) return true;
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
