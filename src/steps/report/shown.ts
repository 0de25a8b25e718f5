/** Values on their way into a report: masked where the person asked for it, cut where they are long. */
import type { ShownValue } from "../../report/model.ts";

/** What hides values; see `report/masks.ts`. */
export interface Masking {
  readonly names: readonly string[];
  value(table: string, column: string, text: string | null): string | null;
  key(table: string, keyText: string): string;
  /** Sentences that may quote values. */
  sentence(text: string): string;
  readonly isActive: boolean;
}

export const unmasked: Masking = {
  names: [],
  value: (_table, _column, text) => text,
  key: (_table, keyText) => keyText,
  sentence: (text) => text,
  isActive: false,
};

/** Characters of a value that a page shows. */
const longest = 400;

export function shown(text: string | null): ShownValue {
  if (text === null || text.length <= longest) return { text };
  // A pair of surrogates is not torn.
  return { text: text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, ""), length: text.length };
}
