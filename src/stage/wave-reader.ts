/**
 * The reconciled rows held against another file: what was loaded before (an earlier `reconciled.db`), or what a database holds (a staging file). Rows meet by
 * their keys, which both files write alike.
 */
import type { Column, Table } from "../schema/model.ts";
import { storedColumns } from "../schema/model.ts";
import type { CellChange } from "../values/cell-change.ts";
import type { CanonicalValue } from "../values/codec.ts";
import { cellDecoders, needsBigInt } from "./cells.ts";
import type { SqliteCell } from "./cells.ts";
import { openForReading, quoteName } from "./database.ts";
import type { Store } from "./database.ts";

const batchSize = 500;

export interface WaveCounts {
  /** Rows to be emitted that the other file has not. */
  readonly added: number;
  readonly changedCells: number;
  /** Rows that were loaded, and are not emitted any more: nothing takes them back. */
  readonly gone: number;
}

export class WaveReader {
  readonly #store: Store;
  readonly #loaded: ReadonlySet<string> | undefined;

  /** `other`: an earlier reconciled file, with the ids of the tables that were loaded of it; without them, a staging file of a database. */
  constructor(reconciled: string, other: string, loaded?: ReadonlySet<string>) {
    this.#store = openForReading(reconciled);
    this.#store.prepare("ATTACH ? AS other").run(other);
    this.#loaded = loaded;
  }

  close(): void {
    this.#store.close();
  }

  counts(table: Table): WaveCounts {
    const count = (sql: string): number => Number(this.#store.prepare(sql).pluck(true).get());
    const added = count(`SELECT count(*) FROM temp.${this.#addedRows(table)}`);
    if (this.#loaded === undefined || !this.#hasOther(table)) return { added, changedCells: 0, gone: 0 };
    const columns = this.#sharedColumns(table);
    const differing = columns.map(
      (column) => `(mine.${quoteName(column.name)} IS NOT theirs.${quoteName(column.name)})`,
    );
    const changedCells = count(`SELECT coalesce(sum(${differing.join(" + ")}), 0) ${this.#pairs(table)}`);
    const gone = count(
      `SELECT count(*) FROM other.${quoteName(table.id)} WHERE "#withheld" IS NULL
        AND "#key" NOT IN (SELECT "#key" FROM main.${quoteName(table.id)} WHERE "#withheld" IS NULL)`,
    );
    return { added, changedCells, gone };
  }

  /** Rows that the other file has not, in key order, in batches; cells as `storedColumns(table)`. */
  *addedBatches(table: Table): Generator<CanonicalValue[][]> {
    const columns = storedColumns(table);
    const decoders = cellDecoders(columns);
    const names = columns.map((column) => quoteName(column.name)).join(", ");
    const statement = this.#store
      .prepare<[number | bigint], SqliteCell[]>(
        `SELECT main.${quoteName(table.id)}.rowid, ${names} FROM temp.${this.#addedRows(table)} AS added
          JOIN main.${quoteName(table.id)} ON main.${quoteName(table.id)}.rowid = added.n WHERE added.n > ? ORDER BY added.n LIMIT ${batchSize}`,
      )
      .raw(true);
    if (columns.some((column) => needsBigInt(column))) statement.safeIntegers(true);
    for (let last: SqliteCell[] | undefined; ;) {
      const batch = statement.all((last?.[0] ?? 0) as number | bigint);
      last = batch.at(-1);
      if (last === undefined) return;
      yield batch.map((row) => decoders.map((decode, index) => decode(row[index + 1] ?? null)));
    }
  }

  /** Cells of rows that both have, in key order, a batch of rows at a time. */
  *changes(table: Table): Generator<CellChange[]> {
    if (this.#loaded === undefined || !this.#hasOther(table)) return;
    const columns = storedColumns(table);
    const shared = this.#sharedColumns(table);
    const [mine, theirs] = [cellDecoders(columns), cellDecoders(shared)];
    const names = [
      "mine.rowid",
      ...columns.map((column) => `mine.${quoteName(column.name)}`),
      ...shared.map((column) => `theirs.${quoteName(column.name)}`),
    ];
    const differs = shared.map(({ name }) => `mine.${quoteName(name)} IS NOT theirs.${quoteName(name)}`).join(" OR ");
    const statement = this.#store
      .prepare<[number | bigint], SqliteCell[]>(
        `SELECT ${names.join(", ")} ${this.#pairs(table)} AND (${differs}) AND mine.rowid > ? ORDER BY mine.rowid LIMIT ${batchSize}`,
      )
      .raw(true);
    if (columns.some((column) => needsBigInt(column))) statement.safeIntegers(true);
    for (let last: SqliteCell[] | undefined; ;) {
      const batch = statement.all((last?.[0] ?? 0) as number | bigint);
      last = batch.at(-1);
      if (last === undefined) return;
      yield batch.flatMap((row) => {
        const cells = mine.map((decode, index) => decode(row[index + 1] ?? null));
        return shared.flatMap((column, index) => {
          const [after, before] = [row[columns.indexOf(column) + 1] ?? null, row[columns.length + 1 + index] ?? null];
          if (isSameCell(after, before)) return [];
          const decode = theirs[index] as (cell: SqliteCell) => CanonicalValue;
          return [{ cells, column, before: decode(before), after: decode(after) }];
        });
      });
    }
  }

  /** The name of a temporary table with the row numbers of what the other file has not; made once. */
  #addedRows(table: Table): string {
    const name = quoteName(`added ${table.id}`);
    const own = `FROM main.${quoteName(table.id)} WHERE "#withheld" IS NULL`;
    const known = `SELECT "#key" FROM other.${quoteName(table.id)}${this.#loaded === undefined ? "" : ' WHERE "#withheld" IS NULL'}`;
    const beyond = this.#hasOther(table) ? ` AND "#key" NOT IN (${known})` : "";
    this.#store.exec(`CREATE TEMP TABLE IF NOT EXISTS ${name} (n INTEGER PRIMARY KEY)`);
    const isMade = this.#store.prepare(`SELECT 1 FROM temp.${name} LIMIT 1`).get() !== undefined;
    if (!isMade) this.#store.exec(`INSERT INTO temp.${name} SELECT rowid ${own}${beyond}`);
    return name;
  }

  /** Rows that both files emit. */
  #pairs(table: Table): string {
    const name = quoteName(table.id);
    return `FROM main.${name} AS mine JOIN other.${name} AS theirs ON theirs."#key" = mine."#key"
      WHERE mine."#withheld" IS NULL AND theirs."#withheld" IS NULL`;
  }

  #hasOther(table: Table): boolean {
    if (this.#loaded?.has(table.id) === false) return false;
    return (
      this.#store.prepare("SELECT 1 FROM other.sqlite_schema WHERE type = 'table' AND name = ?").get(table.id) !==
      undefined
    );
  }

  /** Columns that came since were not loaded with anything. */
  #sharedColumns(table: Table): Column[] {
    const names = new Set(
      this.#store.prepare("SELECT name FROM pragma_table_info(?, 'other')").pluck(true).all(table.id) as string[],
    );
    return storedColumns(table).filter(({ name }) => names.has(name));
  }
}

function isSameCell(left: SqliteCell, right: SqliteCell): boolean {
  if (Buffer.isBuffer(left) && Buffer.isBuffer(right)) return left.equals(right);
  return typeof left === "number" && typeof right === "number" ? Object.is(left, right) : left === right;
}
