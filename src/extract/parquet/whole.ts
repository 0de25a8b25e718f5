/** Files of which no row is read. */
import fs from "node:fs/promises";
import type { EvidenceFile, ExtractContext, TableMapping } from "../extractor.ts";
import { hash } from "./lost.ts";
import type { ParquetSource, UnreadableFile } from "./source.ts";

type WholeContext = Pick<ExtractContext, "read" | "skip" | "quarantine" | "warn" | "partial" | "signal">;

/** Beyond this quarantine would keep length and hash only. */
const mostKept = 1 << 20;

/** A file without a readable footer is one record: nobody can tell what its bytes mean. */
export async function setAside(
  file: EvidenceFile,
  { reason, size }: UnreadableFile,
  mapping: TableMapping | undefined,
  context: WholeContext,
): Promise<void> {
  context.warn(reason, { file }, size === 0 ? "note" : "loss");
  if (mapping !== undefined) context.partial(mapping.table, `${file.name}: ${reason}`);
  if (size === 0) return;
  context.read(1);
  context.quarantine(await rawOf(file, context.signal), `no row can be read: ${reason}`, { file, offset: 0 });
}

/** The file as it lies, or what tells it from others. */
async function rawOf(file: EvidenceFile, signal: AbortSignal): Promise<string | Uint8Array> {
  if (file.bytes <= mostKept) return fs.readFile(file.path);
  const handle = await fs.open(file.path, "r");
  try {
    return JSON.stringify({ length: file.bytes, sha256: await hash({ handle }, 0, file.bytes, signal) });
  } finally {
    await handle.close();
  }
}

export function passOver(file: EvidenceFile, { groups }: ParquetSource, context: WholeContext): void {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  context.read(rows);
  context.skip("feeds no target table", rows);
  context.warn(`the file feeds no target table: ${rows} records passed over`, { file });
}
