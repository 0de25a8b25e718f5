/** Drives what decompresses, so that all that comes out before damage is delivered, and the damage is told. */
import { type ByteChunk, chunkSize } from "./chunk.ts";

/** Takes compressed bytes as they come. What it gives is valid until it is asked for more. */
export interface Decoder {
  /** Why no more comes out of it. */
  readonly damage: string | undefined;
  write(bytes: Buffer): Iterable<Buffer> | AsyncIterable<Buffer>;
  /** There is no more input. */
  end(): Iterable<Buffer> | AsyncIterable<Buffer>;
  close?(): void;
}

/** What ends before its end; zlib's own words for it. */
export const unexpectedEnd = "unexpected end of file";
/** What follows the compressed data is neither more of it nor padding. */
export const strangeEnd = "something else follows its end";

/** `format`: what people are told is damaged. */
export async function* decode(
  chunks: AsyncIterable<ByteChunk>,
  decoder: Decoder,
  format: string,
): AsyncGenerator<ByteChunk> {
  let bytesRead = 0;
  let cut: string | undefined;
  try {
    for await (const chunk of chunks) {
      ({ bytesRead } = chunk);
      ({ cut } = chunk);
      for await (const bytes of decoder.write(chunk.bytes)) yield* inPieces(bytes, bytesRead);
      if (decoder.damage !== undefined) break;
    }
    for await (const bytes of decoder.end()) yield* inPieces(bytes, bytesRead);
    if (decoder.damage !== undefined) cut ??= `the ${format} data is damaged (${decoder.damage})`;
    yield { bytes: Buffer.alloc(0), bytesRead, ...(cut === undefined ? {} : { cut }) };
  } finally {
    decoder.close?.();
  }
}

function* inPieces(bytes: Buffer, bytesRead: number): Generator<ByteChunk> {
  for (let from = 0; from < bytes.length; from += chunkSize)
    yield { bytes: bytes.subarray(from, from + chunkSize), bytesRead };
}

export function isPadding(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}
