/** Names of the data files: they sort in the order of running, and none meets another on any file system. */
import type { Table } from "../../schema/model.ts";

const longestPart = 100;

function safe(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, longestPart);
}

/** Digits of the running number: 01 to 79, 001 to 799 and so on sort between `00-preflight` and `80-constraints`. */
function digitsFor(tables: number): number {
  let digits = 2;
  while (tables >= 8 * 10 ** (digits - 1)) digits++;
  return digits;
}

/** `03-dbo.Orders` for the table at 0-based `position` of `tables`; the number keeps equal names apart. */
export function fileStem(table: Table, position: number, tables: number): string {
  const number = String(position + 1).padStart(digitsFor(tables), "0");
  return `${number}-${safe(table.schema)}.${safe(table.name)}`;
}
