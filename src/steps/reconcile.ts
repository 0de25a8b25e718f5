/** Step: the staged observations become one verdict a row and a cell, then rows that cannot be loaded are withheld. */
import { writeCrosswalks } from "../crosswalk/write.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import type { TablePlan } from "../reconcile/plan.ts";
import { reconcileTable } from "../reconcile/table.ts";
import { assertTableBalances } from "../report/summary.ts";
import type { TableSummary } from "../report/summary.ts";
import { storedColumns } from "../schema/model.ts";
import { withCatalog } from "../stage/catalog.ts";
import type { StateName } from "../stage/catalog.ts";
import { ReconciledReader } from "../stage/reconciled-reader.ts";
import { ReconciledWriter } from "../stage/reconciled-writer.ts";
import type { TableWriter } from "../stage/table-writer.ts";
import { walkIds } from "../verify/absence.ts";
import { comparableColumns } from "../verify/comparable.ts";
import { settleDeletions } from "../verify/deletions.ts";
import { findReferences } from "../verify/foreign-keys.ts";
import { absenceRuns, countMissing } from "../verify/ledger.ts";
import { recoveryPointOf, recoveryPoints } from "../verify/recovery.ts";
import { withholdRepeats } from "../verify/repeats.ts";
import { settleConstraints } from "./constraints.ts";
import { decisionsText, markOf } from "./decisions.ts";
import { decisionNotes, decisionOutcomes, keptDecisions } from "./decision-outcomes.ts";
import { planTables } from "./plans.ts";
import type { Plans } from "./plans.ts";
import { RangeTeam } from "./ranges.ts";
import type { Services } from "./services.ts";
import { closeSources, openSources, standingsOf } from "./standings.ts";
import type { OpenSource } from "./standings.ts";
import { recordRecipe, requireStaged } from "./state.ts";

/** Reconciles every target table from what is staged. Throws UserError where a source is not staged yet. */
export async function reconcile(incident: Incident, services: Services): Promise<readonly TableSummary[]> {
  const layout = layoutOf(incident.directory);
  const fingerprint = requireStaged(incident);
  recordRecipe(incident);
  writeCrosswalks(incident, services.signal);
  const sources = openSources(incident);
  const writer = new ReconciledWriter(layout.reconciled);
  try {
    const known = await planTables(incident, sources, services);
    const { plans } = known;
    writer.note(known.notes);
    const tables = await mergeTables({ incident, known, sources, services }, writer);
    for (const rows of tables) writer.note(uncertainNotes(rows, settleDeletions(writer.store, rows.plan)));
    const comparable = comparableColumns(writer.store);
    const references = findReferences(comparable, incident.schema, incident.tables);
    // Ids that a child row proves are noted before a constraint may replace what refers to them.
    for (const rows of tables) writer.end(rows, walkIds(writer.store, rows.plan.table, references));
    for (const { plan } of tables) withholdRepeats(writer.store, plan, comparable);
    settleConstraints(writer.store, { incident, plans, references, comparable });
    const outcomes = decisionOutcomes(incident, writer.store);
    writer.note(decisionNotes(outcomes));
    withCatalog(layout.catalog, (catalog) => catalog.clearState("reconciled"));
    writer.finish();
    const summaries = summarizeTables(incident, sources);
    recordReconciled(layout.catalog, {
      tables: JSON.stringify(summaries),
      decisions: JSON.stringify(keptDecisions(outcomes)),
      accuracies: JSON.stringify(known.accuracies?.sources ?? []),
      undecided: requireStaged(incident, ""),
      decided: JSON.stringify(markOf(decisionsText(incident))),
      reconciled: fingerprint,
    });
    return summaries;
  } catch (error) {
    writer.discard();
    throw error;
  } finally {
    closeSources(sources);
  }
}

/** `flipped`: rows whose deletion was inferred with too many others. Constraints may still withhold some. */
function uncertainNotes({ plan, counts }: TableWriter, flipped: number): string[] {
  const rows = counts.uncertain + flipped;
  if (rows === 0) return [];
  const what =
    rows === 1
      ? "1 row that nobody knows to have been there is"
      : `${rows} rows that nobody knows to have been there are`;
  return [`${plan.table.id}: ${what} not withheld, as the recipe says (uncertain: emit)`];
}

interface Merge {
  readonly incident: Incident;
  readonly known: Plans;
  readonly sources: readonly OpenSource[];
  readonly services: Services;
}

async function mergeTables(merge: Merge, writer: ReconciledWriter): Promise<TableWriter[]> {
  const { incident, known, services } = merge;
  const tables: TableWriter[] = [];
  const team = new RangeTeam(incident, known, services);
  try {
    for (const plan of known.plans) tables.push(await mergeTable(merge, plan, team, writer));
  } finally {
    await team.close();
  }
  return tables;
}

async function mergeTable(
  { incident, sources, services }: Merge,
  plan: TablePlan,
  team: RangeTeam,
  writer: ReconciledWriter,
): Promise<TableWriter> {
  const total = sources.reduce((sum, { reader }) => sum + reader.count(plan.table), 0);
  const task = services.reporter.task("reconcile", plan.table.id);
  const rows = writer.begin(plan);
  const work = { plan, sources: standingsOf(incident, sources, plan.table), recoverTo: incident.recipe.recoverTo };
  const progress = (done: number): void => task.update(done, total, done);
  if (team.suits(total)) await team.reconcile(work, rows, writer.store, progress);
  else await reconcileTable(work, rows, services.signal, progress);
  task.finish(`${total} observations, ${rows.counts.keys} keys`);
  return rows;
}

/** The fingerprint comes last: without it the summaries are not believed. */
function recordReconciled(file: string, states: Readonly<Partial<Record<StateName, string>>>): void {
  withCatalog(file, (catalog) => {
    for (const [name, value] of Object.entries(states)) catalog.setState(name as StateName, value);
  });
}

function summarizeTables(incident: Incident, sources: readonly OpenSource[]): TableSummary[] {
  const reader = new ReconciledReader(layoutOf(incident.directory).reconciled);
  try {
    return incident.tables.map((table) => {
      const { keys, emitted, withheld, deleted, cells } = reader.totals(table);
      const points = recoveryPoints(table, standingsOf(incident, sources, table), incident.recipe.recoverTo);
      const summary: TableSummary = {
        table: table.id,
        keys,
        emitted,
        withheld,
        deleted,
        missing: countMissing(absenceRuns(reader.store, table, incident.recipe.target.version)),
        cells,
        recoveryPoint: recoveryPointOf(points),
        recoveryPoints: points,
      };
      assertTableBalances(summary, storedColumns(table).length);
      return summary;
    });
  } finally {
    reader.close();
  }
}
