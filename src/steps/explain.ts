/** Why a row, or one of its cells, is what it is: told from the evidence itself, by the same code that decided. */
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { standingOf } from "../reconcile/claims.ts";
import { Evidence } from "../reconcile/merge.ts";
import type { TablePlan } from "../reconcile/plan.ts";
import { resolveTable } from "../recipe/names.ts";
import { findColumn } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { ReconciledReader } from "../stage/reconciled-reader.ts";
import type { RowKey } from "../values/key.ts";
import { findKey } from "./explain-key.ts";
import { describeRow } from "./explain-row.ts";
import type { Explanation } from "./explain-row.ts";
import { planTables } from "./plans.ts";
import { closeSources, openSources, standingsOf } from "./standings.ts";
import { requireReconciled, requireStaged } from "./state.ts";

/**
 * `keyTexts` has one text for each key column, as {@link findKey} reads them. Throws UserError for an unknown table, column or key, and where reconciliation is
 * out of date: the answer would not be that of the scripts.
 */
export async function explain(
  incident: Incident,
  name: string,
  keyTexts: readonly string[],
  columnName?: string,
): Promise<Explanation> {
  const table = requireTable(incident, name);
  requireColumn(table, columnName);
  requireReconciled(incident);
  return tellRow(incident, { table, keyTexts, columnName }, (key) => verificationOf(incident, table, key));
}

/** {@link explain} of what is staged, whatever was reconciled of it: what a decision is anchored to. */
export async function explainStaged(
  incident: Incident,
  name: string,
  keyTexts: readonly string[],
  columnName?: string,
): Promise<Explanation> {
  const table = requireTable(incident, name);
  requireColumn(table, columnName);
  requireStaged(incident);
  return tellRow(incident, { table, keyTexts, columnName }, () => ({ verdict: "unknown", replaced: new Map() }));
}

interface Asked {
  readonly table: Table;
  readonly keyTexts: readonly string[];
  readonly columnName: string | undefined;
}

async function tellRow(
  incident: Incident,
  { table, keyTexts, columnName }: Asked,
  verify: (key: RowKey) => ReturnType<typeof verificationOf>,
): Promise<Explanation> {
  const sources = openSources(incident);
  try {
    const key = findKey({ incident, table, sources }, keyTexts);
    const { plans } = await planTables(incident, sources, { signal: new AbortController().signal });
    const plan = plans[incident.tables.indexOf(table)] as TablePlan;
    const standing = standingsOf(incident, sources, table);
    const evidence = new Evidence(incident.recipe.recoverTo);
    for (const source of standing)
      for (const staged of source.reader.observationsOf(table, key)) evidence.add(standingOf(source, staged), staged);
    if (evidence.observations.length + evidence.setAside.length === 0) throw noSuchKey(table, keyTexts);
    const verified = verify(key);
    const told = describeRow({ plan, evidence, sources: standing, verdict: verified.verdict }, columnName);
    return { ...told, cells: told.cells.map((cell) => ({ ...cell, ...verified.replaced.get(cell.column) })) };
  } finally {
    closeSources(sources);
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

/** Verification may have withheld the row, and replaced cells of it, after they were decided. */
function verificationOf(incident: Incident, table: Table, key: RowKey) {
  const reader = new ReconciledReader(layoutOf(incident.directory).reconciled);
  try {
    return { verdict: reader.verdict(table, key) ?? "unknown", replaced: reader.replacedCells(table, key) };
  } finally {
    reader.close();
  }
}
