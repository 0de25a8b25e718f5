/** bzip2: streams one after the other, as pbzip2 writes them. A block comes out whole, its checksum verified, or not at all. */
import type { ByteChunk } from "../chunk.ts";
import { decode, type Decoder, isPadding, strangeEnd, unexpectedEnd } from "../decoder.ts";
import { BitReader, outOfInput } from "./bits.ts";
import { takeBlock } from "./block.ts";

const blockUnit = 100_000;
/** What a block of `unit` bytes takes at most, as the reference implementation writes it, is below this and its size. */
const overhead = 25_000;
const blockMagic = [0x314159, 0x265359] as const;
const endMagic = [0x177245, 0x385090] as const;

/** `BZh`, the size of blocks, and the beginning of a block or, where there is none, of the end. */
export function isBzip2(head: Buffer): boolean {
  if (head.length < 10 || !/^BZh[1-9]$/.test(head.toString("latin1", 0, 4))) return false;
  return [blockMagic, endMagic].some(
    ([first, second]) => head.readUIntBE(4, 3) === first && head.readUIntBE(7, 3) === second,
  );
}

class Bzip2Decoder implements Decoder {
  damage: string | undefined;
  readonly #bits = new BitReader();
  /** Undefined: between two streams. */
  #block: Int32Array | undefined;
  #crc = 0;
  #streams = 0;
  #wanted = 4;

  *write(bytes: Buffer): Generator<Buffer> {
    this.#bits.append(bytes);
    while (this.damage === undefined && this.#bits.waiting >= this.#wanted) if (!(yield* this.#step())) break;
  }

  *end(): Generator<Buffer> {
    while (this.damage === undefined && !this.#isDone) {
      if (yield* this.#step()) continue;
      this.damage ??= this.#block === undefined && this.#streams > 0 ? strangeEnd : unexpectedEnd;
    }
  }

  get #isDone(): boolean {
    return this.#block === undefined && this.#streams > 0 && isPadding(this.#bits.rest());
  }

  /** A stream's head, a block or a stream's end. False: it is not all there yet. */
  *#step(): Generator<Buffer, boolean> {
    this.#bits.mark();
    try {
      const bytes = this.#block === undefined ? this.#takeHead() : this.#takeBlock(this.#block);
      this.#wanted = this.#block === undefined ? 4 : this.#block.length + overhead;
      if (bytes !== undefined) yield bytes;
      return true;
    } catch (error) {
      this.#bits.reset();
      if (error !== outOfInput) this.damage = error instanceof Error ? error.message : String(error);
      this.#wanted += blockUnit;
      return false;
    }
  }

  #takeHead(): undefined {
    if (this.#isDone) throw outOfInput;
    const magic = this.#bits.take(24);
    const level = this.#bits.take(8) - 48;
    if (magic !== 0x425a68 || level < 1 || level > 9)
      throw new Error(this.#streams > 0 ? strangeEnd : "a stream without its beginning");
    this.#block = new Int32Array(level * blockUnit);
    this.#crc = 0;
  }

  #takeBlock(block: Int32Array): Buffer | undefined {
    const magic = [this.#bits.take(24), this.#bits.take(24)];
    if (magic[0] === blockMagic[0] && magic[1] === blockMagic[1]) {
      const { bytes, crc } = takeBlock(this.#bits, block);
      this.#crc = ((this.#crc << 1) | (this.#crc >>> 31)) ^ crc;
      return bytes;
    }
    if (magic[0] !== endMagic[0] || magic[1] !== endMagic[1])
      throw new Error("neither a block nor the end of the stream");
    if (this.#bits.take32() !== this.#crc) throw new Error("the stream's checksum is wrong");
    this.#bits.align();
    this.#block = undefined;
    this.#streams++;
    return undefined;
  }
}

export function bunzip2(chunks: AsyncIterable<ByteChunk>): AsyncGenerator<ByteChunk> {
  return decode(chunks, new Bzip2Decoder(), "bzip2");
}
