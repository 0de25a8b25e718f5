/** One source is read into its staging file. */
import { Capturing } from "../extract/capture/capturing.ts";
import type { CapturePlace } from "../extract/capture/folder.ts";
import type { EvidenceFile, Extractor, TableMapping } from "../extract/extractor.ts";
import { extractSource } from "../extract/run.ts";
import type { SourceSummary } from "../report/summary.ts";
import { SourceWriter } from "../stage/source-writer.ts";

/** What is staged, and where it goes: plain data, as threads pass it on. */
export interface StageJob {
  readonly source: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly files: readonly EvidenceFile[];
  /** The recipe's, absolute. */
  readonly folder: string;
  readonly mappings: readonly TableMapping[];
  readonly fileTimes: string | undefined;
  readonly zone: string;
  readonly capturePlace: CapturePlace;
  /** What was captured has to do. */
  readonly offline: boolean;
  /** Path of the staging file. */
  readonly staged: string;
}

export interface StageServices {
  readonly signal: AbortSignal;
  /** A capture that goes on elsewhere. */
  readonly capturing?: Capturing;
  /** `done` of `total`, `rows` observations so far. */
  progress(done: number, total: number, rows: number): void;
  /** A line for `run.log`. */
  log(line: string): void;
}

/** The staging file appears whole or not at all. Throws what reading threw. */
export async function stage(job: StageJob, extractor: Extractor, services: StageServices): Promise<SourceSummary> {
  const { staged, ...request } = job;
  const sink = new SourceWriter(staged);
  try {
    const summary = await extractSource({ ...request, ...services, extractor, sink });
    sink.finish();
    return summary;
  } catch (error) {
    sink.discard();
    throw error;
  }
}
