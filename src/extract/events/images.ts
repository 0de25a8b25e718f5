/** The images of a row before and after a change. */
import { planKey } from "../../values/key.ts";
import type { Fields, RowChange } from "./changes.ts";
import type { Column } from "../../schema/model.ts";
import type { RawValue } from "../../values/codec.ts";
import type { TableMapping } from "../extractor.ts";
import { columnOf } from "./columns.ts";

const keys = new WeakMap<TableMapping, ReadonlySet<Column>>();

/** The columns of the key, looked for once. */
function keyColumns(mapping: TableMapping): ReadonlySet<Column> {
  const columns = keys.get(mapping) ?? new Set(planKey(mapping.table).columns);
  keys.set(mapping, columns);
  return columns;
}

/** By column of the key, what feeds it. */
function keyCells(mapping: TableMapping, row: Fields): Map<Column, readonly [string, RawValue | null]> {
  const key = keyColumns(mapping);
  const cells = new Map<Column, readonly [string, RawValue | null]>();
  for (const cell of row) {
    const column = columnOf(mapping, cell[0]);
    if (column !== undefined && key.has(column)) cells.set(column, cell);
  }
  return cells;
}

/** The old image, where the log repeats only what changed: its key is that of the new one. */
export function withKeyOf(mapping: TableMapping, old: Fields, row: Fields): Fields {
  return new Map([...keyCells(mapping, row).values(), ...old]);
}

/** The values of the key alone. */
export function keyOf(mapping: TableMapping, row: Fields): Fields {
  return new Map(keyCells(mapping, row).values());
}

/** Does the row have another key than it had? Only where both images tell the key. */
export function movesKey(mapping: TableMapping, before: Fields, values: Fields): boolean {
  const [old, now] = [keyCells(mapping, before), keyCells(mapping, values)];
  if (old.size < keyColumns(mapping).size) return false;
  return [...now].some(([column, [, value]]) => !isSame(old.get(column)?.[1] ?? null, value));
}

/** A row whose key changes is deleted, and another is there: two changes. */
export function splitKeyChange(change: RowChange): readonly RowChange[] {
  const { mapping, operation, values, before } = change;
  if (operation !== "update" || before === undefined || !movesKey(mapping, before, values)) return [change];
  const key = keyOf(mapping, before);
  return [
    { ...change, operation: "delete", values: key },
    { ...change, operation: "insert", values: new Map([...key, ...values]), before: undefined },
  ];
}

function isSame(left: RawValue | null, right: RawValue | null): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.from(left).equals(right);
  return left === right;
}
