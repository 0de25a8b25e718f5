/**
 * Cells that must come from one observation: a street of one source and a city of another make an address that never was.
 * The group is decided like one cell whose value is all of them.
 */
import type { CanonicalValue, PresentValue } from "../values/codec.ts";
import { decideCell, equalityOf } from "./cell.ts";
import type { CellOutcome } from "./cell.ts";
import { groupClaims } from "./claims.ts";
import type { Claim, ClaimGroup, RowObservation } from "./claims.ts";
import type { ColumnPlan } from "./plan.ts";
import type { ChainLink } from "./rules/registry.ts";
import { agrees, partsOf, splitStates } from "./together-states.ts";
import type { GroupState } from "./together-states.ts";

/** Columns that stand or fall together, by index among the plan's columns. */
export interface TogetherPlan {
  readonly indexes: readonly number[];
  readonly chain: readonly ChainLink[];
}

/**
 * The outcome of each column of the group, in the order of `indexes`; undefined where nothing claims all of them, or where all that
 * is claimed says the same: then each cell is decided by itself, which comes to the same.
 */
export function decideTogether(
  group: TogetherPlan,
  columns: readonly ColumnPlan[],
  observations: readonly RowObservation[],
): readonly CellOutcome[] | undefined {
  const equalities = group.indexes.map((index) => equalityOf((columns[index] as ColumnPlan).codec));
  const fingerprint = (parts: readonly (RowObservation | undefined)[]): string =>
    JSON.stringify(group.indexes.map((index, at) => keyText(equalities[at]?.(parts[at]?.staged.cells[index] ?? null))));
  const { states, partial } = splitStates(group.indexes, observations);
  const prints = new Set(states.map(({ parts }) => fingerprint(parts)));
  const [first] = states;
  const isSame = (observation: RowObservation, state: GroupState): boolean =>
    agrees(observation, state, group.indexes, equalities);
  if (first === undefined) return undefined;
  if (prints.size < 2 && partial.every((observation) => isSame(observation, first))) return undefined;
  const claimOf = (observation: RowObservation, parts: GroupState["parts"]): Claim => ({
    observation,
    value: fingerprint(parts),
    doubt: doubtOf(group, parts),
    damage: undefined,
  });
  const plan = { codec: textCodec, chain: group.chain, damage: undefined };
  const claims = states.map(({ observation, parts }) => claimOf(observation, parts));
  const outcome = decideCell(claims, plan);
  const byObservation = new Map(states.map((state) => [state.observation, state]));
  const standing = byObservation.get((outcome.winner.claims[0] as Claim).observation) as GroupState;
  const rivals = partial.filter((observation) => !isSame(observation, standing));
  const rivalClaims = rivals.map((observation) => claimOf(observation, partsOf(group.indexes, observation)));
  const settled = withRivals(outcome, claims, rivalClaims, (all) => decideCell(inOrder(all, observations), plan));
  return group.indexes.map((index, at) => {
    const isRival = settled !== outcome;
    const losers = isRival ? rivalGroups(rivals, index, equalities[at] as (value: CanonicalValue) => unknown) : [];
    const own = project(
      settled,
      (claim) => byObservation.get(claim.observation)?.parts[at] ?? claim.observation,
      index,
    );
    return { ...own, losers: [...own.losers, ...losers] };
  });
}

/**
 * What says otherwise, and says only part of it, cannot stand. Where it is older, or the rules pass it over, that is all; else nobody knows
 * what the rest was by then.
 */
function withRivals(
  outcome: CellOutcome,
  claims: readonly Claim[],
  rivals: readonly Claim[],
  decide: (claims: readonly Claim[]) => CellOutcome,
): CellOutcome {
  if (rivals.length === 0) return outcome;
  const all = decide([...claims, ...rivals]);
  const rival = rivals.find(({ observation }) => all.winner.claims.some((claim) => claim.observation === observation));
  if (rival === undefined && all.class !== "contested") return outcome;
  const by = (rival ?? rivals[0])?.observation.source.id;
  return { ...outcome, class: "contested", rule: undefined, reason: `${by} says otherwise, and only part of it` };
}

function inOrder(claims: readonly Claim[], observations: readonly RowObservation[]): Claim[] {
  const place = new Map(observations.map((observation, index) => [observation, index]));
  return claims.toSorted((left, right) => (place.get(left.observation) ?? 0) - (place.get(right.observation) ?? 0));
}

/** What the rivals say of one column. */
function rivalGroups(
  rivals: readonly RowObservation[],
  index: number,
  equality: (value: CanonicalValue) => unknown,
): ClaimGroup[] {
  const claims = rivals.flatMap((observation): Claim[] => {
    const value = observation.staged.cells[index];
    return value === undefined ? [] : [{ observation, value, doubt: undefined, damage: undefined }];
  });
  return groupClaims(claims, equality);
}

function keyText(key: unknown): string | null {
  if (typeof key === "string") return `s${key}`;
  return typeof key === "number" || typeof key === "bigint" ? `n${key}` : null;
}

function doubtOf(group: TogetherPlan, parts: GroupState["parts"]): string | undefined {
  return group.indexes.map((index, at) => parts[at]?.staged.doubts?.get(index)).find((doubt) => doubt !== undefined);
}

/** The group's outcome seen from one of its columns; `partOf`: the observation that the column's value was taken from. */
function project(outcome: CellOutcome, partOf: (claim: Claim) => RowObservation, index: number): CellOutcome {
  const own = (claim: Claim): Claim => {
    const observation = partOf(claim);
    return { ...claim, observation, value: observation.staged.cells[index] ?? null };
  };
  const ownGroup = ({ claims }: ClaimGroup): ClaimGroup => {
    const mine = claims.map((claim) => own(claim));
    return { value: mine[0]?.value ?? null, claims: mine };
  };
  return {
    ...outcome,
    winner: ownGroup(outcome.winner),
    losers: outcome.losers.map((group) => ownGroup(group)),
    superseded: outcome.superseded.map((group) => ownGroup(group)),
    supporting: outcome.supporting.map((claim) => own(claim)),
  };
}

/** Fingerprints are compared as they are. */
const textCodec = {
  equalityKey: (value: PresentValue) => value as string,
  format: (value: PresentValue) => value as string,
} as const;
