import type { CanonicalValue } from "./codec.ts";

/** To the byte: what a collation takes for equal is not the same here. */
export function isIdentical(left: CanonicalValue | undefined, right: CanonicalValue | undefined): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  return Object.is(left, right);
}
