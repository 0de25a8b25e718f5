/** The column that says when a row was last changed, as the history has it. */
import { findColumn, storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { momentText } from "../clock.ts";
import type { Random } from "../random.ts";
import type { Version } from "./model.ts";

const mostBefore = 300 * 86_400;

/** The same versions, each with its own time; rows from before the history have one before it. */
export function timedCells(
  table: Table,
  name: string,
  versions: readonly Version[],
  { random, start }: { readonly random: Random; readonly start: number },
): Version[] {
  const column = findColumn(table, name);
  const index = storedColumns(table).findIndex((each) => each.name === column?.name);
  const before = start - random.int(1, mostBefore) * 1000;
  return versions.map(({ from, cells }) => ({
    from,
    cells: cells.map((cell, at) => (at === index ? momentText(from === -Infinity ? before : from) : cell)),
  }));
}
