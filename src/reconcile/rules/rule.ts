/** What a survivorship rule is: a pure function that narrows the groups of conflicting claims. */
import type { z } from "zod";
import type { Column, Table } from "../../schema/model.ts";
import type { PresentValue } from "../../values/codec.ts";
import type { Accuracies } from "../accuracy/accuracy.ts";
import type { ClaimGroup } from "../claims.ts";

/** What a rule may know besides the claims. */
export interface RuleContext {
  readonly table: Table;
  readonly column: Column;
  /** Estimated from the agreement in all of the data; undefined where no chain asks for it. */
  readonly accuracies: Accuracies | undefined;
}

export interface Rule<Options extends z.ZodType = z.ZodType> {
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  readonly options: Options;
  /** YAML of a chain that uses it. */
  readonly example: string;
  /** The groups that still stand: at least one of those given. All of them where the rule has nothing to say. */
  narrow(groups: readonly ClaimGroup[], options: z.infer<Options>, context: RuleContext): readonly ClaimGroup[];
}

/** Types a rule's object literal; it adds nothing at run time. */
export function defineRule<Options extends z.ZodType>(rule: Rule<Options>): Rule<Options> {
  return rule;
}

/** What accuracies are counted by. */
export function attributeOf(table: Table, column: Column): string {
  return `${table.id}.${column.name}`;
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

/** The groups whose value no other comes after; a group that says NULL has no value to compare, and falls away beside one that has. */
export function keepLast(
  groups: readonly ClaimGroup[],
  compare: (left: PresentValue, right: PresentValue) => number,
): readonly ClaimGroup[] {
  const present = groups.flatMap(({ value }) => value ?? []);
  if (present.length === 0) return groups;
  return groups.filter(({ value }) => value !== null && present.every((other) => compare(value, other) >= 0));
}
