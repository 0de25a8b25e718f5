/** The content of a file, or of a member of a zip archive, as a stream of bytes; decompressed where it is compressed. */
import type { EvidenceFile } from "../extractor.ts";
import type { ByteChunk } from "./chunk.ts";
import { compressionOf, headBytes } from "./compressions.ts";
import { limitExpansion } from "./expansion.ts";
import { readRange } from "./plain.ts";
import { readMember } from "./zip/member.ts";

export type { ByteChunk } from "./chunk.ts";

/** The first chunks joined until they show how the content is compressed; then the chunks as they come. */
async function* withHead(chunks: AsyncIterator<ByteChunk>): AsyncGenerator<ByteChunk> {
  let first: ByteChunk | undefined;
  for (;;) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    const bytes = Buffer.concat([first?.bytes ?? Buffer.alloc(0), value.bytes]);
    first = { ...value, bytes };
    if (bytes.length >= headBytes) break;
  }
  if (first !== undefined) yield first;
  for (;;) {
    const { value, done } = await chunks.next();
    if (done === true) return;
    yield value;
  }
}

/** One compression is undone: that of the content. */
async function* decompress(file: EvidenceFile, lying: AsyncGenerator<ByteChunk>): AsyncGenerator<ByteChunk> {
  try {
    const chunks = withHead(lying);
    const { value: first, done } = await chunks.next();
    if (done === true) return;
    const all = startingWith(first, chunks);
    const undo = compressionOf(first.bytes);
    yield* undo === undefined ? all : limitExpansion(file, undo(all));
  } finally {
    await lying.return(undefined);
  }
}

async function* startingWith(first: ByteChunk, rest: AsyncIterable<ByteChunk>): AsyncGenerator<ByteChunk> {
  yield first;
  yield* rest;
}

/** Do its bytes lie in the file as they are? */
export async function isStoredPlain(file: EvidenceFile): Promise<boolean> {
  if (file.member !== undefined) return false;
  for await (const { bytes } of readRange(file, 0, headBytes)) return compressionOf(bytes) === undefined;
  return true;
}

/**
 * Streams the content: gzip, bzip2 and zstd are told by their first bytes, in a zip archive's member too. Content that ends before its end
 * gives what there is of it, and the last chunk's `cut`. Throws UserError where the file cannot be opened, and for a decompression bomb.
 */
export async function* readBytes(file: EvidenceFile): AsyncGenerator<ByteChunk> {
  yield* decompress(file, file.member === undefined ? readRange(file) : readMember(file, file.member));
}
