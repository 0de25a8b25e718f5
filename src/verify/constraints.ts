/**
 * The target's constraints, each with the recipe's remedy, until no emitted row is refused any more. It ends: a withheld row
 * stays withheld, and no cell is replaced twice, since its replacement is the same for every constraint.
 */
import type { TablePlan } from "../reconcile/plan.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { remedyOf } from "./constraint.ts";
import type { Constraint } from "./constraint.ts";
import { countRows, replaceCells, withholdRows } from "./violations-store.ts";

/** NOT NULL where the recipe does not withhold: the merge has withheld the other rows already. */
export function findNotNulls(plan: TablePlan): Constraint[] {
  return plan.columns.flatMap(({ column, remedies }, index) =>
    column.nullable || remedies.notNull === "withhold"
      ? []
      : {
          plan,
          condition: `${quoteName(column.name)} IS NULL`,
          reason: `not null: ${column.name}`,
          remedy: remedyOf(plan, [index], "notNull"),
        },
  );
}

/** `own` concern the rows of one table, `references` two. */
export function enforceConstraints(store: Store, own: readonly Constraint[], references: readonly Constraint[]): void {
  let pending = own;
  do {
    settleRows(store, pending);
    const replaced = settleReferences(store, references);
    pending = own.filter(({ plan }) => replaced.has(plan));
  } while (pending.length > 0);
}

/** A replaced cell may be refused by another constraint; a row that is withheld stands in no other's way. */
function settleRows(store: Store, constraints: readonly Constraint[]): void {
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const constraint of constraints) if (enforce(store, constraint).replacements > 0) isChanged = true;
  }
}

/** A row that is withheld strands its children. Returns the plans of tables with replaced cells. */
function settleReferences(store: Store, references: readonly Constraint[]): ReadonlySet<TablePlan> {
  const replaced = new Set<TablePlan>();
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const reference of references) {
      const { replacements, withheld } = enforce(store, reference);
      if (replacements > 0) replaced.add(reference.plan);
      isChanged ||= replacements + withheld > 0;
    }
  }
  return replaced;
}

/** What is refused although its cells are replaced is withheld. */
function enforce(store: Store, constraint: Constraint): { replacements: number; withheld: number } {
  const { remedy } = constraint;
  if (remedy === "keep") return { replacements: 0, withheld: 0 };
  const replacements = remedy === "withhold" ? 0 : replaceCells(store, constraint, remedy);
  return { replacements, withheld: withholdRows(store, constraint) };
}

/** What stands although a constraint refuses it, or may: never silent. */
export function noteKept(store: Store, constraints: readonly Constraint[]): void {
  for (const { plan, condition, reason, remedy, undecided } of constraints) {
    const kept = remedy === "keep" ? countRows(store, { plan, condition }) : 0;
    if (kept > 0)
      noteConstraint(store, plan, `${rowsOf(kept)} kept as the recipe says, though refused: ${reason}`, kept);
    const doubt = undecided?.();
    const open = doubt === undefined ? 0 : countRows(store, { plan, condition: doubt });
    if (open > 0) noteConstraint(store, plan, `${rowsOf(open)} may be refused, only the server can tell: ${reason}`);
  }
}

function rowsOf(count: number): string {
  return `${count} ${count === 1 ? "row" : "rows"}`;
}

/** `kept`: rows that stand against the constraint. */
export function noteConstraint(store: Store, { table }: TablePlan, note: string, kept = 0): void {
  store.prepare("INSERT INTO constraintNote VALUES (?, ?, ?)").run(table.id, note, kept);
}
