/** Rules of the user's own, loaded from their modules. */
import { pathToFileURL } from "node:url";
import { UserError } from "../errors.ts";
import type { Rule } from "../reconcile/rules/rule.ts";
import { allUses } from "../recipe/recipe.ts";
import type { RecipeRules } from "../recipe/recipe.ts";

/** By the path of their module. Throws UserError for a module that is none. */
export async function loadRules(rules: RecipeRules): Promise<ReadonlyMap<string, Rule>> {
  const paths = new Set(allUses(rules).flatMap(({ module }) => module ?? []));
  const loaded = new Map<string, Rule>();
  for (const path of paths) loaded.set(path, await loadRule(path));
  return loaded;
}

async function loadRule(path: string): Promise<Rule> {
  const remedy = "Export by default an object with id, summary, options, example and narrow(groups, options, context)";
  try {
    const { default: rule } = (await import(pathToFileURL(path).href)) as { default?: Partial<Rule> };
    if (typeof rule?.narrow === "function" && typeof rule.id === "string") return rule as Rule;
  } catch (cause) {
    throw new UserError({ what: "the rule module cannot be loaded", where: { file: path }, remedy, cause });
  }
  throw new UserError({ what: "the module's default export is no rule", where: { file: path }, remedy });
}
