/**
 * A server is captured, and staged meanwhile. As long as no file is whole nothing can be staged; what is captured by then is staged here, and more
 * in a thread of its own: reading a server and storing its rows are about the same work (docs/decisions/0009).
 */
import fs from "node:fs";
import { MessageChannel } from "node:worker_threads";
import { Capturing } from "../extract/capture/capturing.ts";
import { CaptureFolder } from "../extract/capture/folder.ts";
import type { Extractor } from "../extract/extractor.ts";
import { extractors } from "../extract/registry.ts";
import type { SourceSummary } from "../report/summary.ts";
import { scratchOf } from "../stage/source-writer.ts";
import { Crew } from "../threads/crew.ts";
import type { Services } from "./services.ts";
import type { CaptureNews, FollowingJob } from "./stage-job.ts";
import { stage } from "./stage.ts";
import type { StageJob, StageServices } from "./stage.ts";
import { defaultWorkforce } from "./workforce.ts";

/** What staging needs, and how many threads it may take. */
interface StageFromServices extends StageServices, Pick<Services, "workforce"> {}

/** Reads a source, or a target, into its staging file. Throws what capturing or staging threw. */
export function stageFrom(
  job: StageJob,
  extractor: Extractor,
  { workforce = defaultWorkforce, ...services }: StageFromServices,
): Promise<SourceSummary> {
  const isFollowed = !job.offline && workforce.workers > 1 && canBeFollowed(extractor);
  return isFollowed ? captureAndStage(job, extractor, services) : stage(job, extractor, services);
}

/** One of the project's own, since a thread finds it by its id. */
function canBeFollowed(extractor: Extractor): extractor is CapturingExtractor {
  return extractor.capture !== undefined && extractors.includes(extractor);
}

/** An extractor whose capturing can go on by itself. */
type CapturingExtractor = Extractor & Required<Pick<Extractor, "capture">>;

/** Throws what capturing or staging threw, once both have ended. */
async function captureAndStage(
  job: StageJob,
  extractor: CapturingExtractor,
  services: StageServices,
): Promise<SourceSummary> {
  const stop = new AbortController();
  const signal = AbortSignal.any([services.signal, stop.signal]);
  const capture = new Capture(job, extractor, { ...services, signal });
  try {
    await capture.firstFile;
    const summary = await (capture.isOver
      ? stage(job, extractor, { ...services, capturing: capture.followed() })
      : stageBeside(job, extractor.id, capture, services));
    await capture.done;
    return summary;
  } finally {
    stop.abort();
    await capture.done.catch(() => {});
  }
}

class Capture {
  /** Resolves where all is captured; rejects with what capturing threw. */
  readonly done: Promise<void>;
  /** Resolves where a file is whole that was not there before, or all is captured; rejects as `done` does. */
  readonly firstFile: Promise<void>;
  isOver = false;
  readonly #followers: ((news: CaptureNews) => void)[] = [];

  constructor({ mappings, capturePlace, options }: StageJob, extractor: CapturingExtractor, services: StageServices) {
    const folder = new CaptureFolder(capturePlace);
    const before = folder.files().length;
    const { promise: arrival, resolve: arrived } = promiseWithResolvers();
    const changed = (): void => {
      if (folder.files().length > before) arrived();
      this.#tell("changed");
    };
    const progress = (done: number, total: number): void => services.progress(done, total, done);
    this.done = extractor.capture(options, {
      mappings,
      signal: services.signal,
      capture: () => folder,
      progress,
      changed,
    });
    this.done.then(
      () => this.#end("ended"),
      () => this.#end("failed"),
    );
    this.firstFile = Promise.race([arrival, this.done]);
  }

  follow(follower: (news: CaptureNews) => void): void {
    this.#followers.push(follower);
  }

  /** What a follower in this thread waits for, once the capture is over. */
  followed(): Capturing {
    const capturing = new Capturing();
    capturing.end();
    return capturing;
  }

  #tell(news: CaptureNews): void {
    for (const follower of this.#followers) follower(news);
  }

  #end(news: CaptureNews): void {
    this.isOver = true;
    this.#tell(news);
  }
}

function promiseWithResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: (() => void) | undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve: () => resolve?.() };
}

/** Where it fails because the capture does, the capture's failure is thrown. */
async function stageBeside(
  job: StageJob,
  extractor: string,
  capture: Capture,
  { signal }: StageServices,
): Promise<SourceSummary> {
  const entry = new URL("stage-worker", import.meta.url);
  const crew = new Crew<FollowingJob, SourceSummary>({ entry, size: 1, workerData: undefined, signal });
  const { port1, port2 } = new MessageChannel();
  capture.follow((news) => port1.postMessage(news));
  try {
    const summary = crew.run({ job, extractor, port: port2 }, () => {}, [port2]);
    return await Promise.race([summary, capture.done.then(() => summary)]);
  } finally {
    port1.close();
    await crew.close();
    // A thread that was ended leaves what it was at.
    fs.rmSync(scratchOf(job.staged), { force: true });
  }
}
