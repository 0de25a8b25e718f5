/**
 * Writes one source's staging file: one wide append-only table a target table, beside it the few things that are not
 * rows (quarantine, unparsed cells, doubts, skipped records). See docs/decisions/0002-one-wide-table-a-source.md.
 */
import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import fs from "node:fs";
import type { EvidenceFile, Locator, Proof, RecordDigest, WarningWeight } from "../extract/extractor.ts";
import type { ObservationHead, ObservationSink, TypedObservation } from "../extract/sink.ts";
import { storedColumns } from "../schema/model.ts";
import type { Column, Table } from "../schema/model.ts";
import { compareKeys } from "../values/key.ts";
import type { RowKey } from "../values/key.ts";
import { affinityOf, cellEncoders } from "./cells.ts";
import type { SqliteCell } from "./cells.ts";
import { createScratch, promote, quoteName } from "./database.ts";
import type { Store } from "./database.ts";

/** The layout of a staging file; part of every source's fingerprint. */
export const stagingFormat = 5;

/** Raw bytes beyond this are kept as length and sha256 only (DESIGN, promise 1). */
const rawLimit = 1 << 20;

const layout = `
  CREATE TABLE file (id INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, asOf INTEGER) STRICT;
  CREATE TABLE place (id INTEGER PRIMARY KEY, file INTEGER NOT NULL, part TEXT, positions TEXT NOT NULL) STRICT;
  CREATE TABLE shape (id INTEGER PRIMARY KEY, tableName TEXT NOT NULL, columns TEXT NOT NULL) STRICT;
  CREATE TABLE tally (tableName TEXT PRIMARY KEY, observations INTEGER NOT NULL, inKeyOrder INTEGER NOT NULL) STRICT;
  CREATE TABLE unparsed (tableName TEXT NOT NULL, n INTEGER NOT NULL, columnName TEXT NOT NULL, raw BLOB NOT NULL, reason TEXT NOT NULL) STRICT;
  CREATE TABLE doubt (tableName TEXT NOT NULL, n INTEGER NOT NULL, columnName TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
  CREATE TABLE touch (tableName TEXT NOT NULL, n INTEGER NOT NULL, columnName TEXT NOT NULL, by TEXT NOT NULL) STRICT;
  CREATE TABLE evidence (id INTEGER PRIMARY KEY, tableName TEXT, at TEXT, reason TEXT NOT NULL, file TEXT NOT NULL, part TEXT, line INTEGER,
    "offset" INTEGER, "row" INTEGER, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, raw BLOB) STRICT;
  CREATE TABLE quarantine (id INTEGER PRIMARY KEY, reason TEXT NOT NULL, file TEXT NOT NULL, part TEXT, line INTEGER, "offset" INTEGER,
    "row" INTEGER, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, raw BLOB) STRICT;
  CREATE TABLE skip (rule TEXT PRIMARY KEY, records INTEGER NOT NULL) STRICT;
  CREATE TABLE leftover (place TEXT NOT NULL, field TEXT NOT NULL, PRIMARY KEY (place, field)) STRICT;
  CREATE TABLE partial (tableName TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (tableName, why)) STRICT;
  CREATE TABLE warning (id INTEGER PRIMARY KEY, message TEXT NOT NULL, file TEXT, line INTEGER, weight TEXT NOT NULL) STRICT;
`;

/** Columns of a staged row that are not the table's own. */
export const bookkeeping = ['"#n"', '"#key"', '"#operation"', '"#shape"', '"#place"', '"#position"'] as const;

/** Rows an INSERT: measured, one row each takes 1.3 times as long, and so do 64. */
const rowsAtOnce = 16;
/** SQLite's own limit of parameters a statement. */
const mostParameters = 32_766;

interface Shape {
  readonly id: number;
  readonly insert: Inserts;
  readonly encoders: readonly ((value: TypedObservation["cells"][number]) => SqliteCell)[];
}

interface TableState {
  observations: number;
  inKeyOrder: boolean;
  lastKey: RowKey | undefined;
  readonly shapes: Map<readonly Column[], Shape>;
}

/** Where a staging file is written until it is whole. */
export function scratchOf(file: string): string {
  return `${file}.part`;
}

