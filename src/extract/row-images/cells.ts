/** Values as rows of data pages hold them: most as bcp's native files do, some with their halves in another order. */
import { readScaled } from "../bcp/native/numbers.ts";
import { longestValue, valueReader } from "../bcp/native/values.ts";
import { collationReader } from "../bcp/native/texts.ts";
import type { Column, TypeName } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";

const narrow: ReadonlySet<TypeName> = new Set<TypeName>(["char", "varchar"]);
/** The half that comes first in a native file is the last one here. */
const swapped: ReadonlySet<TypeName> = new Set<TypeName>(["datetime", "smalldatetime", "money"]);

/** Why the row's bytes do not give the column's value, though they may be one. */
export class Unread {
  readonly why: string;
  /** As they stand in the row. */
  readonly bytes: Buffer;
  constructor(why: string, bytes: Buffer) {
    this.why = why;
    this.bytes = bytes;
  }
}

/** Undefined for bytes that are no value of the column's type. */
export function readStored(bytes: Buffer, { type, collation }: Column): RawValue | Unread | undefined {
  const { name, precision = 18, scale = 0 } = type;
  if (name === "decimal" || name === "numeric") return readScaled(bytes, precision, scale);
  if (name === "sql_variant" || name === "xml") return new Unread(`${name} has another form there`, bytes);
  if (bytes.length > longestValue(type, { text: { collation: "" }, clocks: "own" })) return undefined;
  if (narrow.has(name)) return textOf(bytes, collation);
  const style = { text: "utf-16", clocks: "own" } as const;
  return valueReader(type, style)(swapped.has(name) ? swap(bytes) : bytes);
}

/** Without a collation, what all code pages have in common. */
function textOf(bytes: Buffer, collation: string | undefined): RawValue | Unread {
  if (collation === undefined && bytes.every((byte) => byte < 0x80)) return bytes.toString("latin1");
  const text = collation === undefined ? undefined : collationReader(collation)(bytes);
  return text ?? new Unread("its code page is not known, or has no such characters", bytes);
}

function swap(bytes: Buffer): Buffer {
  const half = bytes.length >> 1;
  return Buffer.concat([bytes.subarray(half), bytes.subarray(0, half)]);
}
