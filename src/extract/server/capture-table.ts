/** Reads one table of a server into captured files: in key order where it can be resumed, else again from its beginning. */
import { UserError } from "../../errors.ts";
import type { RawValue } from "../../values/codec.ts";
import type { CapturedTable } from "../capture/manifest.ts";
import { readCaptured } from "./captured-rows.ts";
import { headerOf, noteSnapshot, placed, requestFor, withSnapshot } from "./job.ts";
import type { Reading, TableJob } from "./job.ts";
import type { Relation } from "./kind.ts";
import { captureRange, copyRows } from "./range.ts";
import { captureRanges } from "./ranges.ts";
import { findRelation } from "./tables.ts";

/** Captures what is not captured yet. Throws UserError where it cannot be read whole. */
export function captureTable(job: TableJob): Promise<void> {
  return placed(job.mapping, () => capture(job));
}

async function capture(job: TableJob): Promise<void> {
  const { folder, mapping, question } = job;
  const known = folder.table(mapping.table.id, question);
  if (known?.isComplete === true) return;
  const server = await job.link.server();
  const relation = await job.link.persist(() => findRelation(server, mapping));
  if (relation === undefined) return folder.setTable(mapping.table.id, nothing(question));
  job.onEstimate(relation.estimatedRows ?? 0);
  const reading = planReading(relation);
  refuseChange(job, known, reading);
  const table = known ?? begunTable(question, reading);
  folder.setTable(mapping.table.id, table);
  if (reading.key.length === 0) await captureAtOnce(job, reading, table);
  else if (job.ranges > 1) await captureRanges(job, reading, table);
  else await captureInKeyOrder(job, reading, table);
}

export function planReading(relation: Relation): Reading {
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

export function begunTable(question: string, { relation, columns, key }: Reading): CapturedTable {
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

/** Streams rows into captured files; every file that is whole is noted, and reading goes on behind the last row that came. */
async function captureInKeyOrder(job: TableJob, reading: Reading, begun: CapturedTable): Promise<void> {
  const { folder, mapping } = job;
  let table = begun;
  const note = (changed: CapturedTable): void => folder.setTable(mapping.table.id, (table = changed));
  const stream = folder.stream(mapping.table.id, {
    header: headerOf(reading),
    onFile: (file) => note({ ...table, files: [...table.files, file] }),
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

/** Without a key nothing tells where reading stopped: where it breaks it begins again, and is noted when it is whole. */
async function captureAtOnce(job: TableJob, reading: Reading, begun: CapturedTable): Promise<void> {
  const { folder, mapping } = job;
  const whole = await job.link.persist(() =>
    withSnapshot(job, (snapshot) => captureRange(job, reading, snapshot, { table: noteSnapshot(begun, snapshot) })),
  );
  folder.setTable(mapping.table.id, { ...whole, isComplete: true });
}
