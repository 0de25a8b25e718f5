/**
 * Rows as SQL Server keeps them in pages, and writes them whole into its log. What does not fit the table's layout in every particular is
 * no row of it.
 */
import type { Column } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import { readStored, Unread } from "./cells.ts";
import type { FixedField, RowLayout, VariableField } from "./layout.ts";

export interface RowImage {
  readonly values: ReadonlyMap<Column, RawValue | null>;
  /** Columns that hold something which does not stand in the row, or cannot be read. */
  readonly unread: ReadonlyMap<Column, Unread>;
}

const nullBitmap = 0x10;
const variableColumns = 0x20;
const versionTag = 0x40;
const versionTagBytes = 14;
const recordTypes = 0x0e;
/** A whole row, and one that is deleted and not yet gone. */
const wholeRows = new Set([0, 6 << 1]);
/** Of the end of a variable column: it points elsewhere. */
const complex = 0x8000;

/** A sentence where the bytes are no row of the layout. */
export function readRow(bytes: Buffer, layout: RowLayout): RowImage | string {
  const shape = shapeOf(bytes, layout);
  if (typeof shape === "string") return shape;
  const values = new Map<Column, RawValue | null>();
  const unread = new Map<Column, Unread>();
  const fields = [
    ...layout.fixed.map((field) => ({ ...field, read: () => readFixed(bytes, field) })),
    ...layout.variable.map((field, index) => ({ ...field, read: () => readVariable(bytes, field, shape, index) })),
  ];
  for (const { column, place, read } of fields) {
    const isNull = (((bytes[shape.bitmap + (place >> 3)] ?? 0) >> (place & 7)) & 1) === 1;
    if (isNull && !column.nullable) return `${column.name} is NULL in it, which the table does not allow`;
    const value = isNull ? null : read();
    if (value === undefined) return `what it has for ${column.name} is no value of its type`;
    if (value instanceof Unread) unread.set(column, value);
    else values.set(column, value);
  }
  return { values, unread };
}

interface Shape {
  readonly bitmap: number;
  /** Where each variable column begins and ends; fewer than the table has: the last ones are empty or NULL. */
  readonly variable: readonly { readonly from: number; readonly to: number; readonly isComplex: boolean }[];
}

function shapeOf(bytes: Buffer, { columns, fixedEnd, variable }: RowLayout): Shape | string {
  const status = bytes[0] ?? 0;
  if (bytes.length < fixedEnd + 2)
    return `it has ${bytes.length} bytes, fewer than the table's columns of fixed width take`;
  if (
    (status & 1) !== 0 ||
    !wholeRows.has(status & recordTypes) ||
    (status & nullBitmap) === 0 ||
    (bytes[1] ?? 1) !== 0
  )
    return `its status ${status.toString(16)} is not that of a whole row without compression`;
  if (bytes.readUInt16LE(2) !== fixedEnd)
    return `its columns of fixed width end at ${bytes.readUInt16LE(2)}, and the table's at ${fixedEnd}`;
  if (bytes.readUInt16LE(fixedEnd) !== columns)
    return `it has ${bytes.readUInt16LE(fixedEnd)} columns, and the table ${columns}`;
  const bitmap = fixedEnd + 2;
  const behind = bitmap + Math.ceil(columns / 8);
  const ends = readEnds(bytes, behind, (status & variableColumns) !== 0);
  if (ends === undefined || ends.places.length > variable.length)
    return "its columns of varying width do not fit the table's";
  const length = bytes.length - ((status & versionTag) === 0 ? 0 : versionTagBytes);
  if (ends.end !== length) return `it has ${length} bytes, and its columns end at ${ends.end}`;
  return { bitmap, variable: ends.places };
}

function readEnds(
  bytes: Buffer,
  at: number,
  hasVariable: boolean,
): { readonly places: Shape["variable"]; readonly end: number } | undefined {
  if (!hasVariable) return { places: [], end: at };
  if (at + 2 > bytes.length) return undefined;
  const count = bytes.readUInt16LE(at);
  let from = at + 2 + 2 * count;
  if (from > bytes.length) return undefined;
  const places: { from: number; to: number; isComplex: boolean }[] = [];
  for (let index = 0; index < count; index++) {
    const end = bytes.readUInt16LE(at + 2 + 2 * index);
    const to = end & ~complex;
    if (to < from || to > bytes.length) return undefined;
    places.push({ from, to, isComplex: (end & complex) !== 0 });
    from = to;
  }
  return { places, end: from };
}

function readFixed(bytes: Buffer, { column, offset, width, bit }: FixedField): RawValue | Unread | undefined {
  if (bit !== undefined) return ((bytes[offset] ?? 0) >> bit) & 1;
  return readStored(bytes.subarray(offset, offset + width), column);
}

/** Where the row ends before the column, it is the empty value: the bitmap does not say NULL. */
function readVariable(
  bytes: Buffer,
  { column }: VariableField,
  { variable }: Shape,
  index: number,
): RawValue | Unread | undefined {
  const { from, to, isComplex } = variable[index] ?? { from: 0, to: 0, isComplex: false };
  const own = bytes.subarray(from, to);
  if (isComplex) return new Unread("its value does not stand in the row", own);
  if (pointed.has(column.type.name)) return new Unread("its value stands on pages of its own", own);
  return readStored(own, column);
}

const pointed = new Set(["text", "ntext", "image"]);
