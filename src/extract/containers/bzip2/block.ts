/**
 * One block of bzip2, as the reference implementation writes it (https://sourceware.org/bzip2/) and Joe Tsai describes it
 * (https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf).
 */
import type { BitReader } from "./bits.ts";
import { longestCode, type PrefixCode, prefixCode, takeSymbol } from "./huffman.ts";
import { linkBytes, unfold } from "./output.ts";

const groupLength = 50;
const mostGroups = 6;

/** The bytes that the block has, in their order. */
function takeAlphabet(bits: BitReader): Uint8Array {
  const ranges = bits.take(16);
  const alphabet: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const used = bits.take(16);
    for (let low = 0; low < 16; low++) if ((used & (0x8000 >> low)) !== 0) alphabet.push(range * 16 + low);
  }
  if (alphabet.length === 0) throw new Error("a block without bytes");
  return Uint8Array.from(alphabet);
}

/** Moves the element at `index` to the front, and returns it. */
function moveToFront(list: Uint8Array, index: number): number {
  const moved = list[index] as number;
  list.copyWithin(1, 0, index);
  list[0] = moved;
  return moved;
}

/** Which code each group of 50 symbols is written in. */
function takeSelectors(bits: BitReader, codes: number): Uint8Array {
  const selectors = new Uint8Array(bits.take(15));
  const recent = Uint8Array.from({ length: mostGroups }, (_, index) => index);
  for (let at = 0; at < selectors.length; at++) {
    let index = 0;
    while (bits.take(1) === 1) if (++index >= codes) throw new Error("a selector without its code");
    selectors[at] = moveToFront(recent, index);
  }
  return selectors;
}

function takeCode(bits: BitReader, symbols: number): PrefixCode {
  const lengths = new Uint8Array(symbols);
  let length = bits.take(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    while (bits.take(1) === 1) length += bits.take(1) === 0 ? 1 : -1;
    if (length < 1 || length > longestCode) throw new Error("a code that is too long");
    lengths[symbol] = length;
  }
  return prefixCode(lengths);
}

/** Symbols of a block, each in the code that its group has. */
class Symbols {
  readonly #bits: BitReader;
  readonly #selectors: Uint8Array;
  readonly #codes: readonly PrefixCode[];
  #group = 0;
  #left = 0;
  #code: PrefixCode | undefined;

  constructor(bits: BitReader, symbols: number) {
    const codes = bits.take(3);
    if (codes < 2 || codes > mostGroups) throw new Error("a wrong number of codes");
    this.#bits = bits;
    this.#selectors = takeSelectors(bits, codes);
    this.#codes = Array.from({ length: codes }, () => takeCode(bits, symbols));
  }

  next(): number {
    if (this.#left === 0) {
      this.#code = this.#codes[this.#selectors[this.#group++] ?? mostGroups];
      this.#left = groupLength;
    }
    if (this.#code === undefined) throw new Error("more symbols than selectors");
    this.#left--;
    return takeSymbol(this.#bits, this.#code);
  }
}

/** Symbols 0 and 1 are the digits of a run's length, to the base 2 with digits 1 and 2; the last one ends the block. */
function takeBytes(bits: BitReader, block: Int32Array): number {
  const alphabet = takeAlphabet(bits);
  const symbols = new Symbols(bits, alphabet.length + 2);
  const last = alphabet.length + 1;
  let length = 0;
  let weight = 1;
  let run = 0;
  for (;;) {
    const symbol = symbols.next();
    if (symbol <= 1) {
      run += weight << symbol;
      weight <<= 1;
      if (length + run > block.length) throw new Error("a block that is too long");
      continue;
    }
    if (run > 0) {
      block.fill(alphabet[0] as number, length, length + run);
      length += run;
      weight = 1;
      run = 0;
    }
    if (symbol === last) return length;
    if (length >= block.length) throw new Error("a block that is too long");
    block[length++] = moveToFront(alphabet, symbol - 1);
  }
}

/**
 * Reads a block from behind its magic number. `block` has room for as many bytes as the stream's blocks may have.
 * Throws an Error for damage, a wrong checksum among it, and `outOfInput`.
 */
export function takeBlock(bits: BitReader, block: Int32Array): { bytes: Buffer; crc: number } {
  const expected = bits.take32();
  if (bits.take(1) === 1) throw new Error("a randomised block, which no bzip2 since 0.9.5 writes");
  const start = bits.take(24);
  const length = takeBytes(bits, block);
  if (start >= length) throw new Error("a block that begins behind its end");
  linkBytes(block, length);
  const unfolded = unfold(block, length, start);
  if (unfolded.crc !== expected) throw new Error("a checksum is wrong");
  return unfolded;
}
