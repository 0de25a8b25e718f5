/** Writes `staging/review.db` in one pass over the conflicts and the withheld rows; its memory grows with the patterns alone. */
import type { CellClass } from "../report/summary.ts";
import { findColumn } from "../schema/model.ts";
import type { Table } from "../schema/model.ts";
import { createScratch, promote, quoteName } from "../stage/database.ts";
import type { Store } from "../stage/database.ts";
import { readConflict } from "../stage/reconciled-reader.ts";
import type { ConflictRow, WrittenConflict } from "../stage/reconciled-reader.ts";
import { Agreements } from "./agreement.ts";
import type { ShapesOf } from "./agreement.ts";
import { indexes, layout } from "./index-layout.ts";
import { conflictPattern, patternId, patternKey, patternText } from "./pattern.ts";
import type { ConflictPattern, Widths } from "./pattern.ts";
import { missingColumn, openReason, rowPatternId } from "./withheld.ts";

export interface IndexWork {
  /** `reconciled.db`, open. */
  readonly store: Store;
  readonly tables: readonly Table[];
  readonly shapesOf: ShapesOf;
  /** Conflicts done so far, and of how many. */
  readonly progress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Cells that people may decide: these are items of the queue; of the others only groups and samples are kept. */
const open = new Set<CellClass>(["contested", "nulled", "defaulted"]);
const grouped = new Set<CellClass>(["contested", "nulled", "defaulted", "decided", "resolved"]);

/** Samples of each pattern, the first in key order. */
const samplesKept = 5;
const stride = 2000;

interface Counted {
  readonly id: number;
  readonly pattern: ConflictPattern;
  readonly widths: Map<number, Widths>;
  items: number;
}

/** `made` tells what it was made from. The file appears whole or not at all. */
export async function writeIndex(file: string, made: string, work: IndexWork): Promise<void> {
  // Two reviews may begin at once.
  const scratch = `${file}.${process.pid}.part`;
  const store = createScratch(scratch);
  try {
    store.exec(`BEGIN; ${layout}`);
    await new IndexWriter(store, work).write();
    store.prepare("INSERT INTO meta VALUES (?)").run(made);
    store.exec(`${indexes}; COMMIT`);
  } finally {
    store.close();
  }
  promote(scratch, file);
}

class IndexWriter {
  readonly #store: Store;
  readonly #work: IndexWork;
  readonly #agreements = new Agreements();
  readonly #patterns = new Map<string, Counted>();
  readonly #rows = new Map<string, { id: number; table: string; reason: string; items: number }>();
  /** Open cells of columns that take no NULL. */
  readonly #cells = new Set<string>();
  #ids = 0;

  constructor(store: Store, work: IndexWork) {
    this.#store = store;
    this.#work = work;
  }

  async write(): Promise<void> {
    for (const table of this.#work.tables) this.#agreements.countRows(this.#work.store, table, this.#work.shapesOf);
    await this.#takeConflicts();
    for (const table of this.#work.tables) this.#takeWithheld(table);
    this.#writePatterns();
    this.#writeAgreements();
  }

  async #takeConflicts(): Promise<void> {
    const { store, tables, progress, signal } = this.#work;
    const byId = new Map<string, Table>(tables.map((table) => [table.id, table]));
    const total = Number(store.prepare("SELECT count(*) FROM conflict").pluck(true).get());
    const batch = store.prepare<[number], WrittenConflict & { n: number; rowKey: number | string | null }>(
      `SELECT rowid AS n, "key" AS rowKey, tableName AS "table", keyText AS "key", columnName AS "column", class, rule, reason, value, sources, also,
         alternatives, evidence FROM conflict WHERE rowid > ? ORDER BY rowid LIMIT ${stride}`,
    );
    for (let last = 0, done = 0; ;) {
      const rows = batch.all(last);
      last = rows.at(-1)?.n ?? 0;
      if (rows.length === 0) return;
      for (const { n, rowKey, ...row } of rows) this.#takeConflict(readConflict(row), { n, key: rowKey }, byId);
      done += rows.length;
      progress(done, total);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
  }

  #takeConflict(
    conflict: ConflictRow,
    { n, key }: { readonly n: number; readonly key: number | string | null },
    tables: ReadonlyMap<string, Table>,
  ): void {
    this.#agreements.correct(conflict);
    const kind = conflict.class;
    const table = tables.get(conflict.table);
    const column = table && findColumn(table, conflict.column);
    if (!grouped.has(kind) || column === undefined) return;
    const counted = this.#counted(conflictPattern(conflict, column.type.name));
    counted.items++;
    noteWidths(counted, conflict);
    if (counted.items <= samplesKept) this.#run("INSERT INTO sample VALUES (?, ?)", counted.id, n);
    if (open.has(kind) && !column.nullable) this.#cells.add(cellName(conflict.table, key, column.name));
    if (open.has(kind))
      this.#run(
        "INSERT INTO item VALUES (NULL, ?, ?, ?, ?, NULL, ?)",
        counted.id,
        key,
        conflict.key,
        n,
        conflict.evidence,
      );
  }

