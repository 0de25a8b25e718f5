/** Rows that were there and are deleted: like others of their table, under keys of their own. */
import { findColumn, sameName, storedColumns } from "../../schema/model.ts";
import type { Column, Table } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import { planKey } from "../../values/key.ts";
import type { Random } from "../random.ts";
import type { Cells } from "../truth/model.ts";

const integers = new Set(["tinyint", "smallint", "int", "bigint"]);
const texts = new Set(["varchar", "nvarchar", "char", "nchar"]);

/** Of the columns that tell rows apart, among the stored ones. */
export function keyIndexesOf(table: Table): number[] {
  const stored = storedColumns(table);
  return planKey(table).columns.map(({ ordinal }) => stored.findIndex((column) => column.ordinal === ordinal));
}

/** At most `count`; none for a table whose keys cannot be made up: its last key column is no integer, or refers to another row. */
export function ghostsOf(table: Table, rows: readonly Cells[], count: number, random: Random): Cells[] {
  const stored = storedColumns(table);
  const counter = keyIndexesOf(table).at(-1);
  const column = counter === undefined ? undefined : stored[counter];
  if (table.primaryKey === undefined || column === undefined || !canCount(table, column)) return [];
  const unique = table.unique.flatMap(({ columns }) => columns.flatMap((name) => findColumn(table, name) ?? []));
  if (unique.some(({ type }) => !texts.has(type.name))) return [];
  const used = rows.map((cells) => Number(cells[counter as number]));
  const free = table.primaryKey.columns.length === 1 ? freeIds(used, count, random) : undefined;
  const highest = Math.max(0, ...used);
  return random
    .shuffle(rows)
    .slice(0, count)
    .map((donor, index) =>
      donor.map((cell, at) => {
        if (at === counter) return free?.[index] ?? highest + 1 + (free === undefined ? 0 : index);
        return unique.some(({ name }) => name === stored[at]?.name) ? otherText(cell, stored[at], index) : cell;
      }),
    );
}

function canCount(table: Table, column: Column): boolean {
  const refers = table.foreignKeys.some(({ columns }) => columns.some((name) => sameName(name, column.name)));
  return integers.has(column.type.name) && !refers;
}

/** Ids that no row has, up to the highest that one has. */
function freeIds(used: readonly number[], count: number, random: Random): number[] {
  const taken = new Set(used);
  const [least, highest] = used.reduce(([low, high], id) => [Math.min(low, id), Math.max(high, id)], [Infinity, 0]);
  const free: number[] = [];
  for (let id = least; id < highest; id++) if (!taken.has(id)) free.push(id);
  return random.shuffle(free).slice(0, count);
}

/** A text of the same form that no row has: ids are appended, and what does not fit is cut in front. */
function otherText(cell: CanonicalValue | undefined, column: Column | undefined, index: number): CanonicalValue {
  if (typeof cell !== "string") return cell ?? null;
  const end = `-${index + 1}`;
  const length = column?.type.length;
  const room = typeof length === "number" ? length - end.length : cell.length;
  return cell.slice(0, Math.max(0, room)) + end;
}
