/** Captures a server: its tables, several at a time. What was captured before is not asked for again. */
import pLimit from "p-limit";
import type { CaptureFolder } from "../capture/folder.ts";
import type { CaptureContext, TableMapping } from "../extractor.ts";
import { captureTable } from "./capture-table.ts";
import type { TableJob } from "./job.ts";
import type { Server } from "./kind.ts";
import { Link } from "./link.ts";
import { questionOf } from "./question.ts";

export interface ServerReading {
  readonly connect: (signal: AbortSignal) => Promise<Server>;
  /** Throws UserError where the options do not say it. */
  readonly locate: () => string;
  readonly connections: number;
  readonly retries: number;
  /** Number of ranges by target table. */
  readonly ranges: ReadonlyMap<string, number>;
  readonly sharesSnapshots: boolean;
}

/** Throws what the first table failed of, once nothing is read or written any more and every connection is closed. */
export async function captureServer(reading: ServerReading, context: CaptureContext): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const folder = context.capture();
  const location = reading.locate();
  folder.watch(() => context.changed());
  folder.moveTo(location);
  const connect = async (): Promise<Server> => describeIn(folder, await reading.connect(signal));
  const link = new Link({ connect, location, retries: reading.retries, signal });
  const progress = new Progress(context);
  const jobs = context.mappings.map((mapping) => jobFor(reading, mapping, { folder, link, signal, progress }));
  try {
    await captureAll(jobs, reading.connections, stop);
  } finally {
    await link.close();
  }
}

function describeIn(folder: CaptureFolder, server: Server): Server {
  folder.describe(server.description, server.warnings);
  return server;
}

interface JobContext extends Pick<TableJob, "folder" | "link" | "signal"> {
  readonly progress: Progress;
}

function jobFor(
  { ranges, connections, sharesSnapshots }: ServerReading,
  mapping: TableMapping,
  { progress, ...own }: JobContext,
): TableJob {
  return {
    ...own,
    mapping,
    question: questionOf(mapping),
    ranges: ranges.get(mapping.table.id) ?? 1,
    connections,
    sharesSnapshots,
    onRows: (rows) => progress.came(rows),
    onEstimate: (rows) => progress.expect(rows),
  };
}

function isRanged({ ranges }: TableJob): boolean {
  return ranges > 1;
}

/** A table in ranges needs all connections for itself, and comes after the others. At the first failure all stop. */
async function captureAll(jobs: readonly TableJob[], connections: number, stop: AbortController): Promise<void> {
  const capture = async (job: TableJob): Promise<void> => {
    try {
      await captureTable(job);
    } catch (error) {
      stop.abort(error);
    }
  };
  const inTurn = (some: readonly TableJob[], atATime: number): Promise<unknown> => {
    const limit = pLimit(atATime);
    return Promise.all(some.map((job) => limit(() => capture(job))));
  };
  await inTurn(
    jobs.filter((job) => !isRanged(job)),
    connections,
  );
  await inTurn(jobs.filter(isRanged), 1);
  stop.signal.throwIfAborted();
}

/** Rows that came, of those that the server thinks there are. */
class Progress {
  readonly #context: Pick<CaptureContext, "progress">;
  #came = 0;
  #expected = 0;

  constructor(context: Pick<CaptureContext, "progress">) {
    this.#context = context;
  }

  expect(rows: number): void {
    this.#expected += rows;
  }

  came(rows: number): void {
    this.#came += rows;
    this.#context.progress(this.#came, Math.max(this.#came, this.#expected));
  }
}
