/** Types as a declaration writes them. */
import type { SqlType } from "../../schema/model.ts";

/** `nvarchar(40)`, `decimal(9, 3)`, `datetime2(7)`; a type without its measures as the bare word. */
export function typeText({ name, length, precision, scale }: SqlType): string {
  if (length !== undefined) return `${name}(${length})`;
  if (name === "decimal" || name === "numeric")
    return precision === undefined ? name : `${name}(${precision}, ${scale ?? 0})`;
  if (name === "float") return precision === undefined ? name : `${name}(${precision})`;
  return scale === undefined ? name : `${name}(${scale})`;
}
