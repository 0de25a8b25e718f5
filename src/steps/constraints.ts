/** The target's constraints on the tables of an incident, as the recipe wants them settled. */
import type { Incident } from "../incident.ts";
import type { TablePlan } from "../reconcile/plan.ts";
import { resolveTable } from "../recipe/names.ts";
import type { Column, Table } from "../schema/model.ts";
import type { Store } from "../stage/database.ts";
import { findChecks } from "../verify/checks.ts";
import { enforceConstraints, findNotNulls, noteConstraint, noteKept } from "../verify/constraints.ts";
import type { Constraint } from "../verify/constraint.ts";
import { referenceConstraint } from "../verify/foreign-keys.ts";
import type { ForeignReference } from "../verify/foreign-keys.ts";
import { findUniques } from "../verify/unique.ts";

export interface ConstraintWork {
  readonly incident: Incident;
  readonly plans: readonly TablePlan[];
  readonly references: readonly ForeignReference[];
  readonly comparable: (column: Column) => string;
}

/** Withholds rows and replaces cells until no emitted row is refused but those that the recipe keeps. */
export function settleConstraints(store: Store, work: ConstraintWork): void {
  const own = work.plans.flatMap((plan) => ownConstraints(store, plan, work.comparable));
  const references = referenceConstraints(work);
  enforceConstraints(store, own, references);
  noteKept(store, [...own, ...references]);
}

/** A row that NOT NULL or a CHECK refuses collides with no other, so unique keys come last. */
function ownConstraints(store: Store, plan: TablePlan, comparable: (column: Column) => string): Constraint[] {
  const { constraints, unread } = findChecks(store, plan);
  for (const note of unread) noteConstraint(store, plan, note);
  return [...findNotNulls(plan), ...constraints, ...findUniques(plan, comparable)];
}

function referenceConstraints({ incident, plans, references }: ConstraintWork): Constraint[] {
  const strict = strictTables(incident);
  return references.flatMap((reference) => {
    const plan = plans.find(({ table }) => table === reference.child);
    return plan === undefined ? [] : referenceConstraint(reference, plan, strict.has(reference.child));
  });
}

/** Tables whose assertion is that rows without a parent are withheld, whatever the rules say. */
function strictTables({ recipe, schema }: Incident): ReadonlySet<Table> {
  const asserted = Object.entries(recipe.assertions.tables).filter(([, { references }]) => references === "withhold");
  return new Set(asserted.map(([name]) => resolveTable(schema, name)));
}
