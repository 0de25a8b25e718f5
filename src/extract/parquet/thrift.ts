/**
 * Thrift's compact protocol, as parquet's footers and page headers are written in it
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md). Strict, so that no damage costs more time or memory than its bytes are worth.
 */
import { Malformed } from "./malformed.ts";

export type ThriftValue = boolean | number | Uint8Array | readonly ThriftValue[] | ThriftStruct;
/** By field number. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

const wire = {
  stop: 0,
  yes: 1,
  no: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
} as const;
const deepest = 32;
/** Seven bits each: 64 bits take no more. */
const longestVarint = 10;

export class ThriftReader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Integers beyond 2^53 come rounded. Throws Malformed. */
  struct(depth = 0): ThriftStruct {
    if (depth > deepest) throw new Malformed("its description is nested too deeply");
    const fields = new Map<number, ThriftValue>();
    for (let id = 0; ;) {
      const head = this.#byte();
      const kind = head & 0x0f;
      if (kind === wire.stop) return fields;
      id = head >> 4 === 0 ? this.#zigzag() : id + (head >> 4);
      fields.set(id, this.#value(kind, depth));
    }
  }

  /** An unsigned number of up to 64 bits. */
  varint(): number {
    let value = 0;
    for (let length = 0; length < longestVarint; length++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 128 ** length;
      if (byte < 0x80) return value;
    }
    throw new Malformed("a number in it is too long");
  }

  #value(kind: number, depth: number): ThriftValue {
    if (kind === wire.yes || kind === wire.no) return kind === wire.yes;
    if (kind === wire.byte) return (this.#byte() << 24) >> 24;
    if (kind === wire.i16 || kind === wire.i32 || kind === wire.i64) return this.#zigzag();
    if (kind === wire.double) return this.#take(8).length;
    if (kind === wire.binary) return this.#take(this.varint());
    if (kind === wire.list) return this.#list(depth);
    if (kind === wire.struct) return this.struct(depth + 1);
    throw new Malformed(`its description holds a value of the unknown kind ${kind}`);
  }

  #list(depth: number): ThriftValue[] {
    const head = this.#byte();
    const length = head >> 4 === 15 ? this.varint() : head >> 4;
    if (length > this.#bytes.length - this.at) throw new Malformed("a list in it is longer than its bytes");
    const isOfBooleans = (head & 0x0f) === wire.yes || (head & 0x0f) === wire.no;
    const kind = isOfBooleans ? wire.byte : head & 0x0f;
    return Array.from({ length }, () => this.#value(kind, depth + 1));
  }

  #zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #byte(): number {
    return this.#take(1)[0] as number;
  }

  #take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.#bytes.length) throw new Malformed("its description is cut short");
    const bytes = this.#bytes.subarray(this.at, end);
    this.at = end;
    return bytes;
  }
}

/** The field as a number; undefined where it is not there. Throws Malformed where it is something else. */
export function numberAt(struct: ThriftStruct, id: number): number | undefined {
  const value = struct.get(id);
  if (value === undefined || typeof value === "number") return value;
  throw new Malformed("its description holds something else where a number belongs");
}

export function structAt(struct: ThriftStruct, id: number): ThriftStruct | undefined {
  const value = struct.get(id);
  if (value === undefined || value instanceof Map) return value;
  throw new Malformed("its description holds something else where a structure belongs");
}
