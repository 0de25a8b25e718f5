/** What a history promises, whatever the seed and the shares: the truth stays, and time runs forwards. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { momentText } from "../../src/drill/clock.ts";
import { isIdentical } from "../../src/values/identical.ts";
import { keyIndexesOf } from "../../src/drill/history/keys.ts";
import { changesOf, lastVersion, rowAt } from "../../src/drill/history/model.ts";
import type { History, RowHistory, TableHistory } from "../../src/drill/history/model.ts";
import { referencesOf } from "../../src/drill/history/references.ts";
import { simulateHistory, truthOf } from "../../src/drill/history/simulate.ts";
import type { HistoryPlan } from "../../src/drill/history/simulate.ts";
import { generateShop } from "../../src/drill/truth/generate.ts";
import type { Cells, Truth } from "../../src/drill/truth/model.ts";
import { parentsFirst } from "../../src/drill/truth/order.ts";
import { findColumn, storedColumns } from "../../src/schema/model.ts";
import type { Column, Table } from "../../src/schema/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { defaultConventions } from "../../src/values/codec.ts";
import type { CanonicalValue } from "../../src/values/codec.ts";
import { compareKeys, planKey } from "../../src/values/key.ts";
import { codecFor } from "../../src/values/registry.ts";

const at = Date.parse("2026-03-14T09:26:00Z");
const second = 1000;

/** Keys and columns that a shop has not: small, huge, without a number, and rows without a key. */
const awkwardDdl = `CREATE TABLE dbo.Countries (
  CountryID tinyint NOT NULL PRIMARY KEY, Code char(2) NOT NULL UNIQUE, Name nvarchar(12) NOT NULL UNIQUE);
CREATE TABLE dbo.Messages (
  MessageID bigint NOT NULL PRIMARY KEY, CountryID tinyint NOT NULL REFERENCES dbo.Countries (CountryID),
  ReplyTo bigint NULL REFERENCES dbo.Messages (MessageID), Body nvarchar(40) NULL, Note varchar(9) NULL);
CREATE TABLE dbo.Tags (
  MessageID bigint NOT NULL REFERENCES dbo.Messages (MessageID), Tag varchar(9) NOT NULL, Weight int NULL,
  PRIMARY KEY (MessageID, Tag));
CREATE TABLE dbo.Clicks (Url varchar(20) NULL, Kind int NULL);`;

/** Countries up to the last id that there is, ids of messages beyond 2^53, columns that are NULL everywhere, equal rows. */
function awkward(size: number): Truth {
  const from = 1_234_567_890_123_456_700n;
  const rows: Readonly<Record<string, Cells[]>> = {
    "dbo.Countries": Array.from({ length: 256 }, (_, id) => [
      id,
      id.toString(36).padStart(2, "0").toUpperCase(),
      `Land ${id} \u{1F3DD}\u{1F3DD}`,
    ]),
    "dbo.Messages": Array.from({ length: size }, (_, index) => [
      from + BigInt(index),
      index % 256,
      index === 0 ? null : from + BigInt(index - 1),
      `text ${index}`,
      null,
    ]),
    "dbo.Tags": Array.from({ length: size }, (_, index) => [from + BigInt(index), "new", null]),
    "dbo.Clicks": Array.from({ length: 9 }, (_, index) => ["/", index % 2]),
  };
  const { tables } = readTsqlSchema(awkwardDdl, { file: "awkward.sql" });
  return { ddl: awkwardDdl, tables: parentsFirst(tables).map((table) => ({ table, rows: rows[table.id] ?? [] })) };
}

const modifiedAt = { "dbo.Customers": "ModifiedAt", "dbo.Orders": "ModifiedAt" };
const together = { "dbo.Customers": [["Street", "City", "PostalCode"]], "dbo.Orders": [["Status", "ShippedAt"]] };

const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const situation = fc.record({
  seed: fc.nat(),
  isShop: fc.boolean(),
  scale: fc.constantFrom(0.03, 0.1),
  // A minute is a history in which everything is crowded.
  days: fc.constantFrom(1 / 1440, 1, 90),
  inserted: share,
  updated: share,
  deleted: share,
});

interface Made {
  readonly truth: Truth;
  readonly history: History;
  readonly again: () => History;
}

