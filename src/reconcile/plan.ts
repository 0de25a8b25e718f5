/** Everything about a table that its rows share: worked out once from schema and recipe. */
import type {
  ContestedPolicy,
  DeletesPolicy,
  RecipeRules,
  RuleUse,
  TableRules,
  UncertainPolicy,
} from "../recipe/recipe.ts";
import { sameName, storedColumns } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { damageBetween } from "../values/damage/between.ts";
import { planKey } from "../values/key.ts";
import type { KeyPlan } from "../values/key.ts";
import { codecFor } from "../values/registry.ts";
import { columnRemedies } from "../verify/violations.ts";
import type { ColumnRemedies } from "../verify/violations.ts";
import type { Accuracies } from "./accuracy/accuracy.ts";
import type { CellPlan } from "./cell.ts";
import type { RowDecisions } from "./decisions.ts";
import type { IdentityPlan } from "./identity.ts";
import { compileChain } from "./rules/registry.ts";
import type { ChainLink } from "./rules/registry.ts";
import type { Rule } from "./rules/rule.ts";
import type { TogetherPlan } from "./together.ts";

export interface ColumnPlan extends CellPlan {
  readonly column: Column;
  /** What a contested cell becomes meanwhile. */
  readonly contested: ContestedPolicy;
  /** Part of the key: contested, it always withholds the row. */
  readonly isKey: boolean;
  /** A rule for this column: what a group of its cells is decided by. */
  compile(use: RuleUse): ChainLink;
  /** What becomes of a value that the target's constraints refuse. */
  readonly remedies: ColumnRemedies;
}

export interface TablePlan {
  readonly table: Table;
  readonly key: KeyPlan;
  /** One a stored column, in table order. */
  readonly columns: readonly ColumnPlan[];
  /** Groups of columns whose cells must come from one observation. */
  readonly together: readonly TogetherPlan[];
  /** Indexes of the key columns among `columns`. */
  readonly keyIndexes: readonly number[];
  /** Index of the identity column among `columns`, or -1. */
  readonly identityIndex: number;
  /** What identifies a row to people besides its key; undefined: nobody said. */
  readonly identity: IdentityPlan | undefined;
  readonly deletes: DeletesPolicy;
  readonly uncertain: UncertainPolicy;
  /** What people decided of its rows; undefined: nothing. */
  readonly decisions: RowDecisions | undefined;
  /** The share of the keys, 0 to 1, above which inferred deletions are uncertain. */
  readonly inferredDeletes: number;
}

/** A value of a map that is keyed by column names as the recipe writes them. */
function named<Value>(map: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.entries(map).find(([key]) => sameName(key, name))?.[1];
}

/** What is known only once everything is staged. */
export interface PlanKnowledge {
  readonly accuracies?: Accuracies | undefined;
  /** Rules of the user's own, by their module's path. */
  readonly custom?: ReadonlyMap<string, Rule>;
  /** By the tables' ids. */
  readonly decisions?: ReadonlyMap<string, RowDecisions>;
}

/** `rules` by the tables' own names, as an opened incident has them. */
export function planTable(table: Table, rules: RecipeRules, knowledge: PlanKnowledge = {}): TablePlan {
  const own = rules.tables[table.id];
  const key = planKey(table);
  const stored = storedColumns(table);
  const groups = (own?.together ?? []).map((names) => names.map((name) => indexOf(stored, name)));
  const columns = stored.map((column, index) => {
    const isGrouped = groups.some((indexes) => indexes.includes(index));
    return planColumn({ table, key, rules, own, knowledge }, column, isGrouped);
  });
  return {
    table,
    key,
    columns,
    together: groups.map((indexes) => ({ indexes, chain: columns[indexes[0] ?? 0]?.chain ?? [] })),
    keyIndexes: key.columns.map((column) => stored.findIndex((other) => other.ordinal === column.ordinal)),
    identityIndex: stored.findIndex((column) => column.identity !== undefined),
    identity: own?.identity && {
      indexes: own.identity.natural.map((name) => indexOf(stored, name)),
      stable: own.identity.stable,
    },
    decisions: knowledge.decisions?.get(table.id),
    deletes: own?.deletes ?? rules.deletes,
    uncertain: own?.uncertain ?? rules.uncertain,
    inferredDeletes: own?.inferredDeletes ?? rules.inferredDeletes,
  };
}

interface ColumnContext {
  readonly table: Table;
  readonly key: KeyPlan;
  readonly rules: RecipeRules;
  readonly own: TableRules | undefined;
  readonly knowledge: PlanKnowledge;
}

function planColumn(
  { table, key, rules, own, knowledge }: ColumnContext,
  column: Column,
  isGrouped: boolean,
): ColumnPlan {
  const isKey = key.kind !== "row" && key.columns.some(({ ordinal }) => ordinal === column.ordinal);
  const isReference = table.foreignKeys.some((foreignKey) =>
    foreignKey.columns.some((name) => sameName(name, column.name)),
  );
  const ownRules = named(own?.columns ?? {}, column.name);
  // Keys, references and cells that stand together: a wrong one does more harm than a missing row (DESIGN, Meanwhile).
  const meanwhile = own?.contested ?? (isReference || isGrouped ? "withhold" : rules.contested);
  const codec = codecFor(column);
  const compile = (uses: readonly RuleUse[]): readonly ChainLink[] =>
    compileChain(uses, { table, column, accuracies: knowledge.accuracies }, knowledge.custom);
  return {
    column,
    codec,
    chain: compile(ownRules?.chain ?? rules.default),
    compile: (use) => compile([use])[0] as ChainLink,
    damage: isKey ? undefined : damageBetween(column),
    contested: isKey ? "withhold" : (ownRules?.contested ?? meanwhile),
    isKey,
    remedies: columnRemedies({ table, column, codec, isKey, rules }),
  };
}

function indexOf(columns: readonly Column[], name: string): number {
  return columns.findIndex((column) => sameName(column.name, name));
}
