/** Rows that were there and are deleted: like others of their table, under keys of their own. */
import { findColumn, sameName, storedColumns } from "../../schema/model.ts";
import type { Column, Table } from "../../schema/model.ts";
import { firstOf } from "../../text.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import type { Random } from "../random.ts";
import type { Cells } from "../truth/model.ts";
import { keyIndexesOf } from "./keys.ts";

/** Gaps are looked for no longer once there are so many. */
const mostFree = 10_000;

/** The highest number that each holds. */
const integers = new Map([
  ["tinyint", 2n ** 8n - 1n],
  ["smallint", 2n ** 15n - 1n],
  ["int", 2n ** 31n - 1n],
  ["bigint", 2n ** 63n - 1n],
]);
const texts = new Set(["varchar", "nvarchar", "char", "nchar"]);

export interface MadeUp {
  readonly count: number;
  readonly random: Random;
  /** Ids are above it; undefined: those that were used and lost come first. */
  readonly above?: bigint;
  /** Tells unique texts from those of others who make up rows. */
  readonly mark?: string;
}

/**
 * At most `count`; none for a table whose keys cannot be made up: its last key column is no integer, or refers to another row. What does not fit
 * its column is not made.
 */
export function ghostsOf(table: Table, rows: readonly Cells[], { count, random, above, mark = "" }: MadeUp): Cells[] {
  const stored = storedColumns(table);
  const counter = counterOf(table);
  const unique = table.unique.flatMap(({ columns }) => columns.flatMap((name) => findColumn(table, name)?.name ?? []));
  if (counter === undefined || !unique.every((name) => isText(findColumn(table, name)))) return [];
  const isSingle = table.primaryKey?.columns.length === 1;
  const highest = above ?? highestId(table, rows);
  const free = isSingle && above === undefined ? freeIds(table, rows, count, random) : [];
  // Two rows of one order would both get its next line.
  const donors = distinctBy(random.shuffle(rows), (cells) => (isSingle ? cells : prefixOf(table, cells))).slice(
    0,
    count,
  );
  const most = integers.get(stored[counter]?.type.name ?? "") ?? 0n;
  return donors.flatMap((donor, index) => {
    const id = free[index] ?? highest + BigInt(isSingle ? index + 1 : 1);
    const name = `${mark}${index + 1}`;
    const made = donor.map((cell, at) => {
      if (at === counter) return id > most ? undefined : canonical(id);
      return unique.includes(stored[at]?.name ?? "") ? otherText(cell, stored[at], name) : cell;
    });
    return made.includes(undefined) ? [] : [made as Cells];
  });
}

/** Integers as they are staged. */
function canonical(id: bigint): CanonicalValue {
  return Number.isSafeInteger(Number(id)) ? Number(id) : id;
}

function prefixOf(table: Table, cells: Cells): string {
  return keyIndexesOf(table)
    .slice(0, -1)
    .map((index) => String(cells[index]))
    .join("\0");
}

function distinctBy<T>(all: readonly T[], nameOf: (each: T) => unknown): T[] {
  return [...new Map(all.map((each) => [nameOf(each), each])).values()];
}

/** The highest number that the last column of the key holds; 0 where it holds none. */
export function highestId(table: Table, rows: readonly Cells[]): bigint {
  const counter = counterOf(table);
  const ids = counter === undefined ? [] : rows.map((cells) => BigInt(cells[counter] as number | bigint));
  return ids.reduce((highest, id) => (id > highest ? id : highest), 0n);
}

/** The place of the column that counts: the last one of the key, where it is an integer and refers to no other row. */
function counterOf(table: Table): number | undefined {
  const counter = keyIndexesOf(table).at(-1);
  const column = counter === undefined ? undefined : storedColumns(table)[counter];
  return table.primaryKey !== undefined && column !== undefined && canCount(table, column) ? counter : undefined;
}

function isText(column: Column | undefined): boolean {
  return column !== undefined && texts.has(column.type.name);
}

function canCount(table: Table, column: Column): boolean {
  const refers = table.foreignKeys.some(({ columns }) => columns.some((name) => sameName(name, column.name)));
  return integers.has(column.type.name) && !refers;
}

/** Ids that no row has, up to the highest that one has. */
function freeIds(table: Table, rows: readonly Cells[], count: number, random: Random): bigint[] {
  const counter = counterOf(table) ?? 0;
  const taken = new Set(rows.map((cells) => BigInt(cells[counter] as number | bigint)));
  const highest = highestId(table, rows);
  const free: bigint[] = [];
  for (let id = 1n; id < highest && free.length < mostFree; id++) if (!taken.has(id)) free.push(id);
  return random.shuffle(free).slice(0, count);
}

/** A text of the same form that no row has: ids are appended, and what does not fit is cut in front. Undefined: the ids do not fit. */
function otherText(
  cell: CanonicalValue | undefined,
  column: Column | undefined,
  name: string,
): CanonicalValue | undefined {
  if (typeof cell !== "string") return cell ?? null;
  const end = `-${name}`;
  const length = column?.type.length;
  const room = typeof length === "number" ? length - end.length : cell.length;
  return room < 0 ? undefined : firstOf(cell, room) + end;
}
