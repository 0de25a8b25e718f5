import { numberEqualRows } from "../../reconcile/merge.ts";
import { storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { compareKeys, planKey } from "../../values/key.ts";
import type { RowKey } from "../../values/key.ts";
import type { Cells } from "../truth/model.ts";

/** Of the columns that tell rows apart, among the stored ones. */
export function keyIndexesOf(table: Table): number[] {
  const stored = storedColumns(table);
  return planKey(table).columns.map(({ ordinal }) => stored.findIndex((column) => column.ordinal === ordinal));
}

/** Works out the key of rows of the table; made once a table. */
export function keyerOf(table: Table): (cells: Cells) => RowKey {
  const [key, indexes] = [planKey(table), keyIndexesOf(table)];
  return (cells) => key.encode(indexes.map((index) => cells[index]));
}

/** In key order; equal rows of a table without a key are counted, as a rescue counts them. */
export function inKeyOrder<Row extends { readonly key: RowKey }>(table: Table, rows: readonly Row[]): Row[] {
  const ordered = rows.toSorted((left, right) => compareKeys(left.key, right.key));
  return planKey(table).kind === "row" ? [...numberEqualRows(ordered)] : ordered;
}
