/** What may change in a row, and into what: values that stand in other rows of the same table. */
import { findColumn, storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { isIdentical } from "../../values/identical.ts";
import type { Random } from "../random.ts";
import type { Cells } from "../truth/model.ts";

/** Indexes of the columns that change at once, among the stored ones. */
export type Unit = readonly number[];

const mostTries = 8;

/** Keys, references and what is unique stay as they are. */
export function changeableUnits(
  table: Table,
  together: readonly (readonly string[])[],
  modifiedAt: string | undefined,
): Unit[] {
  const stored = storedColumns(table);
  const fixed = new Set(
    [
      ...(table.primaryKey?.columns ?? stored.map(({ name }) => name)),
      ...table.unique.flatMap(({ columns }) => columns),
      ...table.foreignKeys.flatMap(({ columns }) => columns),
      ...(modifiedAt === undefined ? [] : [modifiedAt]),
    ].flatMap((name) => findColumn(table, name)?.name ?? []),
  );
  const groups = together.map((names) => names.flatMap((name) => findColumn(table, name)?.name ?? []));
  const grouped = new Set(groups.flat());
  const singles = stored.flatMap(({ name }) => (fixed.has(name) || grouped.has(name) ? [] : [[name]]));
  return [...groups.filter((names) => names.every((name) => !fixed.has(name))), ...singles].map((names) =>
    names.map((name) => stored.findIndex((column) => column.name === name)),
  );
}

/** The row with a unit taken from another row, where one has other values. */
export function changed(cells: Cells, unit: Unit, rows: readonly Cells[], random: Random): Cells {
  for (let tries = 0; tries < mostTries; tries++) {
    const donor = random.pick(rows);
    if (unit.some((index) => !isIdentical(donor[index], cells[index])))
      return cells.map((cell, index) => (unit.includes(index) ? (donor[index] ?? null) : cell));
  }
  return cells;
}
