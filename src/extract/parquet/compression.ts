/** The compressions of pages. What Node decompresses itself is left to it: it knows checksums and bounds. */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { decompress as unzstd } from "fzstd";
import { compressors } from "hyparquet-compressors";
import { Malformed } from "./malformed.ts";

type Decompress = (stored: Uint8Array, length: number) => Uint8Array | undefined;

const byCodec: Readonly<Record<string, Decompress | undefined>> = {
  // A page of its own: what reads behind its end then fails, instead of reading the next page.
  UNCOMPRESSED: (stored) => stored.slice(),
  SNAPPY: (stored, length) => compressors.SNAPPY?.(stored, length),
  GZIP: (stored, length) => gunzipSync(stored, { maxOutputLength: Math.max(length, 1) }),
  BROTLI: (stored, length) => brotliDecompressSync(stored, { maxOutputLength: Math.max(length, 1) }),
  ZSTD: (stored, length) => unzstd(stored, new Uint8Array(length)),
  LZ4: (stored, length) => compressors.LZ4?.(stored, length),
  LZ4_RAW: (stored, length) => (lz4Length(stored) === length ? compressors.LZ4_RAW?.(stored, length) : undefined),
};

/** Throws Malformed where the page is damaged, or its compression is none that is known. */
export function decompress(codec: string, stored: Uint8Array, length: number): Uint8Array {
  const known = byCodec[codec];
  if (known === undefined) throw new Malformed(`its compression ${codec} is not known`);
  if (length === 0) return new Uint8Array();
  const page = unwrap(known, codec, stored, length);
  if (page?.length !== length) throw new Malformed(`its ${codec.toLowerCase()} data is damaged`);
  return page;
}

function unwrap(known: Decompress, codec: string, stored: Uint8Array, length: number): Uint8Array | undefined {
  try {
    return known(stored, length);
  } catch (cause) {
    throw new Malformed(`its ${codec.toLowerCase()} data is damaged`, cause);
  }
}

/**
 * The length of an LZ4 block decompressed (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md): the decompressor fills up with zeros
 * what a damaged block lacks.
 */
function lz4Length(block: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < block.length;) {
    const token = block[at++] ?? 0;
    let literals = token >> 4;
    if (literals === 15) for (let more = 255; more === 255; literals += more) more = block[at++] ?? 0;
    length += literals;
    at += literals;
    if (at >= block.length) return at > block.length ? -1 : length;
    at += 2;
    let match = token & 15;
    if (match === 15) for (let more = 255; more === 255; match += more) more = block[at++] ?? 0;
    length += match + 4;
  }
  return length;
}
