/** Reads `staging/reconciled.db`: rows for the emitter, counts for the summary, conflicts for the reports. */
import { Fault } from "../errors.ts";
import { storedColumns } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { cellClasses } from "../report/summary.ts";
import type { CellClass } from "../report/summary.ts";
import type { CanonicalValue } from "../values/codec.ts";
import type { RowKey } from "../values/key.ts";
import { cellDecoders, needsBigInt } from "./cells.ts";
import type { SqliteCell } from "./cells.ts";
import { openForReading, quoteName } from "./database.ts";
import type { Store } from "./database.ts";
import { classCodes } from "./patterns.ts";
import type { Pattern } from "./patterns.ts";
import type { Alternative } from "./conflicts.ts";

const batchSize = 500;

const conflictColumns =
  'tableName AS "table", keyText AS "key", columnName AS "column", class, rule, reason, value, sources, also, alternatives, evidence';

/** A row to be emitted. */
export interface KeyedRow {
  readonly key: RowKey;
  /** As `storedColumns(table)`. */
  readonly cells: CanonicalValue[];
}

export interface ConflictRow {
  readonly table: string;
  readonly key: string;
  readonly column: string;
  readonly class: CellClass;
  readonly rule: string | null;
  readonly reason: string | null;
  readonly value: string | null;
  /** Who claims the value; none where it is nobody's. */
  readonly sources: readonly string[];
  /** Who said so before, on the line of one of them. */
  readonly also: readonly string[];
  readonly alternatives: readonly Alternative[];
  /** What a decision of the cell is anchored to; null where it has to be worked out. */
  readonly evidence: string | null;
}

export interface PatternCell {
  readonly pattern: number;
  readonly column: string;
  readonly source: string | null;
  readonly class: CellClass;
}

export interface WithheldRow {
  readonly table: string;
  /** As people read it. */
  readonly key: string;
  readonly reason: string;
}

export interface TableTotals {
  readonly keys: number;
  readonly emitted: number;
  readonly withheld: number;
  readonly deleted: number;
  /** Of the rows that are emitted or withheld. */
  readonly cells: Record<CellClass, number>;
  readonly highestIdentity: bigint | undefined;
  /** Rows that are emitted and take at least one cell from the source, most first. */
  readonly contributions: readonly { readonly source: string; readonly rows: number }[];
}

export class ReconciledReader {
  readonly #store: Store;

  constructor(file: string) {
    this.#store = openForReading(file);
  }

  /** The store itself, for what verification has left in it. */
  get store(): Store {
    return this.#store;
  }

  close(): void {
    this.#store.close();
  }

  /** The rows to be emitted, in key order, in batches; cells as `storedColumns(table)`. */
  *rows(table: Table): Generator<CanonicalValue[][]> {
    for (const batch of this.#batches(table)) yield batch.map(({ cells }) => cells);
  }

  /** The same one by one, with the keys by which they are ordered. */
  *keyedRows(table: Table): Generator<KeyedRow> {
    for (const batch of this.#batches(table)) yield* batch;
  }

  /** Whole batches cost a quarter less than row after row. */
  *#batches(table: Table): Generator<KeyedRow[]> {
    const columns = storedColumns(table);
    const decoders = cellDecoders(columns);
    const names = ["rowid", '"#key"', ...columns.map((column) => quoteName(column.name))].join(", ");
    const statement = this.#store
      .prepare<[number | bigint], SqliteCell[]>(
        `SELECT ${names} FROM ${quoteName(table.id)} WHERE rowid > ? AND "#withheld" IS NULL ORDER BY rowid LIMIT ${batchSize}`,
      )
      .raw(true);
    if (columns.some((column) => needsBigInt(column))) statement.safeIntegers(true);
    for (let last: SqliteCell[] | undefined; ;) {
      const batch = statement.all((last?.[0] ?? 0) as number | bigint);
      last = batch.at(-1);
      if (last === undefined) return;
      yield batch.map((row) => ({
        key: typeof row[1] === "bigint" ? Number(row[1]) : (row[1] as RowKey),
        cells: decoders.map((decode, index) => decode(row[index + 2] ?? null)),
      }));
    }
  }

  /** The extreme id of an identity that anything shows; undefined for other tables, and where there is none. */
  highestIdentity(table: Table): bigint | undefined {
    const highest = this.#tally(table)?.highestIdentity;
    return highest ? BigInt(highest) : undefined;
  }

  #tally(table: Table): { keys: number; highestIdentity: string | null } | undefined {
    return this.#store
      .prepare<[string], { keys: number; highestIdentity: string | null }>("SELECT * FROM tally WHERE tableName = ?")
      .get(table.id);
  }

