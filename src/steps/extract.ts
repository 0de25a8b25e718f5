/** Step: every source whose evidence changed is read into a staging file of its own. */
import fs from "node:fs";
import path from "node:path";
import pLimit from "p-limit";
import { UserError } from "../errors.ts";
import { CaptureFolder, freeName } from "../extract/capture/folder.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { layoutOf } from "../incident.ts";
import type { Task } from "../progress.ts";
import type { Incident } from "../incident.ts";
import type { FileTimes } from "../recipe/file-times.ts";
import type { RecipeSource } from "../recipe/recipe.ts";
import type { SourceSummary } from "../report/summary.ts";
import { Catalog } from "../stage/catalog.ts";
import { capturedSchema } from "../target-schema.ts";
import { SourceReader } from "../stage/source-reader.ts";
import { stageFrom } from "./capture-and-stage.ts";
import type { Services } from "./services.ts";
import { evidenceOf } from "./evidence.ts";
import { prepareSource } from "./sources.ts";
import type { PreparedSource } from "./sources.ts";
import type { StageJob } from "./stage.ts";
import { recordRecipe } from "./state.ts";

export interface ExtractReport {
  readonly sources: readonly SourceSummary[];
  /** Sources that were not read again, since nothing about them changed. */
  readonly unchanged: readonly string[];
  /** What people should know of the sources: warnings, fields that fed nothing, cells that did not parse. */
  readonly notes: readonly string[];
}

export interface ExtractOptions {
  /** Only these sources. */
  readonly only?: readonly string[];
  /** Read even what is unchanged; servers and programs from what was captured of them. */
  readonly again?: boolean;
  /** Ask servers and programs anew; what was captured of them before is kept. */
  readonly recapture?: boolean;
  /** Ask no server and no program: what was captured has to do. */
  readonly offline?: boolean;
}

/** Sources that are read at the same time: one decompresses or waits for the disk while another is typed and stored. */
const concurrency = 2;

/** Reads every source whose evidence, options or mappings changed since it was staged. */
export async function extract(
  incident: Incident,
  services: Services,
  options: ExtractOptions = {},
): Promise<ExtractReport> {
  const chosen = chooseSources(incident, options.only);
  const layout = layoutOf(incident.directory);
  const catalog = new Catalog(layout.catalog);
  try {
    recordRecipe(incident);
    const prepared = await prepareAll(incident, chosen);
    recordEvidence(incident, prepared, options.only === undefined);
    const { again = false, recapture = false, offline = false } = options;
    const outcomes = await stageAll(incident, prepared, { catalog, services, again, recapture, offline });
    // What was captured is evidence only now.
    recordEvidence(incident, await prepareAll(incident, chosen), options.only === undefined);
    return {
      sources: outcomes.map((outcome) => outcome.summary),
      unchanged: outcomes.filter((outcome) => outcome.unchanged).map((outcome) => outcome.summary.id),
      notes: chosen.flatMap(({ id }) => sourceNotes(id, layout.staged(id))),
    };
  } finally {
    catalog.close();
  }
}

function chooseSources(incident: Incident, only: readonly string[] | undefined) {
  const { sources } = incident.recipe;
  const unknown = only?.find((id) => !sources.some((source) => source.id === id));
  if (unknown !== undefined)
    throw new UserError({
      what: `the recipe has no source ${JSON.stringify(unknown)}`,
      remedy: `Name one of: ${sources.map((source) => source.id).join(", ")}`,
    });
  return sources.filter((source) => only?.includes(source.id) ?? true);
}

function prepareAll(incident: Incident, chosen: readonly RecipeSource[]): Promise<PreparedSource[]> {
  const limit = pLimit(concurrency);
  return Promise.all(chosen.map((source) => limit(() => prepareSource(incident, source))));
}

function recordEvidence(incident: Incident, prepared: readonly PreparedSource[], complete: boolean): void {
  if (!complete) return;
  const evidence = prepared.flatMap(({ source, files }) =>
    evidenceOf(files, incident.recipe).map((file) => ({ source: source.id, ...file })),
  );
  writeFileAtomic(layoutOf(incident.directory).evidence, `${JSON.stringify(evidence, null, 2)}\n`);
}

interface Staging {
  readonly catalog: Catalog;
  readonly services: Services;
  readonly again: boolean;
  readonly recapture: boolean;
  readonly offline: boolean;
}

interface Outcome {
  readonly summary: SourceSummary;
  readonly unchanged: boolean;
}

/** All sources, some at a time. At the first failure the others are stopped, and the failure is thrown. */
async function stageAll(incident: Incident, prepared: readonly PreparedSource[], staging: Staging): Promise<Outcome[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([staging.services.signal, stop.signal]);
  const limit = pLimit(concurrency);
  const all = prepared.map((source) =>
    limit(async () => {
      try {
        return await stageSource(incident, source, { ...staging, services: { ...staging.services, signal } });
      } catch (error) {
        stop.abort(error);
        throw error;
      }
    }),
  );
  await Promise.allSettled(all);
  if (stop.signal.aborted) throw stop.signal.reason;
  return Promise.all(all);
}

