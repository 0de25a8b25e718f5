import { placed, throwFaults } from "./faults.ts";
import type { PathFault } from "./faults.ts";
import type { Recipe, RecipeSource } from "./recipe.ts";

function lateFault(source: RecipeSource): PathFault {
  const message =
    "is after recoverTo: was the source read after the loss? Say when its data last equalled production, " +
    "or leave asOf out where nobody knows";
  return { path: ["sources", source.id, "asOf"], part: "value", message };
}

/**
 * A source that claims to equal production after the last good moment is a question to people: most often `asOf` says
 * when it was read.
 * @throws RecipeError for all such sources at once
 */
export function checkTimes(recipe: Recipe): void {
  const { recoverTo } = recipe;
  if (recoverTo === undefined) return;
  const late = recipe.sources.filter((source) => source.asOf !== undefined && source.asOf > recoverTo);
  const faults = late.map(lateFault).map((fault) => placed(fault, recipe.place(fault.path)));
  throwFaults(recipe.place([]).file ?? recipe.file, faults);
}