function holds(property: (made: Made) => void): void {
  const check = (): void =>
    fc.assert(
      fc.property(situation, ({ seed, isShop, scale, ...shares }) => {
        const plan: HistoryPlan = isShop
          ? { ...shares, modifiedAt, together }
          : { ...shares, modifiedAt: {}, together: {} };
        const truth = isShop ? generateShop({ seed, scale, until: at - second }) : awkward(Math.round(scale * 200));
        const again = (): History => simulateHistory(truth, plan, { seed, at });
        property({ truth, history: again(), again });
      }),
      { numRuns: 25 },
    );
  expect(check).not.toThrow();
}

/** An expectation that many rows have: told only where it does not hold. */
function must(isMet: boolean, what: () => string): void {
  if (!isMet) throw new Error(what());
}

function eachRow({ tables }: History, see: (row: RowHistory, table: TableHistory) => void): void {
  for (const table of tables) for (const row of table.rows) see(row, table);
}

function fits(cell: CanonicalValue, column: Column): boolean {
  if (cell === null) return column.nullable;
  if (typeof cell === "string" && !cell.isWellFormed()) return false;
  return cell instanceof Uint8Array || codecFor(column).parse(cell, defaultConventions) === cell;
}

function isTiming(table: Table, index: number): boolean {
  const name = (modifiedAt as Readonly<Record<string, string>>)[table.id];
  return storedColumns(table)[index]?.name === name;
}

function indexesOf(table: Table, names: readonly string[]): number[] {
  return names.map((name) => storedColumns(table).findIndex((column) => column === findColumn(table, name)));
}