  totals(table: Table): TableTotals {
    const tally = this.#tally(table);
    const unwritten = `SELECT count(*) FROM ${quoteName(table.id)} WHERE "#withheld" IS NOT NULL AND "#deleted" =`;
    const [withheld, deleted] = [this.#count(`${unwritten} 0`), this.#count(`${unwritten} 1`)];
    const keys = tally?.keys ?? 0;
    return {
      keys,
      emitted: keys - withheld - deleted,
      withheld,
      deleted,
      cells: this.#cells(table),
      highestIdentity: this.highestIdentity(table),
      contributions: this.#contributions(table),
    };
  }

  /** Of the rows to be emitted, in key order: the key as people read it, and the pattern of where the cells came from. */
  *provenance(table: Table): Generator<{ key: string; pattern: number }[]> {
    const statement = this.#store.prepare<[number], { n: number; key: string; pattern: number }>(
      `SELECT rowid AS n, "#keyText" AS "key", "#provenance" AS pattern FROM ${quoteName(table.id)}
        WHERE rowid > ? AND "#withheld" IS NULL ORDER BY rowid LIMIT ${batchSize}`,
    );
    for (let last = 0; ;) {
      const batch = statement.all(last);
      last = batch.at(-1)?.n ?? 0;
      if (batch.length === 0) return;
      yield batch;
    }
  }

  /** Of the rows to be emitted, in key order: the key and the pattern of where the cells came from. */
  *keyedPatterns(table: Table): Generator<{ key: RowKey; pattern: number }> {
    const sql = `SELECT "#key" AS "key", "#provenance" AS pattern FROM ${quoteName(table.id)} WHERE "#withheld" IS NULL ORDER BY rowid`;
    yield* this.#store.prepare<[], { key: RowKey; pattern: number }>(sql).iterate();
  }

  /** The cells of the patterns of rows to be emitted: where no source claimed it, none is named. */
  *patterns(table: Table): Generator<PatternCell> {
    const columns = storedColumns(table);
    const byCode = new Map(cellClasses.map((name) => [classCodes[name], name]));
    const sql = `SELECT DISTINCT provenance.* FROM ${quoteName(table.id)} JOIN provenance ON provenance.id = "#provenance"
      WHERE "#withheld" IS NULL ORDER BY provenance.id`;
    for (const { id, sources, winners, classes } of this.#store.prepare<[], Pattern & { id: number }>(sql).all()) {
      const named = sources.split(" ");
      const places = winners.split(" ").map(Number);
      for (const [index, column] of columns.entries())
        yield {
          pattern: id,
          column: column.name,
          source: named[places[index] ?? -1] ?? null,
          class: byCode.get(classes.charAt(index)) ?? "single",
        };
    }
  }

  /** Sentences about the reconciliation as a whole. */
  notes(): string[] {
    return this.#store.prepare("SELECT sentence FROM note ORDER BY rowid").pluck(true).all() as string[];
  }

  /** The rows of a table that are withheld, in key order. */
  *withheldRows(table: Table): Generator<WithheldRow> {
    const sql = `SELECT ? AS "table", "#keyText" AS "key", "#withheld" AS reason FROM ${quoteName(table.id)}
      WHERE "#withheld" IS NOT NULL AND "#deleted" = 0 ORDER BY rowid`;
    yield* this.#store.prepare<[string], WithheldRow>(sql).iterate(table.id);
  }

