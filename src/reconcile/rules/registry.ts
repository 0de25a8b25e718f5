/** Every survivorship rule, in the order in which `salvage rules` lists them. */
import { Fault } from "../../errors.ts";
import type { RuleUse } from "../../recipe/recipe.ts";
import type { ClaimGroup } from "../claims.ts";
import ask from "./ask.ts";
import latest from "./latest.ts";
import majority from "./majority.ts";
import prefer from "./prefer.ts";
import type { Rule } from "./rule.ts";
import trust from "./trust.ts";

export const rules: readonly Rule[] = [latest, trust, majority, prefer, ask];

/** A rule with its options filled in. */
export interface ChainLink {
  readonly id: string;
  narrow(groups: readonly ClaimGroup[]): readonly ClaimGroup[];
}

/** Makes a recipe's chain runnable; nothing after `ask` is reached. */
export function compileChain(uses: readonly RuleUse[]): readonly ChainLink[] {
  const asks = uses.findIndex((use) => use.rule === "ask");
  return uses.slice(0, asks < 0 ? undefined : asks).map((use) => {
    const rule = rules.find((candidate) => candidate.id === use.rule);
    if (rule === undefined) throw new Fault(`the recipe was accepted with the unknown rule ${use.rule}`);
    return { id: rule.id, narrow: (groups) => rule.narrow(groups, use.sources) };
  });
}
