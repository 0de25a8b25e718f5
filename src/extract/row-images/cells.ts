/** Values as rows of data pages hold them: most as bcp's native files do, some with their halves in another order. */
import { readScaled } from "../bcp/native/numbers.ts";
import { valueReader } from "../bcp/native/values.ts";
import type { Column, TypeName } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";

const unicode: ReadonlySet<TypeName> = new Set<TypeName>(["nchar", "nvarchar", "ntext", "xml"]);
const narrow: ReadonlySet<TypeName> = new Set<TypeName>(["char", "varchar"]);
/** The half that comes first in a native file is the last one here. */
const swapped: ReadonlySet<TypeName> = new Set<TypeName>(["datetime", "smalldatetime", "money"]);

/** Undefined for bytes that are no value of the column's type, and for types whose form in pages is another. */
export function readStored(bytes: Buffer, { type, collation }: Column): RawValue | undefined {
  const { name, precision = 18, scale = 0 } = type;
  if (name === "decimal" || name === "numeric") return readScaled(bytes, precision, scale);
  if (name === "sql_variant" || name === "xml") return undefined;
  if (narrow.has(name) && collation === undefined) return asciiOf(bytes);
  const style = { text: unicode.has(name) ? "utf-16" : { collation: collation ?? "" }, clocks: "own" } as const;
  return valueReader(type, style)(swapped.has(name) ? swap(bytes) : bytes);
}

/** What all code pages have in common. */
function asciiOf(bytes: Buffer): string | undefined {
  return bytes.every((byte) => byte < 0x80) ? bytes.toString("latin1") : undefined;
}

function swap(bytes: Buffer): Buffer {
  const half = bytes.length >> 1;
  return Buffer.concat([bytes.subarray(half), bytes.subarray(0, half)]);
}
