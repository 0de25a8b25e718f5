/** One row told cell by cell: what each source says of it, where and when, and what became of that. */
import { equalityOf } from "../reconcile/cell.ts";
import type { CellOutcome } from "../reconcile/cell.ts";
import { completeOf, standingOf } from "../reconcile/claims.ts";
import type { Claim, ClaimGroup } from "../reconcile/claims.ts";
import { evidenceOf } from "../reconcile/decisions.ts";
import type { ColumnPlan, TablePlan } from "../reconcile/plan.ts";
import { claimsOf, keyTextOf, reconcileRow, saidOf } from "../reconcile/row.ts";
import type { CellTouch } from "../reconcile/touches.ts";
import type { KeyEvidence, ReconciledCell, RowVerdict, SetAside } from "../reconcile/row.ts";
import type { StandingSource } from "../reconcile/table.ts";
import { showBytes } from "../report/lists.ts";
import type { CellClass } from "../report/summary.ts";
import { sameName } from "../schema/model.ts";
import type { StagedObservation } from "../stage/staged-observation.ts";
import type { CanonicalValue } from "../values/codec.ts";

export interface ExplainedClaim {
  readonly source: string;
  /** ISO 8601, or null where unknown. */
  readonly time: string | null;
  /** As people read it; null is NULL. */
  readonly value: string | null;
  /** `backup.sql.gz line 812`. */
  readonly locator: string;
  /** `won`, `agrees`, or why it lost: `lost by latest`, `superseded by a newer value`. */
  readonly outcome: string;
  /** It changed the cell and does not say to what: its `value` is no NULL. */
  readonly isSilent?: true;
}

export interface ExplainedCell {
  readonly column: string;
  readonly value: string | null;
  readonly class: CellClass;
  /** The rule that decided; null where none had to. */
  readonly rule: string | null;
  /** Why the cell is contested. */
  readonly reason: string | null;
  /** What a decision of the cell is anchored to. */
  readonly evidence: string;
  readonly claims: readonly ExplainedClaim[];
}

export interface Explanation {
  readonly table: string;
  readonly key: string;
  /** `emitted`, `withheld: …` or `deleted: …`. */
  readonly verdict: string;
  /** What a decision to withhold the row is anchored to. */
  readonly evidence: string;
  readonly cells: readonly ExplainedCell[];
}

export interface RowToExplain {
  readonly plan: TablePlan;
  readonly evidence: KeyEvidence;
  readonly sources: readonly StandingSource[];
  /** Undefined: as it is before constraints are looked at. */
  readonly verdict: string | undefined;
}

function verdictText(verdict: RowVerdict): string {
  return verdict.kind === "emitted" ? "emitted" : `${verdict.kind}: ${verdict.reason}`;
}

/** `columnName`: only this column. */
export function describeRow({ plan, evidence, sources, verdict }: RowToExplain, columnName?: string): Explanation {
  const row = reconcileRow(plan, evidence, completeOf(sources));
  const teller = new Teller(sources);
  const unread = teller.unparsed(plan, evidence);
  const cells = plan.columns.flatMap((column, index) => {
    if (columnName !== undefined && !sameName(column.column.name, columnName)) return [];
    const cell = row.cells[index] as ReconciledCell;
    const claims = claimsOf(index, row.observations).map((claim) => teller.claim(column, cell, claim));
    const unused = row.setAside.flatMap((aside) => teller.setAside(column, aside, index));
    const unparsed = unread.flatMap(({ column: name, claim }) => (name === column.column.name ? claim : []));
    const said = saidOf(index, row.observations);
    const anchor = evidenceOf(column.codec, said.claims, said.touches);
    const touches = said.touches.map((touch) => teller.touch(touch));
    return describeCell(column, cell, anchor, [...claims, ...touches, ...unused, ...unparsed]);
  });
  const told = verdict ?? verdictText(row.verdict);
  return { table: plan.table.id, key: keyTextOf(plan, row), verdict: told, evidence: row.anchor(), cells };
}

function describeCell(
  column: ColumnPlan,
  cell: ReconciledCell,
  evidence: string,
  claims: readonly ExplainedClaim[],
): ExplainedCell {
  return {
    column: column.column.name,
    value: show(column, cell.value),
    class: cell.class,
    rule: cell.outcome?.rule ?? null,
    reason: cell.outcome?.reason ?? null,
    evidence,
    claims,
  };
}

function show(column: ColumnPlan, value: CanonicalValue): string | null {
  return value === null ? null : column.codec.format(value);
}

