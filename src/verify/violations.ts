/** What the recipe wants of values that the target's constraints refuse (DESIGN, Reconciliation 7). Settled once a column. */
import { UserError } from "../errors.ts";
import type { RecipeRules, TableRules, Violations } from "../recipe/recipe.ts";
import { sameName } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { Unparsable, defaultConventions } from "../values/codec.ts";
import type { CanonicalValue, Codec } from "../values/codec.ts";

/** What stands in place of a refused value. */
export interface Replacement {
  readonly value: CanonicalValue;
  readonly class: "nulled" | "defaulted";
}

type ColumnRemedy = "withhold" | "keep" | Replacement;

/** By kind of constraint, for one column. */
export type ColumnRemedies = Readonly<Record<keyof Violations, ColumnRemedy>>;

type Policy = NonNullable<Violations[keyof Violations]>;

/** A column, and what the recipe says of its table; `rules` by the tables' own names. */
export interface ColumnContext {
  readonly table: Table;
  readonly column: Column;
  readonly codec: Codec;
  /** A row with another key would be another row, so a part of the key is never replaced. */
  readonly isKey: boolean;
  readonly rules: RecipeRules;
}

/** The column's own policy holds for every kind, then the table's, then that for all. Throws UserError for a default that its type cannot hold. */
export function columnRemedies(context: ColumnContext): ColumnRemedies {
  const own = context.rules.tables[context.table.id];
  const ofColumn = ownPolicy(own, context.column);
  const remedy = (kind: keyof Violations): ColumnRemedy =>
    remedyFor(ofColumn ?? own?.violations[kind] ?? context.rules.violations[kind] ?? "withhold", context);
  return {
    notNull: remedy("notNull"),
    check: remedy("check"),
    unique: remedy("unique"),
    foreignKey: remedy("foreignKey"),
  };
}

function ownPolicy(own: TableRules | undefined, column: Column): Policy | undefined {
  return Object.entries(own?.columns ?? {}).find(([name]) => sameName(name, column.name))?.[1].violation;
}

function remedyFor(policy: Policy, context: ColumnContext): ColumnRemedy {
  if (policy === "withhold" || policy === "keep") return policy;
  if (context.isKey) return "withhold";
  if (policy === "null") return context.column.nullable ? { value: null, class: "nulled" } : "withhold";
  return { value: typedDefault(policy.default, context), class: "defaulted" };
}

function typedDefault(written: string | number | boolean, { table, column, codec }: ColumnContext): CanonicalValue {
  const value = codec.parse(written, defaultConventions);
  if (!(value instanceof Unparsable)) return value;
  throw new UserError({
    what: `the default for violations of ${column.name} ${value.reason}: ${JSON.stringify(written)}`,
    where: { table: table.id },
    remedy: `Give a value of type ${column.declaredType}`,
  });
}
