/** Keys numbered anew, as a server does that was filled by hand; rows that refer to them follow. */
import { findColumn } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import type { RowKey } from "../../values/key.ts";
import { referencesOf } from "../history/references.ts";
import { keyIndexesOf } from "../history/keys.ts";
import { Random } from "../random.ts";
import type { Cells } from "../truth/model.ts";
import type { CopiedTable } from "./model.ts";

const spread = 1.2;
/** What refers to a row that the copy has not, refers to none afterwards either. */
const beyond = 1_000_000;

/** `tables`: those whose keys are numbered anew; each has one key column, of integers. */
export function renumbered(copy: readonly CopiedTable[], tables: readonly Table[], random: Random): CopiedTable[] {
  const all = copy.map(({ table }) => table);
  const numbers = new Map(
    copy.filter(({ table }) => tables.includes(table)).map((each) => [each.table, newNumbers(each, random)]),
  );
  return copy.map((copied) => {
    const moves = [...ownMove(copied, numbers), ...foreignMoves(copied, all, numbers)];
    if (moves.length === 0) return copied;
    const rows = copied.rows.map(({ key, cells }) => ({
      key,
      cells: cells.map((cell, index) => {
        const move = moves.find((each) => each.index === index);
        return cell === null || move === undefined ? cell : (move.numbers.get(Number(cell)) ?? beyond + Number(cell));
      }),
    }));
    return { ...copied, rows: tables.includes(copied.table) ? inNewOrder(copied.table, copied, rows) : rows };
  });
}

interface Move {
  /** Among the copy's columns. */
  readonly index: number;
  readonly numbers: ReadonlyMap<RowKey, number>;
}

function newNumbers({ rows }: CopiedTable, random: Random): Map<RowKey, number> {
  const keys = [...new Set(rows.map(({ key }) => key))];
  const pool = random.shuffle(Array.from({ length: Math.ceil(keys.length * spread) }, (_, index) => index + 1));
  return new Map(keys.map((key, index) => [numberOf(key), pool[index] as number]));
}

/** The key of a bigint is a text: its digits are those of the number. */
function numberOf(key: RowKey): number {
  return typeof key === "number" ? key : Number(BigInt(key.slice(1)) - 10n ** 19n);
}

function indexOf({ columns }: CopiedTable, table: Table, name: string | undefined): number {
  const column = name === undefined ? undefined : findColumn(table, name);
  return columns.findIndex((each) => each.name === column?.name);
}

function ownMove(copied: CopiedTable, numbers: ReadonlyMap<Table, ReadonlyMap<RowKey, number>>): Move[] {
  const own = numbers.get(copied.table);
  return own === undefined
    ? []
    : [
        { index: indexOf(copied, copied.table, copied.table.primaryKey?.columns[0]), numbers: own },
        ...selfMoves(copied, own),
      ];
}

/** A table that refers to itself. */
function selfMoves(copied: CopiedTable, numbers: ReadonlyMap<RowKey, number>): Move[] {
  const { table } = copied;
  return table.foreignKeys
    .filter(({ references }) => references.toUpperCase() === table.id.toUpperCase())
    .map(({ columns }) => ({ index: indexOf(copied, table, columns[0]), numbers }));
}

function foreignMoves(
  copied: CopiedTable,
  all: readonly Table[],
  numbers: ReadonlyMap<Table, ReadonlyMap<RowKey, number>>,
): Move[] {
  return referencesOf(copied.table, all).flatMap(({ parent, columns }) => {
    const moved = numbers.get(parent);
    return moved === undefined ? [] : [{ index: indexOf(copied, copied.table, columns[0]), numbers: moved }];
  });
}

function inNewOrder(
  table: Table,
  copied: CopiedTable,
  rows: { readonly key: RowKey; readonly cells: Cells }[],
): typeof rows {
  const [key] = keyIndexesOf(table);
  const index = key === undefined ? -1 : indexOf(copied, table, table.primaryKey?.columns[0]);
  return rows.toSorted((left, right) => Number(left.cells[index]) - Number(right.cells[index]));
}
