/** What quarantine keeps of rows that cannot be read: which they were, and the bytes that they are in, by place, length and hash. */
import { createHash } from "node:crypto";
import type { ColumnChunk } from "hyparquet";
import { readAt } from "./footer.ts";
import type { LostRows } from "./group.ts";
import type { GroupPlace, ParquetSource } from "./source.ts";

const readSize = 1 << 20;

/** As JSON; rows are 1-based in the file, bytes 0-based and the last one excluded. */
export async function describeGroup(
  source: ParquetSource,
  { number, group, firstRow }: GroupPlace,
  { from, to }: LostRows,
  signal: AbortSignal,
): Promise<string> {
  const [first, last] = [firstRow + from + 1, firstRow + to];
  const ranges = group.columns.map((column) => rangeOf(column)).filter(([start, end]) => end > start);
  const start = Math.max(0, Math.min(...ranges.map(([begin]) => begin), source.size));
  const end = Math.min(source.size, Math.max(start, ...ranges.map(([, after]) => after)));
  const sha256 = await hash(source, start, end, signal);
  return JSON.stringify({ rowGroup: number, rows: [first, last], bytes: [start, end], length: end - start, sha256 });
}

function rangeOf({ meta_data: meta }: ColumnChunk): [start: number, end: number] {
  if (meta === undefined) return [0, 0];
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  return [start, start + Number(meta.total_compressed_size)];
}

/** SHA-256 of a part of the file. */
export async function hash(
  { handle }: Pick<ParquetSource, "handle">,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<string> {
  const sum = createHash("sha256");
  for (let at = start; at < end; at += readSize) {
    signal.throwIfAborted();
    sum.update(new Uint8Array(await readAt(handle, at, Math.min(readSize, end - at))));
  }
  return sum.digest("hex");
}
