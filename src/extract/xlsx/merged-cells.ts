/** Which cells stand below another one's. */
import type { CellRange } from "./cell-name.ts";

/** Asked for rows in ascending order; a row that comes late costs a new search. */
export class MergedCells {
  readonly #ranges: readonly CellRange[];
  #next = 0;
  #row = 0;
  #active: CellRange[] = [];

  constructor(ranges: readonly CellRange[]) {
    this.#ranges = ranges.toSorted((left, right) => left.firstRow - right.firstRow);
  }

  /** The ranges that reach into the row. */
  in(row: number): readonly CellRange[] {
    if (this.#ranges.length === 0) return this.#ranges;
    if (row < this.#row) [this.#next, this.#active] = [0, []];
    this.#row = row;
    for (; (this.#ranges[this.#next]?.firstRow ?? Number.POSITIVE_INFINITY) <= row; this.#next++)
      this.#active.push(this.#ranges[this.#next] as CellRange);
    if (this.#active.length > 0) this.#active = this.#active.filter(({ lastRow }) => lastRow >= row);
    return this.#active;
  }
}

/** The range that hides the cell: one in which it is not the first. */
export function coveredBy(ranges: readonly CellRange[], row: number, column: number): CellRange | undefined {
  return ranges.find(
    ({ firstColumn, lastColumn, firstRow }) =>
      column >= firstColumn && column <= lastColumn && (row > firstRow || column > firstColumn),
  );
}
