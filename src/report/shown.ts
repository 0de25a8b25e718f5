/** Values on their way into a report, cut where they are long. */
import { firstOf } from "../text.ts";
import type { ShownValue } from "./model.ts";

/** Characters of a value that a page shows. */
const usual = 400;

export function shown(text: string | null, longest = usual): ShownValue {
  if (text === null || text.length <= longest) return { text };
  return { text: firstOf(text, longest), length: text.length };
}