export class SourceWriter implements ObservationSink {
  readonly #store: Store;
  readonly #scratch: string;
  readonly #file: string;
  readonly #tables = new Map<Table, TableState>();
  readonly #places = new Map<string, number>();
  readonly #files = new Map<EvidenceFile, number>();
  readonly #statements = new Map<string, Database.Statement>();
  #shapes = 0;

  /** Writes to a scratch file beside `file`; nothing stands under `file` before {@link SourceWriter.finish}. */
  constructor(file: string) {
    this.#file = file;
    this.#scratch = scratchOf(file);
    this.#store = createScratch(this.#scratch);
    this.#store.exec(`BEGIN; ${layout}`);
  }

  observe(head: ObservationHead, rows: readonly TypedObservation[]): void {
    const state = this.#table(head.table);
    const place = this.#place(head);
    let shape: Shape | undefined;
    for (const row of rows) {
      const next = this.#shape(head.table, state, row.columns);
      if (next !== shape) shape?.insert.flush();
      shape = next;
      const n = ++state.observations;
      if (state.lastKey !== undefined && compareKeys(state.lastKey, row.key) > 0) state.inKeyOrder = false;
      state.lastKey = row.key;
      const values = shape.insert.row();
      values.push(n, row.key, head.operation, shape.id, place, row.position);
      for (let index = 0; index < row.cells.length; index++)
        values.push((shape.encoders[index] as Shape["encoders"][number])(row.cells[index] ?? null));
      if (row.unparsed.length + row.doubts.length + row.touches.length > 0) this.#noteCells(head.table, n, row);
    }
    shape?.insert.flush();
  }

  evidence(raw: string | Uint8Array, { table, at, reason }: Proof, locator: Locator): void {
    this.#run(
      `INSERT INTO evidence (tableName, at, reason, ${recordColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [table?.id ?? null, at ?? null, reason, ...recordOf(raw, locator)],
    );
  }

  quarantine(raw: string | Uint8Array | RecordDigest, reason: string, locator: Locator): void {
    const sql = `INSERT INTO quarantine (reason, ${recordColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    this.#run(sql, [reason, ...recordOf(raw, locator)]);
  }

  skip(rule: string, records: number): void {
    this.#run("INSERT INTO skip VALUES (?, ?) ON CONFLICT (rule) DO UPDATE SET records = records + excluded.records", [
      rule,
      records,
    ]);
  }

  leftover(place: string, fields: readonly string[]): void {
    for (const field of fields) this.#run("INSERT OR IGNORE INTO leftover VALUES (?, ?)", [place, field]);
  }

  warn(message: string, locator: Locator | undefined, weight: WarningWeight): void {
    const { file, line } = locator ?? {};
    const values = [message, file?.name ?? null, line ?? null, weight];
    this.#run("INSERT INTO warning (message, file, line, weight) VALUES (?, ?, ?, ?)", values);
  }

  partial(table: Table, why: string): void {
    this.#run("INSERT OR IGNORE INTO partial VALUES (?, ?)", [table.id, why]);
  }

