/** Gathers the rows of a sheet into batches, each cell read as its column wants it. */
import type { Column } from "../../schema/model.ts";
import type { Conventions, RawValue } from "../../values/codec.ts";
import type { Doubt, EvidenceFile, ObservationBatch, TableMapping } from "../extractor.ts";
import type { ColumnPlan } from "../records/columns.ts";
import { type CellReader, cellReader, type CellReport } from "./cells.ts";
import type { CellRange } from "./cell-name.ts";
import { type CellBook, contentOf, contentText } from "./content.ts";
import { coveredBy } from "./merged-cells.ts";
import type { ColumnNote, SheetNotes } from "./notes.ts";
import { rowAsJson } from "./row-json.ts";
import type { SheetCell, SheetRow } from "./sheet-parser.ts";

/** Between 500 and 1000 rows cost least to pass on. */
const rowsABatch = 1000;

export interface BatchSource {
  readonly file: EvidenceFile;
  readonly part: string;
  readonly mapping: TableMapping;
  readonly plan: ColumnPlan;
  /** Column of the sheet with which the plan's cells begin. */
  readonly firstColumn: number;
  readonly conventions: Conventions;
  readonly book: CellBook;
  readonly notes: SheetNotes;
}

export class SheetBatch implements CellReport {
  readonly #source: BatchSource;
  readonly #readers: readonly CellReader[];
  /** For each of the plan's columns its column in the sheet. */
  readonly #sheetColumns: readonly number[];
  #rows: (RawValue | null)[][] = [];
  #records: SheetRow[] = [];
  #doubts: Doubt[] = [];
  #unclaimed: Doubt[] = [];
  /** The column that is being read. */
  #column: Column;

  constructor(source: BatchSource) {
    const { plan, book, firstColumn } = source;
    this.#source = source;
    this.#readers = plan.columns.map((column) => cellReader(column, book));
    this.#sheetColumns = plan.cellIndexes.map((index) => firstColumn + index);
    this.#column = plan.columns[0] as Column;
  }

  get isFull(): boolean {
    return this.#rows.length >= rowsABatch;
  }

  /** `merged`: the ranges that reach into the row. */
  add(row: SheetRow, merged: readonly CellRange[]): void {
    const values = this.#sheetColumns.map((sheetColumn, index) => {
      this.#column = this.#source.plan.columns[index] as Column;
      const cell = cellAt(row.cells, sheetColumn);
      const cover = merged.length === 0 ? undefined : coveredBy(merged, row.number, sheetColumn);
      if (cover !== undefined) return this.#covered(cell, cover);
      return cell === undefined ? null : (this.#readers[index] as CellReader)(cell, this);
    });
    this.#rows.push(values);
    this.#records.push(row);
  }

  doubt(reason: string): void {
    this.#doubts.push({ row: this.#rows.length, column: this.#column, reason });
  }

  unclaimed(reason: string): void {
    this.#unclaimed.push({ row: this.#rows.length, column: this.#column, reason });
    this.#source.notes.none(reason);
  }

  note(kind: ColumnNote): void {
    this.#source.notes.ofColumn(this.#column, kind);
  }

  /** Some programs leave in it what stood there before; nobody sees that. */
  #covered(cell: SheetCell | undefined, { name }: CellRange): string {
    const reason = `is merged into ${name}, whose first cell alone has a value`;
    this.#unclaimed.push({ row: this.#rows.length, column: this.#column, reason });
    this.#source.notes.covered++;
    const { book } = this.#source;
    return cell === undefined ? "" : contentText(contentOf(cell, book), book.is1904);
  }

  /** The rows gathered so far, and a fresh start; undefined where there are none. */
  take(): ObservationBatch | undefined {
    const [rows, records, doubts, unclaimed] = [this.#rows, this.#records, this.#doubts, this.#unclaimed];
    if (rows.length === 0) return undefined;
    [this.#rows, this.#records, this.#doubts, this.#unclaimed] = [[], [], [], []];
    const { file, part, mapping, plan, conventions, book } = this.#source;
    return {
      table: mapping.table,
      columns: plan.columns,
      operation: "snapshot",
      conventions,
      file,
      part,
      positionsAre: "row",
      rows,
      positions: records.map(({ number }) => number),
      raw: (row) => rowAsJson(records[row] as SheetRow, book),
      ...(doubts.length === 0 ? {} : { doubts }),
      ...(unclaimed.length === 0 ? {} : { unclaimed }),
    };
  }
}

/** Mostly cells stand without gaps, so the one sought is where it would be without any, or a little before. */
function cellAt(cells: readonly SheetCell[], column: number): SheetCell | undefined {
  const near = cells[column - (cells[0]?.column ?? 0)];
  return near?.column === column ? near : cells.find((cell) => cell.column === column);
}
