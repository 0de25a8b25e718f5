/**
 * Against bombs: a small file that decompresses to petabytes. It is read as a stream, so that memory is in no danger, but time and disk are.
 *
 * Deflate cannot exceed 1:1032, and what people keep in tables does not come near: fixed-width columns that are nothing but blanks end at about
 * 1:300. Small files of any ratio are no bombs.
 */
import { UserError } from "../../errors.ts";
import type { EvidenceFile } from "../extractor.ts";
import type { ByteChunk } from "./chunk.ts";

/** Bytes that come out of any file, whatever its size. */
const freeBytes = 256 * 1024 * 1024;
/** Bytes that come out of one byte beyond that. */
const mostExpansion = 500;

/** Throws UserError once too much has come out of too little. */
export async function* limitExpansion(file: EvidenceFile, chunks: AsyncIterable<ByteChunk>): AsyncGenerator<ByteChunk> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.bytes.length;
    if (size > freeBytes && size > chunk.bytesRead * mostExpansion) throw bomb(file, size, chunk.bytesRead);
    yield chunk;
  }
}

function bomb(file: EvidenceFile, size: number, bytesRead: number): UserError {
  return new UserError({
    what: `it looks like a decompression bomb: ${size} bytes came out of its first ${bytesRead}, and more would`,
    remedy: `If it is not, unpack it yourself, and name what comes out in the recipe`,
    where: { file: file.name },
  });
}
