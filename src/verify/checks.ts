/** CHECK constraints over the reconciled rows: SQLite is taught each expression, and streams the rows by it. */
import type { TablePlan } from "../reconcile/plan.ts";
import type { Check, Column } from "../schema/model.ts";
import { cellDecoders } from "../stage/cells.ts";
import type { SqliteCell } from "../stage/cells.ts";
import { quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { compileCheck } from "./check/check.ts";
import type { CompiledCheck } from "./check/check.ts";
import { remedyOf } from "./constraint.ts";
import type { Constraint } from "./constraint.ts";

/** `CK_Qty ([Qty]>(0))`, on one line. */
function titleOf({ name, expression }: Check): string {
  const text = expression.replaceAll(/\s+/g, " ").trim();
  const wrapped = text.startsWith("(") && text.endsWith(")") ? text : `(${text})`;
  return name === undefined ? wrapped : `${name} ${wrapped}`;
}

/** What of a table's CHECKs can be evaluated, and why the others are not. A disabled one refuses nothing. */
export function findChecks(store: Store, plan: TablePlan): { constraints: Constraint[]; unread: string[] } {
  const constraints: Constraint[] = [];
  const unread: string[] = [];
  for (const [index, check] of plan.table.checks.entries()) {
    if (check.disabled) continue;
    const compiled = compileCheck(check.expression, plan.table);
    if ("reason" in compiled) unread.push(`CHECK ${titleOf(check)} is not checked: it ${compiled.reason}`);
    else constraints.push(constraintOf(store, plan, check, index, compiled));
  }
  return { constraints, unread };
}

function constraintOf(store: Store, plan: TablePlan, check: Check, index: number, compiled: CompiledCheck): Constraint {
  const name = quoteName(`check ${index} of ${plan.table.id}`);
  const doubt = teachCheck(store, `check ${index} of ${plan.table.id}`, compiled);
  const call = `${name}(${compiled.columns.map((column) => quoteName(column.name)).join(", ")})`;
  const indexes = compiled.columns.map((column) => plan.columns.findIndex((other) => other.column === column));
  return {
    plan,
    condition: `${call} = 0`,
    reason: `check: ${titleOf(check)}`,
    remedy: remedyOf(plan, indexes, "check"),
    undecided: () => (doubt.met ? `${call} IS NULL` : undefined),
  };
}

/** The function gives 1, 0, or NULL where it cannot tell; `met` once that has happened. */
export function teachCheck(store: Store, name: string, check: CompiledCheck): { readonly met: boolean } {
  const { columns } = check;
  const decoders = cellDecoders(columns);
  const positions = new Map<Column, number>(columns.map((column, index) => [column, index]));
  const doubt = { met: false };
  store.function(
    name,
    { deterministic: true, safeIntegers: true, varargs: true },
    (...cells: readonly SqliteCell[]) => {
      const answer = check.evaluate((column) => {
        const at = positions.get(column) ?? -1;
        return decoders[at]?.(cells[at] ?? null) ?? null;
      });
      if (answer === "unknown") doubt.met = true;
      return answer === "unknown" ? null : Number(answer);
    },
  );
  return doubt;
}
