/** Parts of a table: rows of a range of keys, written to a store of their own, and taken in by the table's. */
import type { Store } from "./database.ts";
import { quoteName } from "./database.ts";
import type { Pattern } from "./patterns.ts";
import type { RowCounts, TableWriter } from "./table-writer.ts";

export interface Part {
  /** A store with the layout of `reconciled.db` that holds nothing but this table. */
  readonly file: string;
  readonly counts: RowCounts;
}

/** How many rows are copied between two looks at the abort signal. */
const stride = 50_000;

/**
 * Appends a part's rows and conflicts. Its patterns get their numbers here, in the order in which they are first seen: parts that are
 * taken in the order of their keys leave what one writer of all rows would have left.
 */
export async function takePart(store: Store, rows: TableWriter, part: Part, signal: AbortSignal): Promise<void> {
  store.prepare("ATTACH ? AS part").run(part.file);
  numberPatterns(store, rows);
  const insert = store.prepare(copyRows(store, rows));
  for (let done = 0; done < part.counts.keys; done += stride) {
    insert.run(done, done + stride);
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  store.exec("INSERT INTO main.conflict SELECT * FROM part.conflict ORDER BY _rowid_");
  rows.count(part.counts);
  // A transaction that has read a database keeps it attached.
  store.exec("COMMIT; DETACH part; BEGIN");
}

function numberPatterns(store: Store, rows: TableWriter): void {
  store.exec(
    "CREATE TEMP TABLE IF NOT EXISTS patternId (id INTEGER PRIMARY KEY, own INTEGER); DELETE FROM temp.patternId",
  );
  const note = store.prepare("INSERT INTO temp.patternId VALUES (?, ?)");
  const patterns = store.prepare<[], Pattern & { id: number }>("SELECT * FROM part.provenance ORDER BY id");
  for (const { id, ...pattern } of patterns.all()) note.run(id, rows.patterns.idOf(pattern));
}

function copyRows(store: Store, { plan }: TableWriter): string {
  const table = quoteName(plan.table.id);
  const names = store.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck(true).all(plan.table.id);
  const cells = names.map((name) =>
    name === "#provenance" ? '(SELECT own FROM temp.patternId WHERE id = "#provenance")' : quoteName(name),
  );
  return `INSERT INTO main.${table} SELECT ${cells.join(", ")} FROM part.${table}
    WHERE _rowid_ > ? AND _rowid_ <= ? ORDER BY _rowid_`;
}
