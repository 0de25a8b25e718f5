/**
 * Makes up what led to the truth: rows that were new, changed or deleted in the last days. It goes backwards from the
 * truth, so that the truth stays as it is, but for the columns that time each row.
 */
import type { Table } from "../../schema/model.ts";
import type { RowKey } from "../../values/key.ts";
import { wholeSecond } from "../clock.ts";
import { Random } from "../random.ts";
import type { Cells, Truth, TruthTable } from "../truth/model.ts";
import { changeableUnits, changed } from "./changes.ts";
import type { Unit } from "./changes.ts";
import { birthsOf, latestParent } from "./births.ts";
import type { Births } from "./births.ts";
import { ghostsOf } from "./ghosts.ts";
import { inKeyOrder, keyerOf } from "./keys.ts";
import { lastVersion } from "./model.ts";
import type { History, RowHistory, TableHistory, Version } from "./model.ts";
import { referencesOf } from "./references.ts";
import { timedCells } from "./row-times.ts";

const day = 86_400_000;
const mostUpdates = 3;
/** Rows that were made and deleted were made at least so long before the disaster. */
const mostLateLife = 60_000;
/** A second after what it refers to it is made, two later it is deleted, and then disaster strikes. */
const leastLife = 4000;

export interface HistoryPlan {
  readonly days: number;
  /** Shares of a table's rows: made in these days, changed at least once, and deleted rows as a share of those that are there. */
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** By table, the column that says when a row was last changed. */
  readonly modifiedAt: Readonly<Record<string, string>>;
  /** By table, columns that change together. */
  readonly together: Readonly<Record<string, readonly (readonly string[])[]>>;
}

/** `at`: when disaster strikes, milliseconds since 1970. The last change is at least a second older. */
export function simulateHistory(truth: Truth, plan: HistoryPlan, { seed, at }: { seed: number; at: number }): History {
  const start = at - plan.days * day;
  const all = truth.tables.map(({ table }) => table);
  const births = birthsOf(truth.tables, {
    share: plan.inserted,
    random: (table) => new Random(seed, `births ${table.id}`),
    moment: (random) => momentBetween(random, start, at),
  });
  const tables = truth.tables.map((each) => {
    const random = new Random(seed, `history ${each.table.id}`);
    return new TablePast(each, plan, {
      random,
      start,
      at,
      births,
      references: referencesOf(each.table, all),
    }).history();
  });
  return { at, start, tables };
}

/** A whole second after `from` and before `to`. */
function momentBetween(random: Random, from: number, to: number): number {
  const [first, last] = [wholeSecond(from) / 1000 + 1, wholeSecond(to) / 1000 - 1];
  return random.int(first, Math.max(first, last)) * 1000;
}

interface Surroundings {
  readonly random: Random;
  readonly start: number;
  readonly at: number;
  readonly births: Births;
  readonly references: ReturnType<typeof referencesOf>;
}

class TablePast {
  readonly #table: Table;
  readonly #rows: readonly Cells[];
  readonly #plan: HistoryPlan;
  readonly #around: Surroundings;
  readonly #units: readonly Unit[];
  readonly #keyOf: (cells: Cells) => RowKey;

  constructor({ table, rows }: TruthTable, plan: HistoryPlan, around: Surroundings) {
    this.#table = table;
    this.#rows = rows;
    this.#plan = plan;
    this.#around = around;
    this.#keyOf = keyerOf(table);
    this.#units = changeableUnits(table, plan.together[table.id] ?? [], plan.modifiedAt[table.id]);
  }

  history(): TableHistory {
    const { births, random, at } = this.#around;
    const born = births.get(this.#table);
    const there = this.#rows.map((cells): RowHistory => {
      const versions = this.#versions(cells, born?.get(this.#keyOf(cells)) ?? -Infinity, at);
      return this.#row(versions, undefined);
    });
    const count = Math.round(this.#plan.deleted * this.#rows.length);
    const gone = ghostsOf(this.#table, this.#rows, { count, random }).flatMap((cells) => this.#goneRow(cells) ?? []);
    return { table: this.#table, rows: inKeyOrder(this.#table, [...there, ...gone]) };
  }

  /** Where a table has no key the whole row is one, with the time that was set. */
  #row(versions: readonly Version[], deletedAt: number | undefined): RowHistory {
    return { key: this.#keyOf(versions.at(-1)?.cells ?? []), versions, deletedAt };
  }

  /** `end`: when the row is deleted, or disaster strikes. */
  #versions(last: Cells, birth: number, end: number): Version[] {
    const { random, start } = this.#around;
    const count = this.#units.length > 0 && random.chance(this.#plan.updated) ? random.int(1, mostUpdates) : 0;
    const from = Math.max(birth, start);
    const moments = new Set(Array.from({ length: count }, () => momentBetween(random, from, end)));
    const versions: Version[] = [];
    let cells = last;
    for (const at of [...moments].filter((each) => each < end).toSorted((a, b) => b - a)) {
      versions.unshift({ from: at, cells });
      cells = changed(cells, random.pick(this.#units), this.#rows, random);
    }
    versions.unshift({ from: birth, cells });
    const column = this.#plan.modifiedAt[this.#table.id];
    return column === undefined ? versions : timedCells(this.#table, column, versions, this.#around);
  }

  /** Undefined where the rows that it refers to came too late for it to come and go. */
  #goneRow(cells: Cells): RowHistory | undefined {
    const { random, start, at, births, references } = this.#around;
    const parents = latestParent(cells, references, births);
    if (Math.max(parents, start) > at - leastLife) return undefined;
    const isNew = random.chance(this.#plan.inserted);
    const birth = isNew ? momentBetween(random, Math.max(parents, start), at - mostLateLife) : parents;
    const end = momentBetween(random, Math.max(birth, start) + 1000, at);
    return this.#row(this.#versions(cells, birth, end), end);
  }
}

/** What the history ends with: the rows that are there when disaster strikes. */
export function truthOf({ tables }: History): TruthTable[] {
  return tables.map(({ table, rows }) => ({
    table,
    rows: rows.filter(({ deletedAt }) => deletedAt === undefined).map((row) => lastVersion(row).cells),
  }));
}
