/** What main thread and range workers tell each other: plain data, as threads pass it on. */
import type { Accuracies } from "../reconcile/accuracy/accuracy.ts";
import type { Standing } from "../reconcile/claims.ts";
import type { RecipeRules } from "../recipe/recipe.ts";
import type { Decisions } from "./decisions.ts";
import type { Table } from "../schema/model.ts";
import type { KeyRange } from "../values/key.ts";

/** What a worker makes its plans from, and where it reads. */
export interface RangeWorkerData {
  readonly tables: readonly Table[];
  readonly rules: RecipeRules;
  readonly accuracies: Accuracies | undefined;
  readonly decisions: Decisions;
  readonly recoverTo: number | undefined;
  /** Staging files, in the recipe's order of the sources. */
  readonly files: readonly string[];
}

/** A range of a table to reconcile; the result is a `Part`. */
export interface RangeJob {
  /** Index among the worker's tables. */
  readonly table: number;
  /** One a staging file. */
  readonly standings: readonly Standing[];
  readonly range: KeyRange;
  /** Path of the store to write. */
  readonly file: string;
}
