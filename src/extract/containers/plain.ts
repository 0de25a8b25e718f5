/** Bytes as they lie in a file, the whole of it or a part. */
import fs from "node:fs/promises";
import { UserError } from "../../errors.ts";
import type { EvidenceFile } from "../extractor.ts";
import { type ByteChunk, chunkSize } from "./chunk.ts";

/** Throws UserError where the file cannot be opened. */
export async function openFile(file: EvidenceFile): Promise<fs.FileHandle> {
  try {
    return await fs.open(file.path, "r");
  } catch (cause) {
    const what = `the file cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new UserError({ what, remedy: "Check that it is there and may be read", where: { file: file.name }, cause });
  }
}

/** Up to `length` bytes from `start` on; fewer where the file ends before. */
export async function* readRange(file: EvidenceFile, start = 0, length = Infinity): AsyncGenerator<ByteChunk> {
  const handle = await openFile(file);
  try {
    const buffer = Buffer.alloc(chunkSize);
    for (let bytesRead = 0; bytesRead < length;) {
      const asked = Math.min(chunkSize, length - bytesRead);
      const { bytesRead: got } = await handle.read(buffer, 0, asked, start + bytesRead);
      if (got === 0) return;
      bytesRead += got;
      yield { bytes: buffer.subarray(0, got), bytesRead };
    }
  } finally {
    await handle.close();
  }
}

/** `length` bytes at `start`, fewer where the file ends. */
export async function readAt(handle: fs.FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
