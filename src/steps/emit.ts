/** Step: the reconciled rows become scripts, the lists for people, and `summary.json`. */
import path from "node:path";
import { defaultEmitOptions } from "../emit/options.ts";
import type { EmitOptions } from "../emit/options.ts";
import type { EmitResult } from "../emit/emitter.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { failureOf } from "../report/summary.ts";
import type { Summary } from "../report/summary.ts";
import { withCatalog } from "../stage/catalog.ts";
import { ReconciledReader } from "../stage/reconciled-reader.ts";
import { aloneBySource, rescuedSources } from "./alone.ts";
import { toldNotes } from "./emission/notes.ts";
import { refuseBulk, requestOf, writeScripts } from "./emission/scripts.ts";
import { tablesToEmit } from "./emission/tables.ts";
import { sourceFindings, verdictOf } from "./emission/verdict.ts";
import type { Findings } from "./emission/verdict.ts";
import { checkAssertions } from "./assertions.ts";
import { masksOf } from "./masks.ts";
import { closeSources, openSources } from "./standings.ts";
import { constraintNotes, keptRows, withheldNotes } from "./notes.ts";
import type { Services } from "./services.ts";
import { openIndex } from "./review-index.ts";
import { listed } from "./report/outputs.ts";
import { writeReport } from "./report/write.ts";
import type { IndexReader } from "../review/index-reader.ts";
import { keepWave, openWave } from "./wave.ts";
import type { Wave } from "./wave.ts";
import { emissionFingerprint, evidenceHash, recordRecipe, requireReconciled } from "./state.ts";

export interface EmitReport {
  readonly result: EmitResult;
  readonly summary: Summary;
  readonly findings: Findings;
  /** By table, the sources that emitted rows take cells from. */
  readonly contributions: readonly {
    readonly table: string;
    readonly from: readonly { readonly source: string; readonly rows: number }[];
  }[];
  /** Why rows are withheld: `dbo.Orders: 3 rows withheld: not null: …`. */
  readonly notes: readonly string[];
}

/** Writes scripts, lists and summary. Throws UserError where reconciliation has not run, or is out of date. */
export async function emit(
  incident: Incident,
  services: Services,
  options: EmitOptions = defaultEmitOptions,
): Promise<EmitReport> {
  const reconciled = requireReconciled(incident);
  const masks = masksOf(incident);
  const layout = layoutOf(incident.directory);
  recordRecipe(incident);
  withCatalog(layout.catalog, (catalog) => catalog.clearState("emitted"));
  const reader = new ReconciledReader(layout.reconciled);
  const sources = openSources(incident);
  let wave: Wave | undefined;
  let conflicts: IndexReader | undefined;
  try {
    const totals = incident.tables.map((table) => reader.totals(table));
    const assertions = checkAssertions(incident);
    const warnings = assertions.filter(({ holds }) => !holds).map(failureOf);
    const decidedAgainst = incident.tables.reduce((sum, table) => sum + reader.decidedAgainst(table), 0);
    const findings = { ...sourceFindings(sources), kept: keptRows(reader, incident.tables), decidedAgainst };
    const alone = aloneBySource(incident, reader);
    const recovered = { sources: rescuedSources(incident, alone), tables: reconciled.tables };
    const verdict = verdictOf(recovered.sources, recovered.tables, { ...findings, assertions });
    refuseBulk(incident, options);
    const chosen = tablesToEmit(incident, reader, totals, options);
    wave = await openWave(incident, services, chosen, options);
    const evidence = evidenceHash(incident, reconciled, options, wave);
    const result = await writeScripts(
      incident,
      requestOf(incident, options, wave, { warnings, verdict, evidence, tables: chosen }),
      services,
    );
    keepWave(incident, path.join(layout.out, "manifest.json"), wave?.tables ?? chosen);
    conflicts = await openIndex(incident, { reconciled, reader, sources }, services);
    const told = toldNotes(incident, { reader, sources, conflicts, reconciled, alone }, [
      ...(wave?.notes ?? []),
      ...result.notes,
    ]);
    const outputs = listed(incident, result.files);
    const reports = await writeReport(incident, {
      reader,
      index: conflicts,
      sources,
      summary: recovered,
      verdict,
      assertions,
      notes: told,
      outputs,
      masks,
    });
    const files = [...outputs, ...listed(incident, reports)];
    const summary = writeSummary(incident, { ...recovered, verdict, assertions }, files);
    withCatalog(layout.catalog, (catalog) => catalog.setState("notes", JSON.stringify(told)));
    const fingerprint = emissionFingerprint(incident, reconciled);
    withCatalog(layout.catalog, (catalog) => catalog.setState("emitted", fingerprint));
    return {
      result,
      summary,
      findings,
      contributions: incident.tables.map((table, index) => ({
        table: table.id,
        from: totals[index]?.contributions ?? [],
      })),
      notes: [
        ...withheldNotes(reader, incident.tables, masks),
        ...told.quoting,
        ...told.plain,
        ...constraintNotes(reader, incident.tables),
      ],
    };
  } finally {
    wave?.close();
    conflicts?.close();
    reader.close();
    closeSources(sources);
  }
}

function writeSummary(
  incident: Incident,
  { sources, tables, verdict, assertions }: Pick<Summary, "sources" | "tables" | "verdict" | "assertions">,
  outputs: Summary["outputs"],
): Summary {
  const layout = layoutOf(incident.directory);
  const summary = {
    incident: incident.recipe.incident,
    verdict,
    sources,
    tables,
    assertions,
    outputs,
  };
  writeFileAtomic(layout.summary, `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}
