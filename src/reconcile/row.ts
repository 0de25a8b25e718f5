/** One row: every cell decided, and the row's own verdict. Pure: the merge and `explain` both call it. */
import type { CellClass } from "../report/summary.ts";
import type { CanonicalValue } from "../values/codec.ts";
import { decideCell } from "./cell.ts";
import type { CellOutcome } from "./cell.ts";
import { compareStanding } from "./claims.ts";
import type { Claim, RowObservation, SourceStanding } from "./claims.ts";
import { decidedCell, rowEvidence } from "./decisions.ts";
import type { RowDecision } from "./decisions.ts";
import { decideExistence, isBefore } from "./existence.ts";
import type { Existence } from "./existence.ts";
import { findTwins } from "./identity.ts";
import { heldBy } from "./moment.ts";
import type { Excluded } from "./moment.ts";
import type { ColumnPlan, TablePlan } from "./plan.ts";
import { decideTogether } from "./together.ts";
import { touchesOf, withTouches } from "./touches.ts";
import type { CellTouch } from "./touches.ts";
import type { StagedObservation } from "../stage/staged-observation.ts";

export interface ReconciledCell {
  readonly value: CanonicalValue;
  readonly class: CellClass;
  /** Index into the row's observations of the claim that is shown as the source; -1: no claim. */
  readonly winner: number;
  /** Where claims differ or may not be whole: everything about it. */
  readonly outcome: CellOutcome | undefined;
}

/** Evidence that is shown but gives no values, and why. */
export interface SetAside {
  readonly source: SourceStanding;
  readonly staged: StagedObservation;
  readonly why: Excluded | "before it was deleted";
}

/** What becomes of a row. `inferred` deletions count against the share of a table that may be. */
export type RowVerdict =
  /** `uncertain`: nobody knows whether it was there, and the recipe has such rows emitted. */
  | { readonly kind: "emitted"; readonly uncertain: boolean }
  | { readonly kind: "withheld"; readonly reason: string }
  | {
      readonly kind: "deleted";
      readonly reason: string;
      readonly inferred: boolean;
      /** Why the row would be withheld if it were not deleted; undefined: it would be emitted. */
      readonly otherwise: string | undefined;
    };

export interface ReconciledRow {
  /** In the fixed order. */
  readonly observations: readonly RowObservation[];
  /** One a stored column. */
  readonly cells: readonly ReconciledCell[];
  readonly verdict: RowVerdict;
  readonly setAside: readonly SetAside[];
  /** What says that the observations are of different rows: `two rows under one id: …`. */
  readonly twins: string | undefined;
  /** What a decision of the row is anchored to. */
  anchor(): string;
}

/** The observations of one key, before anything is decided. */
export interface KeyEvidence {
  readonly observations: readonly RowObservation[];
  /** Late and foreign observations. */
  readonly setAside: readonly SetAside[];
}

const absent: ReconciledCell = { value: null, class: "absent", winner: -1, outcome: undefined };
const emitted: RowVerdict = { kind: "emitted", uncertain: false };
const emittedUncertain: RowVerdict = { kind: "emitted", uncertain: true };

/**
 * Reconciles the evidence of one key. `complete` are the sources whose not having the key would mean something.
 */
export function reconcileRow(
  plan: TablePlan,
  evidence: KeyEvidence,
  complete: readonly SourceStanding[],
): ReconciledRow {
  const { length } = evidence.observations;
  const all = length > 1 ? evidence.observations.toSorted(compareStanding) : evidence.observations;
  const existence = decideExistence(all, lacking(complete, evidence), plan.deletes);
  const { used: ordered, bygone } = ofThisRow(all, existence);
  const setAside = bygone.length === 0 ? evidence.setAside : [...evidence.setAside, ...bygone];
  const decision = decisionFor(plan, evidence);
  const settled = withDecisions(plan, decideCells(plan, ordered), ordered, decision);
  const cells = withAllocatedKey(plan, settled, [...ordered, ...setAside]);
  const twins = plan.identity && findTwins(plan.identity, plan.columns, ordered, cells);
  const noKey = whyNoKey(evidence);
  const anchor = () => rowEvidence(plan.columns, (index) => saidOf(index, ordered), existence);
  const decided = decision?.row !== undefined && anchor() === decision.row.evidence ? decision.row : undefined;
  const row = { observations: ordered, cells: mootCells(cells, decided), setAside, twins };
  const verdict = decidedVerdict(decided) ?? withoutKey(noKey) ?? verdictOf(plan, existence, row, decided);
  return { ...row, verdict, anchor };
}

function decisionFor({ decisions }: TablePlan, { observations, setAside }: KeyEvidence): RowDecision | undefined {
  const key = (observations[0] ?? setAside[0])?.staged.key;
  return decisions === undefined || key === undefined ? undefined : decisions.get(key);
}

