/** Formats that are read from their end, or here and there (zip, parquet), need their content as a file. */
import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { UserError } from "../../errors.ts";
import type { EvidenceFile } from "../extractor.ts";
import { isStoredPlain, readBytes } from "./bytes.ts";

export interface WholeFile {
  /** Where the decompressed content lies: the file itself, or a copy that {@link WholeFile.remove} removes. */
  readonly path: string;
  /** Bytes of the content. */
  readonly size: number;
  /** Why the content ends before its own end, or may be damaged. */
  readonly cut: string | undefined;
  remove(): Promise<void>;
}

/** Room is asked for before the first of so many bytes is written. */
const roomStep = 64 * 1024 * 1024;
/** What is left on the disk for others. */
const roomLeft = 512 * 1024 * 1024;

/**
 * Decompresses the file, or the archive's member, to a temporary place where that is needed. Throws UserError where it cannot be opened, for a
 * decompression bomb, and where the disk has no room for it.
 */
export async function wholeFile(file: EvidenceFile, signal: AbortSignal): Promise<WholeFile> {
  if (await isStoredPlain(file))
    return { path: file.path, size: file.bytes, cut: undefined, remove: () => Promise.resolve() };
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "salvage-"));
  const remove = (): Promise<void> => fs.rm(folder, { recursive: true, force: true });
  try {
    const name = createHash("sha256").update(file.name).digest("hex").slice(0, 16);
    return { ...(await decompress(file, path.join(folder, name), signal)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function decompress(file: EvidenceFile, to: string, signal: AbortSignal): Promise<Omit<WholeFile, "remove">> {
  const handle = await fs.open(to, "wx", 0o600);
  let size = 0;
  let room = 0;
  let cut: string | undefined;
  try {
    for await (const chunk of readBytes(file)) {
      signal.throwIfAborted();
      if (size + chunk.bytes.length > room) {
        await requireRoom(file, path.dirname(to));
        room += roomStep;
      }
      await handle.write(chunk.bytes);
      size += chunk.bytes.length;
      cut ??= chunk.cut;
    }
  } finally {
    await handle.close();
  }
  return { path: to, size, cut };
}

async function requireRoom(file: EvidenceFile, folder: string): Promise<void> {
  const { bavail, bsize } = await fs.statfs(folder);
  if (bavail * bsize >= roomStep + roomLeft) return;
  throw new UserError({
    what: "it has to be unpacked to be read, and the disk of temporary files has no room for it",
    remedy: "Set TMPDIR to a folder with room, or unpack it yourself, and name what comes out in the recipe",
    where: { file: file.name },
  });
}
