/** A worker thread that stages a source while the main thread captures it. */
import { Capturing } from "../extract/capture/capturing.ts";
import { findExtractor } from "../extract/registry.ts";
import type { SourceSummary } from "../report/summary.ts";
import { serve } from "../threads/serve.ts";
import { stage } from "./stage.ts";
import type { CaptureNews, FollowingJob } from "./stage-job.ts";

/** The main thread stops a worker from outside. */
const { signal } = new AbortController();

serve(async ({ job, extractor, port }: FollowingJob): Promise<SourceSummary> => {
  const capturing = new Capturing();
  port.on("message", (news: CaptureNews) => {
    if (news === "changed") capturing.changed();
    // Why it failed is told by the main thread.
    else capturing.end(news === "failed" ? new Error("the capture failed") : undefined);
  });
  try {
    const silent = { progress: () => undefined, log: () => undefined };
    return await stage(job, findExtractor(extractor), { ...silent, signal, capturing });
  } finally {
    port.close();
  }
});
