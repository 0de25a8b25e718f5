/** A cell through its type's codec: the canonical value, or the reason as `!is not an int`. */
import type { SqlType, TypeName } from "../../src/schema/model.ts";
import { defaultConventions, Unparsable, type Conventions, type RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";

/** `decimal(10,2)`, `nvarchar(max)`, `int` as a type. */
export function typeOf(text: string): SqlType {
  const [, name = "", first, second] = /^(\w+)(?:\((\w+)(?:,(\d+))?\))?$/.exec(text) ?? [];
  if (first === undefined) return { name: name as TypeName };
  if (/char|binary/.test(name)) return { name: name as TypeName, length: first === "max" ? "max" : Number(first) };
  if (/time/.test(name)) return { name: name as TypeName, scale: Number(first) };
  return { name: name as TypeName, precision: Number(first), ...(second && { scale: Number(second) }) };
}

export interface ReadOptions {
  readonly dateOrder?: Conventions["dateOrder"];
  readonly collation?: string;
  readonly isLiteral?: boolean;
}

export function read(type: string, raw: RawValue, options: ReadOptions = {}): unknown {
  const codec = codecFor({ type: typeOf(type), collation: options.collation });
  const dateOrder = options.dateOrder ?? defaultConventions.dateOrder;
  const value = codec.parse(raw, { dateOrder, isLiteral: options.isLiteral ?? false });
  return value instanceof Unparsable ? `!${value.reason}` : value;
}

export function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
}
