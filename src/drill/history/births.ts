/** When rows were made: in numbered tables the last rows are the new ones, and no row is older than those that it refers to. */
import type { Table } from "../../schema/model.ts";
import type { RowKey } from "../../values/key.ts";
import type { Random } from "../random.ts";
import type { Cells, TruthTable } from "../truth/model.ts";
import { keyerOf } from "./keys.ts";
import { referencesOf } from "./references.ts";

/** By table and key: milliseconds since 1970; `-Infinity`: before the history begins. */
export type Births = ReadonlyMap<Table, ReadonlyMap<RowKey, number>>;

export interface BirthChances {
  /** The share of rows that are new. */
  readonly share: number;
  readonly random: (table: Table) => Random;
  /** A moment of the history. */
  readonly moment: (random: Random) => number;
}

/** `tables`: parents first. */
export function birthsOf(tables: readonly TruthTable[], chances: BirthChances): Births {
  const all = tables.map(({ table }) => table);
  const births = new Map(tables.map((each) => [each.table, ownBirths(each, chances)] as const));
  for (const each of tables.toReversed()) pullParents(each, all, births);
  for (const each of tables) pushChildren(each, all, births);
  return births;
}

function ownBirths({ table, rows }: TruthTable, { share, random, moment }: BirthChances): Map<RowKey, number> {
  const chance = random(table);
  const keys = keysOf(table, rows);
  if (!isNumbered(table)) {
    const follows = table.foreignKeys.length > 0;
    return new Map(keys.map((key) => [key, !follows && chance.chance(share) ? moment(chance) : -Infinity]));
  }
  const count = Math.round(share * rows.length);
  const moments = Array.from({ length: count }, () => moment(chance)).toSorted((a, b) => a - b);
  return new Map(keys.map((key, index) => [key, moments[index - (rows.length - count)] ?? -Infinity]));
}

function isNumbered({ columns }: Table): boolean {
  return columns.some(({ identity }) => identity !== undefined);
}

/** What a numbered row refers to was there before it. */
function pullParents(
  { table, rows }: TruthTable,
  all: readonly Table[],
  births: ReadonlyMap<Table, Map<RowKey, number>>,
): void {
  if (!isNumbered(table)) return;
  const own = births.get(table);
  const keys = keysOf(table, rows);
  for (const { parent, keyOf } of referencesOf(table, all))
    for (const [index, cells] of rows.entries()) {
      const [key, birth] = [keyOf(cells), own?.get(keys[index] as RowKey) ?? -Infinity];
      const parents = births.get(parent);
      if (key !== undefined && (parents?.get(key) ?? -Infinity) > birth) parents?.set(key, birth);
    }
}

/** What is not numbered came with what it refers to. */
function pushChildren(
  { table, rows }: TruthTable,
  all: readonly Table[],
  births: ReadonlyMap<Table, Map<RowKey, number>>,
): void {
  const own = births.get(table);
  const references = referencesOf(table, all);
  for (const [index, key] of keysOf(table, rows).entries()) {
    const latest = latestParent(rows[index] as Cells, references, births);
    if (latest > (own?.get(key) ?? -Infinity)) own?.set(key, latest);
  }
}

/** When the youngest of the rows that it refers to was made. */
export function latestParent(cells: Cells, references: ReturnType<typeof referencesOf>, births: Births): number {
  return references.reduce((latest, { parent, keyOf }) => {
    const key = keyOf(cells);
    return Math.max(latest, key === undefined ? -Infinity : (births.get(parent)?.get(key) ?? -Infinity));
  }, -Infinity);
}

function keysOf(table: Table, rows: readonly Cells[]): RowKey[] {
  return rows.map(keyerOf(table));
}
