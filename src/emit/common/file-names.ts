/** Names of the data files: they sort in the order of running, and none meets another on any file system. */
import type { Table } from "../../schema/model.ts";

const longestPart = 100;

function safe(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, longestPart);
}

/** The first running number: 10 to 79, 100 to 799 and so on sort between `05-schema` and `80-constraints`. */
function firstNumber(tables: number): number {
  let first = 10;
  while (tables > 7 * first) first *= 10;
  return first;
}

/** `12-dbo.Orders` for the table at 0-based `position` of `tables`; the number keeps equal names apart. */
export function fileStem(table: Table, position: number, tables: number): string {
  return `${firstNumber(tables) + position}-${safe(table.schema)}.${safe(table.name)}`;
}