  /** How many rows somebody decided not to write. */
  decidedAgainst(table: Table): number {
    return this.#count(
      `SELECT count(*) FROM ${quoteName(table.id)} WHERE "#withheld" LIKE 'decided: %' AND "#deleted" = 0`,
    );
  }

  /** Why rows of the table are withheld, and how many for each reason. */
  withheldReasons(table: Table): { reason: string; rows: number }[] {
    return this.#store
      .prepare<[], { reason: string; rows: number }>(
        `SELECT "#withheld" AS reason, count(*) AS "rows" FROM ${quoteName(table.id)} WHERE "#withheld" IS NOT NULL AND "#deleted" = 0 GROUP BY 1 ORDER BY 2 DESC, 1`,
      )
      .all();
  }

  /** The verdict of one row as people read it; undefined where no source has the key. */
  verdict(table: Table, key: RowKey): string | undefined {
    const row = this.#store
      .prepare<[RowKey], { reason: string | null; deleted: number }>(
        `SELECT "#withheld" AS reason, "#deleted" AS deleted FROM ${quoteName(table.id)} WHERE "#key" = ?`,
      )
      .get(key);
    if (row === undefined || row.reason === null) return row && "emitted";
    return `${row.deleted === 1 ? "deleted" : "withheld"}: ${row.reason}`;
  }

  /** By column, the cells of a row that hold NULL or a default by the recipe's policies, and why. */
  replacedCells(
    table: Table,
    key: RowKey,
  ): ReadonlyMap<string, Pick<ConflictRow, "class" | "rule" | "reason" | "value">> {
    const sql = `SELECT columnName AS "column", class, rule, reason, value FROM conflict WHERE tableName = ? AND class IN ('nulled', 'defaulted')
      AND keyText = (SELECT "#keyText" FROM ${quoteName(table.id)} WHERE "#key" = ?)`;
    const cells = this.#store.prepare<
      [string, RowKey],
      Pick<ConflictRow, "column" | "class" | "rule" | "reason" | "value">
    >(sql);
    return new Map(cells.all(table.id, key).map(({ column, ...cell }) => [column, cell]));
  }

  /** What is said of the table's constraints; `kept`: rows that stand although one refuses them. */
  constraintNotes(table: Table): { note: string; kept: number }[] {
    return this.#store
      .prepare<[string], { note: string; kept: number }>(
        "SELECT note, kept FROM constraintNote WHERE tableName = ? ORDER BY rowid",
      )
      .all(table.id);
  }

  *conflicts(classes: readonly CellClass[], table?: Table): Generator<ConflictRow> {
    const sql = `SELECT ${conflictColumns} FROM conflict
      WHERE class IN (${classes.map(() => "?").join(", ")}) ${table ? "AND tableName = ?" : ""} ORDER BY rowid`;
    const rows = this.#store.prepare<string[], WrittenConflict>(sql);
    for (const row of rows.iterate(...classes, ...(table ? [table.id] : []))) yield readConflict(row);
  }

  /** One conflict by its number. */
  conflict(n: number): ConflictRow {
    const row = this.#store
      .prepare<[number], WrittenConflict>(`SELECT ${conflictColumns} FROM conflict WHERE rowid = ?`)
      .get(n);
    if (row === undefined) throw new Fault(`there is no conflict ${n}`);
    return readConflict(row);
  }

  #cells(table: Table): Record<CellClass, number> {
    const cells = Object.fromEntries(cellClasses.map((name) => [name, 0])) as Record<CellClass, number>;
    const byCode = new Map(cellClasses.map((name) => [classCodes[name], name]));
    const sql = `SELECT classes, count(*) AS "rows" FROM ${quoteName(table.id)} JOIN provenance ON provenance.id = "#provenance"
      WHERE "#deleted" = 0 GROUP BY provenance.id`;
    for (const { classes, rows } of this.#store.prepare<[], { classes: string; rows: number }>(sql).iterate())
      for (const code of classes) cells[byCode.get(code) as CellClass] += rows;
    return cells;
  }

  #count(sql: string): number {
    return Number(this.#store.prepare(sql).pluck(true).get());
  }

  #contributions(table: Table): { source: string; rows: number }[] {
    const sql = `SELECT sources, winners, count(*) AS "rows" FROM ${quoteName(table.id)} JOIN provenance ON provenance.id = "#provenance"
      WHERE "#withheld" IS NULL GROUP BY provenance.id`;
    const totals = new Map<string, number>();
    for (const row of this.#store.prepare<[], { sources: string; winners: string; rows: number }>(sql).all())
      for (const source of winningSources(row)) totals.set(source, (totals.get(source) ?? 0) + row.rows);
    return [...totals]
      .map(([source, rows]) => ({ source, rows }))
      .toSorted((left, right) => right.rows - left.rows || (left.source < right.source ? -1 : 1));
  }
}

/** As it stands in the store. */
export type WrittenConflict = Omit<ConflictRow, "sources" | "also" | "alternatives"> & {
  readonly sources: string;
  readonly also: string;
  readonly alternatives: string;
};

export function readConflict(row: WrittenConflict): ConflictRow {
  return {
    ...row,
    sources: JSON.parse(row.sources) as string[],
    also: JSON.parse(row.also) as string[],
    alternatives: JSON.parse(row.alternatives) as Alternative[],
  };
}

function winningSources(row: { sources: string; winners: string }): Set<string> {
  const sources = row.sources.split(" ");
  return new Set(row.winners.split(" ").flatMap((winner) => (winner === "-1" ? [] : (sources[Number(winner)] ?? []))));
}
