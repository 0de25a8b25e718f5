/** Reads one table of a server into captured files: in key order where it can be resumed, else again from its beginning. */
import { UserError } from "../../errors.ts";
import type { RawValue } from "../../values/codec.ts";
import { encodeRow } from "../capture/cells.ts";
import type { FileChannel } from "../capture/channel.ts";
import type { CaptureFolder } from "../capture/folder.ts";
import type { CapturedTable } from "../capture/manifest.ts";
import type { CaptureStream } from "../capture/stream.ts";
import type { TableMapping } from "../extractor.ts";
import { readCaptured } from "./captured-rows.ts";
import type { ReadRequest, Relation, Server, ServerColumn, ServerSnapshot } from "./kind.ts";
import type { Link } from "./link.ts";
import { captureRanges } from "./ranges.ts";
import { findRelation } from "./tables.ts";

export interface TableJob {
  readonly mapping: TableMapping;
  readonly question: string;
  readonly folder: CaptureFolder;
  readonly link: Link;
  /** In how many ranges it is read side by side. */
  readonly ranges: number;
  /** At most so many connections at a time. */
  readonly connections: number;
  /** Can connections share a snapshot, so that ranges are of one moment? */
  readonly sharesSnapshots: boolean;
  readonly signal: AbortSignal;
  /** Rows that came, as they come. */
  onRows(rows: number): void;
  /** How many rows the server thinks there are. */
  onEstimate(rows: number): void;
}

/** How a table is read, once the server has described it. */
export interface Reading {
  readonly relation: Relation;
  readonly columns: readonly ServerColumn[];
  /** Indexes of the key columns among `columns`. */
  readonly key: readonly number[];
}

/** Captures what is not captured yet, and hands every file over. Throws UserError where it cannot be read whole. */
export async function captureTable(job: TableJob, channel: FileChannel): Promise<void> {
  const { folder, mapping, question } = job;
  const known = folder.table(mapping.table.id, question);
  for (const file of known?.files ?? []) channel.add(file);
  if (known?.isComplete === true) return;
  const server = await job.link.server();
  const relation = await job.link.persist(() => findRelation(server, mapping));
  if (relation === undefined) return folder.setTable(mapping.table.id, nothing(question));
  job.onEstimate(relation.estimatedRows ?? 0);
  const reading = planReading(relation);
  refuseChange(job, known, reading);
  const table = known ?? begunTable(question, reading);
  folder.setTable(mapping.table.id, table);
  if (reading.key.length === 0) await captureAtOnce(job, reading, table, channel);
  else if (job.ranges > 1) await captureRanges(job, reading, table, channel);
  else await captureInKeyOrder(job, reading, table, channel);
}

function planReading(relation: Relation): Reading {
  const columns = relation.columns.filter(({ unread }) => unread === undefined);
  return {
    relation,
    columns,
    key: relation.key.map((name) => columns.findIndex((column) => column.name === name)),
  };
}

/** The server has no such table: known, so that it is not asked again. */
function nothing(question: string): CapturedTable {
  const none = { columns: [], key: [], readAt: [], limits: [], files: [] };
  return { question, relation: null, ...none, isComplete: true, isConsistent: true };
}

function begunTable(question: string, { relation, columns, key }: Reading): CapturedTable {
  return {
    question,
    relation: relation.name === undefined ? "the query" : `${relation.name.schema}.${relation.name.name}`,
    columns: columns.map(({ name, declaredType, isInstant = false }) => ({ name, declaredType, isInstant })),
    key: [...key],
    isComplete: false,
    readAt: [],
    isConsistent: true,
    limits: [...relation.limits],
    files: [],
  };
}

/** Half of a table under other columns than the rest could not be told apart. */
function refuseChange({ mapping, link }: TableJob, known: CapturedTable | undefined, reading: Reading): void {
  if (known === undefined) return;
  const now = begunTable(known.question, reading);
  if (JSON.stringify([now.columns, now.key]) === JSON.stringify([known.columns, known.key])) return;
  throw new UserError({
    what: `the columns of ${known.relation} changed on ${link.location} while it was being read`,
    where: { table: mapping.table.id },
    remedy: "Have the source read from its beginning with `salvage extract --recapture`",
  });
}

/** What the manifest says of a table once a snapshot of it is begun. */
export function noteSnapshot(table: CapturedTable, snapshot: ServerSnapshot): CapturedTable {
  const readAt = [...table.readAt, snapshot.readAt];
  // Two snapshots are two moments, however consistent each is.
  return { ...table, readAt, isConsistent: snapshot.isConsistent && readAt.length === 1 };
}

