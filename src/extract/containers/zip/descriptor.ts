/** Members that were written as a stream: their sizes stand behind them (APPNOTE 4.3.9). */
import type fs from "node:fs/promises";
import { createInflateRaw } from "node:zlib";
import type { EvidenceFile } from "../../extractor.ts";
import { unexpectedEnd } from "../decoder.ts";
import { readAt, readRange } from "../plain.ts";
import { ZlibDecoder } from "../zlib-decoder.ts";
import type { ZipEntry } from "./entry.ts";
import { nextHeader, scanFor, signatures } from "./scan.ts";

type Extent = Pick<ZipEntry, "compressed" | "size" | "crc32" | "cut">;

const deflated = 8;
const descriptorBytes = 24;
const endsInMember = "the archive ends in the middle of it";
const noEnd = "where it ends cannot be told";

/** How far a member goes whose header does not say it; `total`: the archive's bytes. */
export async function findExtent(
  file: EvidenceFile,
  handle: fs.FileHandle,
  { start, method }: { readonly start: number; readonly method: number },
  total: number,
): Promise<Extent> {
  if (method !== deflated) return descriptorAfter(handle, start, total);
  const { consumed, damage } = await inflatedBytes(file, start);
  if (damage === undefined) return (await readDescriptor(handle, start, consumed)) ?? unknown(consumed, undefined);
  if (damage === unexpectedEnd) return unknown(total - start, endsInMember);
  return unknown(((await nextHeader(handle, start)) ?? total) - start, undefined);
}

function unknown(compressed: number, cut: string | undefined): Extent {
  return { compressed, size: undefined, crc32: undefined, cut };
}

async function inflatedBytes(
  file: EvidenceFile,
  start: number,
): Promise<{ consumed: number; damage: string | undefined }> {
  const decoder = new ZlibDecoder(createInflateRaw(), 0);
  try {
    for await (const { bytes } of readRange(file, start)) {
      for await (const _ of decoder.write(bytes));
      if (decoder.isOver || decoder.damage !== undefined) break;
    }
    for await (const _ of decoder.end());
    return { consumed: decoder.consumed, damage: decoder.damage };
  } finally {
    decoder.close();
  }
}

/** The first descriptor that says as many bytes as stand before it. */
async function descriptorAfter(handle: fs.FileHandle, start: number, total: number): Promise<Extent> {
  for await (const at of scanFor(handle, start, [signatures.descriptor])) {
    const extent = await readDescriptor(handle, start, at - start);
    if (extent !== undefined) return extent;
  }
  const next = await nextHeader(handle, start);
  return next === undefined ? unknown(total - start, endsInMember) : unknown(next - start, noEnd);
}

/** The descriptor behind `compressed` bytes, if there is one that agrees; its sizes have 4 bytes or 8. */
async function readDescriptor(handle: fs.FileHandle, start: number, compressed: number): Promise<Extent | undefined> {
  const bytes = await readAt(handle, start + compressed, descriptorBytes);
  const isSigned = bytes.length >= 4 && bytes.readUInt32LE(0) === signatures.descriptor;
  const fields = bytes.subarray(isSigned ? 4 : 0);
  if (fields.length >= 12 && fields.readUInt32LE(4) === compressed)
    return { compressed, crc32: fields.readUInt32LE(0), size: fields.readUInt32LE(8), cut: undefined };
  if (fields.length >= 20 && fields.readBigUInt64LE(4) === BigInt(compressed))
    return { compressed, crc32: fields.readUInt32LE(0), size: Number(fields.readBigUInt64LE(12)), cut: undefined };
  return undefined;
}
