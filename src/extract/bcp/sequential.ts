/**
 * Rows as bcp itself reads them: one field behind the other, each as long as its prefix, its width or its terminator says.
 * Nothing else tells where a row begins: where one field is wrong, the rest of the file is.
 */
import type { RawValue } from "../../values/codec.ts";
import type { Framed, Framing, Lost } from "../records/framing.ts";
import type { Field } from "./fields.ts";

/** Where a value lies; -1 as its length: NULL. */
interface Extent {
  readonly from: number;
  readonly length: number;
  /** Where the next field begins. */
  readonly next: number;
}

type Reading = Extent | { readonly lost: string } | undefined;

export class SequentialRows implements Framing {
  readonly #fields: readonly Field[];

  constructor(fields: readonly Field[]) {
    this.#fields = fields;
  }

  next(bytes: Buffer, from: number, isFinal: boolean): Framed | Lost | undefined {
    const cells: (RawValue | null)[] = [];
    let at = from;
    let fault: string | undefined;
    for (const field of this.#fields) {
      const extent = readExtent(field, bytes, at);
      if (extent === undefined) return isFinal ? this.#cut(bytes, from, at, cells) : undefined;
      if ("lost" in extent) return { lost: `${nameOf(field, cells)} ${extent.lost}` };
      const cell = readCell(field, bytes, extent);
      if (cell === undefined) {
        const reason = `${nameOf(field, cells)} is ${field.fault}`;
        // A longer prefix is no value's byte by chance: where it is plausible, the fields are where they are taken to be.
        if (!field.isText && field.prefix < 2) return { lost: reason };
        fault ??= reason;
      }
      cells.push(cell ?? null);
      at = extent.next;
    }
    const verdict =
      fault === undefined ? ({ kind: "row", cells } as const) : ({ kind: "fault", reason: fault } as const);
    return { length: at - from, isEnded: true, verdict };
  }

  /** The file ends in a row. Only its last terminator may be missing for it to be whole. */
  #cut(bytes: Buffer, from: number, at: number, cells: (RawValue | null)[]): Framed | Lost {
    const field = this.#fields[cells.length];
    const isLast = cells.length === this.#fields.length - 1;
    if (field?.terminator !== undefined && field.prefix === 0 && isLast && cells.length > 0) {
      const cell = field.cell(bytes.subarray(at));
      if (cell !== undefined)
        return { length: bytes.length - from, isEnded: false, verdict: { kind: "row", cells: [...cells, cell] } };
    }
    const isMark = bytes.length - from === 1 && bytes[from] === 0x1a;
    if (isMark) return { length: 1, isEnded: true, verdict: { kind: "skip", rule: "end-of-file mark" } };
    return {
      lost: `the file ends in the middle of a row, in ${field === undefined ? "its end" : nameOf(field, cells)}`,
    };
  }
}

function nameOf({ name }: Field, before: readonly unknown[]): string {
  return name === "" ? `field ${before.length + 1}` : name;
}

function readCell(field: Field, bytes: Buffer, { from, length }: Extent): RawValue | null | undefined {
  return length < 0 ? null : field.cell(bytes.subarray(from, from + length));
}

/** Undefined where more bytes are needed. */
function readExtent(field: Field, bytes: Buffer, at: number): Reading {
  if (field.prefix > 0) return readPrefixed(field, bytes, at);
  if (field.width !== undefined) return readFixed(field, bytes, at, field.width);
  const { terminator } = field;
  if (terminator === undefined) return { lost: "has nothing that says where it ends" };
  const found = terminator.find(bytes, at);
  return found < 0 ? undefined : { from: at, length: found - at, next: found + terminator.length };
}

function readPrefixed(field: Field, bytes: Buffer, at: number): Reading {
  const from = at + field.prefix;
  if (from > bytes.length) return undefined;
  const isNull = bytes.subarray(at, from).every((byte) => byte === 0xff);
  if (isNull) return endOf(field, bytes, { from, length: -1, next: from });
  const length = field.prefix === 8 ? Number(bytes.readBigInt64LE(at)) : bytes.readUIntLE(at, field.prefix);
  if (length < 0 || length > field.longest) return { lost: `has a length of ${length} bytes` };
  return readFixed(field, bytes, from, length);
}

function readFixed(field: Field, bytes: Buffer, from: number, length: number): Reading {
  if (from + length > bytes.length) return undefined;
  return endOf(field, bytes, { from, length, next: from + length });
}

/** A terminator behind a value whose length is known has to stand there. */
function endOf({ terminator }: Field, bytes: Buffer, extent: Extent): Reading {
  if (terminator === undefined) return extent;
  const next = extent.next + terminator.length;
  if (next > bytes.length) return undefined;
  return bytes.subarray(extent.next, next).equals(terminator.bytes)
    ? { ...extent, next }
    : { lost: "does not end in its terminator" };
}
