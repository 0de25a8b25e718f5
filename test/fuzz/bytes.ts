/** Damage that any file can take. */
import type { Mutator } from "./format.ts";
import type { Random } from "./random.ts";

/** Bytes that readers of text stumble over. */
const stumbles = [
  "\0",
  "\n",
  "\r\n",
  "\r",
  '"',
  "'",
  ",",
  "\\",
  "\u001a",
  " ",
  "\t",
  "\u2028",
  "\uFEFF",
  "\uFFFD",
  "é",
  "😀",
  "0",
  "-",
  "NULL",
];
const raw = [
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xfe, 0xff]),
  Buffer.from([0xc3]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0x80]),
  Buffer.from([0xff]),
  Buffer.from([0x1f, 0x8b]),
  Buffer.alloc(64),
  Buffer.alloc(16, 0xff),
];
const insertions = [...stumbles.map((text) => Buffer.from(text)), ...raw];
const boundaries = [
  0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe,
  0xffffffff,
];

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanIn(bytes: Buffer, random: Random): Span {
  const from = random.int(bytes.length);
  return { from, to: Math.min(bytes.length, from + random.length(bytes.length)) };
}

function replaced(bytes: Buffer, { from, to }: Span, by: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

const flipBit: Mutator = (bytes, random) => {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) {
    const at = random.int(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.int(8));
  }
  return copy;
};

const setByte: Mutator = (bytes, random) => {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[random.int(copy.length)] = random.int(256);
  return copy;
};

const truncate: Mutator = (bytes, random) => bytes.subarray(0, random.int(bytes.length));
const behead: Mutator = (bytes, random) => bytes.subarray(random.int(bytes.length));
const cutOut: Mutator = (bytes, random) => replaced(bytes, spanIn(bytes, random), Buffer.alloc(0));
const zero: Mutator = (bytes, random) => {
  const span = spanIn(bytes, random);
  return replaced(bytes, span, Buffer.alloc(span.to - span.from, random.pick([0, 0xff, 0x20])));
};

const repeat: Mutator = (bytes, random) => {
  const { from, to } = spanIn(bytes, random);
  const piece = bytes.subarray(from, to);
  const times = Math.min(1 + random.int(40), Math.floor(65_536 / Math.max(1, piece.length)));
  return replaced(bytes, { from: to, to }, Buffer.concat(Array.from({ length: times }, () => piece)));
};

const swap: Mutator = (bytes, random) => {
  const [first, second] = [spanIn(bytes, random), spanIn(bytes, random)].toSorted(
    (left, right) => left.from - right.from,
  ) as [Span, Span];
  if (first.to > second.from) return bytes;
  const moved = replaced(bytes, second, bytes.subarray(first.from, first.to));
  return replaced(moved, first, bytes.subarray(second.from, second.to));
};

const insert: Mutator = (bytes, random) => {
  const from = random.int(bytes.length + 1);
  return replaced(bytes, { from, to: from }, random.pick(insertions));
};

const insertRandom: Mutator = (bytes, random) => {
  const from = random.int(bytes.length + 1);
  return replaced(
    bytes,
    { from, to: from },
    Buffer.from(Array.from({ length: random.length(200) }, () => random.int(256))),
  );
};

const splice: Mutator = (bytes, random, other) =>
  Buffer.concat([bytes.subarray(0, random.int(bytes.length + 1)), other.subarray(random.int(other.length + 1))]);

/** A number of the value of a boundary, in place of what stands there. */
const setNumber: Mutator = (bytes, random) => {
  const width = random.pick([1, 2, 4, 8]);
  if (bytes.length < width) return bytes;
  const copy = Buffer.from(bytes);
  const value = BigInt.asUintN(width * 8, BigInt(random.pick(boundaries)) - BigInt(random.int(2)));
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(value);
  const inOrder = number.subarray(0, width);
  copy.set(random.int(4) === 0 ? inOrder.toReversed() : inOrder, random.int(copy.length - width + 1));
  return copy;
};

export const byteMutators: readonly Mutator[] = [
  flipBit,
  flipBit,
  setByte,
  truncate,
  behead,
  cutOut,
  zero,
  repeat,
  swap,
  insert,
  insert,
  insertRandom,
  splice,
  setNumber,
];