  /** Makes the file whole and durable. */
  finish(): void {
    for (const [table, state] of this.#tables)
      this.#run("INSERT INTO tally VALUES (?, ?, ?)", [table.id, state.observations, state.inKeyOrder ? 1 : 0]);
    this.#store.exec("COMMIT");
    this.#store.close();
    promote(this.#scratch, this.#file);
  }

  /** Leaves nothing behind. */
  discard(): void {
    this.#store.close();
    fs.rmSync(this.#scratch, { force: true });
  }

  #run(sql: string, values: unknown[]): void {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#store.prepare(sql);
      this.#statements.set(sql, statement);
    }
    statement.run(values);
  }

  #table(table: Table): TableState {
    const known = this.#tables.get(table);
    if (known) return known;
    const columns = storedColumns(table).map((column) => `${quoteName(column.name)} ${affinityOf(column)}`);
    this.#store.exec(
      `CREATE TABLE ${quoteName(table.id)} ("#n" INTEGER PRIMARY KEY, "#key", "#operation" TEXT, "#shape" INTEGER, "#place" INTEGER,
        "#position" INTEGER, ${columns.join(", ")})`,
    );
    const state: TableState = { observations: 0, inKeyOrder: true, lastKey: undefined, shapes: new Map() };
    this.#tables.set(table, state);
    return state;
  }

  #place(head: ObservationHead): number {
    const file = this.#fileId(head.file);
    const name = `${file}|${head.positionsAre}|${head.part ?? ""}`;
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const id = this.#places.size + 1;
    this.#places.set(name, id);
    this.#run("INSERT INTO place VALUES (?, ?, ?, ?)", [id, file, head.part ?? null, head.positionsAre]);
    return id;
  }

  #fileId(file: EvidenceFile): number {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const id = this.#files.size + 1;
    this.#files.set(file, id);
    this.#run("INSERT INTO file VALUES (?, ?, ?, ?)", [id, file.name, file.sha256, file.asOf ?? null]);
    return id;
  }

  /** The prepared insert for a column list. */
  #shape(table: Table, state: TableState, columns: readonly Column[]): Shape {
    const known = state.shapes.get(columns);
    if (known) return known;
    const id = ++this.#shapes;
    this.#run("INSERT INTO shape VALUES (?, ?, ?)", [
      id,
      table.id,
      JSON.stringify(columns.map((column) => column.name)),
    ]);
    const names = [...bookkeeping, ...columns.map((column) => quoteName(column.name))];
    const insert = new Inserts(this.#store, `INSERT INTO ${quoteName(table.id)} (${names.join(", ")})`, names.length);
    const shape: Shape = { id, insert, encoders: cellEncoders(columns) };
    state.shapes.set(columns, shape);
    return shape;
  }

  #noteCells(table: Table, n: number, row: TypedObservation): void {
    for (const { column, raw, reason } of row.unparsed)
      this.#run("INSERT INTO unparsed VALUES (?, ?, ?, ?, ?)", [
        table.id,
        n,
        column.name,
        typeof raw === "string" ? textBytes(raw) : Buffer.from(raw),
        reason,
      ]);
    for (const { column, reason } of row.doubts)
      this.#run("INSERT INTO doubt VALUES (?, ?, ?, ?)", [table.id, n, column.name, reason]);
    for (const { column, by } of row.touches)
      this.#run("INSERT INTO touch VALUES (?, ?, ?, ?)", [table.id, n, column.name, by]);
  }
}

/** Columns of a record that is kept as it was read. */
const recordColumns = 'file, part, line, "offset", "row", bytes, sha256, raw';

function recordOf(raw: string | Uint8Array | RecordDigest, { file, part, line, offset, row }: Locator): unknown[] {
  const { bytes, sha256, kept } = keep(raw);
  return [file.name, part ?? null, line ?? null, offset ?? null, row ?? null, bytes, sha256, kept];
}

/** Rows of one form, several of them in one statement. */
class Inserts {
  readonly #one: Database.Statement;
  readonly #many: Database.Statement;
  readonly #width: number;
  readonly #full: number;
  #values: unknown[] = [];

  constructor(store: Store, head: string, width: number) {
    const rows = Math.max(1, Math.min(rowsAtOnce, Math.floor(mostParameters / width)));
    const row = `(${Array.from({ length: width }, () => "?").join(", ")})`;
    this.#one = store.prepare(`${head} VALUES ${row}`);
    this.#many = store.prepare(`${head} VALUES ${Array.from({ length: rows }, () => row).join(", ")}`);
    this.#width = width;
    this.#full = rows * width;
  }

  /** Where the next row's values are put. */
  row(): unknown[] {
    if (this.#values.length === this.#full) {
      this.#many.run(this.#values);
      this.#values = [];
    }
    return this.#values;
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#values.length === this.#full) this.#many.run(this.#values);
    else
      for (let from = 0; from < this.#values.length; from += this.#width)
        this.#one.run(this.#values.slice(from, from + this.#width));
    this.#values = [];
  }
}

/** What is kept of a record that was set aside. */
function keep(raw: string | Uint8Array | RecordDigest): RecordDigest & { readonly kept: Buffer | null } {
  if (typeof raw === "object" && !(raw instanceof Uint8Array)) return { ...raw, kept: null };
  const content = typeof raw === "string" ? textBytes(raw) : Buffer.from(raw);
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { bytes: content.length, sha256, kept: content.length <= rawLimit ? content : null };
}

/** UTF-8, or UTF-16LE for text that UTF-8 cannot carry. */
function textBytes(text: string): Buffer {
  return Buffer.from(text, text.isWellFormed() ? "utf8" : "utf16le");
}
