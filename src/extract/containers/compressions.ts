/** How content may be compressed: told by its first bytes, never by a name. */
import { bunzip2, isBzip2 } from "./bzip2/index.ts";
import type { ByteChunk } from "./chunk.ts";
import { gunzip, isGzip } from "./gzip.ts";
import { isZstd, unzstd } from "./zstd/index.ts";

type Decompress = (chunks: AsyncIterable<ByteChunk>) => AsyncGenerator<ByteChunk>;

interface Compression {
  readonly isMeant: (head: Buffer) => boolean;
  readonly decompress: Decompress;
}

const compressions: readonly Compression[] = [
  { isMeant: isGzip, decompress: gunzip },
  { isMeant: isBzip2, decompress: bunzip2 },
  { isMeant: isZstd, decompress: unzstd },
];

/** Bytes that tell. */
export const headBytes = 10;

/** Undefined: not compressed. */
export function compressionOf(head: Buffer): Decompress | undefined {
  return compressions.find(({ isMeant }) => isMeant(head))?.decompress;
}

/** How names of compressed files end. */
const suffixes = /\.(gz|gzip|bz2|bzip2|zst|zstd)$/i;

/** The name without what says how it is compressed. */
export function uncompressedName(name: string): string {
  return name.replace(suffixes, "");
}
