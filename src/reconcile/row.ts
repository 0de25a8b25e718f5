/** One row: every cell decided, and the row's own verdict. Pure: the merge and `explain` both call it. */
import type { CellClass } from "../report/summary.ts";
import type { CanonicalValue } from "../values/codec.ts";
import { decideCell } from "./cell.ts";
import type { CellOutcome } from "./cell.ts";
import { compareStanding } from "./claims.ts";
import type { Claim, RowObservation } from "./claims.ts";
import type { ColumnPlan, TablePlan } from "./plan.ts";

export interface ReconciledCell {
  readonly value: CanonicalValue;
  readonly class: CellClass;
  /** Index into the row's observations of the claim that is shown as the source; -1: no claim. */
  readonly winner: number;
  /** Where claims differ or may not be whole: everything about it. */
  readonly outcome: CellOutcome | undefined;
}

export interface ReconciledRow {
  /** In the fixed order. */
  readonly observations: readonly RowObservation[];
  /** One a stored column. */
  readonly cells: readonly ReconciledCell[];
  /** Why the row is withheld; undefined: it is emitted. */
  readonly withheld: string | undefined;
}

const absent: ReconciledCell = { value: null, class: "absent", winner: -1, outcome: undefined };

/** Reconciles the observations of one key; `observations` has at least one. */
export function reconcileRow(plan: TablePlan, observations: readonly RowObservation[]): ReconciledRow {
  const ordered = observations.length === 1 ? observations : observations.toSorted(compareStanding);
  const cells: ReconciledCell[] = [];
  let withheld: string | undefined;
  for (let index = 0; index < plan.columns.length; index++) {
    const column = plan.columns[index] as ColumnPlan;
    const cell = reconcileCell(column, index, ordered);
    cells.push(cell);
    withheld ??= whyWithheld(column, cell);
  }
  return { observations: ordered, cells, withheld };
}

function reconcileCell(column: ColumnPlan, index: number, observations: readonly RowObservation[]): ReconciledCell {
  return agreedCell(index, observations) ?? disputedCell(column, index, observations);
}

/** The common case: nobody claims the cell, or all claims are identical and whole. Undefined otherwise. */
function agreedCell(index: number, observations: readonly RowObservation[]): ReconciledCell | undefined {
  let first = -1;
  let sources = 0;
  let value: CanonicalValue | undefined;
  for (let at = 0; at < observations.length; at++) {
    const { source, staged } = observations[at] as RowObservation;
    const cell = staged.cells[index];
    if (cell === undefined) continue;
    if (staged.doubts?.has(index)) return undefined;
    if (first < 0) {
      first = at;
      value = cell;
      sources = 1;
    } else if (cell !== value) return undefined;
    else if (source !== observations[first]?.source) sources = 2;
  }
  if (first < 0 || value === undefined) return absent;
  return { value, class: sources > 1 ? "corroborated" : "single", winner: first, outcome: undefined };
}

function disputedCell(column: ColumnPlan, index: number, observations: readonly RowObservation[]): ReconciledCell {
  const claims = claimsOf(index, observations);
  const outcome = decideCell(claims, column);
  const winner = observations.indexOf((outcome.winner.claims[0] as Claim).observation);
  if (outcome.class === "contested" && column.contested === "null" && column.column.nullable)
    return { value: null, class: "nulled", winner, outcome };
  return { value: outcome.winner.value, class: outcome.class, winner, outcome };
}

export function claimsOf(index: number, observations: readonly RowObservation[]): Claim[] {
  return observations.flatMap((observation) => {
    const value = observation.staged.cells[index];
    return value === undefined ? [] : [{ observation, value, doubt: observation.staged.doubts?.get(index) }];
  });
}

function whyWithheld(column: ColumnPlan, cell: ReconciledCell): string | undefined {
  const { name, nullable } = column.column;
  if (cell.class === "contested" && column.contested !== "provisional") return `contested: ${name}`;
  if (cell.value === null && !nullable)
    return `not null: ${name} ${cell.winner < 0 ? "has no value in any source" : "is NULL"}`;
  return undefined;
}
