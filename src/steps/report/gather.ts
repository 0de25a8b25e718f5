/** Gathers what the report shows, from what is staged and reconciled. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { layoutOf } from "../../incident.ts";
import type { Incident } from "../../incident.ts";
import type { ReportModel, ReportedDecision, ReportedFile, ReportedTable } from "../../report/model.ts";
import type { AssertionSummary, Summary, Verdict } from "../../report/summary.ts";
import type { IndexReader } from "../../review/index-reader.ts";
import { withCatalog } from "../../stage/catalog.ts";
import type { ReconciledReader } from "../../stage/reconciled-reader.ts";
import { absenceRuns } from "../../verify/ledger.ts";
import { constraintNotes } from "../notes.ts";
import type { OpenSource } from "../standings.ts";
import { conflictsOf } from "./conflicts.ts";
import { identityStrip, longestAbsences } from "./identity.ts";
import { nextSteps } from "./next.ts";
import { originsOf } from "./origins.ts";
import { quarantineOf, reportedSources, unparsedOf } from "./sources.ts";
import type { Masking } from "./shown.ts";
import { madeBy } from "./version.ts";

export interface Gathered {
  readonly reader: ReconciledReader;
  readonly index: IndexReader;
  readonly sources: readonly OpenSource[];
  readonly summary: Pick<Summary, "sources" | "tables">;
  readonly verdict: Verdict;
  readonly assertions: readonly AssertionSummary[];
  /** Sentences of the run, without those about constraints. */
  readonly notes: readonly string[];
  /** Scripts and lists that are written already. */
  readonly outputs: readonly ReportedFile[];
  readonly masks: Masking;
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
    quarantine: quarantineOf(sources, masks),
    unparsed: unparsedOf(sources),
    decisions: decisionsOf(incident, masks),
    constraints: constraintNotes(reader, incident.tables).map((note) => masks.sentence(note)),
    assertions,
    notes: notes.map((note) => masks.sentence(note)),
    evidence: evidenceOf(incident),
    outputs,
    recipe: createHash("sha256").update(recipe.text).digest("hex"),
    command: commandOf(incident),
    masked: masks.names,
  };
  return { ...model, next: nextSteps(model) };
}

function reportedTables(incident: Incident, { reader, summary }: Gathered): ReportedTable[] {
  const order = incident.recipe.sources.map(({ id }) => id);
  return incident.tables.flatMap((table) => {
    const known = summary.tables.find((each) => each.table === table.id);
    if (known === undefined) return [];
    const runs = [...absenceRuns(reader.store, table, incident.recipe.target.version)];
    return {
      ...known,
      ...originsOf(reader.store, table, order),
      identity: identityStrip(table, runs, reader.highestIdentity(table)),
      absences: longestAbsences(runs),
    };
  });
}

function decisionsOf({ directory }: Incident, masks: Masking): ReportedDecision[] {
  const text = withCatalog(layoutOf(directory).catalog, (catalog) => catalog.state("decisions")) ?? "[]";
  const decisions = JSON.parse(text) as ReportedDecision[];
  return decisions.map((each) => ({ ...each, what: masks.sentence(each.what), why: masks.sentence(each.why) }));
}

function evidenceOf({ directory }: Incident): ReportModel["evidence"] {
  const { evidence } = layoutOf(directory);
  return fs.existsSync(evidence) ? (JSON.parse(fs.readFileSync(evidence, "utf8")) as ReportModel["evidence"]) : [];
}

/** As somebody types it in the folder of the recipe. */
function commandOf({ recipe, directory }: Incident): string {
  const folder = path.relative(recipe.folder, directory).split(path.sep).join("/");
  return `salvage run ${path.basename(recipe.file)} --dir ${folder === "" ? "." : folder}`;
}
