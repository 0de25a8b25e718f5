/** Is a page what its header says? What decodes it trusts every length in it: damage would come out as values, or fill memory. */
import { endOfDeltas, narrowFirst, readDeltas } from "./delta.ts";
import { Malformed } from "./malformed.ts";
import type { PageHeader } from "./page-header.ts";
import { countInRuns } from "./runs.ts";

/** What the schema says of a column's pages. */
export interface LeafShape {
  readonly type: string;
  /** Bytes of a value of fixed length. */
  readonly typeLength: number;
  readonly maxDefinition: number;
  readonly maxRepetition: number;
}

const widths: Readonly<Record<string, number | undefined>> = { INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE: 8 };

/** Checks the levels of a page v2, which stand in front of its values. Throws Malformed. */
export function checkLevels(page: PageHeader, body: Uint8Array, { maxDefinition, maxRepetition }: LeafShape): void {
  const { values: count, repetitionBytes, definitionBytes, nulls } = page;
  const end = repetitionBytes + definitionBytes;
  if (end > body.length || end > page.length) throw new Malformed("its levels are longer than their page");
  if (maxRepetition > 0) countLevels(body, 0, repetitionBytes, maxRepetition, count);
  const present = maxDefinition === 0 ? count : countLevels(body, repetitionBytes, end, maxDefinition, count);
  if (present !== count - nulls) throw new Malformed("its levels tell another number of nulls than its header");
}

/** Checks the body of a page: of a page v2 behind its levels. `dictionary`: values in the dictionary, if there is one. Throws Malformed. */
export function checkPage(page: PageHeader, body: Uint8Array, leaf: LeafShape, dictionary: number | undefined): void {
  if (page.kind === "data v2") return checkValues(page.encoding, body, 0, page.values - page.nulls, leaf, dictionary);
  if (page.kind === "dictionary") return checkValues(plain, body, 0, page.values, leaf, undefined);
  let at = 0;
  let present = page.values;
  if (leaf.maxRepetition > 0) at = prefixed(body, at, leaf.maxRepetition, page.values).end;
  if (leaf.maxDefinition > 0) ({ end: at, found: present } = prefixed(body, at, leaf.maxDefinition, page.values));
  checkValues(page.encoding, body, at, present, leaf, dictionary);
}

function prefixed(body: Uint8Array, at: number, most: number, count: number): { end: number; found: number } {
  const end = at + 4 + lengthAt(body, at);
  if (end > body.length) throw new Malformed("its levels are longer than their page");
  return { end, found: countLevels(body, at + 4, end, most, count) };
}

function countLevels(bytes: Uint8Array, from: number, to: number, most: number, count: number): number {
  return countInRuns({ bytes, from, to, width: 32 - Math.clz32(most), count }, most, most);
}

type Check = (body: Uint8Array, at: number, count: number, leaf: LeafShape, dictionary: number | undefined) => void;

const plain = 0;
/** By the encoding's number in the format. */
const checks: Readonly<Record<number, Check | undefined>> = {
  [plain]: checkPlain,
  2: checkIndexes,
  3: checkBooleans,
  5: checkDeltas,
  6: checkLengths,
  7: checkPrefixes,
  8: checkIndexes,
  9: checkSplit,
};

function checkValues(
  encoding: number,
  body: Uint8Array,
  at: number,
  count: number,
  leaf: LeafShape,
  dictionary: number | undefined,
): void {
  const check = checks[encoding];
  if (check === undefined) throw new Malformed(`its encoding, number ${encoding}, is not known`);
  check(body, at, count, leaf, dictionary);
}

function checkPlain(body: Uint8Array, at: number, count: number, leaf: LeafShape): void {
  if (leaf.type === "BYTE_ARRAY") return checkByteArrays(body, at, count);
  if (leaf.type === "BOOLEAN") return expectLength(body.length - at >= Math.ceil(count / 8));
  expectLength(body.length - at === count * (widths[leaf.type] ?? leaf.typeLength));
}

function checkByteArrays(body: Uint8Array, from: number, count: number): void {
  let at = from;
  for (let index = 0; index < count; index++) at += 4 + lengthAt(body, at);
  expectLength(at === body.length);
}

function checkIndexes(body: Uint8Array, at: number, count: number, _: LeafShape, dictionary: number | undefined): void {
  if (dictionary === undefined) throw new Malformed("its dictionary is missing");
  if (count === 0) return;
  const width = body[at] ?? 255;
  if (width > 32 || dictionary === 0) throw new Malformed("an index is beyond its dictionary");
  if (width > 0) countInRuns({ bytes: body, from: at + 1, to: body.length, width, count }, -1, dictionary - 1);
}

function checkBooleans(body: Uint8Array, at: number, count: number, { type }: LeafShape): void {
  if (type !== "BOOLEAN") throw new Malformed(`run lengths are no encoding of ${type}`);
  const end = at + 4 + lengthAt(body, at);
  expectLength(end <= body.length);
  countInRuns({ bytes: body, from: at + 4, to: end, width: 1, count }, 1, 1);
}

function checkDeltas(body: Uint8Array, at: number, count: number, { type }: LeafShape): void {
  endOfDeltas(body, at, count);
  if (type === "INT32" && count > 0) narrowFirst(body, at);
}

function checkLengths(body: Uint8Array, from: number, count: number): void {
  const { numbers, end } = readDeltas(body, from, count);
  expectLength(numbers.every((length) => length >= 0) && sum(numbers) === body.length - end);
}

/** Every value begins as the one before it does, for as long as its prefix. */
function checkPrefixes(body: Uint8Array, from: number, count: number): void {
  const prefixes = readDeltas(body, from, count);
  const suffixes = readDeltas(body, prefixes.end, count);
  let before = 0;
  for (const [index, prefix] of prefixes.numbers.entries()) {
    const suffix = suffixes.numbers[index] ?? -1;
    expectLength(prefix >= 0 && suffix >= 0 && prefix <= before);
    before = prefix + suffix;
  }
  expectLength(sum(suffixes.numbers) === body.length - suffixes.end);
}

function checkSplit(body: Uint8Array, at: number, count: number, leaf: LeafShape): void {
  expectLength(body.length - at === count * (widths[leaf.type] ?? leaf.typeLength));
}

function sum(numbers: Int32Array): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function lengthAt(body: Uint8Array, at: number): number {
  expectLength(at + 4 <= body.length);
  return new DataView(body.buffer, body.byteOffset + at, 4).getUint32(0, true);
}

function expectLength(isRight: boolean): void {
  if (!isRight) throw new Malformed("its values do not fill their page");
}
