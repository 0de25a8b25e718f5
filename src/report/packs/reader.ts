/** Gathers the packs of all parents, one after the other, from a store in which belongings are mapped. */
import type { Table } from "../../schema/model.ts";
import { quoteName } from "../../stage/database.ts";
import type { Store } from "../../stage/database.ts";
import type { Masks } from "../masks.ts";
import { belongingsOf, conflictsOf, mapBelongings, mapConflicts } from "./belongings.ts";
import { addCounts, noCounts } from "./counts.ts";
import type { Branch } from "./family.ts";
import type { OpenCell, Pack, PackBranch, PackConflict, PackCounts, PackRow, RowState, Strays } from "./model.ts";
import { Origins, cutKey, RowForm, conflictColumns, packCells, packConflict, stateSql } from "./rows.ts";
import type { ConflictCell, ReadRow } from "./rows.ts";

/** Rows of a table, and cells to look at, that one page shows. */
const shownRows = 200;
const strayKeys = 5;
const parentBatch = 200;

/** A parent's row, what of its own cells is open, and the branches below it. */
export interface GatheredPack extends Pick<Pack, "row" | "state" | "key" | "branches"> {
  readonly number: number;
  readonly own: PackCounts;
}

interface Tally {
  readonly state: RowState;
  readonly pattern: number;
  readonly rows: number;
}

export class PackReader {
  readonly #store: Store;
  readonly #masks: Masks;
  readonly #origins: Origins;
  readonly #parent: RowForm;
  readonly #ownConflicts;
  readonly #branches: readonly BranchReader[];

