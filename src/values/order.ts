/** The order of canonical values of one type: as numbers, else as text. For rules that take the greater or the lesser. */
import type { TypeName } from "../schema/model.ts";
import type { PresentValue } from "./codec.ts";

const exact = new Set<TypeName>(["decimal", "numeric", "money", "smallmoney"]);

/** Negative where `left` comes first. Dates and times sort as their canonical text does; binary by its bytes. */
export function compareValues(type: TypeName, left: PresentValue, right: PresentValue): number {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  if (exact.has(type)) return compareExact(String(left), String(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Exact decimals of one scale, as canonical forms of one column are. */
function compareExact(left: string, right: string): number {
  const difference = BigInt(left.replace(".", "")) - BigInt(right.replace(".", ""));
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
