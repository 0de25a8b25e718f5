/** What the flagship evidence says of each cell, worked out from the generator's own records and not by the pipeline. */
import { moments } from "../../fixtures/flagship/generate/clock.ts";
import type { Flagship } from "../../fixtures/flagship/generate/generate.ts";
import type { Row, TableId, Value } from "../../fixtures/flagship/generate/model.ts";
import { type Column, storedColumns, type Table } from "../../src/schema/model.ts";
import { type CanonicalValue, defaultConventions, type RawValue, Unparsable } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";

/** When each copy of the recipe last equalled production; undefined where nobody knows. Logs have a time a record. */
const times: Readonly<Record<string, number | undefined>> = {
  backup: moments.backup,
  legacy: moments.legacyJob,
  "nightly-11": moments.firstNightly,
  "nightly-12": moments.secondNightly,
  reporting: moments.reporting,
  morning: moments.morningJob,
  contacts: undefined,
};

interface HeldCell {
  /** What the newest source of known time holds; undefined where none claims the cell. */
  newest: Value | undefined;
  time: number;
  readonly all: Value[];
}

/** By key, then by column. */
export type HeldRows = ReadonlyMap<string, ReadonlyMap<string, HeldCell>>;

/** Two values of a column compare as these: under the column's type and collation. */
export function comparable(column: Column, value: RawValue | null): string {
  if (value === null) return "NULL";
  const codec = codecFor(column);
  const parsed = codec.parse(value, defaultConventions);
  if (parsed instanceof Unparsable) throw new Error(`${column.name}: ${String(value)} ${parsed.reason}`);
  return `=${codec.equalityKey(parsed)}`;
}

export function comparableCanonical(column: Column, value: CanonicalValue): string {
  return value === null ? "NULL" : `=${codecFor(column).equalityKey(value)}`;
}

export function keyColumns(table: Table): Column[] {
  return storedColumns(table).filter((column) => table.primaryKey?.columns.includes(column.name));
}

function keyOf(table: Table, row: Row): string {
  return keyColumns(table)
    .map((column) => comparable(column, row[column.name] ?? null))
    .join(" ");
}

function note(cells: Map<string, HeldCell>, column: string, value: Value, time: number | undefined): void {
  const cell = cells.get(column) ?? { newest: undefined, time: -Infinity, all: [] };
  cell.all.push(value);
  if (time !== undefined && time > cell.time) {
    cell.newest = value;
    cell.time = time;
  }
  cells.set(column, cell);
}

/** Everything that any source held of a table, and all that the logs say of its rows; `logs: false` leaves those out. */
export function heldRows(flagship: Flagship, table: Table, { logs = true } = {}): HeldRows {
  const rows = new Map<string, Map<string, HeldCell>>();
  const cellsOf = (row: Row): Map<string, HeldCell> => {
    const key = keyOf(table, row);
    const cells = rows.get(key) ?? new Map<string, HeldCell>();
    rows.set(key, cells);
    return cells;
  };
  for (const [source, holdings] of Object.entries(flagship.held))
    for (const holding of holdings.filter((candidate) => candidate.table === table.name))
      for (const row of holding.rows) {
        const cells = cellsOf(row);
        for (const column of holding.columns) note(cells, column, row[column] ?? null, times[source]);
      }
  const changes = logs ? Object.values(flagship.logged).flat() : [];
  for (const change of changes.filter((candidate) => candidate.table === table.name))
    for (const [column, value] of Object.entries(change.cells)) note(cellsOf(change.cells), column, value, change.at);
  return rows;
}

export function truthRows(flagship: Flagship, table: Table): ReadonlyMap<string, Row> {
  return new Map(flagship.truth[table.name as TableId].map((row) => [keyOf(table, row), row]));
}
