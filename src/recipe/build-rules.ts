/** From valid data to the recipe's rules. */
import path from "node:path";
import { readShare } from "./quantities.ts";
import type { ColumnRules, RecipeRules, RuleUse, TableRules, Violations } from "./recipe.ts";
import { ifGiven, mapValues, present } from "./records.ts";
import type { RecipeData } from "./schema.ts";

type RulesData = NonNullable<RecipeData["rules"]>;
type ChainData = NonNullable<RulesData["default"]>;
type TableData = NonNullable<RulesData["tables"]>[string];
type ColumnData = NonNullable<TableData["columns"]>[string];

const defaultShare = 0.05;
const defaultChain: readonly RuleUse[] = [{ rule: "latest" }, { rule: "trust" }, { rule: "majority" }, { rule: "ask" }];

function ruleOf(rule: ChainData[number], folder: string): RuleUse {
  if (typeof rule === "string") return { rule };
  return "prefer" in rule
    ? { rule: "prefer", sources: rule.prefer }
    : { rule: "module", module: path.resolve(folder, rule.rule) };
}

function chainOf(chain: ChainData, folder: string): readonly RuleUse[] {
  return chain.map((rule) => ruleOf(rule, folder));
}

/** YAML reads `contested: null` as its own null. */
function policyOf<Policy>(policy: Policy): Exclude<Policy, null> | "null" {
  return policy === null ? "null" : (policy as Exclude<Policy, null>);
}

function violationsOf(violations: RulesData["violations"]): Violations {
  const { notNull, check, unique, foreignKey } = violations ?? {};
  return present({ notNull: ifGiven(notNull, policyOf), check, unique, foreignKey: ifGiven(foreignKey, policyOf) });
}

function columnOf(column: ColumnData, folder: string): ColumnRules {
  if (Array.isArray(column)) return { chain: chainOf(column, folder) };
  return present({
    chain: ifGiven(column.rules, (chain) => chainOf(chain, folder)),
    contested: ifGiven(column.contested, policyOf),
    violation: ifGiven(column.violation, policyOf),
  });
}

function tableOf(table: TableData, folder: string): TableRules {
  return {
    ...present({
      contested: ifGiven(table.contested, policyOf),
      uncertain: table.uncertain,
      deletes: table.deletes,
      inferredDeletes: ifGiven(table.inferredDeletes, readShare),
      identity: ifGiven(table.identity, ({ natural, stable = false }) => ({ natural, stable })),
    }),
    together: table.together ?? [],
    violations: violationsOf(table.violations),
    columns: mapValues(table.columns, (column) => columnOf(column, folder)),
  };
}

/** `folder` is the recipe's: rule modules are relative to it. */
export function rulesOf(rules: RulesData, folder: string): RecipeRules {
  return {
    default: rules.default === undefined ? defaultChain : chainOf(rules.default, folder),
    contested: rules.contested === undefined ? "provisional" : policyOf(rules.contested),
    uncertain: rules.uncertain ?? "withhold",
    deletes: rules.deletes ?? "infer",
    inferredDeletes: rules.inferredDeletes === undefined ? defaultShare : readShare(rules.inferredDeletes),
    violations: violationsOf(rules.violations),
    tables: mapValues(rules.tables, (table) => tableOf(table, folder)),
  };
}
