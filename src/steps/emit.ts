/** Step: the reconciled rows become scripts, the lists for people, and `summary.json`. */
import fs from "node:fs";
import path from "node:path";
import { crosswalkNotes } from "../crosswalk/notes.ts";
import { defaultEmitOptions } from "../emit/options.ts";
import type { EmitOptions } from "../emit/options.ts";
import { findEmitter } from "../emit/registry.ts";
import type { EmitRequest, EmitResult, EmitTable } from "../emit/emitter.ts";
import { resolveTable } from "../recipe/names.ts";
import { UserError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { failureOf } from "../report/summary.ts";
import type { AssertionSummary, SourceSummary, Summary, TableSummary, Verdict } from "../report/summary.ts";
import { storedColumns } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { withCatalog } from "../stage/catalog.ts";
import { ReconciledReader } from "../stage/reconciled-reader.ts";
import type { TableTotals } from "../stage/reconciled-reader.ts";
import { describeLag } from "../verify/recovery.ts";
import { aloneBySource, aloneNotes, rescuedSources } from "./alone.ts";
import { checkAssertions } from "./assertions.ts";
import { masksOf } from "./masks.ts";
import { closeSources, openSources } from "./standings.ts";
import type { OpenSource } from "./standings.ts";
import { constraintNotes, doubtNotes, keptRows, withheldNotes } from "./notes.ts";
import type { Services } from "./services.ts";
import { groupNotes, openIndex } from "./review-index.ts";
import { isOfDecision } from "./decision-outcomes.ts";
import type { ToldNotes } from "./report/gather.ts";
import { listed } from "./report/outputs.ts";
import { writeReport } from "./report/write.ts";
import type { IndexReader } from "../review/index-reader.ts";
import { provenanceTables } from "./provenance.ts";
import { keepWave, openWave } from "./wave.ts";
import type { Wave } from "./wave.ts";
import { emissionFingerprint, evidenceHash, recordRecipe, requireReconciled } from "./state.ts";
import type { Reconciled } from "./state.ts";

/** What needs people besides what the summary counts. */
interface Findings extends SourceFindings {
  /** Rows that are emitted as the recipe says, although a constraint of the target refuses them. */
  readonly kept: number;
  /** Rows that are not written since somebody decided so. */
  readonly decidedAgainst: number;
}

/** All that the verdict hangs on besides what sources and tables came to. */
interface Judged extends Findings {
  readonly assertions: readonly AssertionSummary[];
}

/** What of the sources needs people, besides the records in quarantine. */
interface SourceFindings {
  /** Sources from which records are missing: `export: a.csv.gz: the file is cut short`. */
  readonly losses: readonly string[];
  /** Cells that were kept as raw text, since their types could not hold them. */
  readonly unparsed: number;
}

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

/** How many provisional cells the top of the scripts lists. */
const provisionalShown = 20;

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
    const emitTables = incident.tables.map((table, index) => emitTable(reader, table, totals[index] as TableTotals));
    const assertions = checkAssertions(incident);
    const warnings = assertions.filter(({ holds }) => !holds).map(failureOf);
    const decidedAgainst = incident.tables.reduce((sum, table) => sum + reader.decidedAgainst(table), 0);
    const findings = { ...sourceFindings(sources), kept: keptRows(reader, incident.tables), decidedAgainst };
    const alone = aloneBySource(incident, reader);
    const recovered = { sources: rescuedSources(incident, alone), tables: reconciled.tables };
    const verdict = verdictOf(recovered.sources, recovered.tables, { ...findings, assertions });
    refuseBulk(incident, options);
    const rebuilt = chosenTables(incident, emitTables, options);
    const chosen =
      options.provenance === undefined ? rebuilt : [...rebuilt, ...withProvenance(reader, rebuilt, options)];
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

interface Told {
  readonly reader: ReconciledReader;
  readonly sources: readonly OpenSource[];
  readonly conflicts: IndexReader;
  readonly reconciled: Reconciled;
  readonly alone: ReturnType<typeof aloneBySource>;
}

/** `emitted`: what the emission itself tells. */
function toldNotes(
  incident: Incident,
  { reader, sources, conflicts, reconciled, alone }: Told,
  emitted: readonly string[],
): ToldNotes {
  const known = reader.notes();
  return {
    quoting: [
      ...known.filter((note) => isOfDecision(note)),
      ...groupNotes(incident, conflicts),
      ...crosswalkNotes(sources, incident.tables),
    ],
    plain: [
      ...known.filter((note) => !isOfDecision(note)),
      ...doubtNotes(incident, sources),
      ...emitted,
      ...(incident.schema.notes ?? []).map((note) => `the target schema: ${note}`),
      ...reconciled.tables.flatMap((each) => describeLag(each.table, each.recoveryPoints)),
      ...aloneNotes(alone),
    ],
  };
}

function refuseBulk({ recipe }: Incident, { bulkFolder }: EmitOptions): void {
  if (bulkFolder === undefined || recipe.target.dialect === "sqlserver") return;
  throw new UserError({
    what: `files for BULK INSERT are SQL Server's, and the scripts are for ${recipe.target.dialect}`,
    remedy: "Leave out --bulk",
  });
}

/** Rows that are there already have no provenance of this emission. */
function withProvenance(
  reader: ReconciledReader,
  tables: readonly EmitTable[],
  { since, onlyMissing, createsSchema }: EmitOptions,
): EmitTable[] {
  if (since === undefined && onlyMissing === undefined && createsSchema) return provenanceTables(reader, tables);
  throw new UserError({
    what: "the tables of provenance are made and filled with all rows at once",
    remedy: "Leave out --since, --only-missing and --no-schema, or --provenance",
  });
}

/** Throws UserError for a table that is not rebuilt. */
function chosenTables(
  incident: Incident,
  all: readonly EmitTable[],
  { tables }: Pick<EmitOptions, "tables">,
): readonly EmitTable[] {
  if (tables === undefined) return all;
  const chosen = new Set(tables.map((name) => resolveTable({ ...incident.schema, tables: incident.tables }, name).id));
  return all.filter(({ table }) => chosen.has(table.id));
}

function emitTable(reader: ReconciledReader, table: Table, totals: TableTotals): EmitTable {
  const { emitted, withheld, highestIdentity, cells, contributions } = totals;
  return {
    table,
    columns: storedColumns(table),
    rowCount: emitted,
    rows: () => reader.rows(table),
    highestIdentity,
    provisional: { count: cells.contested + cells.nulled, first: firstProvisional(reader, table) },
    withheld,
    sources: contributions.map(({ source }) => source),
  };
}

function firstProvisional(reader: ReconciledReader, table: Table) {
  const first = [];
  for (const { key, column, reason, class: kind } of reader.conflicts(["contested", "nulled"], table)) {
    if (first.length === provisionalShown) break;
    first.push({ key, column, reason: `${kind}: ${reason ?? "no rule decided"}` });
  }
  return first;
}

type ScriptRequest = Omit<EmitRequest, "folder" | "signal" | "progress">;

function requestOf(
  incident: Incident,
  { createsSchema, split, gzip, transaction, ifExists, bulkFolder }: EmitOptions,
  wave: Wave | undefined,
  said: Pick<EmitRequest, "warnings" | "verdict" | "evidence" | "tables">,
): ScriptRequest {
  const { target } = incident.recipe;
  return {
    ...said,
    createsSchema,
    split,
    gzip,
    transaction,
    ...(bulkFolder === undefined ? {} : { bulkFolder }),
    ...(wave === undefined ? {} : { tables: wave.tables }),
    ...(wave?.since === undefined ? {} : { since: wave.since }),
    incident: incident.recipe.incident,
    version: target.version,
    schema: incident.schema,
    collation: { name: target.collation, isGiven: target.collationIsGiven },
    // Where others are loaded, rows of theirs are there.
    ifExists: wave === undefined ? (ifExists ?? target.ifExists) : "skip",
    reseedMargin: target.reseedMargin,
  };
}

/** The scripts appear as a whole: written beside `out`, then put in its place. */
async function writeScripts(incident: Incident, request: ScriptRequest, services: Services): Promise<EmitResult> {
  const { out } = layoutOf(incident.directory);
  const { dialect } = incident.recipe.target;
  const part = `${out}.part`;
  fs.rmSync(part, { recursive: true, force: true });
  fs.mkdirSync(part, { recursive: true });
  const task = services.reporter.task("emit", dialect);
  try {
    const result = await findEmitter(dialect).emit({
      ...request,
      folder: part,
      signal: services.signal,
      progress: (done, total) => task.update(done, total, done),
    });
    replaceScripts(incident, part);
    task.finish(`${result.files.length} files`);
    return {
      ...result,
      files: result.files.map((file) => ({ ...file, path: path.join(out, path.relative(part, file.path)) })),
    };
  } catch (error) {
    fs.rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

/**
 * At every moment `out` holds all scripts or is not there, and a summary speaks of the scripts that lie beside it, so
 * that no kill leaves half of them.
 */
function replaceScripts(incident: Incident, part: string): void {
  const { out, summary } = layoutOf(incident.directory);
  const old = `${part}.old`;
  fs.rmSync(old, { recursive: true, force: true });
  fs.rmSync(summary, { force: true });
  if (fs.existsSync(out)) fs.renameSync(out, old);
  fs.renameSync(part, out);
  fs.rmSync(old, { recursive: true, force: true });
}

/** What of the sources needs people besides their quarantine. */
function sourceFindings(sources: readonly OpenSource[]): SourceFindings {
  const notes = sources.map(({ source, reader }) => ({ id: source.id, ...reader.notes() }));
  return {
    losses: notes.flatMap(({ id, losses }) => losses.map((loss) => `${id}: ${loss}`)),
    unparsed: notes.flatMap(({ unparsed }) => unparsed).reduce((sum, { cells }) => sum + cells, 0),
  };
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

/** People are needed for contested and replaced cells, rows withheld or refused, records quarantined or missing, cells that did not parse, assertions that fail. */
function verdictOf(
  sources: readonly SourceSummary[],
  tables: readonly TableSummary[],
  { losses, unparsed, kept, decidedAgainst, assertions }: Judged,
): Verdict {
  const open =
    losses.length > 0 ||
    unparsed + kept > 0 ||
    assertions.some(({ holds }) => !holds) ||
    sources.some((source) => source.quarantined > 0) ||
    tables.reduce((sum, { withheld }) => sum + withheld, 0) > decidedAgainst ||
    tables.some(({ cells }) => cells.contested + cells.nulled + cells.defaulted > 0);
  return open ? "needs-review" : "clean";
}
