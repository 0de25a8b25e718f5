/**
 * Zstandard: fzstd decodes the blocks. They are handed to it one by one, so that no more than one block's content comes out at once,
 * and whatever came before a cut is delivered.
 */
import { Decompress } from "fzstd";
import type { ByteChunk } from "../chunk.ts";
import { decode, type Decoder, isPadding, strangeEnd, unexpectedEnd } from "../decoder.ts";
import { headBytes, isSkippable, isZstd, readBlockHead, readFrameHead, skippableBytes } from "./frames.ts";

export { isZstd } from "./frames.ts";

const checksumFlag = 4;
const checksumBytes = 4;
const blockHeadBytes = 3;

interface Frame {
  readonly blocks: Decompress;
  readonly hasChecksum: boolean;
  /** What has to go in with the first block. */
  head: Buffer;
}

class ZstdDecoder implements Decoder {
  damage: string | undefined;
  #bytes: Buffer = Buffer.alloc(0);
  /** Undefined: between two frames. */
  #frame: Frame | undefined;
  #frames = 0;
  /** Bytes that are passed over before anything else. */
  #toSkip = 0;
  #pieces: Buffer[] = [];
  #isEnded = false;

  *write(bytes: Buffer): Generator<Buffer> {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.damage === undefined && this.#step()) yield* this.#take();
    yield* this.#take();
  }

  *end(): Generator<Buffer> {
    this.#isEnded = true;
    yield* this.write(Buffer.alloc(0));
    if (this.damage !== undefined || this.#isDone) return;
    this.damage = this.#frame === undefined && this.#frames > 0 && this.#toSkip === 0 ? strangeEnd : unexpectedEnd;
  }

  get #isDone(): boolean {
    return this.#frame === undefined && this.#frames > 0 && this.#toSkip === 0 && isPadding(this.#bytes);
  }

  #take(): Buffer[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  /** A frame's head or one of its blocks. False: it is not all there yet. */
  #step(): boolean {
    try {
      if (this.#toSkip > 0) return this.#skip();
      return this.#frame === undefined ? this.#begin() : this.#decodeBlock(this.#frame);
    } catch (error) {
      this.damage = error instanceof RangeError ? this.#outOfBounds() : (error as Error).message;
      return false;
    }
  }

  /** Of a head that ends too early, or of what a block says of its own insides. */
  #outOfBounds(): string {
    return this.#frame === undefined ? unexpectedEnd : "a block that cannot be";
  }

  #skip(): boolean {
    const skipped = this.#shift(Math.min(this.#toSkip, this.#bytes.length)).length;
    this.#toSkip -= skipped;
    return skipped > 0;
  }

  #begin(): boolean {
    const enough = this.#isEnded ? 8 : headBytes;
    if (this.#bytes.length < enough || this.#isDone) return false;
    if (!isZstd(this.#bytes)) throw new Error(this.#frames > 0 ? strangeEnd : "a frame without its beginning");
    this.#frames++;
    if (isSkippable(this.#bytes)) {
      this.#toSkip = skippableBytes(this.#bytes);
      return true;
    }
    const { bytes, hasChecksum } = readFrameHead(this.#bytes);
    const head = Buffer.from(this.#shift(bytes));
    head[4] = (head[4] as number) & ~checksumFlag;
    this.#frame = {
      blocks: new Decompress((piece) => this.#pieces.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length))),
      hasChecksum,
      head,
    };
    return true;
  }

  #decodeBlock(frame: Frame): boolean {
    if (this.#bytes.length < blockHeadBytes) return false;
    const { bytes, isLast } = readBlockHead(this.#bytes);
    if (this.#bytes.length < bytes) return false;
    frame.blocks.push(Buffer.concat([frame.head, this.#shift(bytes)]), isLast);
    frame.head = Buffer.alloc(0);
    if (isLast) {
      this.#frame = undefined;
      this.#toSkip = frame.hasChecksum ? checksumBytes : 0;
    }
    return true;
  }

  #shift(length: number): Buffer {
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}

export function unzstd(chunks: AsyncIterable<ByteChunk>): AsyncGenerator<ByteChunk> {
  return decode(chunks, new ZstdDecoder(), "zstd");
}
