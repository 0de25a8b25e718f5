/** Why a row, or one of its cells, is what it is: told from the evidence itself, by the same code that decided. */
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import { showBytes } from "../report/lists.ts";
import type { Incident } from "../incident.ts";
import { equalityOf } from "../reconcile/cell.ts";
import { planTable } from "../reconcile/plan.ts";
import type { ColumnPlan, TablePlan } from "../reconcile/plan.ts";
import { claimsOf, reconcileRow } from "../reconcile/row.ts";
import type { ReconciledCell } from "../reconcile/row.ts";
import type { Claim, RowObservation, SourceStanding } from "../reconcile/claims.ts";
import type { OpenSource } from "../reconcile/table.ts";
import { resolveTable } from "../recipe/names.ts";
import { findColumn, sameName } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { ReconciledReader } from "../stage/reconciled-reader.ts";
import { Unparsable, defaultConventions } from "../values/codec.ts";
import type { RowKey } from "../values/key.ts";
import { codecFor } from "../values/registry.ts";
import { openSources } from "./reconcile.ts";
import { requireReconciled } from "./state.ts";

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
}

export interface ExplainedCell {
  readonly column: string;
  readonly value: string | null;
  readonly class: string;
  /** The rule that decided; null where none had to. */
  readonly rule: string | null;
  /** Why the cell is contested. */
  readonly reason: string | null;
  readonly claims: readonly ExplainedClaim[];
}

export interface Explanation {
  readonly table: string;
  readonly key: string;
  /** `emitted`, or `withheld: …`. */
  readonly verdict: string;
  readonly cells: readonly ExplainedCell[];
}

/**
 * `key` has one text for each key column. Throws UserError for an unknown table, column or key, and where reconciliation is
 * out of date: the answer would not be that of the scripts.
 */
export async function explain(
  incident: Incident,
  name: string,
  keyTexts: readonly string[],
  columnName?: string,
): Promise<Explanation> {
  const table = requireTable(incident, name);
  const plan = planTable(table, incident.recipe.rules);
  const key = parseKey(plan, keyTexts);
  requireColumn(table, columnName);
  requireReconciled(incident);
  const sources = openSources(incident);
  try {
    const observations = sources.flatMap(({ standing, reader }) =>
      reader.observationsOf(table, key).map((staged): RowObservation => ({ source: standing, staged })),
    );
    if (observations.length === 0) throw noSuchKey(table, keyTexts);
    return describeRow(incident, plan, key, observations, sources, columnName);
  } finally {
    for (const { reader } of sources) reader.close();
  }
}

function requireTable(incident: Incident, name: string): Table {
  const table = resolveTable(incident.schema, name);
  if (incident.tables.includes(table)) return table;
  throw new UserError({
    what: `the incident has no table ${JSON.stringify(name)}`,
    remedy: `Name one of: ${incident.tables.map(({ id }) => id).join(", ")}`,
  });
}

function requireColumn(table: Table, name: string | undefined): void {
  if (name === undefined || findColumn(table, name)) return;
  throw new UserError({
    what: `the table has no column ${JSON.stringify(name)}`,
    where: { table: table.id },
    remedy: `Name one of: ${table.columns.map((column) => column.name).join(", ")}`,
  });
}

function noSuchKey(table: Table, keyTexts: readonly string[]): UserError {
  return new UserError({
    what: "no source holds this key",
    where: { table: table.id, key: keyTexts.join(", ") },
    remedy: "Look at report/quarantine.csv: records whose key could not be read are there",
  });
}

function parseKey(plan: TablePlan, texts: readonly string[]): RowKey {
  const { columns, kind } = plan.key;
  const where = { table: plan.table.id, key: texts.join(", ") };
  if (kind === "row")
    throw new UserError({
      what: "the table has no key to name a row by",
      where,
      remedy: "Query the staging file instead",
    });
  if (texts.length !== columns.length)
    throw new UserError({
      what: `the key has ${columns.length} ${columns.length === 1 ? "column" : "columns"}, ${texts.length} values were given`,
      where,
      remedy: `Give ${columns.map((column) => column.name).join(", ")} separated by commas`,
    });
  const cells = columns.map((column, index) => {
    const value = codecFor(column).parse(texts[index] ?? "", defaultConventions);
    if (!(value instanceof Unparsable)) return value;
    throw new UserError({
      what: `the value for ${column.name} ${value.reason}`,
      where,
      remedy: `Give a value of type ${column.declaredType}`,
    });
  });
  return plan.key.encode(cells);
}

