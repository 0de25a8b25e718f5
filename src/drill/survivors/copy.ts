/** Copies of rows as of a moment, and what became of them before they were written. */
import { findColumn, storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import { planKey } from "../../values/key.ts";
import { momentText } from "../clock.ts";
import { changeableUnits, changed } from "../history/changes.ts";
import { inKeyOrder, keyerOf } from "../history/keys.ts";
import { ghostsOf, highestId } from "../history/ghosts.ts";
import { lastVersion, rowAt } from "../history/model.ts";
import type { History } from "../history/model.ts";
import type { Damage } from "../plan/model.ts";
import { Random } from "../random.ts";
import type { Cells, TruthTable } from "../truth/model.ts";
import type { CopiedRow, CopiedTable } from "./model.ts";

/** The database as it stood at a moment; `keepsDeleted`: with the rows that had been deleted by then. */
export function snapshotAt({ tables }: History, at: number, keepsDeleted = false): CopiedTable[] {
  return tables.map(({ table, rows }) => ({
    table,
    columns: storedColumns(table),
    rows: rows.flatMap((row): CopiedRow[] => {
      const isGone = keepsDeleted && row.deletedAt !== undefined && row.deletedAt <= at;
      const cells = isGone ? lastVersion(row).cells : rowAt(row, at);
      return cells === undefined ? [] : [{ key: row.key, cells }];
    }),
  }));
}

/** What the disaster left. */
export function copyOf(tables: readonly TruthTable[]): CopiedTable[] {
  return tables.map(({ table, rows }) => {
    const keyOf = keyerOf(table);
    const keyed = rows.map((cells) => ({ key: keyOf(cells), cells }));
    return {
      table,
      columns: storedColumns(table),
      rows: planKey(table).kind === "row" ? inKeyOrder(table, keyed) : keyed,
    };
  });
}

interface Chances {
  readonly seed: number;
  /** The survivor's id. */
  readonly id: string;
  /** Columns that are edited together, by table, and the column that times rows. */
  readonly together: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly modifiedAt: Readonly<Record<string, string>>;
  /** When the copy was made, and until when it went its own way. */
  readonly at: number;
  readonly until: number;
  readonly history: History;
}

/** Rows left out, edited, repeated; columns left out. Keys stay those of the truth. */
export function damagedTable(copied: CopiedTable, damage: Damage, chances: Chances): CopiedTable {
  const { table } = copied;
  const random = (purpose: string): Random => new Random(chances.seed, `${chances.id} ${table.id} ${purpose}`);
  const sampled =
    damage.sampleRows === undefined ? copied.rows : random("sample").sample(copied.rows, damage.sampleRows);
  const edited =
    damage.conflictRate === undefined
      ? sampled
      : editedRows(table, sampled, damage.conflictRate, { ...chances, random: random("edits") });
  const joined =
    damage.foreignRows === undefined
      ? edited
      : [...edited, ...foreignRows(table, edited, damage.foreignRows, { ...chances, random: random("foreign rows") })];
  const repeated =
    damage.duplicates === undefined || planKey(table).kind === "row"
      ? joined
      : repeatedRows(joined, damage.duplicates, random("duplicates"));
  return withoutColumns({ ...copied, rows: repeated }, damage.withoutColumns?.[table.id] ?? []);
}

function editedRows(
  table: Table,
  rows: readonly CopiedRow[],
  rate: number,
  { together, modifiedAt, random }: Chances & { readonly random: Random },
): CopiedRow[] {
  const units = changeableUnits(table, together[table.id] ?? [], modifiedAt[table.id]);
  const all = rows.map(({ cells }) => cells);
  return rows.map(({ key, cells }) =>
    units.length > 0 && random.chance(rate)
      ? { key, cells: changed(cells, random.pick(units), all, random) }
      : { key, cells },
  );
}

/** Rows of the copy's own, above all ids that production ever used; a column that times rows says when they were made. */
function foreignRows(
  table: Table,
  rows: readonly CopiedRow[],
  share: number,
  { modifiedAt, at, until, history, random }: Chances & { readonly random: Random },
): CopiedRow[] {
  const ever = history.tables.find((each) => each.table === table)?.rows ?? [];
  const above = highestId(
    table,
    ever.map((row) => lastVersion(row).cells),
  );
  const count = Math.round(share * rows.length);
  const made = ghostsOf(
    table,
    rows.map(({ cells }) => cells),
    { count, random, above, mark: "own" },
  );
  const timed = findColumn(table, modifiedAt[table.id] ?? "");
  const index = storedColumns(table).findIndex(({ name }) => name === timed?.name);
  const keyOf = keyerOf(table);
  return made.map((cells) => {
    const moment = momentText(random.int(at / 1000 + 1, until / 1000 - 2) * 1000);
    const own = cells.map((cell, place) => (place === index ? moment : cell));
    return { key: keyOf(own), cells: own };
  });
}

function repeatedRows(rows: readonly CopiedRow[], share: number, random: Random): CopiedRow[] {
  return rows.flatMap((row) => (random.chance(share) ? [row, row] : [row]));
}

function withoutColumns(copied: CopiedTable, names: readonly string[]): CopiedTable {
  const gone = new Set(names.map((name) => findColumn(copied.table, name)?.name));
  const kept = copied.columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => !gone.has(column.name));
  const cut = (cells: Cells): Cells => kept.map(({ index }) => cells[index] ?? null);
  return {
    table: copied.table,
    columns: kept.map(({ column }) => column),
    rows: copied.rows.map(({ key, cells }) => ({ key, cells: cut(cells) })),
  };
}
