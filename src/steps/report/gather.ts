/** Gathers what the report shows, from what is staged and reconciled. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { readDrillRecord } from "../../drill/report/schema.ts";
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { Masks } from "../../report/masks.ts";
import type { ReportModel, ReportedDecision, ReportedFile, ReportedTable } from "../../report/model.ts";
import type { AssertionSummary, Summary, Verdict } from "../../report/summary.ts";
import type { IndexReader } from "../../review/index-reader.ts";
import type { Table } from "../../schema/model.ts";
import { withCatalog } from "../../stage/catalog.ts";
import type { ReconciledReader } from "../../stage/reconciled-reader.ts";
import { numberingOf } from "../../verify/absence.ts";
import { absenceRuns } from "../../verify/ledger.ts";
import type { AbsenceRun } from "../../verify/ledger.ts";
import type { KeptDecision } from "../decision-outcomes.ts";
import { constraintNotes } from "../notes.ts";
import type { OpenSource } from "../standings.ts";
import { conflictsOf, provedOf } from "./conflicts.ts";
import { identityStrip, longestAbsences } from "./identity.ts";
import { nextSteps } from "./next.ts";
import { originsOf } from "./origins.ts";
import { evidenceGroups } from "./proofs.ts";
import { quarantineOf, reportedSources, unparsedOf } from "./sources.ts";
import { madeBy } from "../../report/version.ts";

/** Sentences of the run, without those about constraints and withheld rows. */
export interface ToldNotes {
  readonly plain: readonly string[];
  /** Those that may quote keys or values: not for a report in which anything is masked. */
  readonly quoting: readonly string[];
}

export interface Gathered {
  readonly reader: ReconciledReader;
  readonly index: IndexReader;
  readonly sources: readonly OpenSource[];
  readonly summary: Pick<Summary, "sources" | "tables">;
  readonly verdict: Verdict;
  readonly assertions: readonly AssertionSummary[];
  readonly notes: ToldNotes;
  /** Scripts and lists that are written already. */
  readonly outputs: readonly ReportedFile[];
  readonly masks: Masks;
}

export function gatherReport(incident: Incident, from: Gathered): ReportModel {
  const { reader, index, sources, summary, verdict, assertions, notes, outputs, masks } = from;
  const { recipe } = incident;
  const { dialect, version } = recipe.target;
  const model = {
    incident: recipe.incident,
    verdict,
    madeBy,
    target: dialect === "sqlserver" ? `SQL Server ${version}` : dialect,
    recoverTo: recipe.recoverTo,
    sources: reportedSources(incident, sources, index, summary.sources),
    agreements: index.pairs().map(({ one, other, shared, agreed }) => ({ left: one, right: other, shared, agreed })),
    tables: reportedTables(incident, from),
    ...conflictsOf({ index, reader, masks }),
    proofs: { ...provedOf({ index, reader, masks }), ...evidenceGroups(sources, masks) },
    quarantine: quarantineOf(sources, masks),
    unparsed: unparsedOf(sources),
    decisions: decisionsOf(incident, masks),
    constraints: constraintNotes(reader, incident.tables),
    assertions,
    notes: [...(masks.isActive ? [] : notes.quoting), ...notes.plain],
    evidence: evidenceOf(incident),
    outputs,
    recipe: createHash("sha256").update(recipe.text).digest("hex"),
    command: commandOf(incident),
    masked: masks.names,
    drill: drillOf(incident, masks),
  };
  return { ...model, next: nextSteps(model) };
}

function reportedTables(incident: Incident, from: Gathered): ReportedTable[] {
  const { reader, summary } = from;
  const order = incident.recipe.sources.map(({ id }) => id);
  return incident.tables.flatMap((table) => {
    const known = summary.tables.find((each) => each.table === table.id);
    if (known === undefined) return [];
    const runs = [...absenceRuns(reader.store, table, incident.recipe.target.version)];
    return {
      ...known,
      ...originsOf(reader.store, table, order),
      ...identityOf(table, runs, from),
    };
  });
}

/** Ids that are masked are told by their number alone. */
function identityOf(
  table: Table,
  runs: readonly AbsenceRun[],
  { reader, masks }: Gathered,
): Pick<ReportedTable, "identity" | "absences"> {
  const column = numberingOf(table)?.column ?? "";
  const isMasked = masks.isMasked(table.id, column);
  const idOf = (id: string): string => masks.value(table.id, column, id) ?? "";
  return {
    identity: isMasked ? undefined : identityStrip(table, runs, reader.highestIdentity(table)),
    absences: longestAbsences(runs).map((run) => ({
      ...run,
      from: idOf(run.from),
      to: idOf(run.to),
      evidence: masks.evidence(run.evidence),
    })),
  };
}

function decisionsOf({ directory }: Incident, masks: Masks): ReportedDecision[] {
  const text = withCatalog(layoutOf(directory).catalog, (catalog) => catalog.state("decisions")) ?? "[]";
  return (JSON.parse(text) as KeptDecision[]).map(({ line, by, why, at, state, ...kept }) => ({
    line,
    what: decisionText(kept, masks),
    by,
    why: masks.raw(why) ?? "",
    at,
    state,
  }));
}

/** `dbo.People 1, 2 Name: "Ada"`. */
function decisionText(
  { table, key, column, choice, value }: Pick<KeptDecision, "table" | "key" | "column" | "choice" | "value">,
  masks: Masks,
): string {
  const row = key === null ? "" : ` ${masks.keyParts(table, key)}`;
  const cell = column === null ? "" : key === null ? `.${column}` : ` ${column}`;
  const shownValue = value === undefined || column === null ? undefined : masks.value(table, column, value);
  const said = shownValue === undefined ? choice : shownValue === null ? "NULL" : JSON.stringify(shownValue);
  return `${table}${row}${cell}: ${said}`;
}

function evidenceOf({ directory }: Incident): ReportModel["evidence"] {
  const { evidence } = layoutOf(directory);
  return fs.existsSync(evidence) ? (JSON.parse(fs.readFileSync(evidence, "utf8")) as ReportModel["evidence"]) : [];
}

/** An error may quote anything. */
function drillOf({ directory }: Incident, masks: Masks): ReportModel["drill"] {
  const { drill } = layoutOf(directory);
  if (!fs.existsSync(drill)) return undefined;
  const { scorecard, trend } = readDrillRecord(drill);
  const masked = <Told extends { readonly error: string | null }>(told: Told): Told => ({
    ...told,
    error: masks.raw(told.error),
  });
  const { leaveOneOut, sweep } = scorecard;
  return {
    scorecard: {
      ...masked(scorecard),
      leaveOneOut: leaveOneOut.map(masked),
      sweep: sweep === null ? null : { ...sweep, points: sweep.points.map(masked) },
    },
    trend,
  };
}

/** As somebody types it in the folder of the recipe; the incident's directory is theirs to choose, and shows in no output. */
function commandOf({ recipe }: Incident): string {
  return `salvage run ${path.basename(recipe.file)}`;
}
