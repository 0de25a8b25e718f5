/**
 * Zstandard: fzstd decodes the blocks. They are handed to it one by one, so that no more than one block's content comes out at once,
 * and whatever came before a cut is delivered. It verifies no checksums: that is done here.
 */
import { Decompress } from "fzstd";
import xxhash, { type XXHash } from "xxhash-wasm";
import type { ByteChunk } from "../chunk.ts";
import { decode, type Decoder, isPadding, strangeEnd, unexpectedEnd } from "../decoder.ts";
import {
  checksumFlag,
  headBytes,
  isSkippable,
  isZstd,
  readBlockHead,
  readFrameHead,
  skippableBytes,
} from "./frames.ts";

export { isZstd } from "./frames.ts";

const checksumBytes = 4;
const blockHeadBytes = 3;

interface Frame {
  readonly blocks: Decompress;
  /** Of the content, where its checksum follows. */
  readonly hash: XXHash<bigint> | undefined;
  readonly contentBytes: number | undefined;
  /** What has to go in with the first block. */
  head: Buffer;
  size: number;
}

class ZstdDecoder implements Decoder {
  damage: string | undefined;
  readonly #createHash: () => XXHash<bigint>;
  #bytes: Buffer = Buffer.alloc(0);
  /** Undefined: between two frames. */
  #frame: Frame | undefined;
  #frames = 0;
  /** Bytes that are passed over before anything else. */
  #toSkip = 0;
  /** The checksum that comes next. */
  #checksum: number | undefined;
  #pieces: Buffer[] = [];
  #isEnded = false;

  constructor(createHash: () => XXHash<bigint>) {
    this.#createHash = createHash;
  }

  *write(bytes: Buffer): Generator<Buffer> {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    while (this.damage === undefined && this.#step()) yield* this.#take();
    yield* this.#take();
  }

  *end(): Generator<Buffer> {
    this.#isEnded = true;
    yield* this.write(Buffer.alloc(0));
    if (this.damage !== undefined || this.#isDone) return;
    this.damage = this.#isBetween ? strangeEnd : unexpectedEnd;
  }

  /** Is a frame over, and no other begun? */
  get #isBetween(): boolean {
    return this.#frame === undefined && this.#frames > 0 && this.#toSkip === 0 && this.#checksum === undefined;
  }

  get #isDone(): boolean {
    return this.#isBetween && isPadding(this.#bytes);
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
      if (this.#checksum !== undefined) return this.#verify(this.#checksum);
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
    const { bytes, contentBytes, hasChecksum } = readFrameHead(this.#bytes);
    const head = Buffer.from(this.#shift(bytes));
    head.writeUInt8(head.readUInt8(4) & ~checksumFlag, 4);
    const blocks = new Decompress((piece) => this.#keep(piece));
    this.#frame = { blocks, hash: hasChecksum ? this.#createHash() : undefined, contentBytes, head, size: 0 };
    return true;
  }

  #keep(piece: Uint8Array): void {
    const { hash, size } = this.#frame as Frame;
    hash?.update(piece);
    (this.#frame as Frame).size = size + piece.length;
    this.#pieces.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
  }

  #decodeBlock(frame: Frame): boolean {
    if (this.#bytes.length < blockHeadBytes) return false;
    const { bytes, isLast } = readBlockHead(this.#bytes);
    if (this.#bytes.length < bytes) return false;
    frame.blocks.push(Buffer.concat([frame.head, this.#shift(bytes)]), isLast);
    frame.head = Buffer.alloc(0);
    if (isLast) this.#close(frame);
    return true;
  }

  #close({ hash, contentBytes, size }: Frame): void {
    this.#frame = undefined;
    if (hash !== undefined) this.#checksum = Number(hash.digest() & 0xffff_ffffn);
    if (contentBytes !== undefined && contentBytes !== size) throw new Error("a frame has another size than it says");
  }

  #verify(checksum: number): boolean {
    if (this.#bytes.length < checksumBytes) return false;
    if (this.#shift(checksumBytes).readUInt32LE(0) !== checksum) throw new Error("a checksum is wrong");
    this.#checksum = undefined;
    return true;
  }

  #shift(length: number): Buffer {
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}

let hashes: ReturnType<typeof xxhash> | undefined;

export async function* unzstd(chunks: AsyncIterable<ByteChunk>): AsyncGenerator<ByteChunk> {
  hashes ??= xxhash();
  const api = await hashes;
  yield* decode(chunks, new ZstdDecoder(() => api.create64()), "zstd");
}
