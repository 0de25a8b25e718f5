/** What a survivorship rule is: a pure function that narrows the groups of conflicting claims. */
import type { z } from "zod";
import type { ClaimGroup } from "../claims.ts";

export interface Rule<Options extends z.ZodType = z.ZodType> {
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  readonly options: Options;
  /** YAML of a chain that uses it. */
  readonly example: string;
  /** The groups that still stand: at least one of those given. All of them where the rule has nothing to say. */
  narrow(groups: readonly ClaimGroup[], options: z.infer<Options>): readonly ClaimGroup[];
}

/** Types a rule's object literal; it adds nothing at run time. */
export function defineRule<Options extends z.ZodType>(rule: Rule<Options>): Rule<Options> {
  return rule;
}

/** The groups with the highest score. */
export function keepHighest(
  groups: readonly ClaimGroup[],
  score: (group: ClaimGroup) => number,
): readonly ClaimGroup[] {
  const scores = groups.map((group) => score(group));
  const highest = Math.max(...scores);
  return groups.filter((_, index) => scores[index] === highest);
}