function isoTime(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

const asideWords: Readonly<Record<SetAside["why"], string>> = {
  late: "not used: it is of after the last good moment",
  foreign: "not used: it is of after its line left production's",
  "before it was deleted": "not used: it is of before the row was deleted",
};

/** Puts claims into words; knows where observations stand in their sources. */
class Teller {
  readonly #sources: readonly StandingSource[];

  constructor(sources: readonly StandingSource[]) {
    this.#sources = sources;
  }

  claim(column: ColumnPlan, cell: ReconciledCell, claim: Claim): ExplainedClaim {
    const { source, staged, moment } = claim.observation;
    const own = column.isKey ? staged.allocated : undefined;
    const outcome = own === undefined ? outcomeOf(column, cell, claim) : "no claim: the source's own number of the row";
    return {
      source: source.id,
      time: isoTime(moment.heldAt ?? moment.since),
      value: own ?? show(column, claim.value),
      locator: this.#locate(source.id, staged),
      outcome: claim.doubt === undefined ? outcome : `${outcome} (${claim.doubt})`,
    };
  }

  /** What changed the cell, and does not say to what. */
  touch({ observation: { source, staged, moment }, by }: CellTouch): ExplainedClaim {
    return {
      source: source.id,
      time: isoTime(moment.heldAt ?? moment.since),
      value: null,
      locator: this.#locate(source.id, staged),
      outcome: `no value: it changed the cell: ${by}`,
      isSilent: true,
    };
  }

  /** Evidence that gives no value; none where it does not claim the cell. */
  setAside(column: ColumnPlan, { source, staged, why }: SetAside, index: number): ExplainedClaim[] {
    const value = staged.cells[index];
    if (value === undefined) return [];
    const locator = this.#locate(source.id, staged);
    const own = column.isKey ? staged.allocated : undefined;
    const said = own ?? show(column, value);
    return [{ source: source.id, time: isoTime(source.time), value: said, locator, outcome: asideWords[why] }];
  }

  /** What a source says that is no claim, since the column's type could not hold it. */
  unparsed({ table }: TablePlan, { observations, setAside }: KeyEvidence): { column: string; claim: ExplainedClaim }[] {
    return this.#sources.flatMap((source) => {
      const { standing, reader } = source;
      const own = [...observations, ...setAside].filter((each) => each.source.id === standing.id);
      const byNumber = new Map(own.map(({ staged }) => [staged.n, staged]));
      return [...reader.unparsedCells(table, [...byNumber.keys()])].map(({ n, column, raw, reason, locator }) => ({
        column,
        claim: {
          source: standing.id,
          time: isoTime(standingOf(source, byNumber.get(n) ?? { place: 0 }).time),
          value: showBytes(raw),
          locator,
          outcome: `no claim: the value ${reason}`,
        },
      }));
    });
  }

  #locate(source: string, staged: StagedObservation): string {
    return this.#sources.find(({ standing }) => standing.id === source)?.reader.locate(staged) ?? "";
  }
}

/** What became of a claim. */
function outcomeOf(column: ColumnPlan, cell: ReconciledCell, claim: Claim): string {
  const { outcome } = cell;
  const winning = outcome?.winner.claims[0];
  // What somebody typed is nobody's claim.
  if (winning === undefined && outcome?.rule === "decision") return "lost by decision";
  if (outcome === undefined || winning === undefined) return "agrees";
  if (claim.observation === winning.observation) return standingWords(cell, outcome);
  const isOf = ({ claims }: ClaimGroup): boolean => claims.some(({ observation }) => observation === claim.observation);
  const damage = outcome.winner.claims.find(({ observation }) => observation === claim.observation)?.damage;
  if (damage !== undefined) return `supports it: damaged on its way (${damage.what})`;
  if (isOf(outcome.winner) || saysTheSame(column, outcome, claim)) return "agrees";
  if (outcome.supporting.some(({ observation }) => observation === claim.observation))
    return "supports it: could have been the same, damaged";
  if (outcome.superseded.some(isOf)) return "superseded by a newer value";
  return outcome.rule === undefined ? "contested" : `lost by ${outcome.rule}`;
}

function saysTheSame(column: ColumnPlan, { winner }: CellOutcome, claim: Claim): boolean {
  const equality = equalityOf(column.codec);
  return claim.doubt === undefined && equality(claim.value) === equality(winner.value);
}

function standingWords(cell: ReconciledCell, outcome: CellOutcome): string {
  if (cell.class === "nulled") return "contested, the best-ranked; the recipe wants NULL meanwhile";
  return outcome.class === "contested" ? "stands for now, as the best-ranked" : "won";
}
