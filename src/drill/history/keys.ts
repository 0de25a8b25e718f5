import { storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { planKey } from "../../values/key.ts";

/** Of the columns that tell rows apart, among the stored ones. */
export function keyIndexesOf(table: Table): number[] {
  const stored = storedColumns(table);
  return planKey(table).columns.map(({ ordinal }) => stored.findIndex((column) => column.ordinal === ordinal));
}
