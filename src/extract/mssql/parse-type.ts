/** `decimal(9, 3)` → the model's type. */
import type { SqlType, TypeName } from "../../schema/model.ts";

const form = /^(\w+)(?:\((max|\d+)(?:,\s*(\d+))?\))?$/i;
const scaled = new Set(["time", "datetime2", "datetimeoffset"]);

export function parseSqlType(declared: string): SqlType {
  const [, base = declared, first, second] = form.exec(declared) ?? [];
  const name = base.toLowerCase() as TypeName;
  if (name === "float") return { name, precision: 53 };
  if (first === undefined) return { name };
  if (first === "max") return { name, length: "max" };
  if (name === "decimal" || name === "numeric") return { name, precision: Number(first), scale: Number(second ?? 0) };
  return scaled.has(name) ? { name, scale: Number(first) } : { name, length: Number(first) };
}
