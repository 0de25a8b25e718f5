/** Scores one rebuilt table against the truth and its history. Pure: what it is given is all it knows. */
import { findColumn, storedColumns } from "../../schema/model.ts";
import type { Table } from "../../schema/model.ts";
import type { CanonicalValue } from "../../values/codec.ts";
import { planKey } from "../../values/key.ts";
import { isIdentical } from "../../values/identical.ts";
import { keyIndexesOf } from "../history/keys.ts";
import { lastVersion } from "../history/model.ts";
import type { RowHistory } from "../history/model.ts";
import type { Cells } from "../truth/model.ts";
import type { Mistake, TableEvidence } from "./evidence.ts";
import type { CellScore, RowScore, TableScore } from "./model.ts";

type Counted<Score> = { -readonly [Name in keyof Score]: number };

/** `at`: when disaster struck; `start`: from when on changes are known; milliseconds since 1970. */
export function scoreTable(
  evidence: TableEvidence,
  { at, start }: { readonly at: number; readonly start: number },
): TableScore {
  const scorer = new TableScorer(evidence);
  scorer.run();
  const oldest = scorer.oldestMiss;
  return {
    table: evidence.history.table.id,
    rows: scorer.rows,
    cells: scorer.cells,
    recoveryPoint: oldest <= start ? null : new Date(Math.min(oldest - 1000, at)).toISOString(),
    lost: oldest <= start ? null : Math.max(0, at - Math.min(oldest - 1000, at)),
  };
}

class TableScorer {
  readonly rows = noRows();
  readonly cells = noCells();
  /** When the oldest change happened that the rebuilt table lacks. */
  oldestMiss = Infinity;
  readonly #evidence: TableEvidence;
  /** Stored columns that are no part of the key. */
  readonly #others: readonly number[];
  readonly #groups: readonly (readonly number[])[];

  constructor(evidence: TableEvidence) {
    this.#evidence = evidence;
    const { table } = evidence.history;
    const keys = new Set(keyIndexesOf(table));
    this.#others = storedColumns(table).flatMap((_, index) => (keys.has(index) ? [] : [index]));
    this.#groups = evidence.together.map((names) => indexesOf(table, names));
  }

  run(): void {
    const { history, rebuilt } = this.#evidence;
    this.rows.rebuilt = rebuilt.rows.size;
    const known = new Set(history.rows.map(({ key }) => key));
    for (const [key, cells] of rebuilt.rows)
      if (!known.has(key)) {
        this.rows.fabricated++;
        this.#tell(cells, "fabricated");
      }
    for (const row of history.rows) {
      const cells = rebuilt.rows.get(row.key);
      if (row.deletedAt !== undefined) this.#deletedRow(row, row.deletedAt, cells);
      else this.#trueRow(row, cells);
    }
  }

