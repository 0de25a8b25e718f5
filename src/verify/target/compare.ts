/** Holds the rows of a rebuilt table against those that were to be rebuilt: two runs through rows in key order. */
import { storedColumns } from "../../schema/model.ts";
import type { Column, Table } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import { compareKeys } from "../../values/key.ts";
import type { RowKey } from "../../values/key.ts";
import { isIdentical } from "../../values/identical.ts";

/** Undefined: the target gave nothing that the column's type can hold. */
export type Cell = CanonicalValue | undefined;

export interface KeyedRow {
  readonly key: RowKey;
  /** One a stored column, in table order. */
  readonly cells: readonly Cell[];
}

/** `extra`: in the target, and not among what was to be rebuilt. */
export type Difference =
  | { readonly kind: "missing" | "extra"; readonly row: KeyedRow }
  | {
      readonly kind: "differs";
      readonly row: KeyedRow;
      readonly column: Column;
      readonly expected: Cell;
      readonly found: Cell;
    };

export interface Comparison {
  readonly table: Table;
  /** In key order. */
  readonly expected: Iterable<KeyedRow>;
  /** In key order. */
  readonly found: Iterable<KeyedRow>;
  /** Columns that the target has; the others are told of once, not in every row. */
  readonly compared: readonly Column[];
}

export interface ComparedRows {
  expected: number;
  found: number;
  /** Rows under the same key that differ in one cell or more. */
  different: number;
}

/** Every difference in key order; `rows` counts on the way. Rows under the same key (a table without one) are held against each other in turn. */
export function* compareRows(
  { table, expected, found, compared }: Comparison,
  rows: ComparedRows,
): Generator<Difference> {
  const columns = storedColumns(table);
  const [left, right] = [expected[Symbol.iterator](), found[Symbol.iterator]()];
  try {
    let [ours, theirs] = [left.next(), right.next()];
    while (ours.done !== true || theirs.done !== true) {
      const order = orderOf(ours, theirs);
      if (order <= 0) rows.expected++;
      if (order >= 0) rows.found++;
      if (order < 0) yield { kind: "missing", row: ours.value as KeyedRow };
      else if (order > 0) yield { kind: "extra", row: theirs.value as KeyedRow };
      else {
        const cells = [...differingCells(columns, compared, ours.value as KeyedRow, theirs.value as KeyedRow)];
        if (cells.length > 0) rows.different++;
        yield* cells;
      }
      if (order <= 0) ours = left.next();
      if (order >= 0) theirs = right.next();
    }
  } finally {
    // A comparison that is left early leaves queries open, and a store with an open query cannot be closed.
    left.return?.();
    right.return?.();
  }
}

function* differingCells(
  columns: readonly Column[],
  compared: readonly Column[],
  row: KeyedRow,
  other: KeyedRow,
): Generator<Difference> {
  for (const [index, column] of columns.entries()) {
    const [expected, found] = [row.cells[index], other.cells[index]];
    if (!compared.includes(column) || isLeftToLoad(column, expected)) continue;
    if (!isIdentical(expected, found)) yield { kind: "differs", row, column, expected, found };
  }
}

/** Current rows of a temporal table have no end, and one whose beginning no source has begins with the load. */
function isLeftToLoad({ period }: Column, expected: Cell): boolean {
  return period === "end" || (period === "start" && expected === null);
}

/** Negative: ours comes first. */
function orderOf(ours: IteratorResult<KeyedRow>, theirs: IteratorResult<KeyedRow>): number {
  if (ours.done === true) return 1;
  return theirs.done === true ? -1 : compareKeys(ours.value.key, theirs.value.key);
}
