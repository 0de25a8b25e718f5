/** The review's words: for groups and rules. */
import type { GroupRule } from "../../decisions/file.ts";
import type { QueueGroup } from "../../review/session.ts";
import { counted } from "../../text.ts";

/** `dbo.People.Phone`, or `dbo.People, rows` */
export function subjectOf({ table, column }: Pick<QueueGroup, "table" | "column">): string {
  return column === null ? `${table}, rows` : `${table}.${column}`;
}

export function itemsOf({ items, column }: Pick<QueueGroup, "items" | "column">): string {
  return column === null ? counted(items, "row") : counted(items, "cell");
}

/** Nobody has to decide it any more. */
export function isDone({ items, decided }: Pick<QueueGroup, "items" | "decided">): boolean {
  return decided >= items;
}

interface NamedRule {
  readonly name: string;
  /** What it does, for one who never wrote a recipe. */
  readonly said: string;
}

type SimpleRule = Extract<GroupRule, string>;

const simpleRules: Readonly<Record<SimpleRule, NamedRule>> = {
  latest: { name: "latest", said: "the value that was seen last" },
  earliest: { name: "earliest", said: "the value that was seen first" },
  trust: { name: "trust", said: "what the source says that the recipe trusts most" },
  majority: { name: "majority", said: "what most sources say; copies of each other count once" },
  max: { name: "max", said: "the greatest value" },
  min: { name: "min", said: "the smallest value" },
  longest: { name: "longest", said: "the longest text" },
  "non-null": { name: "non-null", said: "a value rather than NULL" },
  "most-precise": { name: "most-precise", said: "the value with the most digits, or the finest time" },
};

/** The rules that need no source to be named, the likeliest first. */
export const namedRules: readonly (NamedRule & { readonly rule: SimpleRule })[] = Object.entries(simpleRules).map(
  ([rule, named]) => ({ rule: rule as SimpleRule, ...named }),
);
