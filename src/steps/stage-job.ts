/** What the main thread and the one that stages tell each other: plain data, as threads pass it on. */
import type { MessagePort } from "node:worker_threads";
import type { StageJob } from "./stage.ts";

/** A source whose capture goes on in the main thread; the result is a `SourceSummary`. */
export interface FollowingJob {
  readonly job: StageJob;
  /** Id of the extractor, one of the project's own. */
  readonly extractor: string;
  /** Says how the capture goes on. */
  readonly port: MessagePort;
}

/** The capture's list has changed; or nothing more comes, `failed` where not all was captured. */
export type CaptureNews = "changed" | "ended" | "failed";
