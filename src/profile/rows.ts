/** Profiles the rows of one table, batch by batch. */
import type { RawValue } from "../values/codec.ts";
import { ColumnProfiler } from "./column.ts";
import { TextHash } from "./hash.ts";
import { findKey, PairFinder } from "./key.ts";
import type { RowsProfile } from "./model.ts";

/** Values held over all columns to tell whether a column repeats itself: 16 bytes each at most. */
const heldValues = 1 << 24;
const [leastHeld, mostHeld] = [1 << 16, 1 << 20];

export class RowsProfiler {
  readonly #columns: readonly ColumnProfiler[];
  readonly #pairs: PairFinder;
  readonly #hashes: number[];
  #records = 0;

  /** `types`: as the format declares them, one a field. */
  constructor(fields: readonly string[], types?: readonly string[]) {
    const capacity = Math.max(leastHeld, Math.min(mostHeld, Math.floor(heldValues / Math.max(fields.length, 1))));
    const hash = new TextHash();
    this.#columns = fields.map((field, index) => new ColumnProfiler(field, types?.[index], capacity, hash));
    this.#pairs = new PairFinder(fields.length, capacity);
    this.#hashes = fields.map(() => 0);
  }

  get records(): number {
    return this.#records;
  }

  /** Characters of all values so far; of binary ones bytes. */
  get characters(): number {
    return this.#columns.reduce((sum, { characters }) => sum + characters, 0);
  }

  add(rows: readonly (readonly (RawValue | null)[])[]): void {
    for (const row of rows) this.#addRow(row);
  }

  profile(): RowsProfile {
    const columns = this.#columns.map((column) => column.profile());
    const key = findKey(columns, this.#pairs.unique, this.#records);
    return { records: this.#records, columns, ...(key === undefined ? {} : { key }) };
  }

  #addRow(row: readonly (RawValue | null)[]): void {
    this.#records++;
    for (const [index, column] of this.#columns.entries())
      this.#hashes[index] = column.add(row[index] ?? null, this.#records);
    this.#pairs.add(this.#hashes);
  }
}
