/**
 * Makes up what led to the truth: rows that were new, changed or deleted in the last days. It goes backwards from the
 * truth, so that the truth stays as it is, but for the columns that time each row.
 */
import type { Table } from "../../schema/model.ts";
import { compareKeys, planKey } from "../../values/key.ts";
import type { RowKey } from "../../values/key.ts";
import { wholeSecond } from "../clock.ts";
import { Random } from "../random.ts";
import type { Cells, Truth, TruthTable } from "../truth/model.ts";
import { changeableUnits, changed } from "./changes.ts";
import type { Unit } from "./changes.ts";
import { keyIndexesOf, ghostsOf } from "./ghosts.ts";
import { lastVersion } from "./model.ts";
import type { History, RowHistory, TableHistory, Version } from "./model.ts";
import { referencesOf } from "./references.ts";
import type { Reference } from "./references.ts";
import { timedCells } from "./row-times.ts";

const day = 86_400_000;
const mostUpdates = 3;

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
  const tables = truth.tables.map(({ table }) => table);
  const made: TableHistory[] = [];
  for (const each of truth.tables) {
    const parents = referencesOf(each.table, tables).map((reference) => ({
      reference,
      births: birthsOf(made.find(({ table }) => table === reference.parent)),
    }));
    const past = new TablePast(each, plan, {
      random: new Random(seed, `history ${each.table.id}`),
      start,
      at,
      parents,
    });
    made.push(past.history());
  }
  return { at, start, tables: made };
}

interface Parents {
  readonly reference: Reference;
  readonly births: ReadonlyMap<RowKey, number>;
}

interface Surroundings {
  readonly random: Random;
  readonly start: number;
  readonly at: number;
  readonly parents: readonly Parents[];
}

function birthsOf(history: TableHistory | undefined): Map<RowKey, number> {
  return new Map(history?.rows.map((row) => [row.key, row.versions[0]?.from ?? -Infinity]));
}

class TablePast {
  readonly #table: Table;
  readonly #rows: readonly Cells[];
  readonly #plan: HistoryPlan;
  readonly #around: Surroundings;
  readonly #units: readonly Unit[];

  constructor({ table, rows }: TruthTable, plan: HistoryPlan, around: Surroundings) {
    this.#table = table;
    this.#rows = rows;
    this.#plan = plan;
    this.#around = around;
    this.#units = changeableUnits(table, plan.together[table.id] ?? [], plan.modifiedAt[table.id]);
  }

  history(): TableHistory {
    const key = planKey(this.#table);
    const indexes = keyIndexesOf(this.#table);
    const births = this.#births();
    const there = this.#rows.map((cells, index): RowHistory => ({
      key: key.encode(indexes.map((at) => cells[at])),
      versions: this.#versions(cells, births[index] ?? -Infinity, this.#around.at),
      deletedAt: undefined,
    }));
    const count = Math.round(this.#plan.deleted * this.#rows.length);
    const gone = ghostsOf(this.#table, this.#rows, count, this.#around.random).map((cells) =>
      this.#goneRow(key.encode(indexes.map((at) => cells[at])), cells),
    );
    return {
      table: this.#table,
      rows: [...there, ...gone].toSorted((left, right) => compareKeys(left.key, right.key)),
    };
  }

  /** Of a numbered table the last rows are the new ones, in their order; of others those whose parents are new, or any. */
  #births(): number[] {
    const { random } = this.#around;
    const isNumbered = this.#table.columns.some(({ identity }) => identity !== undefined);
    const count = Math.round(this.#plan.inserted * this.#rows.length);
    const follows = this.#around.parents.length > 0;
    const moments = Array.from({ length: count }, () => this.#moment(this.#around.start)).toSorted((a, b) => a - b);
    let newest = -Infinity;
    return this.#rows.map((cells, index) => {
      const parents = this.#parentsBirth(cells);
      if (!isNumbered)
        return follows ? parents : random.chance(this.#plan.inserted) ? this.#moment(this.#around.start) : parents;
      const own = moments[index - (this.#rows.length - count)] ?? -Infinity;
      newest = Math.max(newest, own, parents);
      return newest;
    });
  }

  #parentsBirth(cells: Cells): number {
    return this.#around.parents.reduce((latest, { reference, births }) => {
      const parent = reference.keyOf(cells);
      return Math.max(latest, parent === undefined ? -Infinity : (births.get(parent) ?? -Infinity));
    }, -Infinity);
  }

  /** A whole second after `from` and before `to`, or before the disaster. */
  #moment(from: number, to = this.#around.at): number {
    const [first, last] = [wholeSecond(from) / 1000 + 1, wholeSecond(to) / 1000 - 1];
    return this.#around.random.int(first, Math.max(first, last)) * 1000;
  }

  #versions(last: Cells, birth: number, end: number): Version[] {
    const { random, start } = this.#around;
    const count = this.#units.length > 0 && random.chance(this.#plan.updated) ? random.int(1, mostUpdates) : 0;
    const from = Math.max(birth, start);
    const moments = [...new Set(Array.from({ length: count }, () => this.#moment(from, end)))].filter((at) => at < end);
    const versions: Version[] = [];
    let cells = last;
    for (const at of moments.toSorted((a, b) => b - a)) {
      versions.unshift({ from: at, cells });
      cells = changed(cells, random.pick(this.#units), this.#rows, random);
    }
    versions.unshift({ from: birth, cells });
    const column = this.#plan.modifiedAt[this.#table.id];
    return column === undefined ? versions : timedCells(this.#table, column, versions, this.#around);
  }

  #goneRow(key: RowKey, cells: Cells): RowHistory {
    const parents = this.#parentsBirth(cells);
    const birth = this.#around.random.chance(this.#plan.inserted)
      ? this.#moment(Math.max(parents, this.#around.start))
      : parents;
    const deletedAt = this.#moment(Math.max(birth, this.#around.start) + 1000);
    const versions = this.#versions(cells, birth, deletedAt);
    return { key, versions, deletedAt: Math.max(deletedAt, lastVersionFrom(versions) + 1000) };
  }
}

function lastVersionFrom(versions: readonly Version[]): number {
  return versions.at(-1)?.from ?? -Infinity;
}

/** What the history ends with: the rows that are there when disaster strikes. */
export function truthOf({ tables }: History): TruthTable[] {
  return tables.map(({ table, rows }) => ({
    table,
    rows: rows.filter(({ deletedAt }) => deletedAt === undefined).map((row) => lastVersion(row).cells),
  }));
}
