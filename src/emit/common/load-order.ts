/** Parents before children; which foreign keys must be off while the rows go in. See docs/decisions/0004-foreign-key-order.md. */
import { Fault } from "../../errors.ts";
import { findColumn } from "../../schema/model.ts";
import type { ForeignKey, Table } from "../../schema/model.ts";
import type { EmitTable } from "../emitter.ts";

/** A foreign key that no order of loading satisfies: NOCHECK before the rows, WITH CHECK CHECK at the end. */
interface SwitchedOff {
  readonly key: ForeignKey;
  /** The table that it references. */
  readonly parent: Table;
}

export interface PlannedTable {
  readonly emit: EmitTable;
  /** Of this table; empty where it gets no rows. */
  readonly switchedOff: readonly SwitchedOff[];
}

interface Reference {
  readonly key: ForeignKey;
  readonly parent: EmitTable;
}

/** By table, its enabled keys to tables that are emitted too, itself among them. */
type References = ReadonlyMap<EmitTable, readonly Reference[]>;

function referencesOf(tables: readonly EmitTable[]): References {
  const byName = new Map(tables.map((emit) => [emit.table.id.toUpperCase(), emit]));
  return new Map(
    tables.map((emit) => [
      emit,
      emit.table.foreignKeys.flatMap((key) => {
        const parent = byName.get(key.references.toUpperCase());
        return parent === undefined || key.disabled ? [] : [{ key, parent }];
      }),
    ]),
  );
}

/** The references to other tables that are still to come. */
function waitsFor(emit: EmitTable, references: References, remaining: ReadonlySet<EmitTable>): Reference[] {
  return (references.get(emit) ?? []).filter(({ parent }) => parent !== emit && remaining.has(parent));
}

/** The tables among `remaining` that `from` waits for, directly or by way of others. */
function ancestors(from: EmitTable, references: References, remaining: ReadonlySet<EmitTable>): Set<EmitTable> {
  const found = new Set<EmitTable>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop())
    for (const { parent } of waitsFor(at, references, remaining))
      if (!found.has(parent)) {
        found.add(parent);
        open.push(parent);
      }
  return found;
}

/** The tables of one cycle that waits for nothing outside of itself, in the order given. */
function topmostCycle(references: References, remaining: ReadonlySet<EmitTable>): EmitTable[] {
  // Going up from any table ends in such a cycle: the table with the fewest above it is in one.
  const above = new Map([...remaining].map((emit) => [emit, ancestors(emit, references, remaining)]));
  const fewest = Math.min(...[...above.values()].map((tables) => tables.size));
  const members = [...above.values()].find((tables) => tables.size === fewest);
  return [...remaining].filter((emit) => members?.has(emit) === true);
}

function isNullable({ key }: Reference, { table }: EmitTable): boolean {
  return key.columns.some((name) => findColumn(table, name)?.nullable === true);
}

/** Where a cycle is opened: at a table that only nullable keys hold up, else at its first (GOTCHAS 19). */
function whereToBreak(references: References, remaining: ReadonlySet<EmitTable>): EmitTable | undefined {
  const cycle = topmostCycle(references, remaining);
  const isEasy = (emit: EmitTable): boolean =>
    waitsFor(emit, references, remaining).every((reference) => isNullable(reference, emit));
  return cycle.find(isEasy) ?? cycle[0];
}

function switchedOff(emit: EmitTable, references: References, remaining: ReadonlySet<EmitTable>): SwitchedOff[] {
  const all = emit.rowCount === 0 ? [] : (references.get(emit) ?? []);
  return all.filter(({ parent }) => remaining.has(parent)).map(({ key, parent }) => ({ key, parent: parent.table }));
}

/** The order of loading; among tables that do not depend on each other, the order given. */
export function planLoad(tables: readonly EmitTable[]): PlannedTable[] {
  const references = referencesOf(tables);
  const remaining = new Set(tables);
  const plan: PlannedTable[] = [];
  while (remaining.size > 0) {
    const free = [...remaining].find((emit) => waitsFor(emit, references, remaining).length === 0);
    const next = free ?? whereToBreak(references, remaining);
    if (next === undefined) throw new Fault("foreign keys that have neither an order nor a cycle");
    plan.push({ emit: next, switchedOff: switchedOff(next, references, remaining) });
    remaining.delete(next);
  }
  return plan;
}
