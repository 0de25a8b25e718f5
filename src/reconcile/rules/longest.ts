import { z } from "zod";
import type { PresentValue } from "../../values/codec.ts";
import { defineRule, keepLast } from "./rule.ts";

/** Characters of a text, bytes of a binary value, digits of a number. */
function lengthOf(value: PresentValue): number {
  return value instanceof Uint8Array ? value.length : String(value).length;
}

export default defineRule({
  id: "longest",
  summary: "Keeps the longest value, for text that sources shorten.",
  options: z.undefined(),
  example: "Notes: [longest]",
  narrow: (groups) => keepLast(groups, (left, right) => lengthOf(left) - lengthOf(right)),
});
