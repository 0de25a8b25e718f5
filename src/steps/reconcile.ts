/** Step: the staged observations become one verdict a row and a cell, then rows that cannot be loaded are withheld. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { planTable } from "../reconcile/plan.ts";
import { reconcileTable } from "../reconcile/table.ts";
import type { OpenSource } from "../reconcile/table.ts";
import { assertTableBalances } from "../report/summary.ts";
import type { TableSummary } from "../report/summary.ts";
import { storedColumns } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { Catalog } from "../stage/catalog.ts";
import { ReconciledReader } from "../stage/reconciled-reader.ts";
import { ReconciledWriter } from "../stage/reconciled-writer.ts";
import { SourceReader } from "../stage/source-reader.ts";
import type { TableWriter } from "../stage/table-writer.ts";
import { findAbsence } from "../verify/absence.ts";
import type { Absence } from "../verify/absence.ts";
import { findReferences, withholdOrphans } from "../verify/foreign-keys.ts";
import type { Services } from "./services.ts";

/** Reconciles every target table from what is staged. Throws UserError where a source is not staged yet. */
export async function reconcile(incident: Incident, services: Services): Promise<readonly TableSummary[]> {
  const layout = layoutOf(incident.directory);
  const fingerprint = requireStaged(incident);
  const sources = openSources(incident);
  const writer = new ReconciledWriter(layout.reconciled);
  try {
    const tables: TableWriter[] = [];
    for (const table of incident.tables) tables.push(await mergeTable(incident, table, sources, writer, services));
    const references = findReferences(writer.store, incident.schema, incident.tables);
    withholdOrphans(writer.store, references);
    const absences = new Map(incident.tables.map((table) => [table.id, findAbsence(writer.store, table, references)]));
    for (const rows of tables) writer.end(rows, absences.get(rows.plan.table.id)?.extremeReferenced);
    writer.finish();
    const summaries = summarizeTables(incident, sources, absences);
    recordReconciled(layout.catalog, fingerprint, summaries);
    return summaries;
  } catch (error) {
    writer.discard();
    throw error;
  } finally {
    for (const { reader } of sources) reader.close();
  }
}

async function mergeTable(
  incident: Incident,
  table: Table,
  sources: readonly OpenSource[],
  writer: ReconciledWriter,
  services: Services,
): Promise<TableWriter> {
  const plan = planTable(table, incident.recipe.rules);
  const total = sources.reduce((sum, { reader }) => sum + reader.count(table), 0);
  const task = services.reporter.task("reconcile", table.id);
  const rows = writer.begin(plan);
  await reconcileTable(plan, sources, rows, services.signal, (done) => task.update(done, total, done));
  task.finish(`${total} observations, ${rows.keys} keys`);
  return rows;
}

/** What `reconciled.db` depends on. Throws UserError where a source is not staged. */
export function requireStaged(incident: Incident): string {
  const layout = layoutOf(incident.directory);
  const catalog = new Catalog(layout.catalog);
  try {
    const fingerprints = incident.recipe.sources.map(({ id, asOf, trust }) => {
      const staged = fs.existsSync(layout.staged(id)) ? catalog.source(id) : undefined;
      if (staged === undefined)
        throw new UserError({
          what: "the source is not staged yet",
          where: { source: id },
          remedy: "Run `salvage extract` first",
        });
      return [id, asOf, trust, staged.fingerprint];
    });
    const tables = incident.tables.map((table) => table.id);
    return createHash("sha256")
      .update(JSON.stringify([fingerprints, tables, incident.recipe.rules]))
      .digest("hex");
  } finally {
    catalog.close();
  }
}

export function openSources(incident: Incident): OpenSource[] {
  const layout = layoutOf(incident.directory);
  return incident.recipe.sources.map(({ id, trust, asOf }) => ({
    standing: { id, trust, time: asOf },
    reader: new SourceReader(layout.staged(id)),
  }));
}

function recordReconciled(file: string, fingerprint: string, tables: readonly TableSummary[]): void {
  const catalog = new Catalog(file);
  catalog.setState("tables", JSON.stringify(tables));
  catalog.setState("reconciled", fingerprint);
  catalog.close();
}

function summarizeTables(
  incident: Incident,
  sources: readonly OpenSource[],
  absences: ReadonlyMap<string, Absence>,
): TableSummary[] {
  const reader = new ReconciledReader(layoutOf(incident.directory).reconciled);
  try {
    return incident.tables.map((table) => {
      const { keys, emitted, withheld, cells } = reader.totals(table);
      const { lost, unknown } = absences.get(table.id) ?? { lost: 0, unknown: 0 };
      const summary: TableSummary = {
        table: table.id,
        keys,
        emitted,
        withheld,
        deleted: 0,
        missing: { lost, unknown },
        cells,
        recoveryPoint: recoveryPoint(table, sources),
      };
      assertTableBalances(summary, storedColumns(table).length);
      return summary;
    });
  } finally {
    reader.close();
  }
}

/** The newest time that a source with observations of the table vouches for. */
function recoveryPoint(table: Table, sources: readonly OpenSource[]): string | null {
  const times = sources.flatMap(({ standing, reader }) =>
    standing.time !== undefined && reader.count(table) > 0 ? standing.time : [],
  );
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}
