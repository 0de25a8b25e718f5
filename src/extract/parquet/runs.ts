/**
 * Walks the hybrid of run lengths and packed bits that levels and dictionary indexes are written in
 * (https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE). The decoder trusts the length of a run; damage would have it fill memory.
 */
import { Malformed } from "./malformed.ts";
import { ThriftReader } from "./thrift.ts";

export interface Runs {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Bits of a value. */
  readonly width: number;
  /** How many values there are. */
  readonly count: number;
}

/** Counts the values that are `wanted`, all of which are at most `most`. Throws Malformed where the runs are not of `count` values. */
export function countInRuns({ bytes, from, to, width, count }: Runs, wanted: number, most: number): number {
  const reader = new ThriftReader(bytes.subarray(0, to), from);
  let found = 0;
  for (let seen = 0; seen < count;) {
    const head = reader.varint();
    const length = Math.floor(head / 2) * (head % 2 === 1 ? 8 : 1);
    const left = count - seen;
    // Packed bits may be padded, by some writers far beyond the last value.
    if (head % 2 === 0 && length > left) throw new Malformed("a run is longer than its page");
    if (head % 2 === 1) {
      found += countPacked(bytes.subarray(reader.at, to), width, Math.min(length, left), wanted, most);
      reader.at += (length / 8) * width;
    } else {
      const value = littleEndian(bytes.subarray(reader.at, to), (width + 7) >> 3);
      if (value > most) throw beyond();
      if (value === wanted) found += length;
      reader.at += (width + 7) >> 3;
    }
    seen += length;
  }
  return found;
}

function countPacked(bytes: Uint8Array, width: number, values: number, wanted: number, most: number): number {
  if (bytes.length * 8 < values * width) throw new Malformed("a run is cut short");
  let found = 0;
  let bits = 0;
  let held = 0;
  let at = 0;
  const base = 2 ** width;
  for (let index = 0; index < values; index++) {
    while (held < width) {
      bits += (bytes[at++] as number) * 2 ** held;
      held += 8;
    }
    const value = bits % base;
    bits = (bits - value) / base;
    held -= width;
    if (value > most) throw beyond();
    if (value === wanted) found++;
  }
  return found;
}

function littleEndian(bytes: Uint8Array, length: number): number {
  if (bytes.length < length) throw new Malformed("a run is cut short");
  return bytes.subarray(0, length).reduceRight((value, byte) => value * 256 + byte, 0);
}

function beyond(): Malformed {
  return new Malformed("a level or an index is beyond its range");
}
