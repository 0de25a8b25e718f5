/** Every survivorship rule, in the order in which `salvage rules` lists them. */
import { Fault } from "../../errors.ts";
import type { RuleUse } from "../../recipe/recipe.ts";
import type { ClaimGroup } from "../claims.ts";
import accuracy from "./accuracy.ts";
import ask from "./ask.ts";
import earliest from "./earliest.ts";
import latest from "./latest.ts";
import longest from "./longest.ts";
import majority from "./majority.ts";
import max from "./max.ts";
import min from "./min.ts";
import mostPrecise from "./most-precise.ts";
import nonNull from "./non-null.ts";
import prefer from "./prefer.ts";
import type { Rule, RuleContext } from "./rule.ts";
import trust from "./trust.ts";

export const rules: readonly Rule[] = [
  latest,
  earliest,
  trust,
  prefer,
  majority,
  accuracy,
  max,
  min,
  longest,
  nonNull,
  mostPrecise,
  ask,
];

/** A rule with its options filled in. */
export interface ChainLink {
  readonly id: string;
  narrow(groups: readonly ClaimGroup[]): readonly ClaimGroup[];
}

/** Makes a recipe's chain runnable; nothing after `ask` is reached. `custom`: rules of the user's own, by their module's path. */
export function compileChain(
  uses: readonly RuleUse[],
  context: RuleContext,
  custom: ReadonlyMap<string, Rule> = new Map(),
): readonly ChainLink[] {
  const asks = uses.findIndex((use) => use.rule === "ask");
  return uses.slice(0, asks < 0 ? undefined : asks).map((use) => {
    const rule = use.module === undefined ? rules.find(({ id }) => id === use.rule) : custom.get(use.module);
    if (rule === undefined) throw new Fault(`the recipe was accepted with the unknown rule ${use.module ?? use.rule}`);
    return { id: rule.id, narrow: (groups) => checkedNarrow(rule, groups, use, context) };
  });
}

/** A rule that kept nothing, or made something up, would invent or lose a value. */
function checkedNarrow(
  rule: Rule,
  groups: readonly ClaimGroup[],
  use: RuleUse,
  context: RuleContext,
): readonly ClaimGroup[] {
  const standing = rule.narrow(groups, use.sources, context);
  if (standing.length > 0 && standing.every((group) => groups.includes(group))) return standing;
  throw new Fault(`rule ${rule.id} has to return one or more of the groups that it is given`);
}
