/** The members of an archive whose directory, which stands at its end, is missing: by the headers before each of them. */
import type fs from "node:fs/promises";
import type { ExtraField } from "yauzl";
import type { EvidenceFile } from "../../extractor.ts";
import { readAt } from "../plain.ts";
import { findExtent } from "./descriptor.ts";
import { mostMembers, TooManyMembers } from "./directory.ts";
import {
  extraFieldsOf,
  isLocalHeader,
  localHeaderBytes,
  modifiedOf,
  nameAndExtraBytes,
  type ZipEntry,
} from "./entry.ts";
import { decodeName } from "./names.ts";
import { nextHeader } from "./scan.ts";

const descriptorFlag = 8;
const zip64Field = 1;
const inZip64 = 0xffff_ffff;

/** In the order in which they lie. A member that begins without its whole name is none. */
export async function walkMembers(file: EvidenceFile, handle: fs.FileHandle): Promise<ZipEntry[]> {
  const { size: total } = await handle.stat();
  const entries: ZipEntry[] = [];
  let at = await nextHeader(handle, 0);
  while (at !== undefined) {
    const entry = await readEntry(file, handle, at, total);
    if (entry === undefined) return entries;
    entries.push(entry);
    if (entries.length > mostMembers) throw new TooManyMembers();
    at = await nextHeader(handle, entry.start + entry.compressed);
  }
  return entries;
}

/** Undefined at the directory, and where the archive ends within the header. */
async function readEntry(
  file: EvidenceFile,
  handle: fs.FileHandle,
  at: number,
  total: number,
): Promise<ZipEntry | undefined> {
  const header = await readAt(handle, at, localHeaderBytes);
  if (!isLocalHeader(header)) return undefined;
  const { name, extra } = nameAndExtraBytes(header);
  const start = at + localHeaderBytes + name + extra;
  if (start > total) return undefined;
  const tail = await readAt(handle, at + localHeaderBytes, name + extra);
  const fields = extraFieldsOf(tail.subarray(name));
  const flags = header.readUInt16LE(6);
  const method = header.readUInt16LE(8);
  const head = { at, start, flags, method, name: decodeName(tail.subarray(0, name), flags, fields) };
  const extent = declaredExtent(header, fields, total - start) ?? (await findExtent(file, handle, head, total));
  return { ...head, ...extent, modified: modifiedOf(fields) };
}

/** Undefined where sizes are told behind the member only. */
function declaredExtent(
  header: Buffer,
  fields: readonly ExtraField[],
  left: number,
): Pick<ZipEntry, "compressed" | "size" | "crc32" | "cut"> | undefined {
  const declared = {
    crc32: header.readUInt32LE(14),
    compressed: header.readUInt32LE(18),
    size: header.readUInt32LE(22),
  };
  if ((header.readUInt16LE(6) & descriptorFlag) !== 0 && (declared.compressed === 0 || declared.compressed === inZip64))
    return undefined;
  const { compressed, size } = withZip64(declared, fields.find(({ id }) => id === zip64Field)?.data);
  const isCut = compressed > left;
  return {
    crc32: declared.crc32,
    size,
    compressed: isCut ? left : compressed,
    cut: isCut ? "the archive ends in the middle of it" : undefined,
  };
}

/** The size of the content stands first (APPNOTE 4.5.3). */
function withZip64(
  { compressed, size }: { readonly compressed: number; readonly size: number },
  data: Buffer | undefined,
): { compressed: number; size: number } {
  if (data === undefined || data.length < 16 || compressed !== inZip64) return { compressed, size };
  return { size: Number(data.readBigUInt64LE(0)), compressed: Number(data.readBigUInt64LE(8)) };
}
