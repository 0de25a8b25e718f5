/** Reads one source through its extractor into a sink, and proves that no record went missing on the way. */
import { UserError } from "../errors.ts";
import { assertSourceBalances } from "../report/summary.ts";
import type { SourceSummary } from "../report/summary.ts";
import type { Capturing } from "./capture/capturing.ts";
import { CaptureFolder } from "./capture/folder.ts";
import type { CapturePlace } from "./capture/folder.ts";
import type { EvidenceFile, ExtractContext, Extractor, ObservationBatch, TableMapping } from "./extractor.ts";
import fs from "node:fs";
import type { ObservationSink } from "./sink.ts";
import { Typer } from "./typing.ts";

export interface ExtractRequest {
  readonly source: string;
  readonly extractor: Extractor;
  readonly options: Readonly<Record<string, unknown>>;
  readonly files: readonly EvidenceFile[];
  /** The recipe's, absolute. */
  readonly folder: string;
  readonly mappings: readonly TableMapping[];
  readonly sink: ObservationSink;
  /** How the recipe has each file tell its time, for messages; undefined: it does not. */
  readonly fileTimes?: string | undefined;
  /** The zone on whose clock the source's moments are read. */
  readonly zone: string;
  /** Where a source is captured that is no file. */
  readonly capturePlace: CapturePlace;
  /** What was captured has to do: no server, no program is asked. */
  readonly offline: boolean;
  /** A capture that goes on elsewhere and is followed. */
  readonly capturing?: Capturing | undefined;
  readonly signal: AbortSignal;
  /** `done` of `total` bytes, `rows` observations so far. */
  progress(done: number, total: number, rows: number): void;
  /** A line for `run.log`. */
  log(line: string): void;
}

interface Counts {
  read: number;
  staged: number;
  evidence: number;
  skipped: number;
  quarantined: number;
  observations: number;
}

/**
 * Extracts a source. Throws the abort signal's reason when interrupted, UserError for input that cannot be read,
 * Fault if the records do not add up.
 */
export async function extractSource(request: ExtractRequest): Promise<SourceSummary> {
  const counts: Counts = { read: 0, staged: 0, evidence: 0, skipped: 0, quarantined: 0, observations: 0 };
  const typer = new Typer(request.mappings);
  const before = request.files.map((file) => fileState(file));
  for (const loss of request.files.flatMap(({ archiveLosses }) => archiveLosses ?? []))
    request.sink.warn(loss, undefined, "loss");
  for await (const batch of request.extractor.extract(request.options, contextFor(request, counts))) {
    request.signal.throwIfAborted();
    if (request.fileTimes !== undefined) requireTime(request.source, batch.file, request.fileTimes);
    stageBatch(batch, typer, request.sink, counts);
  }
  request.signal.throwIfAborted();
  for (const sentence of typer.lessened()) request.sink.warn(sentence, undefined, "note");
  for (const [index, file] of request.files.entries()) refuseChanged(request.source, file, before[index]);
  const summary = { id: request.source, extractor: request.extractor.id, ...counts };
  assertSourceBalances(summary);
  return summary;
}

function contextFor(request: ExtractRequest, counts: Counts): ExtractContext {
  const { sink } = request;
  return {
    files: request.files,
    folder: request.folder,
    mappings: request.mappings,
    signal: request.signal,
    read: (records) => void (counts.read += records),
    skip: (rule, records = 1) => {
      counts.skipped += records;
      sink.skip(rule, records);
    },
    evidence: (raw, proof, locator) => {
      counts.evidence++;
      sink.evidence(raw, proof, locator);
    },
    quarantine: (raw, reason, locator) => {
      counts.quarantined++;
      sink.quarantine(raw, reason, locator);
    },
    leftover: (place, fields) => sink.leftover(place, fields),
    warn: (message, locator, weight = "note") => sink.warn(message, locator, weight),
    log: (line) => request.log(line),
    partial: (table, why) => sink.partial(table, why),
    zone: request.zone,
    offline: request.offline,
    capture: () => new CaptureFolder(request.capturePlace),
    capturing: request.capturing,
    progress: (done, total) => request.progress(done, total, counts.observations),
  };
}

function stageBatch(batch: ObservationBatch, typer: Typer, sink: ObservationSink, counts: Counts): void {
  const { rows, turnedAway } = typer.type(batch);
  const { table, operation, file, part, positionsAre } = batch;
  sink.observe({ table, operation, file, part, positionsAre }, rows);
  counts.observations += rows.length;
  // Their records are counted, and quarantined, with the change itself.
  if (batch.accompanies === true) return;
  if (operation === "proof") counts.evidence += rows.length;
  else counts.staged += rows.length;
  for (const { row, reason } of turnedAway) {
    const position = batch.positions[row] ?? 0;
    const locator = { file, ...(part === undefined ? {} : { part }), [positionsAre]: position };
    sink.quarantine(batch.raw(row), `${table.id}: ${reason}`, locator);
    counts.quarantined++;
  }
}

function requireTime(source: string, file: EvidenceFile, fileTimes: string): void {
  if (file.asOf !== undefined) return;
  throw new UserError({
    what: `the file holds rows, and says no time by its ${fileTimes}`,
    where: { file: file.name, source },
    remedy: "Correct the source's `asOf`, leave the file out of its `path`, or give the file a source of its own",
  });
}

function fileState(file: EvidenceFile): string {
  const state = fs.statSync(file.path);
  return `${state.size} ${state.mtimeMs}`;
}

function refuseChanged(source: string, file: EvidenceFile, before: string | undefined): void {
  if (fileState(file) === before) return;
  throw new UserError({
    what: "the file changed while it was being read",
    where: { file: file.name, source },
    remedy: "Copy the file to a place where nothing writes to it, and name the copy in the recipe",
  });
}
