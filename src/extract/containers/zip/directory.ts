/** The members of an archive by its central directory, as yauzl reads it. */
import type fs from "node:fs/promises";
import { type Entry, fromFdPromise } from "yauzl";
import { readAt } from "../plain.ts";
import {
  extraFieldsOf,
  isLocalHeader,
  localHeaderBytes,
  modifiedOf,
  nameAndExtraBytes,
  type ZipEntry,
} from "./entry.ts";
import { decodeName } from "./names.ts";

/** More are not an export. */
export const mostMembers = 100_000;

export class TooManyMembers extends Error {}

/** In the directory's order. Throws an Error where the directory is missing or damaged. */
export async function readDirectory(handle: fs.FileHandle): Promise<ZipEntry[]> {
  // It is not closed: that would close the handle, which is the caller's.
  const archive = await fromFdPromise(handle.fd, { autoClose: false, decodeStrings: false, validateEntrySizes: false });
  if (archive.entryCount > mostMembers) throw new TooManyMembers();
  const entries: ZipEntry[] = [];
  for await (const entry of archive.eachEntry()) entries.push(await entryOf(entry, handle));
  return entries;
}

async function entryOf(entry: Entry, handle: fs.FileHandle): Promise<ZipEntry> {
  const at = entry.relativeOffsetOfLocalHeader;
  const header = await readAt(handle, at, localHeaderBytes);
  const isThere = isLocalHeader(header);
  const { name, extra } = isThere ? nameAndExtraBytes(header) : { name: 0, extra: 0 };
  return {
    name: decodeName(entry.fileNameRaw, entry.generalPurposeBitFlag, entry.extraFields),
    at,
    method: entry.compressionMethod,
    flags: entry.generalPurposeBitFlag,
    start: at + localHeaderBytes + name + extra,
    compressed: isThere ? entry.compressedSize : 0,
    size: entry.uncompressedSize,
    crc32: entry.crc32,
    modified: modifiedOf(extraFieldsOf(entry.extraFieldRaw)),
    cut: isThere ? undefined : "it is not where the archive's directory says",
  };
}