function describeRow(
  incident: Incident,
  plan: TablePlan,
  key: RowKey,
  observations: readonly RowObservation[],
  sources: readonly OpenSource[],
  columnName: string | undefined,
): Explanation {
  const row = reconcileRow(plan, observations);
  const locate = (claim: Claim): string => locateClaim(claim, sources);
  const unparsed = unparsedOf(plan.table, observations, sources);
  const cells = plan.columns.flatMap((column, index) => {
    if (columnName !== undefined && !sameName(column.column.name, columnName)) return [];
    const cell = describeCell(column, row.cells[index] as ReconciledCell, claimsOf(index, row.observations), locate);
    return { ...cell, claims: [...cell.claims, ...(unparsed.get(column.column.name) ?? [])] };
  });
  const withheld = withheldReason(incident, plan.table, key) ?? row.withheld;
  return {
    table: plan.table.id,
    key: plan.key.format(plan.keyIndexes.map((index) => row.cells[index]?.value)),
    verdict: withheld === undefined ? "emitted" : `withheld: ${withheld}`,
    cells,
  };
}

/** What the row's sources say that is no claim, by column. */
function unparsedOf(
  table: Table,
  observations: readonly RowObservation[],
  sources: readonly OpenSource[],
): ReadonlyMap<string, ExplainedClaim[]> {
  const found = new Map<string, ExplainedClaim[]>();
  for (const { standing, reader } of sources) {
    const own = new Set(observations.filter(({ source }) => source === standing).map(({ staged }) => staged.n));
    if (own.size === 0) continue;
    for (const { n, column, raw, reason, locator } of reader.unparsedCells(table)) {
      if (!own.has(n)) continue;
      const claim = { source: standing.id, time: timeOf(standing), value: showBytes(raw), locator };
      found.set(column, [...(found.get(column) ?? []), { ...claim, outcome: `no claim: the value ${reason}` }]);
    }
  }
  return found;
}

function timeOf({ time }: SourceStanding): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

/** Verification may have withheld the row after its cells were decided. */
function withheldReason(incident: Incident, table: Table, key: RowKey): string | undefined {
  const reader = new ReconciledReader(layoutOf(incident.directory).reconciled);
  try {
    return reader.withheld(table, key) ?? undefined;
  } finally {
    reader.close();
  }
}

function locateClaim(claim: Claim, sources: readonly OpenSource[]): string {
  const { source, staged } = claim.observation;
  return sources.find(({ standing }) => standing === source)?.reader.locate(staged) ?? "";
}

function describeCell(
  column: ColumnPlan,
  cell: ReconciledCell,
  claims: readonly Claim[],
  locate: (claim: Claim) => string,
): ExplainedCell {
  const show = (value: Claim["value"]): string | null => (value === null ? null : column.codec.format(value));
  const outcomeOf = claimOutcomes(column, cell);
  return {
    column: column.column.name,
    value: show(cell.value),
    class: cell.class,
    rule: cell.outcome?.rule ?? null,
    reason: cell.outcome?.reason ?? null,
    claims: claims.map((claim) => ({
      source: claim.observation.source.id,
      time: timeOf(claim.observation.source),
      value: show(claim.value),
      locator: locate(claim),
      outcome: `${outcomeOf(claim)}${claim.doubt === undefined ? "" : ` (${claim.doubt})`}`,
    })),
  };
}

/** What became of each claim of a cell. */
function claimOutcomes(column: ColumnPlan, cell: ReconciledCell): (claim: Claim) => string {
  const equality = equalityOf(column.codec);
  const { outcome } = cell;
  const winning = outcome?.winner.claims[0];
  const standing = outcome?.class === "contested" ? "stands for now, as the best-ranked" : "won";
  const stands = cell.class === "nulled" ? "contested, the best-ranked; the recipe wants NULL meanwhile" : standing;
  return (claim) => {
    if (outcome === undefined || winning === undefined) return "agrees";
    if (claim.observation === winning.observation) return stands;
    if (claim.doubt === undefined && equality(claim.value) === equality(outcome.winner.value)) return "agrees";
    if (outcome.supporting.some((other) => other.observation === claim.observation))
      return "supports it: could have been the same, damaged";
    if (outcome.superseded.some((group) => equality(group.value) === equality(claim.value)))
      return "superseded by a newer value";
    return outcome.rule === undefined ? "contested" : `lost by ${outcome.rule}`;
  };
}
