/** From the kinds of a column's cells to the SQL type that holds them all, or nearly all. */
import type { Kind } from "./kinds.ts";

export type Family =
  | "integer"
  | "decimal"
  | "float"
  | "boolean"
  | "uuid"
  | "date"
  | "datetime"
  | "datetime-offset"
  | "time"
  | "binary"
  | "text";

interface FamilyForm {
  readonly family: Family;
  readonly kinds: readonly Kind[];
}

/** In the order in which they are preferred where several hold the same cells. */
const forms: readonly FamilyForm[] = [
  { family: "integer", kinds: ["integer"] },
  { family: "boolean", kinds: ["boolean"] },
  { family: "uuid", kinds: ["uuid"] },
  { family: "binary", kinds: ["binary"] },
  { family: "binary", kinds: ["hex"] },
  { family: "time", kinds: ["time"] },
  { family: "date", kinds: ["date"] },
  { family: "date", kinds: ["local-date"] },
  { family: "datetime", kinds: ["datetime", "date"] },
  { family: "datetime", kinds: ["local-datetime", "local-date"] },
  { family: "datetime-offset", kinds: ["datetime-offset"] },
  { family: "decimal", kinds: ["decimal", "integer", "grouped"] },
  { family: "decimal", kinds: ["decimal-comma", "integer"] },
  { family: "float", kinds: ["scientific", "decimal", "integer"] },
];

/** Fewer cells than this prove nothing against the odd one among them. */
const leastForOdd = 20;
const leastShare = 0.95;

export interface Decision {
  readonly family: Family;
  /** Cells that are of another kind than the family's. */
  readonly odd: number;
  readonly kinds: readonly Kind[];
}

/** `counts`: cells by kind, NULL words not among them. Undefined where there is no cell. */
export function decideFamily(counts: ReadonlyMap<Kind, number>): Decision | undefined {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let best = { form: forms[0] as FamilyForm, held: 0 };
  for (const form of forms) {
    const held = form.kinds.reduce((sum, kind) => sum + (counts.get(kind) ?? 0), 0);
    if (held > best.held) best = { form, held };
  }
  const odd = total - best.held;
  const isMost = odd === 0 || (total >= leastForOdd && best.held >= leastShare * total);
  return isMost ? { ...best.form, odd } : { family: "text", kinds: ["text"], odd: 0 };
}
