/** Parents before children; which foreign keys must be off while the rows go in. See docs/decisions/0004-foreign-key-order.md. */
import { Fault } from "../../errors.ts";
import { findColumn, sameName } from "../../schema/model.ts";
import type { ForeignKey, Table } from "../../schema/model.ts";
import type { EmitTable } from "../emitter.ts";

/** A foreign key that no order of loading satisfies: NOCHECK before the rows, WITH CHECK CHECK at the end. */
export interface SwitchedOff {
  readonly key: ForeignKey;
  /** The table that it references. */
  readonly parent: Table;
}

export interface PlannedTable {
  readonly emit: EmitTable;
  /** Of this table; empty where it gets no rows. */
  readonly switchedOff: readonly SwitchedOff[];
}

/** Foreign keys of `table` that wait for one of `others`. One that the schema leaves disabled waits for nothing. */
function waitsFor(table: Table, others: readonly EmitTable[]): ForeignKey[] {
  return table.foreignKeys.filter(
    (key) =>
      !key.disabled &&
      !sameName(key.references, table.id) &&
      others.some((other) => sameName(other.table.id, key.references)),
  );
}

function selfReferences(table: Table): ForeignKey[] {
  return table.foreignKeys.filter((key) => !key.disabled && sameName(key.references, table.id));
}

/** The tables among `remaining` that `from` waits for, directly or by way of others. */
function ancestors(from: EmitTable, remaining: readonly EmitTable[]): Set<EmitTable> {
  const found = new Set<EmitTable>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const key of waitsFor(at.table, remaining))
      for (const parent of remaining)
        if (sameName(parent.table.id, key.references) && !found.has(parent)) {
          found.add(parent);
          open.push(parent);
        }
  return found;
}

function isNullable(table: Table, key: ForeignKey): boolean {
  return key.columns.some((name) => findColumn(table, name)?.nullable === true);
}

/** A table of a cycle that waits for nothing outside its cycle; one held up by nullable keys alone before others (GOTCHAS 19). */
function whereToBreak(remaining: readonly EmitTable[]): EmitTable {
  const inCycle = remaining.filter((table) => {
    const above = ancestors(table, remaining);
    return above.has(table) && [...above].every((other) => ancestors(other, remaining).has(table));
  });
  const easy = inCycle.find(({ table }) => waitsFor(table, remaining).every((key) => isNullable(table, key)));
  const chosen = easy ?? inCycle[0];
  if (chosen === undefined) throw new Fault("foreign keys that neither have an order nor a cycle");
  return chosen;
}

function switchedOff(emit: EmitTable, waiting: readonly EmitTable[]): SwitchedOff[] {
  const keys = emit.rowCount === 0 ? [] : [...selfReferences(emit.table), ...waitsFor(emit.table, waiting)];
  return keys.flatMap((key) =>
    waiting.filter(({ table }) => sameName(table.id, key.references)).map(({ table }) => ({ key, parent: table })),
  );
}

/** The order of loading; among tables that do not depend on each other, the order given. */
export function planLoad(tables: readonly EmitTable[]): PlannedTable[] {
  const plan: PlannedTable[] = [];
  let remaining = [...tables];
  while (remaining.length > 0) {
    const waiting = remaining;
    const next = waiting.find(({ table }) => waitsFor(table, waiting).length === 0) ?? whereToBreak(waiting);
    plan.push({ emit: next, switchedOff: switchedOff(next, waiting) });
    remaining = waiting.filter((table) => table !== next);
  }
  return plan;
}