/** Streams rows into captured files; every file that is whole is noted and handed over, and reading goes on behind the last row that came. */
async function captureInKeyOrder(
  job: TableJob,
  reading: Reading,
  begun: CapturedTable,
  channel: FileChannel,
): Promise<void> {
  const { folder, mapping } = job;
  let table = begun;
  const note = (changed: CapturedTable): void => folder.setTable(mapping.table.id, (table = changed));
  const stream = folder.stream(mapping.table.id, {
    header: headerOf(reading),
    onFile: (file) => {
      note({ ...table, files: [...table.files, file] });
      channel.add(file);
    },
  });
  let after = await lastKey(job, table);
  try {
    await job.link.persist((gained) =>
      withSnapshot(job, async (snapshot) => {
        // Readings that gave nothing leave no trace.
        note(noteSnapshot(after === undefined ? { ...table, readAt: [] } : table, snapshot));
        const request = { ...requestFor(job, reading), after };
        await copyRows({ job, snapshot, request, stream }, (row) => {
          after = reading.key.map((index) => row[index] as RawValue);
          gained();
        });
      }),
    );
    await stream.finish();
  } catch (error) {
    await stream.discard();
    throw error;
  }
  note({ ...table, isComplete: true });
}

/** The key of the last row in the files that are there. */
async function lastKey({ folder }: TableJob, { files, key }: CapturedTable): Promise<RawValue[] | undefined> {
  const last = files.at(-1);
  if (last === undefined) return undefined;
  let row: readonly (RawValue | null)[] | undefined;
  for await (const { rows } of readCaptured(folder.evidence(last))) row = rows.at(-1) ?? row;
  return row && key.map((index) => row[index] as RawValue);
}

/** Without a key nothing tells where reading stopped: where it breaks it begins again, and is handed over when it is whole. */
async function captureAtOnce(
  job: TableJob,
  reading: Reading,
  begun: CapturedTable,
  channel: FileChannel,
): Promise<void> {
  const { folder, mapping } = job;
  const whole = await job.link.persist(() =>
    withSnapshot(job, (snapshot) => captureRange(job, reading, snapshot, { table: noteSnapshot(begun, snapshot) })),
  );
  folder.setTable(mapping.table.id, { ...whole, isComplete: true });
  for (const file of whole.files) channel.add(file);
}

export interface Range {
  readonly table: CapturedTable;
  /** Its number, where there are several. */
  readonly part?: string;
  readonly after?: readonly RawValue[] | undefined;
  readonly upTo?: readonly RawValue[] | undefined;
}

/** Reads a stretch of the table in one go; what is there of an earlier attempt is written over. */
export async function captureRange(
  job: TableJob,
  reading: Reading,
  snapshot: ServerSnapshot,
  { table, part, after, upTo }: Range,
): Promise<CapturedTable> {
  let captured: CapturedTable = { ...table, files: [] };
  const stream = job.folder.stream(job.mapping.table.id, {
    header: headerOf(reading),
    ...(part === undefined ? {} : { part }),
    onFile: (file) => (captured = { ...captured, files: [...captured.files, file] }),
  });
  try {
    const request = { ...requestFor(job, reading), after, upTo };
    await copyRows({ job, snapshot, request, stream }, () => {});
    await stream.finish();
    return captured;
  } catch (error) {
    await stream.discard();
    throw error;
  }
}

interface Copy {
  readonly job: TableJob;
  readonly snapshot: ServerSnapshot;
  readonly request: ReadRequest;
  readonly stream: CaptureStream;
}

async function copyRows(
  { job, snapshot, request, stream }: Copy,
  onRow: (row: readonly (RawValue | null)[]) => void,
): Promise<void> {
  for await (const rows of snapshot.rows(request)) {
    job.signal.throwIfAborted();
    for (const row of rows) {
      await stream.append(encodeRow(row));
      onRow(row);
    }
    job.onRows(rows.length);
  }
}

export async function withSnapshot<Result>(
  { link }: Pick<TableJob, "link">,
  work: (snapshot: ServerSnapshot, server: Server) => Promise<Result>,
): Promise<Result> {
  const server = await link.server();
  const snapshot = await server.snapshot();
  try {
    return await work(snapshot, server);
  } finally {
    await snapshot.close();
  }
}

function requestFor({ mapping }: TableJob, { relation, columns }: Reading): ReadRequest {
  return { relation, columns, where: mapping.where, after: undefined, upTo: undefined };
}

/** The first line of every file, so that it can be read without the manifest. */
function headerOf({ columns }: Reading): string {
  return JSON.stringify({ columns: columns.map(({ name, declaredType }) => ({ name, type: declaredType })) });
}