  #deletedRow(row: RowHistory, deletedAt: number, cells: Cells | undefined): void {
    if (cells === undefined) return;
    this.#tell(lastVersion(row).cells, "resurrected");
    this.rows.resurrected++;
    this.#misses(deletedAt);
  }

  #trueRow(row: RowHistory, cells: Cells | undefined): void {
    const isRecoverable = this.#evidence.recoverable.has(row.key);
    this.rows.truth++;
    if (isRecoverable) this.rows.recoverable++;
    this.#recall(row, cells, isRecoverable);
    if (cells === undefined) {
      this.rows.missed++;
      this.#tell(lastVersion(row).cells, "missed");
      return this.#misses(row.versions[0]?.from ?? -Infinity);
    }
    this.rows.recovered++;
    if (isRecoverable) this.rows.recoveredOfRecoverable++;
    this.#chimeras(row, cells);
    for (const index of this.#others) this.#cell(row, cells, index);
  }

  /** Of the true values that stand in a survivor, how many are rebuilt; a value that the row had before counts for nothing. */
  #recall(row: RowHistory, cells: Cells | undefined, isRecoverable: boolean): void {
    if (!isRecoverable) return;
    const truth = lastVersion(row).cells;
    for (const index of this.#others) {
      if (!this.#isHeld(row, index, truth[index] ?? null)) continue;
      this.cells.recoverable++;
      if (cells !== undefined && isIdentical(cells[index], truth[index])) this.cells.recoveredOfRecoverable++;
    }
  }

  #isHeld(row: RowHistory, index: number, value: CanonicalValue): boolean {
    const { history, holdings } = this.#evidence;
    return holdings.some((each) =>
      each
        .of(history.table, row.key)
        .some(({ cells }) => cells[index] !== undefined && isIdentical(cells[index], value)),
    );
  }

  #cell(row: RowHistory, cells: Cells, index: number): void {
    const [found, truth] = [cells[index] ?? null, lastVersion(row).cells[index] ?? null];
    const said = this.#evidence.rebuilt.said(row.key, index);
    this.cells.all++;
    if (isIdentical(found, truth)) {
      this.cells.right++;
      if (said === "flagged" || said === "default") this.cells.wronglyFlagged++;
      return;
    }
    this.#misses(sinceWhen(row, index));
    const isAbstained = found === null && said === "absent";
    const column = storedColumns(this.#evidence.history.table)[index];
    this.#tell(cells, isAbstained ? "abstained" : "wrong", column && { column, truth, found, said });
    if (isAbstained) this.cells.abstained++;
    else {
      this.cells.wrong++;
      if (said === "silent" || said === "absent") this.cells.wronglySilent++;
      else this.cells.wrongFlagged++;
      if (said !== "default" && found !== null && !this.#isHeld(row, index, found)) this.cells.fabricated++;
    }
  }

  /** Only values that the row once had make a chimera: others are wrong, and counted there. */
  #chimeras(row: RowHistory, cells: Cells): void {
    const once = this.#others.filter((index) =>
      row.versions.some((version) => isIdentical(version.cells[index], cells[index])),
    );
    if (!stoodTogether(row, cells, once)) this.rows.chimeric++;
    const isSaid = (index: number): boolean =>
      (cells[index] ?? null) !== null || this.#evidence.rebuilt.said(row.key, index) !== "absent";
    for (const group of this.#groups) if (!stoodTogether(row, cells, group.filter(isSaid))) this.rows.chimericGroups++;
  }

  #tell(cells: Cells, kind: Mistake["kind"], more: Pick<Mistake, "column" | "truth" | "found" | "said"> = {}): void {
    const { table } = this.#evidence.history;
    const key = planKey(table).format(keyIndexesOf(table).map((index) => cells[index]));
    this.#evidence.mistake?.({ table, key, kind, ...more });
  }

  #misses(at: number): void {
    this.oldestMiss = Math.min(this.oldestMiss, at);
  }
}

function stoodTogether({ versions }: RowHistory, cells: Cells, indexes: readonly number[]): boolean {
  return versions.some((version) => indexes.every((index) => isIdentical(version.cells[index], cells[index])));
}

/** When the true value of the cell was written. */
function sinceWhen({ versions }: RowHistory, index: number): number {
  const last = versions.at(-1)?.cells[index];
  let at = versions.length - 1;
  while (at > 0 && isIdentical(versions[at - 1]?.cells[index], last)) at--;
  return versions[at]?.from ?? -Infinity;
}

function indexesOf(table: Table, names: readonly string[]): number[] {
  const stored = storedColumns(table);
  return names.flatMap((name) => {
    const column = findColumn(table, name);
    const index = stored.findIndex((each) => each.name === column?.name);
    return index < 0 ? [] : [index];
  });
}

function noRows(): Counted<RowScore> {
  return {
    truth: 0,
    rebuilt: 0,
    recovered: 0,
    missed: 0,
    fabricated: 0,
    resurrected: 0,
    chimeric: 0,
    chimericGroups: 0,
    recoverable: 0,
    recoveredOfRecoverable: 0,
  };
}

function noCells(): Counted<CellScore> {
  return {
    all: 0,
    right: 0,
    wrong: 0,
    abstained: 0,
    fabricated: 0,
    wronglySilent: 0,
    wrongFlagged: 0,
    wronglyFlagged: 0,
    recoverable: 0,
    recoveredOfRecoverable: 0,
  };
}

/** The sum of several scores. */
export function sumOf(tables: readonly TableScore[]): Pick<TableScore, "rows" | "cells"> {
  const [rows, cells] = [noRows(), noCells()];
  for (const table of tables) {
    for (const name of Object.keys(rows) as (keyof RowScore)[]) rows[name] += table.rows[name];
    for (const name of Object.keys(cells) as (keyof CellScore)[]) cells[name] += table.cells[name];
  }
  return { rows, cells };
}
