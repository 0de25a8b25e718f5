/** Reads one table in ranges of its key, side by side: only where the recipe asks, as it is a load on the server. */
import type { RawValue } from "../../values/codec.ts";
import type { CapturedTable } from "../capture/manifest.ts";
import { noteSnapshot, withSnapshot } from "./job.ts";
import type { Reading, TableJob } from "./job.ts";
import type { Server, ServerSnapshot } from "./kind.ts";
import { captureRange } from "./range.ts";
import type { Range } from "./range.ts";

type Key = readonly RawValue[];

/** Enough keys to cut a table into ranges of nearly the same size. */
const mostSamples = 4096;

/** Where it breaks it begins again; the files are noted, in key order, when all are whole. */
export async function captureRanges(job: TableJob, reading: Reading, begun: CapturedTable): Promise<void> {
  const whole = await job.link.persist(() =>
    withSnapshot(job, (main, server) => readSideBySide(job, reading, begun, { main, server })),
  );
  job.folder.setTable(job.mapping.table.id, { ...whole, isComplete: true });
}

interface Connected {
  readonly main: ServerSnapshot;
  readonly server: Server;
}

async function readSideBySide(
  job: TableJob,
  reading: Reading,
  begun: CapturedTable,
  { main, server }: Connected,
): Promise<CapturedTable> {
  const ranges = rangesBetween(await boundaries(job, reading, main), begun);
  const captured: CapturedTable[] = [];
  const waiting = ranges.map((range, index) => ({ range, index }));
  let moments = noteSnapshot(begun, main);
  const readWith = async (snapshot: ServerSnapshot): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      captured[next.index] = await captureRange(job, reading, snapshot, next.range);
  };
  const readBeside = async (): Promise<void> => {
    const like = job.sharesSnapshots ? { like: main } : {};
    const snapshot = await server.snapshot(like);
    try {
      if (!job.sharesSnapshots) moments = noteSnapshot(moments, snapshot);
      await readWith(snapshot);
    } finally {
      await snapshot.close();
    }
  };
  const others = Math.min(job.connections, ranges.length) - 1;
  await allOrFirstFailure([readWith(main), ...Array.from({ length: others }, readBeside)]);
  return { ...moments, files: captured.flatMap(({ files }) => files) };
}

/** Waits for all, so that nothing is still reading when the first failure is thrown. */
async function allOrFirstFailure(works: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(works);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** `ranges - 1` keys at about equal distances: one pass over the keys alone. */
async function boundaries(job: TableJob, reading: Reading, snapshot: ServerSnapshot): Promise<Key[]> {
  const columns = reading.key.flatMap((index) => reading.columns[index] ?? []);
  const request = { relation: reading.relation, columns, where: job.mapping.where, after: undefined, upTo: undefined };
  let samples: Key[] = [];
  let distance = 1;
  let row = 0;
  for await (const rows of snapshot.rows(request)) {
    job.signal.throwIfAborted();
    for (const key of rows) if (row++ % distance === 0) samples.push(key as Key);
    if (samples.length <= mostSamples) continue;
    samples = samples.filter((_, index) => index % 2 === 0);
    distance *= 2;
  }
  const cuts = Array.from({ length: job.ranges - 1 }, (_, cut) => ((cut + 1) * samples.length) / job.ranges);
  return [...new Set(cuts.map((cut) => samples[Math.floor(cut)]))].flatMap((key) => (key === undefined ? [] : [key]));
}

function rangesBetween(cuts: readonly Key[], table: CapturedTable): Range[] {
  return [undefined, ...cuts].map((after, index) => ({
    table,
    part: String(index + 1),
    after,
    upTo: cuts[index],
  }));
}
