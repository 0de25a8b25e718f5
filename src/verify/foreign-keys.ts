/**
 * Rows whose parent is not emitted cannot be loaded: they are withheld unless the recipe has another remedy, and so are theirs,
 * until nothing changes. Only references between the target's tables are looked at; nothing is known of the others.
 */
import type { TablePlan } from "../reconcile/plan.ts";
import { findColumn, findTable, isStored } from "../schema/model.ts";
import type { Column, DatabaseSchema, ForeignKey, Table } from "../schema/model.ts";
import { quoteName } from "../stage/database.ts";
import { remedyOf } from "./constraint.ts";
import type { Constraint } from "./constraint.ts";

/** What the reason of every row without a parent begins with. */
export const noParent = "no parent: ";

/** A foreign key between two target tables, with SQL expressions that are equal where the server takes the values as equal. */
export interface Reference {
  readonly child: Table;
  readonly parent: Table;
  readonly childKey: readonly string[];
  readonly parentKey: readonly string[];
}

/** A reference, and the child's columns that refer. */
export interface ForeignReference extends Reference {
  readonly columns: readonly Column[];
}

/** Every enforced reference between the target's tables. */
export function findReferences(
  comparable: (column: Column) => string,
  schema: DatabaseSchema,
  tables: readonly Table[],
): ForeignReference[] {
  return tables.flatMap((child) =>
    child.foreignKeys.flatMap((foreignKey) => {
      const parent = findTable(schema, foreignKey.references);
      if (parent === undefined || !tables.includes(parent) || foreignKey.disabled) return [];
      const pairs = pairColumns(child, foreignKey, parent);
      if (pairs.length !== foreignKey.columns.length) return [];
      return {
        child,
        parent,
        columns: pairs.map((pair) => pair.child),
        childKey: pairs.map((pair) => comparable(pair.child)),
        parentKey: pairs.map((pair) => comparable(pair.parent)),
      };
    }),
  );
}

function pairColumns(child: Table, foreignKey: ForeignKey, parent: Table): { child: Column; parent: Column }[] {
  const named = foreignKey.referencedColumns;
  const referenced = named.length > 0 ? named : (parent.primaryKey?.columns ?? []);
  return foreignKey.columns.flatMap((name, index) => {
    const from = findColumn(child, name);
    const to = findColumn(parent, referenced[index] ?? "");
    return from && to && isStored(from) && isStored(to) ? [{ child: from, parent: to }] : [];
  });
}

/** SQL: is a row's parent not emitted? */
export function conditionOf({ parent, childKey, parentKey }: Reference): string {
  const present = childKey.map((expression) => `${expression} IS NOT NULL`).join(" AND ");
  const parentPresent = parentKey.map((expression) => `${expression} IS NOT NULL`).join(" AND ");
  return `${present} AND (${childKey.join(", ")}) NOT IN
    (SELECT ${parentKey.join(", ")} FROM ${quoteName(parent.id)} WHERE "#withheld" IS NULL AND ${parentPresent})`;
}

/** Refuses rows whose parent is not emitted; the remedy is that of the columns that refer, unless `isStrict`: then to withhold. */
export function referenceConstraint(reference: ForeignReference, plan: TablePlan, isStrict: boolean): Constraint {
  const indexes = reference.columns.map((column) => plan.columns.findIndex((other) => other.column === column));
  return {
    plan,
    condition: conditionOf(reference),
    reason: `${noParent}its row of ${reference.parent.id} is not recovered`,
    remedy: isStrict ? "withhold" : remedyOf(plan, indexes, "foreignKey"),
  };
}
