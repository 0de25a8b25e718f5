/**
 * Rows that share a unique key cannot all be loaded, and nothing tells which of them is right: all are withheld, unless the
 * recipe keeps them. A replacement would only collide anew: to the server two NULLs are the same here.
 */
import type { TablePlan } from "../reconcile/plan.ts";
import { findColumn, isStored } from "../schema/model.ts";
import type { Column, Key, Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import { remedyOf } from "./constraint.ts";
import type { Constraint } from "./constraint.ts";

export function findUniques(plan: TablePlan, comparable: (column: Column) => string): Constraint[] {
  return plan.table.unique.flatMap((key) => {
    const columns = storedKey(plan.table, key);
    return columns === undefined ? [] : constraintOf(plan, columns, comparable);
  });
}

/** Undefined where the server computes a part of the key. */
function storedKey(table: Table, key: Key): Column[] | undefined {
  const columns = key.columns.map((name) => findColumn(table, name));
  return columns.every((column): column is Column => column !== undefined && isStored(column)) ? columns : undefined;
}

function constraintOf(plan: TablePlan, columns: readonly Column[], comparable: (column: Column) => string): Constraint {
  const names = columns.map(({ name }) => name).join(", ");
  const parts = columns.map((column) => comparable(column)).join(", ");
  const indexes = columns.map((column) => plan.columns.findIndex((other) => other.column === column));
  return {
    plan,
    condition: `rowid IN (SELECT id FROM (SELECT rowid AS id, count(*) OVER (PARTITION BY ${parts}) AS alike
       FROM ${quoteName(plan.table.id)} WHERE "#withheld" IS NULL) WHERE alike > 1)`,
    reason: `not unique: several rows have the same ${names}`,
    remedy: remedyOf(plan, indexes, "unique") === "keep" ? "keep" : "withhold",
  };
}