  /** Maps all belongings, which takes the time of one pass over each table. */
  constructor(store: Store, parent: Table, branches: readonly Branch[], masks: Masks) {
    this.#store = store;
    this.#masks = masks;
    this.#origins = new Origins(store);
    mapBelongings(store, parent, branches);
    mapConflicts(store, parent, "parent");
    this.#parent = new RowForm(parent, masks);
    this.#ownConflicts = store.prepare<[number], ConflictCell>(
      `SELECT ${conflictColumns} FROM ${conflictsOf("parent")} AS mine CROSS JOIN main.conflict AS said ON said.rowid = mine.conflict
        WHERE mine."#row" = ? ORDER BY said.rowid`,
    );
    this.#branches = branches.map((branch, index) => new BranchReader(store, branch, index, masks, this.#origins));
  }

  get parents(): number {
    return Number(
      this.#store
        .prepare(`SELECT count(*) FROM main.${quoteName(this.#parent.table.id)}`)
        .pluck(true)
        .get(),
    );
  }

  /** In key order. */
  *packs(): Generator<GatheredPack> {
    const table = quoteName(this.#parent.table.id);
    const statement = this.#parent.statement(
      this.#store,
      `FROM main.${table} AS child WHERE child.rowid > ? ORDER BY child.rowid LIMIT ${parentBatch}`,
    );
    for (let last = 0; ;) {
      const batch = statement.all(last).map((row) => this.#parent.read(row));
      if (batch.length === 0) return;
      for (const row of batch) yield this.#pack(row);
      last = batch.at(-1)?.number ?? 0;
    }
  }

  /** What of each branch belongs to nobody. */
  strays(): Strays[] {
    return this.#branches.map((branch) => branch.strays());
  }

  #pack(row: ReadRow): GatheredPack {
    const origins = this.#origins.of(row.pattern);
    const conflicts = new Map(
      this.#ownConflicts
        .all(row.number)
        .map((conflict) => [conflict.column, packConflict(this.#parent, this.#masks, conflict)] as const),
    );
    const { key, state, reason, number } = row;
    const own = tallyOf([{ state, pattern: row.pattern, rows: 1 }], this.#origins);
    return {
      number,
      key,
      state,
      own: { ...own, recovered: 0, withheld: 0, deleted: 0 },
      row: { key, reason, cells: packCells(this.#parent, row, origins, conflicts) },
      branches: this.#branches.map((branch) => branch.read(number)),
    };
  }
}

function tallyOf(tallies: readonly Tally[], origins: Origins): PackCounts {
  return tallies.reduce((sum, { state, pattern, rows }) => {
    const { classes } = origins.of(pattern);
    const cells = (...wanted: string[]): number =>
      state === "deleted" ? 0 : rows * classes.filter((name) => wanted.includes(name)).length;
    return addCounts(sum, {
      ...noCounts,
      [state]: rows,
      provisional: cells("contested"),
      replaced: cells("nulled", "defaulted"),
      decided: cells("decided"),
    });
  }, noCounts);
}

type OpenRow = ConflictCell & { readonly keyText: string; readonly state: RowState };

/** The rows of one table that belong to a parent. */
class BranchReader {
  readonly #branch: Branch;
  readonly #index: number;
  readonly #store: Store;
  readonly #masks: Masks;
  readonly #origins: Origins;
  readonly #form: RowForm;
  readonly #tallies;
  readonly #rows;
  readonly #open;

  constructor(store: Store, branch: Branch, index: number, masks: Masks, origins: Origins) {
    this.#store = store;
    this.#branch = branch;
    this.#index = index;
    this.#masks = masks;
    this.#origins = origins;
    this.#form = new RowForm(branch.table, masks);
    mapConflicts(store, branch.table, String(index));
    const child = `main.${quoteName(branch.table.id)} AS child`;
    const mine = `${belongingsOf(index)} AS mine CROSS JOIN ${child} ON child.rowid = mine."#row"`;
    this.#tallies = store.prepare<[number], Tally>(
      `SELECT ${stateSql} AS state, "#provenance" AS pattern, count(*) AS "rows" FROM ${mine} WHERE mine."#root" = ? GROUP BY 1, 2 ORDER BY 1, 2`,
    );
    this.#rows = this.#form.statement(
      store,
      `FROM ${mine} WHERE mine."#root" = ? AND ${stateSql} = ? ORDER BY mine."#row" LIMIT ${shownRows}`,
    );
    this.#open = store.prepare<[number], OpenRow>(
      `SELECT child."#keyText" AS keyText, ${stateSql} AS state, ${conflictColumns} FROM ${mine}
        CROSS JOIN ${conflictsOf(String(index))} AS noted ON noted."#row" = mine."#row"
        CROSS JOIN main.conflict AS said ON said.rowid = noted.conflict
        WHERE mine."#root" = ? AND said.class IN ('contested', 'nulled', 'defaulted', 'decided')
        ORDER BY mine."#row", said.rowid LIMIT ${shownRows}`,
    );
  }

  read(root: number): PackBranch {
    const tallies = this.#tallies.all(root);
    const none = tallies.length === 0;
    const rows = (state: RowState): ReadRow[] =>
      none ? [] : this.#rows.all(root, state).map((row) => this.#form.read(row));
    return {
      table: this.#branch.table.id,
      through: throughOf(this.#branch),
      counts: tallyOf(tallies, this.#origins),
      columns: this.#form.columns.map(({ name }) => name),
      recovered: rows("recovered").map((row) => ({
        key: row.key,
        reason: row.reason,
        cells: packCells(this.#form, row, this.#origins.of(row.pattern), noConflicts),
      })),
      withheld: rows("withheld").map(bare),
      deleted: rows("deleted").map(bare),
      open: none ? [] : this.#open.all(root).map((cell) => this.#openCell(cell)),
      unsaid: this.#unsaid(tallies),
    };
  }

  strays(): Strays {
    const stray = `FROM main.${quoteName(this.#branch.table.id)} AS child WHERE child.rowid NOT IN (SELECT "#row" FROM ${belongingsOf(this.#index)})`;
    const counts = this.#store
      .prepare<[], { state: RowState; rows: number }>(
        `SELECT ${stateSql} AS state, count(*) AS "rows" ${stray} GROUP BY 1`,
      )
      .all();
    const of = (state: RowState): number => counts.find((each) => each.state === state)?.rows ?? 0;
    const first = this.#form.statement(this.#store, `${stray} ORDER BY child.rowid LIMIT ${strayKeys}`);
    return {
      table: this.#branch.table.id,
      recovered: of("recovered"),
      withheld: of("withheld"),
      deleted: of("deleted"),
      keys: counts.length === 0 ? [] : first.all().map((row) => this.#form.read(row).key),
    };
  }

  #openCell(cell: OpenRow): OpenCell {
    const { column, value, state } = cell;
    return {
      key: cutKey(this.#masks.key(this.#branch.table.id, cell.keyText)),
      state,
      column,
      class: cell.class,
      value: this.#form.value(column, value),
      conflict: packConflict(this.#form, this.#masks, cell),
    };
  }

  #unsaid(tallies: readonly Tally[]): PackBranch["unsaid"] {
    const recovered = tallies.filter(({ state }) => state === "recovered");
    return this.#form.columns.flatMap(({ name }, index) => {
      const rows = recovered
        .filter(({ pattern }) => this.#origins.of(pattern).classes[index] === "absent")
        .reduce((sum, tally) => sum + tally.rows, 0);
      return rows === 0 ? [] : [{ column: name, rows }];
    });
  }
}

function bare({ key, reason }: ReadRow): Omit<PackRow, "cells"> {
  return { key, reason };
}

const noConflicts: ReadonlyMap<string, PackConflict> = new Map();

function throughOf({ references, ownReferences }: Branch): string[] {
  return [...references, ...ownReferences].map(
    ({ columns, parent }) => `${columns.map(({ name }) => name).join(", ")} → ${parent.id}`,
  );
}
