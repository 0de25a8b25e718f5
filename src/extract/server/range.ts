/** Copies rows of a snapshot into captured files. */
import type { RawValue } from "../../values/codec.ts";
import { encodeRow } from "../capture/cells.ts";
import type { CapturedTable } from "../capture/manifest.ts";
import type { CaptureStream } from "../capture/stream.ts";
import { headerOf, requestFor } from "./job.ts";
import type { Reading, TableJob } from "./job.ts";
import type { ReadRequest, ServerSnapshot } from "./kind.ts";

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

export interface Copy {
  readonly job: TableJob;
  readonly snapshot: ServerSnapshot;
  readonly request: ReadRequest;
  readonly stream: CaptureStream;
}

/** `onRows` gets the last row of every batch that is kept. */
export async function copyRows(
  { job, snapshot, request, stream }: Copy,
  onRows: (last: readonly (RawValue | null)[]) => void,
): Promise<void> {
  for await (const rows of snapshot.rows(request)) {
    job.signal.throwIfAborted();
    await stream.append(rows.map(encodeRow));
    const last = rows.at(-1);
    if (last !== undefined) onRows(last);
    job.onRows(rows.length);
  }
}
