/** Everything about a table that its rows share: worked out once from schema and recipe. */
import type { ContestedPolicy, RecipeRules } from "../recipe/recipe.ts";
import { sameName, storedColumns } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { planKey } from "../values/key.ts";
import type { KeyPlan } from "../values/key.ts";
import { codecFor } from "../values/registry.ts";
import type { CellPlan } from "./cell.ts";
import { compileChain } from "./rules/registry.ts";

export interface ColumnPlan extends CellPlan {
  readonly column: Column;
  /** What a contested cell becomes meanwhile. */
  readonly contested: ContestedPolicy;
  /** Part of the key: contested, it always withholds the row. */
  readonly isKey: boolean;
}

export interface TablePlan {
  readonly table: Table;
  readonly key: KeyPlan;
  /** One a stored column, in table order. */
  readonly columns: readonly ColumnPlan[];
  /** Indexes of the key columns among `columns`. */
  readonly keyIndexes: readonly number[];
  /** Index of the identity column among `columns`, or -1. */
  readonly identityIndex: number;
}

/** A value of a map that is keyed by column names as the recipe writes them. */
function named<Value>(map: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.entries(map).find(([key]) => sameName(key, name))?.[1];
}

/** `rules` by the tables' own names, as an opened incident has them. */
export function planTable(table: Table, rules: RecipeRules): TablePlan {
  const own = rules.tables[table.id];
  const key = planKey(table);
  const stored = storedColumns(table);
  const keyOrdinals = new Set(key.columns.map((column) => column.ordinal));
  const foreign = new Set(
    table.foreignKeys.flatMap((foreignKey) => foreignKey.columns.map((name) => name.toUpperCase())),
  );
  const columns = stored.map((column): ColumnPlan => {
    const isKey = key.kind !== "row" && keyOrdinals.has(column.ordinal);
    const isReference = foreign.has(column.name.toUpperCase());
    return {
      column,
      codec: codecFor(column),
      chain: compileChain(named(own?.columns ?? {}, column.name) ?? rules.default),
      contested: isKey ? "withhold" : (own?.contested ?? (isReference ? "withhold" : rules.contested)),
      isKey,
    };
  });
  return {
    table,
    key,
    columns,
    keyIndexes: key.columns.map((column) => stored.findIndex((other) => other.ordinal === column.ordinal)),
    identityIndex: stored.findIndex((column) => column.identity !== undefined),
  };
}
