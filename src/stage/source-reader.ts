/** Reads a source's staging file: observations in key order, and what was noted beside them. */
import type { WarningWeight } from "../extract/extractor.ts";
import { rowTime, storedColumns } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { planKey } from "../values/key.ts";
import type { KeyRange, RowKey } from "../values/key.ts";
import { cellDecoders, needsBigInt } from "./cells.ts";
import type { SqliteCell } from "./cells.ts";
import { indexKeys, rowsInOrder, rowsOfKey, sampleKeys } from "./key-order.ts";
import type { StagedTable, Tail } from "./key-order.ts";
import { allocatedColumn, allocatedRows, keylessRows, noKeyColumn } from "./keyless.ts";
import type { AllocatedRows, KeylessRows } from "./keyless.ts";
import { bookkeeping } from "./source-writer.ts";
import { openForReading, quoteName } from "./database.ts";
import type { Store } from "./database.ts";
import { KeptRecords } from "./kept-records.ts";
import { rowDecoder } from "./staged-observation.ts";
import type { StagedObservation } from "./staged-observation.ts";

/** A cell that is no claim, since its type could not hold it. */
export interface UnparsedClaim {
  /** The observation's number, as in {@link StagedObservation}. */
  readonly n: number;
  /** The row's key as people read it; empty for a table without one. */
  readonly key: string;
  readonly column: string;
  /** As the source wrote it: UTF-8, or UTF-16LE where it is no well-formed text. */
  readonly raw: Buffer;
  /** Ends a sentence that begins with the cell: `is not an int`. */
  readonly reason: string;
  readonly locator: string;
}

export interface SourceNotes {
  readonly warnings: readonly string[];
  /** Warnings that say that records are missing from what was read. */
  readonly losses: readonly string[];
  /** Place and the fields there that feed no target column. */
  readonly leftovers: readonly { readonly place: string; readonly fields: readonly string[] }[];
  readonly unparsed: readonly {
    readonly table: string;
    readonly column: string;
    readonly reason: string;
    readonly cells: number;
  }[];
  readonly skipped: readonly { readonly rule: string; readonly records: number }[];
  /** Tables of which not all was read, or not at one moment, and why. */
  readonly partial: readonly { readonly table: string; readonly why: string }[];
}

export class SourceReader {
  readonly #store: Store;
  readonly #shapes = new Map<number, readonly string[]>();
  /** Ids of tables whose keys are indexed. */
  readonly #indexed = new Set<string>();
  readonly #places = new Map<number, { name: string; part: string | null; positions: "line" | "row" }>();

