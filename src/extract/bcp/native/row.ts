/** Rows of native fields, one behind the other, nothing between them. */
import type { RawValue } from "../../../values/codec.ts";
import type { PrefixLength } from "./prefixes.ts";
import type { ReadValue } from "./value.ts";

/** How one field of every row lies in the file. */
export interface NativeField {
  /** For messages. */
  readonly name: string;
  readonly prefix: PrefixLength;
  /** Bytes that every value has, where all have the same; needed where there is no prefix. */
  readonly width: number | undefined;
  /** Bytes that a value has at most. */
  readonly longest: number;
  readonly read: ReadValue;
}

export interface NativeRow {
  readonly kind: "row";
  readonly cells: (RawValue | null)[];
  /** Where the next row begins. */
  readonly end: number;
  /** Why a value cannot be read, although it is clear where it ends: the row's other cells are right, and so are the next rows. */
  readonly fault?: string;
}

export type RowReading =
  | NativeRow
  /** The row does not end in the buffer: it has at least so many bytes. */
  | { readonly kind: "short"; readonly need: number }
  /** The fields are not where they are taken to be, and nothing says where the next row begins. */
  | { readonly kind: "lost"; readonly reason: string };

const nullLengths: Readonly<Record<PrefixLength, number>> = { 0: -1, 1: 0xff, 2: 0xffff, 4: 0xffff_ffff, 8: -1 };

/** The length that a prefix says; -1: NULL. */
function readLength(buffer: Buffer, at: number, prefix: PrefixLength): number {
  const length = prefix === 8 ? Number(buffer.readBigInt64LE(at)) : buffer.readUIntLE(at, prefix);
  return length === nullLengths[prefix] ? -1 : length;
}

/** Reads the row that begins at `from`. `left`: bytes from there to the end of the data, which may lie beyond the buffer. */
export function readRow(fields: readonly NativeField[], buffer: Buffer, from: number, left: number): RowReading {
  const cells: (RawValue | null)[] = [];
  let at = from;
  let fault: string | undefined;
  for (const field of fields) {
    const { prefix, width } = field;
    let length = width ?? 0;
    if (prefix > 0) {
      if (at + prefix > buffer.length) return { kind: "short", need: at + prefix - from };
      length = readLength(buffer, at, prefix);
      at += prefix;
    }
    if (length === -1) {
      cells.push(null);
      continue;
    }
    if (prefix > 0 && !isLength(field, length)) return lost(field, `has a length of ${length} bytes`);
    const end = at + length;
    if (end - from > left) return lost(field, `has a length of ${length} bytes, beyond the end of the data`);
    if (end > buffer.length) return { kind: "short", need: end - from };
    const value = field.read(buffer.subarray(at, end));
    if (value === undefined) {
      // A longer prefix is no value's byte by chance: where it is plausible, the fields are where they are taken to be.
      if (prefix < 2) return lost(field, "is bytes that are no value of its type");
      fault ??= `${field.name} is bytes that are no value of its type`;
    }
    cells.push(value ?? null);
    at = end;
  }
  return { kind: "row", cells, end: at, ...(fault === undefined ? {} : { fault }) };
}

function isLength({ width, longest }: NativeField, length: number): boolean {
  return width === undefined ? length >= 0 && length <= longest : length === width;
}

function lost(field: NativeField, what: string): RowReading {
  return { kind: "lost", reason: `${field.name} ${what}` };
}
