/** gzip (RFC 1952), one member after the other; node:zlib verifies each one's checksum. */
import { createGunzip } from "node:zlib";
import type { ByteChunk } from "./chunk.ts";
import { decode } from "./decoder.ts";
import { ZlibDecoder } from "./zlib-decoder.ts";

/** CRC-32 and length close a member (RFC 1952, 2.3). */
const trailerSize = 8;

export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

export function gunzip(chunks: AsyncIterable<ByteChunk>): AsyncGenerator<ByteChunk> {
  return decode(chunks, new ZlibDecoder(createGunzip(), trailerSize), "gzip");
}