function withDecisions(
  plan: TablePlan,
  cells: ReconciledCell[],
  observations: readonly RowObservation[],
  decision: RowDecision | undefined,
): ReconciledCell[] {
  if (decision === undefined) return cells;
  return cells.map((cell, index) => {
    const own = decision.cells.get(index);
    if (own === undefined) return cell;
    return decidedCell(plan.columns[index] as ColumnPlan, cell, { ...saidOf(index, observations), observations }, own);
  });
}

function decidedVerdict(decided: RowDecision["row"]): RowVerdict | undefined {
  return decided?.kind === "withhold" ? { kind: "withheld", reason: `decided: ${decided.said}` } : undefined;
}

/** In a row that somebody decided not to write no cell is left to decide. */
function mootCells(cells: readonly ReconciledCell[], decided: RowDecision["row"]): readonly ReconciledCell[] {
  if (decided?.kind !== "withhold") return cells;
  return cells.map((cell) =>
    cell.class === "contested" || cell.class === "nulled" ? { ...cell, class: "decided" } : cell,
  );
}

function withoutKey(reason: string | undefined): RowVerdict | undefined {
  return reason === undefined ? undefined : { kind: "withheld", reason };
}

/** A key that the recipe allocates is nobody's claim: it is told as what the recipe says. */
function withAllocatedKey(
  plan: TablePlan,
  cells: ReconciledCell[],
  observations: readonly Pick<RowObservation, "source" | "staged">[],
): ReconciledCell[] {
  const [first] = observations;
  const [index = -1] = plan.keyIndexes;
  if (first?.staged.allocated === undefined) return cells;
  const value = first.staged.cells[index] ?? null;
  const names = new Set(observations.map(({ source, staged }) => `${staged.allocated} of ${source.id}`));
  return cells.with(index, { value, class: "defaulted", winner: -1, outcome: allocation(value, [...names]) });
}

function allocation(value: CanonicalValue, names: readonly string[]): CellOutcome {
  const reason = `no key of production's: the recipe allocates it for ${names.join(", ")}`;
  const nothing = { losers: [], superseded: [], supporting: [] };
  return { class: "single", winner: { value, claims: [] }, rule: "allocate", reason, ...nothing };
}

/** The row's key as people read it; with its source, where it has no key of the target's. Evidence that is set aside has keys too. */
export function keyTextOf({ key, keyIndexes }: TablePlan, row: Omit<ReconciledRow, "verdict" | "anchor">): string {
  const first = row.observations[0] ?? row.setAside[0];
  const text = key.format(keyIndexes.map((index) => row.cells[index]?.value ?? first?.staged.cells[index]));
  return first?.staged.noKey === undefined ? text : `${text} of ${first.source.id}`;
}

/** Rows without a key of the target's are of one source, each alone: what others have or lack says nothing of them. */
function whyNoKey({ observations, setAside }: KeyEvidence): string | undefined {
  return (observations[0] ?? setAside[0])?.staged.noKey;
}

/** A source whose observations of the key are all set aside has the row, even so. */
function lacking(complete: readonly SourceStanding[], { setAside }: KeyEvidence): readonly SourceStanding[] {
  if (setAside.length === 0) return complete;
  return complete.filter((standing) => !setAside.some(({ source }) => source === standing));
}

function isDelete({ staged }: RowObservation): boolean {
  return staged.operation === "delete";
}

function isProof({ staged }: RowObservation): boolean {
  return staged.operation === "proof";
}

/** Begins the reason of a row of which something proves that it was there, and nothing says what it held. */
export const proofOnly = "evidence only";

/** The newest first. */
function describeProof(observations: readonly RowObservation[]): string {
  const [newest] = observations.toSorted((left, right) => (heldBy(right.moment) ?? 0) - (heldBy(left.moment) ?? 0));
  const time = newest === undefined ? undefined : heldBy(newest.moment);
  const when = time === undefined ? "at an unknown time" : `at ${new Date(time).toISOString()}`;
  return `${newest?.source.id} shows that it was there ${when}`;
}

/** A row that was deleted and inserted anew takes nothing from its former life; deletes themselves claim no cells. */
function ofThisRow(observations: readonly RowObservation[], { bornAfter }: Existence) {
  if (bornAfter === undefined && !observations.some(isDelete)) return { used: observations, bygone: [] };
  const isBygone = (observation: RowObservation): boolean =>
    bornAfter !== undefined && isBefore(observation, bornAfter);
  const bygone = observations
    .filter((observation) => !isDelete(observation) && isBygone(observation))
    .map(({ source, staged }): SetAside => ({ source, staged, why: "before it was deleted" }));
  return { used: observations.filter((observation) => !isDelete(observation) && !isBygone(observation)), bygone };
}