  #counted(pattern: ConflictPattern): Counted {
    const name = patternKey(pattern);
    const known = this.#patterns.get(name);
    if (known !== undefined) return known;
    const counted = { id: ++this.#ids, pattern, widths: new Map<number, Widths>(), items: 0 };
    this.#patterns.set(name, counted);
    return counted;
  }

  #takeWithheld(table: Table): void {
    const sql = `SELECT rowid AS n, "#key" AS rowKey, "#keyText" AS keyText, "#withheld" AS reason FROM ${quoteName(table.id)}
      WHERE "#withheld" IS NOT NULL AND "#deleted" = 0 ORDER BY rowid`;
    const rows = this.#work.store.prepare<
      [],
      { n: number; rowKey: number | string | null; keyText: string; reason: string }
    >(sql);
    for (const { n, rowKey, keyText, reason } of rows.iterate()) {
      const said = openReason(reason);
      // The cell that it lacks may be in the queue itself.
      if (said === undefined || this.#cells.has(cellName(table.id, rowKey, missingColumn(said)))) continue;
      const name = rowPatternId(table.id, said);
      const known = this.#rows.get(name) ?? { id: ++this.#ids, table: table.id, reason: said, items: 0 };
      known.items++;
      this.#rows.set(name, known);
      this.#run("INSERT INTO item VALUES (NULL, ?, ?, ?, NULL, ?, NULL)", known.id, rowKey, keyText, n);
    }
  }

  #writePatterns(): void {
    const sql = "INSERT INTO pattern VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    for (const { id, pattern, widths, items } of this.#patterns.values()) {
      const name = patternId(pattern);
      const { table, column, class: kind, rule } = pattern;
      const said = patternText(pattern, widths);
      const sources = [...new Set([...pattern.standing, ...pattern.opponents.flatMap((each) => each.sources)])];
      this.#run(sql, id, name, table, column, kind, rule, said, JSON.stringify(sources), items, open.has(kind) ? 1 : 0);
    }
    for (const [name, { id, table, reason, items }] of this.#rows)
      this.#run(sql, id, name, table, null, "withheld", null, reason, "[]", items, 1);
  }

  #writeAgreements(): void {
    for (const { one, other, shared, agreed } of this.#agreements.pairs())
      this.#run("INSERT INTO pair VALUES (?, ?, ?, ?)", one, other, shared, agreed);
    for (const { source, checkable, right } of this.#agreements.claimants())
      this.#run("INSERT INTO claimant VALUES (?, ?, ?)", source, checkable, right);
  }

  readonly #statements = new Map<string, ReturnType<Store["prepare"]>>();

  #run(sql: string, ...values: unknown[]): void {
    const statement = this.#statements.get(sql) ?? this.#store.prepare(sql);
    this.#statements.set(sql, statement);
    statement.run(...values);
  }
}

function cellName(table: string, key: number | string | null, column: string | undefined): string {
  return `${table}\n${typeof key} ${key}\n${column}`;
}

/** How long what was cut is, by opponent. */
function noteWidths({ pattern, widths }: Counted, { alternatives }: ConflictRow): void {
  for (const [index, opponent] of pattern.opponents.entries()) {
    if (opponent.way !== "cut") continue;
    const own = alternatives.find((other) => other.sources.join(" ") === opponent.sources.join(" "));
    const length = own?.value?.length ?? 0;
    const known = widths.get(index) ?? { least: length, most: length };
    widths.set(index, { least: Math.min(known.least, length), most: Math.max(known.most, length) });
  }
}
