/** A constraint of the target as SQL over the scratch store, and what the recipe wants of rows that it refuses. */
import type { TablePlan } from "../reconcile/plan.ts";
import type { ColumnRemedies } from "./violations.ts";
import type { CellReplacement, RefusedRows } from "./violations-store.ts";

/** Cells to replace, or what becomes of the row. */
export type Remedy = "withhold" | "keep" | readonly CellReplacement[];

export interface Constraint extends RefusedRows {
  readonly remedy: Remedy;
  /** The condition of rows for which nobody but the server can tell; undefined where none was met. */
  readonly undecided?: () => string | undefined;
}

/** Of the columns that a constraint names: what can be replaced is, else one that is to be kept keeps the row. */
export function remedyOf(plan: TablePlan, indexes: readonly number[], kind: keyof ColumnRemedies): Remedy {
  const remedies = indexes.map((index) => ({ index, remedy: plan.columns[index]?.remedies[kind] ?? "withhold" }));
  const cells = remedies.flatMap(({ index, remedy }) => (typeof remedy === "string" ? [] : { index, ...remedy }));
  if (cells.length > 0) return cells;
  return remedies.some(({ remedy }) => remedy === "keep") ? "keep" : "withhold";
}