function decideCells(plan: TablePlan, observations: readonly RowObservation[]): ReconciledCell[] {
  const cells = plan.columns.map((column, index) => reconcileCell(column, index, observations));
  for (const group of plan.together) {
    const outcomes = decideTogether(group, plan.columns, observations);
    for (const [at, outcome] of outcomes?.entries() ?? []) {
      const index = group.indexes[at] as number;
      cells[index] = cellOf(plan.columns[index] as ColumnPlan, outcome, observations);
    }
  }
  return cells;
}

function verdictOf(
  plan: TablePlan,
  existence: Existence,
  { observations, cells, setAside, twins }: Omit<ReconciledRow, "verdict" | "anchor">,
  decided: RowDecision["row"],
): RowVerdict {
  const isKept = decided?.kind === "keep";
  const { inferred, reason = "" } = existence;
  // Somebody outweighs a doubt, and what was only inferred; a delete that a source tells of is none.
  const isDoubted = existence.verdict === "uncertain" || (existence.verdict === "deleted" && inferred);
  const verdict = isKept && isDoubted ? "present" : existence.verdict;
  const isTorn = twins !== undefined && plan.identity?.stable === true && !isKept;
  const otherwise = isTorn ? `identity: ${twins}` : firstReason(plan, cells);
  if (verdict === "deleted") return { kind: "deleted", reason, inferred, otherwise };
  if (observations.length === 0) return { kind: "withheld", reason: `${setAside[0]?.why ?? "no"} evidence only` };
  if (observations.every(isProof)) return { kind: "withheld", reason: `${proofOnly}: ${describeProof(observations)}` };
  if (verdict === "uncertain" && plan.uncertain === "withhold")
    return { kind: "withheld", reason: `uncertain: ${reason}` };
  if (otherwise !== undefined) return { kind: "withheld", reason: otherwise };
  return verdict === "uncertain" ? emittedUncertain : emitted;
}

/** Why a cell withholds the row; the first in table order. */
function firstReason(plan: TablePlan, cells: readonly ReconciledCell[]): string | undefined {
  for (let index = 0; index < plan.columns.length; index++) {
    const why = whyWithheld(plan.columns[index] as ColumnPlan, cells[index] as ReconciledCell);
    if (why !== undefined) return why;
  }
  return undefined;
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
    if (staged.touches?.has(index)) return undefined;
    const cell = staged.cells[index];
    if (cell === undefined) continue;
    if (staged.doubts?.has(index)) return undefined;
    if (first < 0) {
      first = at;
      value = cell;
      sources = 1;
    } else if (cell !== value) return undefined;
    else if (source.origin !== observations[first]?.source.origin) sources = 2;
  }
  if (first < 0 || value === undefined) return absent;
  return { value, class: sources > 1 ? "corroborated" : "single", winner: first, outcome: undefined };
}

function disputedCell(column: ColumnPlan, index: number, observations: readonly RowObservation[]): ReconciledCell {
  const claims = claimsOf(index, observations);
  if (claims.length === 0) return absent;
  return cellOf(column, withTouches(decideCell(claims, column), touchesOf(index, observations)), observations);
}

function cellOf(column: ColumnPlan, outcome: CellOutcome, observations: readonly RowObservation[]): ReconciledCell {
  const winner = observations.indexOf((outcome.winner.claims[0] as Claim).observation);
  if (outcome.class === "contested" && column.contested === "null" && column.column.nullable)
    return { value: null, class: "nulled", winner, outcome };
  return { value: outcome.winner.value, class: outcome.class, winner, outcome };
}

export function claimsOf(index: number, observations: readonly RowObservation[]): Claim[] {
  return observations.flatMap((observation) => {
    const value = observation.staged.cells[index];
    return value === undefined
      ? []
      : [{ observation, value, doubt: observation.staged.doubts?.get(index), damage: undefined }];
  });
}

/** All that is said of a cell: what a decision of it is anchored to. */
export function saidOf(
  index: number,
  observations: readonly RowObservation[],
): { readonly claims: Claim[]; readonly touches: CellTouch[] } {
  return { claims: claimsOf(index, observations), touches: touchesOf(index, observations) };
}

function whyWithheld(column: ColumnPlan, cell: ReconciledCell): string | undefined {
  const { name, nullable } = column.column;
  if (cell.class === "contested" && column.contested !== "provisional") return `contested: ${name}`;
  if (cell.value === null && !nullable && column.remedies.notNull === "withhold")
    return `not null: ${name} ${cell.winner < 0 ? "has no value in any source" : "is NULL"}`;
  return undefined;
}
