/** Gathers rows of one file into batches. */
import type { Conventions } from "../../values/codec.ts";
import type { Doubt, EvidenceFile, ObservationBatch, TableMapping } from "../extractor.ts";
import { toBytes } from "../text/decode.ts";
import type { ColumnPlan } from "./columns.ts";
import type { Cell, CsvRecord } from "./scanner.ts";

/** Between 500 and 1000 rows cost least to pass on. */
const rowsABatch = 1000;

export class BatchBuilder {
  readonly #file: EvidenceFile;
  readonly #mapping: TableMapping;
  readonly #plan: ColumnPlan;
  readonly #conventions: Conventions;
  /** The record's cells are the row as they stand. */
  readonly #isWholeRecord: boolean;
  #rows: (readonly Cell[])[] = [];
  #records: CsvRecord[] = [];
  #doubts: Doubt[] = [];

  constructor(file: EvidenceFile, mapping: TableMapping, plan: ColumnPlan, conventions: Conventions) {
    this.#file = file;
    this.#mapping = mapping;
    this.#plan = plan;
    this.#conventions = conventions;
    this.#isWholeRecord =
      plan.cellIndexes.length === plan.width && plan.cellIndexes.every((cell, index) => cell === index);
  }

  get isFull(): boolean {
    return this.#rows.length >= rowsABatch;
  }

  /** `doubt`: why the record's last cell may not be whole. */
  add(record: CsvRecord, doubt: string | undefined): void {
    if (doubt !== undefined) this.#doubtLastCell(doubt);
    this.#rows.push(this.#isWholeRecord ? record.cells : this.#pick(record.cells));
    this.#records.push(record);
  }

  /** The rows gathered so far, and a fresh start; undefined where there are none. */
  take(encoding: string): ObservationBatch | undefined {
    const [rows, records, doubts] = [this.#rows, this.#records, this.#doubts];
    if (rows.length === 0) return undefined;
    [this.#rows, this.#records, this.#doubts] = [[], [], []];
    return {
      table: this.#mapping.table,
      columns: this.#plan.columns,
      operation: "snapshot",
      conventions: this.#conventions,
      file: this.#file,
      positionsAre: "line",
      rows,
      positions: records.map(({ line }) => line),
      raw: (row) => toBytes(records[row]?.raw ?? "", encoding),
      ...(doubts.length === 0 ? {} : { doubts }),
    };
  }

  #pick(cells: readonly Cell[]): Cell[] {
    return this.#plan.cellIndexes.map((index) => cells[index] ?? null);
  }

  #doubtLastCell(reason: string): void {
    const { cellIndexes, columns, width } = this.#plan;
    for (const [index, column] of columns.entries())
      if (cellIndexes[index] === width - 1) this.#doubts.push({ row: this.#rows.length, column, reason });
  }
}
