/**
 * Reads a server: its tables are captured, several at a time, and staged in the recipe's order from the files as they become whole. What was
 * captured before is not asked for again.
 */
import pLimit from "p-limit";
import { UserError } from "../../errors.ts";
import { FileChannel } from "../capture/channel.ts";
import { refuseAltered } from "../capture/folder.ts";
import type { CaptureFolder } from "../capture/folder.ts";
import type { CapturedTable } from "../capture/manifest.ts";
import type { ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { captureTable } from "./capture-table.ts";
import type { TableJob } from "./job.ts";
import { readCaptured } from "./captured-rows.ts";
import { TableFeed, tellOf } from "./feed.ts";
import { Link } from "./link.ts";
import { questionOf } from "./question.ts";
import { isAskedFor } from "./tables.ts";
import type { Server } from "./kind.ts";

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

export async function* readServer(reading: ServerReading, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const folder = context.capture();
  const location = context.offline ? folder.location : reading.locate();
  if (!context.offline) folder.moveTo(location);
  const connect = async (): Promise<Server> => {
    if (context.offline) throw notCaptured(location);
    return describeIn(folder, await reading.connect(signal));
  };
  const link = new Link({ connect, location, retries: reading.retries, signal });
  const progress = new Progress(context);
  const jobs = context.mappings.map((mapping) => jobFor(reading, mapping, { folder, link, signal, progress }));
  const { channels, done } = captureAll(jobs, reading.connections, stop);
  try {
    for (const [index, job] of jobs.entries()) yield* stageTable(job, channels[index] as FileChannel, context);
    for (const warning of folder.warnings) context.warn(warning);
  } finally {
    stop.abort();
    await done;
    await link.close();
  }
}

function describeIn(folder: CaptureFolder, server: Server): Server {
  folder.describe(server.description, server.warnings);
  return server;
}

function notCaptured(location: string): UserError {
  return new UserError({
    what: `not all that the recipe asks of ${location || "the server"} was captured`,
    remedy: "Run `salvage run` while the server answers; it asks only for what is missing",
  });
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

interface Captures {
  /** One a job. */
  readonly channels: readonly FileChannel[];
  /** Nothing is read or written any more; never fails. */
  readonly done: Promise<unknown>;
}

/** Begins to capture; a table in ranges needs all connections for itself, and comes after the others. At the first failure all stop. */
function captureAll(jobs: readonly TableJob[], connections: number, stop: AbortController): Captures {
  const channels = jobs.map(() => new FileChannel());
  const capture = async (index: number): Promise<void> => {
    const channel = channels[index] as FileChannel;
    try {
      await captureTable(jobs[index] as TableJob, channel);
      channel.end();
    } catch (error) {
      channel.end(error);
      stop.abort(error);
    }
  };
  const numbers = [...jobs.keys()];
  const isRanged = (index: number): boolean => (jobs[index]?.ranges ?? 1) > 1;
  const plain = numbers.filter((index) => !isRanged(index));
  const done = inTurn(plain, connections, capture).then(() => inTurn(numbers.filter(isRanged), 1, capture));
  return { channels, done };
}

function inTurn(numbers: readonly number[], atATime: number, work: (index: number) => Promise<void>): Promise<unknown> {
  const limit = pLimit(atATime);
  return Promise.all(numbers.map((index) => limit(() => work(index))));
}

async function* stageTable(
  { mapping, question, folder, signal }: TableJob,
  channel: FileChannel,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  let feed: TableFeed | undefined;
  for await (const captured of channel.files()) {
    signal.throwIfAborted();
    const file = folder.evidence(captured);
    refuseAltered(file);
    feed ??= new TableFeed(mapping, folder.table(mapping.table.id, question) as CapturedTable, context.zone);
    for await (const { lines, rows, line } of readCaptured(file)) {
      context.read(lines.length);
      if (feed.feeds) yield feed.batch(file, { lines, rows, line });
      else context.skip("feeds no target table", lines.length);
    }
  }
  const captured = folder.table(mapping.table.id, question) as CapturedTable;
  if (captured.relation === null) refuseAbsence(mapping);
  else tellOf(mapping, captured, feed ?? new TableFeed(mapping, captured, context.zone), context);
}

/** The capture says that there is no such table; the recipe may by now ask for it. */
function refuseAbsence(mapping: TableMapping): void {
  if (!isAskedFor(mapping)) return;
  throw new UserError({
    what: "the source had no such table when it was captured",
    where: { table: mapping.table.id },
    remedy: "Correct `from`, or have the source captured again with `salvage extract --recapture`",
  });
}

/** Rows that came, of those that the server thinks there are. */
class Progress {
  readonly #context: Pick<ExtractContext, "progress">;
  #came = 0;
  #expected = 0;

  constructor(context: Pick<ExtractContext, "progress">) {
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
