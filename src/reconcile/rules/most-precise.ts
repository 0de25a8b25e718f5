import { z } from "zod";
import type { PresentValue } from "../../values/codec.ts";
import { defineRule, keepLast } from "./rule.ts";

/** How much a number or a time says: its digits without the zeros at its end, midnight being no time at all. */
function precisionOf(value: PresentValue): number {
  if (value instanceof Uint8Array) return value.length;
  const text = String(value);
  return /^[-\d]/.test(text) ? text.replace(/(?:[ :.]?0+)+$/, "").length : text.length;
}

export default defineRule({
  id: "most-precise",
  summary: "Keeps what says most: a time over a bare date, more digits over fewer, the longer text.",
  options: z.undefined(),
  example: "ShippedAt: [most-precise]",
  narrow: (groups) => keepLast(groups, (left, right) => precisionOf(left) - precisionOf(right)),
});
