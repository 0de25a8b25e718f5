/** Random histories of a table, for the round trips of change logs: written out in a format, read, and replayed to the same end. */
import * as fc from "fast-check";
import type { SqlType } from "../../src/schema/model.ts";
import { Unparsable, type RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { findColumn, type Table } from "../../src/schema/model.ts";

/** In canonical form: prices with four digits behind the point, times with seven. */
export interface HistoryRow {
  readonly id: number;
  readonly name: string | null;
  readonly price: string | null;
  readonly made: string | null;
}

export interface HistoryEvent {
  readonly operation: "insert" | "update" | "delete";
  /** Seconds since 1970, UTC; never less than before. */
  readonly at: number;
  /** Undefined of an insert. */
  readonly before: HistoryRow | undefined;
  /** Undefined of a delete. */
  readonly after: HistoryRow | undefined;
}

export const historyColumns: Readonly<Record<keyof HistoryRow, SqlType>> = {
  id: { name: "int" },
  name: { name: "nvarchar", length: 40 },
  price: { name: "money" },
  made: { name: "datetime2", scale: 7 },
};

const begin = Date.UTC(2026, 0, 31, 23, 59, 50) / 1000;

/** What happens next: to which row, and what it holds then; undefined: what it held. */
interface Step extends Partial<Omit<HistoryRow, "id">> {
  readonly id: number;
  readonly isDelete: boolean;
  readonly pause: number;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record(
    {
      id: fc.integer({ min: 1, max: 5 }),
      isDelete: fc.integer({ min: 0, max: 3 }).map((dice) => dice === 0),
      pause: fc.integer({ min: 0, max: 3 }),
      name: fc.option(
        fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("", "NULL", 'say "x",\n', "0x41", "é😀", "1234")),
      ),
      price: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((units) => moneyOf(units))),
      made: fc.option(fc.integer({ min: -1_000_000, max: 2_000_000_000 }).map((seconds) => wallOf(seconds))),
    },
    { requiredKeys: ["id", "isDelete", "pause"] },
  ),
  { maxLength: 30 },
);

export const histories: fc.Arbitrary<readonly HistoryEvent[]> = steps.map((all) => happen(all));

function happen(all: readonly Step[]): HistoryEvent[] {
  const rows = new Map<number, HistoryRow>();
  let at = begin;
  return all.flatMap(({ id, isDelete, pause, ...values }): HistoryEvent[] => {
    at += pause;
    const before = rows.get(id);
    if (isDelete && before === undefined) return [];
    rows.delete(id);
    if (isDelete) return [{ operation: "delete", at, before, after: undefined }];
    const after = { ...(before ?? { id, name: null, price: null, made: null }), ...values };
    rows.set(id, after);
    return [{ operation: before === undefined ? "insert" : "update", at, before, after }];
  });
}

/** What is there in the end, by id. */
export function finalState(events: readonly HistoryEvent[]): Map<number, HistoryRow> {
  const rows = new Map<number, HistoryRow>();
  for (const { before, after } of events) {
    if (before !== undefined) rows.delete(before.id);
    if (after !== undefined) rows.set(after.id, after);
  }
  return rows;
}

/** `YYYY-MM-DD hh:mm:ss.fffffff` of seconds since 1970, UTC. */
export function wallOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")}.0000000`;
}

function moneyOf(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(5, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

export interface ReplayedChange {
  readonly operation: string;
  /** Is it what the row held before a change? */
  readonly isBefore: boolean;
  readonly cells: Readonly<Record<string, RawValue | null>>;
}

/** What the changes come to, one after the other, as the columns' codecs read them. Throws where one contradicts what was there. */
export function replay(changes: readonly ReplayedChange[], table: Table): Map<number, HistoryRow> {
  const rows = new Map<number, HistoryRow>();
  for (const { operation, isBefore, cells } of changes) {
    if (isBefore) continue;
    const row = Object.fromEntries(
      Object.keys(historyColumns)
        .filter((name) => cells[name] !== undefined)
        .map((name) => [name, canonical(cells[name] as RawValue | null, name, table)]),
    ) as unknown as HistoryRow;
    const old = rows.get(row.id);
    rows.delete(row.id);
    if (operation === "delete" && old === undefined) throw new Error(`row ${row.id} is deleted, and was not there`);
    if (operation === "update" && old === undefined) throw new Error(`row ${row.id} is changed, and was not there`);
    if (operation !== "delete") rows.set(row.id, { ...old, ...row });
  }
  return rows;
}

function canonical(raw: RawValue | null, name: string, table: Table): unknown {
  const column = findColumn(table, name);
  if (raw === null || column === undefined) return raw;
  const value = codecFor(column).parse(raw, { dateOrder: "ymd" });
  if (value instanceof Unparsable) throw new Error(`${name} ${String(raw)} ${value.reason}`);
  return value;
}
