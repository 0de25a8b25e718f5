/**
 * Cells that must come from one observation: a street of one source and a city of another make an address that never was.
 * The group is decided like one cell whose value is all of them.
 */
import type { CanonicalValue, PresentValue } from "../values/codec.ts";
import { decideCell, equalityOf } from "./cell.ts";
import type { CellOutcome } from "./cell.ts";
import type { Claim, ClaimGroup, RowObservation } from "./claims.ts";
import type { ColumnPlan } from "./plan.ts";
import type { ChainLink } from "./rules/registry.ts";

/** Columns that stand or fall together, by index among the plan's columns. */
export interface TogetherPlan {
  readonly indexes: readonly number[];
  readonly chain: readonly ChainLink[];
}

/**
 * The outcome of each column of the group, in the order of `indexes`; undefined where no observation claims all of them, or where all that
 * do say the same: then each cell is decided by itself, which comes to the same.
 */
export function decideTogether(
  group: TogetherPlan,
  columns: readonly ColumnPlan[],
  observations: readonly RowObservation[],
): readonly CellOutcome[] | undefined {
  const whole = observations.filter(({ staged }) => group.indexes.every((index) => staged.cells[index] !== undefined));
  const fingerprint = fingerprinter(group, columns);
  if (new Set(whole.map((observation) => fingerprint(observation))).size < 2) return undefined;
  const claims = whole.map((observation): Claim => ({
    observation,
    value: fingerprint(observation),
    doubt: doubtOf(group, observation),
    damage: undefined,
  }));
  const outcome = decideCell(claims, { codec: textCodec, chain: group.chain, damage: undefined });
  return group.indexes.map((index) => project(outcome, index));
}

/** One text for the values of the whole group, equal exactly where all of them are. */
function fingerprinter(group: TogetherPlan, columns: readonly ColumnPlan[]): (observation: RowObservation) => string {
  const equalities = group.indexes.map((index) => equalityOf((columns[index] as ColumnPlan).codec));
  return ({ staged }) =>
    JSON.stringify(group.indexes.map((index, at) => keyText(equalities[at]?.(staged.cells[index] ?? null))));
}

function keyText(key: unknown): string | null {
  if (typeof key === "string") return `s${key}`;
  return typeof key === "number" || typeof key === "bigint" ? `n${key}` : null;
}

function doubtOf(group: TogetherPlan, { staged }: RowObservation): string | undefined {
  return group.indexes.map((index) => staged.doubts?.get(index)).find((doubt) => doubt !== undefined);
}

/** The group's outcome seen from one of its columns. */
function project(outcome: CellOutcome, index: number): CellOutcome {
  const own = (claim: Claim): Claim => ({ ...claim, value: valueAt(claim, index) });
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

function valueAt(claim: Claim, index: number): CanonicalValue {
  return claim.observation.staged.cells[index] ?? null;
}

/** Fingerprints are compared as they are. */
const textCodec = {
  equalityKey: (value: PresentValue) => value as string,
  format: (value: PresentValue) => value as string,
} as const;
