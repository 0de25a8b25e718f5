/** Gathers records of one file, or of one part of it, into batches. */
import type { Conventions, RawValue } from "../../values/codec.ts";
import type { Doubt, EvidenceFile, ObservationBatch, TableMapping } from "../extractor.ts";
import type { ColumnPlan } from "./columns.ts";

/** Between 500 and 1000 rows cost least to pass on. */
const rowsABatch = 1000;

/** What the records of a file have in common. */
export interface RecordSource {
  readonly file: EvidenceFile;
  /** A sheet, a member: see {@link ObservationBatch.part}. */
  readonly part?: string;
  readonly positionsAre: "line" | "row";
  readonly mapping: TableMapping;
  readonly plan: ColumnPlan;
  readonly conventions: Conventions;
}

/** How a format's records are read. */
export interface RecordReader<Record> {
  cells(record: Record): readonly (RawValue | null)[];
  /** Its line, or its row. */
  position(record: Record): number;
  /** The record as the source wrote it. */
  bytes(record: Record): string | Uint8Array;
}

export class BatchBuilder<Record> {
  readonly #source: RecordSource;
  readonly #reader: RecordReader<Record>;
  /** The record's cells are the row as they stand. */
  readonly #isWholeRecord: boolean;
  #rows: (readonly (RawValue | null)[])[] = [];
  #records: Record[] = [];
  #doubts: Doubt[] = [];

  constructor(source: RecordSource, reader: RecordReader<Record>) {
    this.#source = source;
    this.#reader = reader;
    const { cellIndexes, width } = source.plan;
    this.#isWholeRecord = cellIndexes.length === width && cellIndexes.every((cell, index) => cell === index);
  }

  get isFull(): boolean {
    return this.#rows.length >= rowsABatch;
  }

  /** Marks a cell of the record that is added next. */
  doubt(cell: number, reason: string): void {
    const { cellIndexes, columns } = this.#source.plan;
    for (const [index, column] of columns.entries())
      if (cellIndexes[index] === cell) this.#doubts.push({ row: this.#rows.length, column, reason });
  }

  /** `doubt`: why the record's cell number `cell` (its last by default) may not be whole. */
  add(record: Record, doubt?: string, cell = this.#source.plan.width - 1): void {
    if (doubt !== undefined) this.doubt(cell, doubt);
    const cells = this.#reader.cells(record);
    this.#rows.push(this.#isWholeRecord ? cells : this.#pick(cells));
    this.#records.push(record);
  }

  /** The rows gathered so far, and a fresh start; undefined where there are none. */
  take(): ObservationBatch | undefined {
    const [rows, records, doubts] = [this.#rows, this.#records, this.#doubts];
    if (rows.length === 0) return undefined;
    [this.#rows, this.#records, this.#doubts] = [[], [], []];
    const { file, part, positionsAre, mapping, plan, conventions } = this.#source;
    return {
      table: mapping.table,
      columns: plan.columns,
      operation: "snapshot",
      conventions,
      file,
      ...(part === undefined ? {} : { part }),
      positionsAre,
      rows,
      positions: records.map((record) => this.#reader.position(record)),
      raw: (row) => this.#reader.bytes(records[row] as Record),
      ...(doubts.length === 0 ? {} : { doubts }),
    };
  }

  #pick(cells: readonly (RawValue | null)[]): (RawValue | null)[] {
    return this.#source.plan.cellIndexes.map((index) => cells[index] ?? null);
  }
}
