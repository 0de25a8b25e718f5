/** Cells that are the same value. */
import type { CanonicalValue } from "../../../values/codec.ts";

export function isSameCell(left: CanonicalValue, right: CanonicalValue): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  return left === right;
}
