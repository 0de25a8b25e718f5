/** Values on their way into a report, cut where they are long. */
import type { ShownValue } from "../../report/model.ts";

/** Characters of a value that a page shows. */
const longest = 400;

export function shown(text: string | null): ShownValue {
  if (text === null || text.length <= longest) return { text };
  // A pair of surrogates is not torn.
  return { text: text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, ""), length: text.length };
}
