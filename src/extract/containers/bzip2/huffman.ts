/** The prefix codes of a bzip2 block: canonical, 1 to 20 bits long. */
import type { BitReader } from "./bits.ts";

export const longestCode = 20;

export interface PrefixCode {
  /** By length: the first number of 20 bits that is too large for codes of that length. */
  readonly limits: Int32Array;
  /** By length: what is taken from a code to get its place among `symbols`. */
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

/** `lengths`: each symbol's. */
export function prefixCode(lengths: Uint8Array): PrefixCode {
  const limits = new Int32Array(longestCode + 2);
  const bases = new Int32Array(longestCode + 2);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= longestCode; length++) {
    bases[length] = code - place;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[place++] = symbol;
      code++;
    }
    limits[length] = code << (longestCode - length);
    code <<= 1;
  }
  return { limits, bases, symbols };
}

/** The next symbol. Throws an Error for bits that are no code. */
export function takeSymbol(bits: BitReader, { limits, bases, symbols }: PrefixCode): number {
  const window = bits.peek20();
  let length = 1;
  while (window >= (limits[length] as number)) if (++length > longestCode) throw new Error("bits that are no code");
  bits.skip(length);
  const symbol = symbols[(window >> (longestCode - length)) - (bases[length] as number)];
  if (symbol === undefined) throw new Error("bits that are no code");
  return symbol;
}