async function stageSource(incident: Incident, prepared: PreparedSource, staging: Staging): Promise<Outcome> {
  const { source, fingerprint } = prepared;
  const { catalog, services } = staging;
  services.signal.throwIfAborted();
  const file = layoutOf(incident.directory).staged(source.id);
  const known = catalog.source(source.id);
  const task = services.reporter.task("extract", source.id);
  const isAnew =
    staging.again ||
    (staging.recapture && prepared.extractor.captures === true) ||
    hasMoved(incident, prepared, staging);
  if (!isAnew && known?.fingerprint === fingerprint && fs.existsSync(file)) {
    task.finish(`unchanged since it was read: ${known.summary.observations} observations`);
    return { summary: known.summary, unchanged: true };
  }
  catalog.forget(source.id);
  const summary = await stageAnew(incident, prepared, staging, task);
  const read = prepared.extractor.captures === true ? await prepareSource(incident, source) : prepared;
  catalog.setSource(source.id, { fingerprint: read.fingerprint, summary });
  task.finish(`${summary.staged} staged, ${summary.skipped} skipped, ${summary.quarantined} quarantined`);
  return { summary, unchanged: false };
}

/** The recipe points to another server than the one that was captured. */
function hasMoved(incident: Incident, { source, extractor }: PreparedSource, { offline }: Staging): boolean {
  if (offline || extractor.captures !== true) return false;
  const { location } = new CaptureFolder(layoutOf(incident.directory).captured(source.id));
  return location !== "" && location !== extractor.locate?.(source.options);
}

async function stageAnew(
  incident: Incident,
  prepared: PreparedSource,
  { services, recapture, offline }: Staging,
  task: Task,
): Promise<SourceSummary> {
  const { source, extractor } = prepared;
  const isRecaptured = recapture && extractor.captures === true;
  const job = stageJob(incident, prepared, { isRecaptured, offline });
  const stageServices = {
    workforce: services.workforce,
    signal: services.signal,
    progress: (done: number, total: number, rows: number) => task.update(done, total, rows),
    // It is kept: what came from the environment is not in it.
    log: (line: string) => task.log(incident.recipe.redact(line)),
  };
  const summary = await stageFrom(job, extractor, stageServices);
  if (isRecaptured) replaceCapture(incident, source);
  return summary;
}

function stageJob(
  incident: Incident,
  { source, extractor, files, mappings }: PreparedSource,
  { isRecaptured, offline }: { readonly isRecaptured: boolean; readonly offline: boolean },
): StageJob {
  const layout = layoutOf(incident.directory);
  const place = layout.captured(source.id);
  return {
    source: source.id,
    options: source.options,
    files: extractor.captures === true ? [] : files,
    folder: incident.recipe.folder,
    mappings,
    fileTimes: source.fileTimes === undefined ? undefined : describeFileTimes(source.fileTimes),
    zone: source.timezone ?? incident.recipe.target.timezone ?? "UTC",
    capturePlace: isRecaptured ? { ...place, folder: layout.recapturing(source.id) } : place,
    offline,
    staged: layout.staged(source.id),
  };
}

function describeFileTimes(fileTimes: FileTimes): string {
  return fileTimes.from === "modified"
    ? "modification time"
    : `name, which does not fit ${JSON.stringify(fileTimes.pattern)}`;
}

/** The old capture goes aside only once the new one is whole. */
function replaceCapture(incident: Incident, { id }: RecipeSource): void {
  const { captured, recapturing, earlier } = layoutOf(incident.directory);
  const { folder } = captured(id);
  if (fs.existsSync(folder)) {
    fs.mkdirSync(path.dirname(earlier(id)), { recursive: true });
    const schema = path.join(folder, capturedSchema);
    if (fs.existsSync(schema)) fs.copyFileSync(schema, path.join(recapturing(id), capturedSchema));
    fs.renameSync(folder, freeName(earlier(id)));
  }
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  fs.renameSync(recapturing(id), folder);
}

/** One sentence a warning, a place with leftovers, a kind of unparsed cell. */
function sourceNotes(id: string, file: string): string[] {
  const reader = new SourceReader(file);
  const notes = reader.notes();
  reader.close();
  return [
    ...notes.warnings.map((warning) => `${id}: ${warning}`),
    ...notes.partial.map(({ table, why }) => `${id}: ${table}: ${why}`),
    ...notes.leftovers.map(
      ({ place, fields }) => `${id}: ${place}: no column of the target takes ${fields.join(", ")}`,
    ),
    ...notes.unparsed.map(
      ({ table, column, reason, cells }) =>
        `${id}: ${table}.${column}: ${cells} ${cells === 1 ? "cell" : "cells"} kept as raw text: the value ${reason}`,
    ),
  ];
}
