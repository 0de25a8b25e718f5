/** What people decided, applied to a row: only where the evidence is still that which they saw. */
import { createHash } from "node:crypto";
import type { CanonicalValue, Codec } from "../values/codec.ts";
import type { RuleUse } from "../recipe/recipe.ts";
import type { RowKey } from "../values/key.ts";
import { groupClaims } from "./claims.ts";
import type { Claim, ClaimGroup, RowObservation } from "./claims.ts";
import { equalityOf } from "./cell.ts";
import type { Existence } from "./existence.ts";
import type { ColumnPlan } from "./plan.ts";
import type { ReconciledCell } from "./row.ts";
import { describeTouch } from "./touches.ts";
import type { CellTouch } from "./touches.ts";

interface Decided {
  /** What {@link evidenceOf} gave when it was decided. */
  readonly evidence: string;
  /** `by anna: the customer said so`. */
  readonly said: string;
}

export type CellDecision = Decided &
  (
    | { readonly value: CanonicalValue; readonly rule?: undefined }
    /** Of a group: the rule chooses between what is claimed of the cell. */
    | { readonly rule: RuleUse }
  );

export interface RowDecision {
  /** By index among the stored columns. */
  readonly cells: ReadonlyMap<number, CellDecision>;
  /** The row is not written; or it was there, whatever says that it may not have been. */
  readonly row?: (Decided & { readonly kind: "withhold" | "keep" }) | undefined;
}

/** Of one table. */
export type RowDecisions = ReadonlyMap<RowKey, RowDecision>;

/**
 * Stands for the set of distinct values that are claimed: a source that agrees changes nothing, a new value does (DESIGN, Reconciliation),
 * and so does a change to a value that is not said.
 */
export function evidenceOf(
  codec: Pick<Codec, "format">,
  claims: readonly Pick<Claim, "value">[],
  touches: readonly CellTouch[],
): string {
  const said = claims.map(({ value }) => (value === null ? "NULL" : `=${codec.format(value)}`));
  const values = new Set([...said, ...touches.map((touch) => `~${describeTouch(touch)}`)]);
  const text = JSON.stringify([...values].toSorted());
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The same of a whole row, and of what says whether it was there. */
export function rowEvidence(
  columns: readonly ColumnPlan[],
  at: (index: number) => { readonly claims: readonly Claim[]; readonly touches: readonly CellTouch[] },
  { verdict, reason = "" }: Pick<Existence, "verdict" | "reason">,
): string {
  const cells = columns.map(({ codec }, index) => evidenceOf(codec, at(index).claims, at(index).touches));
  return createHash("sha256")
    .update([...cells, verdict, reason].join())
    .digest("hex")
    .slice(0, 16);
}

interface CellEvidence {
  readonly claims: readonly Claim[];
  readonly touches: readonly CellTouch[];
  readonly observations: readonly RowObservation[];
}

/** The cell as it was decided; as it was where its evidence is another now. */
export function decidedCell(
  column: ColumnPlan,
  cell: ReconciledCell,
  { claims, touches, observations }: CellEvidence,
  decision: CellDecision,
): ReconciledCell {
  if (evidenceOf(column.codec, claims, touches) !== decision.evidence) return cell;
  const equal = equalityOf(column.codec);
  const groups = groupClaims(claims, equal);
  const value = decision.rule === undefined ? decision.value : chosen(column, cell, decision.rule);
  if (value === undefined) return cell;
  // Equal under a collation is not the same: a value that was typed is nobody's unless somebody says it so.
  const claim = claims.find((each) => isExactly(column, each.value, value));
  const own = claim && groups.find((group) => group.claims.includes(claim));
  const winner = claim === undefined ? -1 : observations.indexOf(claim.observation);
  const outcome = {
    class: "resolved",
    winner: claim === undefined ? { value, claims: [] } : { value, claims: claimFirst(claim, own) },
    rule: "decision",
    reason: decision.said,
    losers: groups.filter((group) => group !== own),
    superseded: [],
    supporting: [],
  } as const;
  return { value, class: "decided", winner, outcome };
}

function isExactly({ codec }: ColumnPlan, left: CanonicalValue, right: CanonicalValue): boolean {
  return left === null || right === null ? left === right : codec.format(left) === codec.format(right);
}

function claimFirst(claim: Claim, own: ClaimGroup | undefined): readonly Claim[] {
  return [claim, ...(own?.claims ?? []).filter((other) => other !== claim)];
}

/** Undefined where the rule leaves several values, or nothing is in conflict. */
export function chosen(column: ColumnPlan, { outcome }: ReconciledCell, rule: RuleUse): CanonicalValue | undefined {
  if (outcome === undefined || outcome.losers.length === 0) return undefined;
  const [only, another] = column.compile(rule).narrow([outcome.winner, ...outcome.losers]);
  return another === undefined ? only?.value : undefined;
}
