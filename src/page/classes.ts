/** Classes of cells in words. */
import type { CellClass } from "../report/summary.ts";

export const classWords: Readonly<Record<CellClass, string>> = {
  corroborated: "sources agree",
  single: "one source only",
  superseded: "newer value taken",
  resolved: "settled by a rule",
  decided: "decided by people",
  contested: "contested",
  nulled: "set to NULL",
  defaulted: "filled with a default",
  absent: "no source has it",
};

/** From sure to missing: the order of every bar. */
export const classOrder = Object.keys(classWords) as readonly CellClass[];
