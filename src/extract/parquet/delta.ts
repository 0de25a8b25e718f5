/** Walks DELTA_BINARY_PACKED numbers (https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC). */
import { Malformed } from "./malformed.ts";
import { ThriftReader } from "./thrift.ts";

const largestBlock = 1 << 20;

/** Returns the index behind `count` numbers that begin at `from`. Throws Malformed. */
export function endOfDeltas(bytes: Uint8Array, from: number, count: number): number {
  return walk(bytes, from, count).end;
}

/** The numbers themselves, for lengths: modulo 2^32. Throws Malformed. */
export function readDeltas(bytes: Uint8Array, from: number, count: number): { numbers: Int32Array; end: number } {
  const numbers = new Int32Array(count);
  const { end } = walk(bytes, from, count, numbers);
  return { numbers, end };
}

/**
 * Writers of unsigned numbers begin with one of 33 bits, of which the decoder of INT32 loses the highest, and with it the sign. The number is
 * written again with its lower 32 bits, in as many bytes.
 */
export function narrowFirst(bytes: Uint8Array, from: number): void {
  const reader = new ThriftReader(bytes, from);
  for (let before = 0; before < 3; before++) reader.varint();
  const start = reader.at;
  const first = zigzag32(reader.varint());
  let rest = ((first << 1) ^ (first >> 31)) >>> 0;
  for (let at = start; at < reader.at; at++) {
    bytes[at] = (rest & 0x7f) | (at === reader.at - 1 ? 0 : 0x80);
    rest >>>= 7;
  }
}

function walk(bytes: Uint8Array, from: number, count: number, into?: Int32Array): { end: number } {
  if (count === 0) return { end: bytes.length };
  const reader = new ThriftReader(bytes, from);
  const block = reader.varint();
  const miniblocks = reader.varint();
  const each = block / miniblocks;
  if (block === 0 || block > largestBlock || !Number.isInteger(each) || each % 8 !== 0)
    throw new Malformed("a block of differences has an impossible size");
  if (reader.varint() !== count) throw new Malformed("a page holds another number of differences than it says");
  let last = zigzag32(reader.varint());
  if (into !== undefined) into[0] = last;
  for (let index = 1; index < count;) {
    const least = zigzag32(reader.varint());
    const widths = bytes.subarray(reader.at, reader.at + miniblocks);
    reader.at += miniblocks;
    for (let mini = 0; mini < miniblocks && index < count; mini++) {
      const width = widths[mini] ?? 65;
      const end = reader.at + (each / 8) * width;
      // Writers may leave out the padding behind the last number.
      const needed = reader.at + Math.ceil((Math.min(each, count - index) * width) / 8);
      if (width > 64 || needed > bytes.length) throw new Malformed("a block of differences is cut short");
      const decoded = into === undefined ? 0 : Math.min(each, count - index);
      for (let at = 0; at < decoded; at++) {
        last = (last + least + packed(bytes, reader.at, at * width, width)) | 0;
        if (into !== undefined) into[index + at] = last;
      }
      index += each;
      reader.at = Math.min(end, bytes.length);
    }
  }
  return { end: reader.at };
}

/** The lower 32 bits of a number of `width` bits. */
function packed(bytes: Uint8Array, from: number, bit: number, width: number): number {
  let value = 0;
  for (let at = 0; at < Math.min(width, 32); at++) {
    const place = bit + at;
    value |= (((bytes[from + (place >> 3)] as number) >> (place & 7)) & 1) << at;
  }
  return value;
}

function zigzag32(value: number): number {
  const low = value % 2 ** 32;
  const high = Math.floor(value / 2 ** 32) % 2;
  return ((low >>> 1) | (high << 31)) ^ -(low & 1);
}