describe("a history", () => {
  it("ends with the truth, but for the columns that time each row", () =>
    holds(({ truth, history }) => {
      const ended = new Map(truthOf(history).map(({ table, rows }) => [table, rows]));
      for (const { table, rows } of truth.tables) {
        const untimed = (all: readonly Cells[]): Cells[] =>
          all.map((cells) => cells.map((cell, index) => (isTiming(table, index) ? null : cell)));
        const byKey = (all: readonly Cells[]): Cells[] => {
          const keys = keyIndexesOf(table);
          const keyOf = (cells: Cells) => planKey(table).encode(keys.map((index) => cells[index]));
          return untimed(all).toSorted((left, right) => compareKeys(keyOf(left), keyOf(right)));
        };
        expect(byKey(ended.get(table) ?? [])).toEqual(byKey(rows));
      }
    }));

  it("times a row by its last change", () =>
    holds(({ history }) => {
      const isTimed = (from: number, text: string): boolean =>
        from === -Infinity ? text < momentText(history.start) : text === momentText(from);
      eachRow(history, ({ versions }, { table }) => {
        const wrong = versions.filter(({ from, cells }) =>
          cells.some((cell, index) => isTiming(table, index) && !isTimed(from, String(cell))),
        );
        expect(wrong).toEqual([]);
      });
    }));

  it("has no version before its predecessor, and none after the disaster", () =>
    holds(({ history }) =>
      eachRow(history, ({ versions, deletedAt }) => {
        const moments = [...versions.map(({ from }) => from), ...(deletedAt === undefined ? [] : [deletedAt])];
        expect(moments).toEqual([...new Set(moments)].toSorted((a, b) => a - b));
        expect(moments.at(-1)).toBeLessThanOrEqual(at - second);
        const timed = moments.filter((moment) => moment !== -Infinity);
        expect(timed.filter((moment) => moment <= history.start || moment % second !== 0)).toEqual([]);
      }),
    ));

  it("has no row that is older than those that it refers to", () =>
    holds(({ history }) => {
      const all = history.tables.map(({ table }) => table);
      const births = new Map(
        history.tables.map(({ table, rows }) => [table, new Map(rows.map((row) => [row.key, row.versions[0]?.from]))]),
      );
      eachRow(history, ({ versions }, { table }) => {
        const orphans = referencesOf(table, all).flatMap(({ parent, keyOf }) =>
          versions.filter(({ from, cells }) => {
            const key = keyOf(cells);
            return key !== undefined && (births.get(parent)?.get(key) ?? Infinity) > from;
          }),
        );
        expect(orphans).toEqual([]);
      });
    }));

  it("gives deleted rows keys of their own, and values that their columns take", () =>
    holds(({ history }) => {
      for (const { table, rows } of history.tables) {
        const keys = rows.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        const uniques = table.unique.map(({ columns }) => indexesOf(table, columns));
        for (const unique of uniques) {
          const values = rows.map((row) => unique.map((index) => lastVersion(row).cells[index]).join("\0"));
          expect(new Set(values).size).toBe(values.length);
        }
        const gone = rows.filter(({ deletedAt }) => deletedAt !== undefined);
        for (const { versions } of gone)
          for (const { cells } of versions)
            for (const [index, column] of storedColumns(table).entries()) {
              must(fits(cells[index] ?? null, column), () => `${table.id}.${column.name}: ${String(cells[index])}`);
            }
      }
    }));

  it("never changes a key, a reference or what is unique", () =>
    holds(({ history }) =>
      eachRow(history, ({ versions }, { table }) => {
        const names = [table.primaryKey, ...table.unique, ...table.foreignKeys].flatMap((each) => each?.columns ?? []);
        for (const index of indexesOf(table, names))
          for (const { cells } of versions) expect(isIdentical(cells[index], versions[0]?.cells[index])).toBe(true);
      }),
    ));

  it("changes together what belongs together, to what stood together", () =>
    holds(({ truth, history }) => {
      for (const { table, rows } of history.tables)
        for (const names of (together as Readonly<Record<string, string[][]>>)[table.id] ?? []) {
          const group = indexesOf(table, names);
          const shown = (cells: Cells): string => JSON.stringify(group.map((index) => cells[index]));
          const stood = new Set(truth.tables.find((each) => each.table === table)?.rows.map(shown));
          for (const { versions } of rows) for (const { cells } of versions) expect(stood).toContain(shown(cells));
        }
    }));

  it("tells its changes in order, and they lead from each state to the next", () =>
    holds(({ history }) => {
      for (const table of history.tables) {
        const changes = changesOf(table, -Infinity, at);
        expect(changes.map((each) => each.at)).toEqual(changes.map((each) => each.at).toSorted((a, b) => a - b));
        for (const change of changes) {
          expect(rowAt(change.row, change.at - 1)).toBe(change.before);
          expect(rowAt(change.row, change.at)).toBe(change.after);
        }
      }
    }));

  it("is the same for the same seed", () => holds(({ history, again }) => expect(again()).toEqual(history)));

  it("is another one for another seed", () => {
    const truth = generateShop({ seed: 1, scale: 0.2, until: at - second });
    const plan = { days: 30, inserted: 0.2, updated: 0.4, deleted: 0.1, modifiedAt: {}, together: {} };
    expect(simulateHistory(truth, plan, { seed: 1, at })).not.toEqual(simulateHistory(truth, plan, { seed: 2, at }));
  });

  it("has the shares that were asked for, more or less", () =>
    fc.assert(
      fc.property(fc.nat(), share, share, share, (seed, inserted, updated, deleted) => {
        const truth = generateShop({ seed, scale: 3, until: at - second });
        const plan = { days: 90, inserted, updated, deleted, modifiedAt, together };
        for (const { table, rows } of simulateHistory(truth, plan, { seed, at }).tables) {
          if (table.id !== "dbo.Orders") continue;
          const there = rows.filter((row) => row.deletedAt === undefined);
          const of = (count: number): number => count / there.length;
          // What is paid for was there before its payment: an order here and there is older than its number says.
          expect(Math.abs(of(rows.length - there.length) - deleted)).toBeLessThan(0.01);
          expect(
            Math.abs(of(there.filter(({ versions }) => versions[0]?.from !== -Infinity).length) - inserted),
          ).toBeLessThan(0.05);
          expect(Math.abs(of(there.filter(({ versions }) => versions.length > 1).length) - updated)).toBeLessThan(0.07);
        }
      }),
      { numRuns: 10 },
    ));

  it("deletes nothing, changes nothing and makes nothing where nothing is asked for", () => {
    const truth = generateShop({ seed: 1, scale: 0.2, until: at - second });
    const plan = { days: 30, inserted: 0, updated: 0, deleted: 0, modifiedAt: {}, together: {} };
    const { tables } = simulateHistory(truth, plan, { seed: 1, at });
    for (const { rows } of tables)
      for (const { versions, deletedAt } of rows)
        expect({ moments: versions.map(({ from }) => from), deletedAt }).toEqual({
          moments: [-Infinity],
          deletedAt: undefined,
        });
  });
});