  /** Throws UserError where the file is missing. */
  constructor(file: string) {
    this.#store = openForReading(file);
    for (const row of this.#all<{ id: number; columns: string }>("SELECT id, columns FROM shape"))
      this.#shapes.set(row.id, JSON.parse(row.columns) as string[]);
    const places = "SELECT place.id, file.name, part, positions FROM place JOIN file ON file.id = place.file";
    for (const row of this.#all<{ id: number; name: string; part: string | null; positions: "line" | "row" }>(places))
      this.#places.set(row.id, row);
  }

  /** The store itself, for what is asked of many rows at once. */
  get store(): Store {
    return this.#store;
  }

  close(): void {
    this.#store.close();
  }

  /** By number, the columns that observations of the shape claim. */
  get shapes(): ReadonlyMap<number, readonly string[]> {
    return this.#shapes;
  }

  /** How many observations of the table are staged. */
  count(table: Table): number {
    return this.#staged(table)?.observations ?? 0;
  }

  /** Names of the columns that any of its observations claims; undefined: there are none. */
  claimedColumns(table: Table): string[] | undefined {
    const sql = "SELECT columns FROM shape WHERE tableName = ?";
    const shapes = this.#store.prepare<[string], string>(sql).pluck(true).all(table.id);
    return shapes.length === 0 ? undefined : [...new Set(shapes.flatMap((names) => JSON.parse(names) as string[]))];
  }

  /**
   * Was everything read of the table that was there? Not so where records of the source are in quarantine, cut, or known to be missing.
   * `fileTime`: only in the files of that time.
   */
  isWhole(table: Table, fileTime?: number): boolean {
    return fileTime === undefined ? this.#isWholeSource(table) : this.#isWholeEdition(table, fileTime);
  }

  #isWholeSource(table: Table): boolean {
    const sql = `SELECT (SELECT count(*) FROM quarantine) + (SELECT count(*) FROM doubt WHERE reason LIKE 'possibly cut short%')
      + (SELECT count(*) FROM warning WHERE weight = 'loss') + (SELECT count(*) FROM partial WHERE tableName = ?)`;
    return Number(this.#store.prepare(sql).pluck(true).get(table.id)) === 0;
  }

  #isWholeEdition(table: Table, fileTime: number): boolean {
    const sql = `WITH own AS (SELECT id, name FROM file WHERE asOf = @fileTime)
      SELECT (SELECT count(*) FROM quarantine WHERE file IN (SELECT name FROM own))
      + (SELECT count(*) FROM doubt JOIN ${quoteName(table.id)} AS staged ON staged."#n" = doubt.n JOIN place ON place.id = staged."#place"
          WHERE tableName = @table AND place.file IN (SELECT id FROM own) AND reason LIKE 'possibly cut short%')
      + (SELECT count(*) FROM warning WHERE weight = 'loss' AND (file IS NULL OR file IN (SELECT name FROM own)))
      + (SELECT count(*) FROM partial WHERE tableName = @table)`;
    return Number(this.#store.prepare(sql).pluck(true).get({ fileTime, table: table.id })) === 0;
  }

  /** Where the files of the source tell their own times, by the numbers of the places that the table's observations were read from. */
  fileTimes(table: Table): ReadonlyMap<number, number> {
    if (this.#staged(table) === undefined) return new Map();
    const sql = `SELECT place.id, file.asOf FROM place JOIN file ON file.id = place.file
      WHERE file.asOf IS NOT NULL AND place.id IN (SELECT DISTINCT "#place" FROM ${quoteName(table.id)}) ORDER BY place.id`;
    return new Map(this.#store.prepare<[], [number, number]>(sql).raw(true).all());
  }

  /** The times of the files that observations were read from, where files tell their own; oldest first. */
  editions(): number[] {
    const sql = "SELECT DISTINCT asOf FROM file WHERE asOf IS NOT NULL ORDER BY asOf";
    return this.#store.prepare<[], number>(sql).pluck(true).all();
  }

  /** The observations of a table, or those of a range of keys, ordered by key, then as they were read. */
  *observations(table: Table, range?: KeyRange): Generator<StagedObservation> {
    const staged = this.#staged(table);
    if (staged !== undefined) yield* this.#read(table, rowsInOrder(staged, range));
  }

  /** Keys of `count` observations that stand equally far apart; none where the table is empty. */
  sampleKeys(table: Table, count: number): RowKey[] {
    const staged = this.#staged(table);
    return staged === undefined || staged.observations === 0 ? [] : sampleKeys(staged, count);
  }

  /** The observations of one key, as they were read. */
  observationsOf(table: Table, key: RowKey): StagedObservation[] {
    const staged = this.#staged(table);
    if (staged === undefined) return [];
    return [...this.#read(table, rowsOfKey({ ...staged, isIndexed: this.#indexed.has(table.id) }, key))];
  }

  /** Makes {@link observationsOf} fast where keys arrived out of order, for a reader that is asked often. */
  indexKeys(table: Table): void {
    const staged = this.#staged(table);
    if (staged === undefined || staged.inKeyOrder === 1 || this.#indexed.has(table.id)) return;
    indexKeys(staged);
    this.#indexed.add(table.id);
  }

  /** The key of one observation; undefined where there is none of this number. */
  keyOf(table: Table, n: number): RowKey | undefined {
    const key = this.#store.prepare<[number], RowKey>(`SELECT "#key" FROM ${quoteName(table.id)} WHERE "#n" = ?`);
    return key.pluck(true).get(n);
  }

  /** The table's rows without a key of the target's; none outside of a crosswalk. */
  keyless(table: Table): KeylessRows[] {
    return this.#hasColumn(table, noKeyColumn) ? keylessRows(this.#store, table) : [];
  }

  /** The table's rows whose keys the recipe allocates; undefined: none, as outside of a crosswalk. */
  allocated(table: Table): AllocatedRows | undefined {
    return this.#hasColumn(table, allocatedColumn) ? allocatedRows(this.#store, table) : undefined;
  }

  /** `exports/orders.csv line 812`. */
  locate(observation: Pick<StagedObservation, "place" | "position">): string {
    const place = this.#places.get(observation.place);
    if (place === undefined) return "unknown place";
    const part = place.part === null ? "" : ` ${place.part}`;
    return `${place.name}${part} ${place.positions} ${observation.position}`;
  }

  /** The file that an observation was read from, and what its position counts. */
  placeOf(
    observation: Pick<StagedObservation, "place">,
  ): { readonly name: string; readonly positions: "line" | "row" } | undefined {
    return this.#places.get(observation.place);
  }

  /** What was set aside, with its raw bytes. */
  get kept(): KeptRecords {
    return new KeptRecords(this.#store);
  }

  /** Cells of the table that their types could not hold, in the order of reading; `numbers`: only those of these observations. */
  *unparsedCells(table: Table, numbers?: readonly number[]): Generator<UnparsedClaim> {
    if (this.#staged(table) === undefined || numbers?.length === 0) return;
    const chosen = numbers === undefined ? "" : "AND unparsed.n IN (SELECT value FROM json_each(?))";
    const key = planKey(table);
    const columns = key.columns.map((column) => `staged.${quoteName(column.name)}`);
    const decoders = cellDecoders(key.columns);
    const sql = `SELECT unparsed.n, columnName, raw, reason, staged."#place", staged."#position", ${columns.join(", ")}
      FROM unparsed JOIN ${quoteName(table.id)} AS staged ON staged."#n" = unparsed.n
      WHERE tableName = ? ${chosen} ORDER BY unparsed.rowid`;
    const bound = numbers === undefined ? [table.id] : [table.id, JSON.stringify(numbers)];
    for (const row of this.#store
      .prepare(sql)
      .raw(true)
      .iterate(...bound) as IterableIterator<SqliteCell[]>) {
      const [n, column, raw, reason, place, position, ...keyCells] = row;
      const values = keyCells.map((cell, index) => decoders[index]?.(cell) ?? null);
      yield {
        n: Number(n),
        key: key.kind === "row" ? "" : key.format(values),
        column: String(column),
        raw: raw as Buffer,
        reason: String(reason),
        locator: this.locate({ place: Number(place), position: Number(position) }),
      };
    }
  }

  notes(): SourceNotes {
    const warnings = this.#all<{ text: string; weight: WarningWeight }>(
      `SELECT weight, CASE WHEN file IS NULL THEN message WHEN line IS NULL THEN file || ': ' || message
         ELSE file || ':' || line || ': ' || message END AS text FROM warning ORDER BY id`,
    );
    const leftovers = this.#all<{ place: string; fields: string }>(
      "SELECT place, json_group_array(field) AS fields FROM (SELECT * FROM leftover ORDER BY place, rowid) GROUP BY place ORDER BY place",
    );
    return {
      warnings: warnings.filter(({ weight }) => weight === "note").map(({ text }) => text),
      losses: warnings.filter(({ weight }) => weight === "loss").map(({ text }) => text),
      leftovers: leftovers.map((row) => ({ place: row.place, fields: JSON.parse(row.fields) as string[] })),
      unparsed: this.#all(
        'SELECT tableName AS "table", columnName AS "column", reason, count(*) AS cells FROM unparsed GROUP BY 1, 2, 3 ORDER BY 1, 2, 3',
      ),
      skipped: this.#all("SELECT rule, records FROM skip ORDER BY rule"),
      partial: this.#all('SELECT tableName AS "table", why FROM partial ORDER BY rowid'),
    };
  }

  #all<Row>(sql: string): Row[] {
    return this.#store.prepare<[], Row>(sql).all();
  }

  /** Undefined where the source has nothing of the table. */
  #staged(table: Table): StagedTable | undefined {
    const tally = this.#store
      .prepare<[string], Pick<StagedTable, "observations" | "inKeyOrder">>(
        "SELECT observations, inKeyOrder FROM tally WHERE tableName = ?",
      )
      .get(table.id);
    return tally && { store: this.#store, name: table.id, ...tally };
  }

  *#read(table: Table, tail: Tail): Generator<StagedObservation> {
    const columns = storedColumns(table);
    const own = columns.map((column) => quoteName(column.name));
    const more = [rowTime, noKeyColumn, allocatedColumn].map((column) => this.#cell(table, column));
    const names = [...bookkeeping, ...more, ...own];
    const [doubts, touches] = [this.#cellNotes(table, "doubt", "reason"), this.#cellNotes(table, "touch", "by")];
    const rowOf = rowDecoder(table, (shape) => this.#shapes.get(shape) ?? [], doubts, touches);
    const statement = this.#store
      .prepare(`SELECT ${names.join(", ")} FROM ${quoteName(table.id)} ${tail.sql}`)
      .raw(true);
    if (columns.some((column) => needsBigInt(column))) statement.safeIntegers(true);
    for (const row of statement.iterate(...tail.values)) yield rowOf(row as SqliteCell[]);
  }

  /** A column that only some staging files have: rows are timed where the recipe says so, and lack keys in a crosswalk. */
  #cell(table: Table, column: string): string {
    return this.#hasColumn(table, column) ? quoteName(column) : "NULL";
  }

  #hasColumn(table: Table, column: string): boolean {
    const sql = "SELECT 1 FROM pragma_table_info(?) WHERE name = ?";
    return this.#store.prepare(sql).get(table.id, column) !== undefined;
  }

  /** What is noted of single cells, by observation and stored column. */
  #cellNotes(
    table: Table,
    of: "doubt" | "touch",
    text: "reason" | "by",
  ): ReadonlyMap<number, ReadonlyMap<number, string>> {
    const columns = storedColumns(table);
    const found = new Map<number, Map<number, string>>();
    const sql = `SELECT n, columnName, ${text} AS said FROM ${of} WHERE tableName = ? ORDER BY n`;
    for (const row of this.#store
      .prepare<[string], { n: number; columnName: string; said: string }>(sql)
      .all(table.id)) {
      const index = columns.findIndex((column) => column.name === row.columnName);
      found.set(row.n, (found.get(row.n) ?? new Map<number, string>()).set(index, row.said));
    }
    return found;
  }
}
