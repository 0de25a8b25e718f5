/** A small writer of flat parquet files, for what no library at hand writes: pages v2, checksums, INT96, old annotations, and damage. */
import { crc32 } from "node:zlib";

const magic = Buffer.from("PAR1");
const wire = { yes: 1, no: 2, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;
const types = ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"] as const;

/** What thrift writes: a number as i32, a bigint as i64. */
type Thrift = number | bigint | boolean | string | readonly Thrift[] | Struct;
interface Struct {
  readonly [field: number]: Thrift | undefined;
}

export interface WrittenColumn {
  readonly name: string;
  readonly type: (typeof types)[number];
  readonly typeLength?: number;
  readonly isRequired?: boolean;
  /** ConvertedType, by its number. */
  readonly converted?: number;
  /** LogicalType, as a thrift union. */
  readonly logical?: Struct;
  readonly scale?: number;
  /** Of each row group, the pages: values in their PLAIN form, or null. */
  readonly groups: readonly (readonly WrittenPage[])[];
}

interface WrittenPage {
  readonly values: readonly (Buffer | null)[];
  /** Encoding's number, with the bytes of the values; default PLAIN. */
  readonly encoded?: { readonly encoding: number; readonly body: Buffer };
}

export interface WritingOptions {
  readonly version?: 1 | 2;
  readonly checksums?: boolean;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

/** Julian day and nanoseconds of the day. */
export function int96(day: number, nanos: bigint): Buffer {
  return Buffer.concat([int64(nanos), int32(day)]);
}

export function byteArray(value: string | Buffer): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([int32(bytes.length), bytes]);
}

export function write(columns: readonly WrittenColumn[], options: WritingOptions = {}): Buffer {
  const parts: Buffer[] = [magic];
  let position = magic.length;
  const groups = (columns[0]?.groups ?? []).map((_, group) => {
    const chunks = columns.map((column) => {
      const bytes = Buffer.concat((column.groups[group] ?? []).map((page) => pageBytes(column, page, options)));
      const start = position;
      parts.push(bytes);
      position += bytes.length;
      return chunkOf(column, column.groups[group] ?? [], start, bytes.length);
    });
    return { 1: chunks, 2: 0n, 3: BigInt(rowsIn(columns[0]?.groups[group] ?? [])) };
  });
  const root = { 4: "schema", 5: columns.length };
  const rows = BigInt((columns[0]?.groups ?? []).reduce((sum, pages) => sum + rowsIn(pages), 0));
  const footer = struct({ 1: 1, 2: [root, ...columns.map((column) => elementOf(column))], 3: rows, 4: groups });
  return Buffer.concat([...parts, footer, int32(footer.length), magic]);
}

function rowsIn(pages: readonly WrittenPage[]): number {
  return pages.reduce((sum, { values }) => sum + values.length, 0);
}

function elementOf({ name, type, typeLength, isRequired, converted, logical, scale }: WrittenColumn): Struct {
  const length = typeLength === undefined ? {} : { 2: typeLength };
  return {
    1: types.indexOf(type),
    ...length,
    3: isRequired === true ? 0 : 1,
    4: name,
    6: converted,
    7: scale,
    10: logical,
  };
}

function chunkOf(column: WrittenColumn, pages: readonly WrittenPage[], start: number, length: number): Struct {
  const values = BigInt(rowsIn(pages));
  const type = types.indexOf(column.type);
  return {
    2: 0n,
    3: { 1: type, 2: [0], 3: [column.name], 4: 0, 5: values, 6: BigInt(length), 7: BigInt(length), 9: BigInt(start) },
  };
}

function pageBytes(
  { isRequired }: WrittenColumn,
  page: WrittenPage,
  { version = 1, checksums }: WritingOptions,
): Buffer {
  const count = page.values.length;
  const present = page.values.filter((value) => value !== null);
  const { encoding, body: values } = page.encoded ?? { encoding: 0, body: Buffer.concat(present) };
  const levels = isRequired === true ? Buffer.alloc(0) : levelRuns(page.values);
  const isV2 = version === 2;
  const body = Buffer.concat([isV2 || isRequired === true ? Buffer.alloc(0) : int32(levels.length), levels, values]);
  const details = isV2
    ? { 8: { 1: count, 2: count - present.length, 3: count, 4: encoding, 5: levels.length, 6: 0, 7: false } }
    : { 5: { 1: count, 2: encoding, 3: 3, 4: 3 } };
  const sum = checksums === true ? { 4: crc32(body) | 0 } : {};
  return Buffer.concat([struct({ 1: isV2 ? 3 : 0, 2: body.length, 3: body.length, ...sum, ...details }), body]);
}

/** A run for each value: right, if not short. */
function levelRuns(values: readonly (Buffer | null)[]): Buffer {
  return Buffer.concat(values.map((value) => Buffer.of(2, value === null ? 0 : 1)));
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    if (rest <= 0x7fn) return Buffer.from(bytes);
  }
}

function zigzag(value: number | bigint): Buffer {
  const big = BigInt(value);
  return varint(big < 0n ? -2n * big - 1n : 2n * big);
}

function struct(fields: Struct): Buffer {
  const parts: Buffer[] = [];
  let last = 0;
  for (const [id, value] of Object.entries(fields) as unknown as [string, Thrift | undefined][]) {
    if (value === undefined) continue;
    parts.push(Buffer.of(((Number(id) - last) << 4) | kindOf(value)), valueBytes(value));
    last = Number(id);
  }
  return Buffer.concat([...parts, Buffer.of(0)]);
}

function kindOf(value: Thrift): number {
  if (typeof value === "boolean") return value ? wire.yes : wire.no;
  if (typeof value === "number") return wire.i32;
  if (typeof value === "bigint") return wire.i64;
  if (typeof value === "string") return wire.binary;
  return Array.isArray(value) ? wire.list : wire.struct;
}

function valueBytes(value: Thrift): Buffer {
  if (typeof value === "boolean") return Buffer.alloc(0);
  if (typeof value === "number" || typeof value === "bigint") return zigzag(value);
  if (typeof value === "string") return Buffer.concat([varint(BigInt(Buffer.byteLength(value))), Buffer.from(value)]);
  return isList(value) ? listBytes(value) : struct(value);
}

function isList(value: Thrift): value is readonly Thrift[] {
  return Array.isArray(value);
}

function listBytes(values: readonly Thrift[]): Buffer {
  const head = Buffer.of(0xf0 | kindOf(values[0] ?? 0));
  return Buffer.concat([head, varint(BigInt(values.length)), ...values.map((value) => valueBytes(value))]);
}
