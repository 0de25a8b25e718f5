/** One sheet, from its rows to batches of observations: every row with a value in it is accounted for. */
import { sameName } from "../../schema/model.ts";
import type { ExtractContext, Locator, ObservationBatch, TableMapping } from "../extractor.ts";
import { planColumns } from "../records/columns.ts";
import { columnName } from "./cell-name.ts";
import { contentOf } from "./content.ts";
import { distinctNames, findHeader, type Header, headerOf, headerRows, noHeader, tidy } from "./header.ts";
import { MergedCells } from "./merged-cells.ts";
import { SheetNotes } from "./notes.ts";
import type { XlsxOptions } from "./options.ts";
import { rowAsJson } from "./row-json.ts";
import { SheetBatch } from "./sheet-batch.ts";
import type { SheetRow } from "./sheet-parser.ts";
import type { SheetTail } from "./sheet-rows.ts";
import type { Sheet, Workbook } from "./workbook.ts";

type SheetContext = Pick<ExtractContext, "read" | "skip" | "quarantine" | "leftover" | "warn">;

interface Reading {
  readonly header: Header;
  readonly lastColumn: number;
  readonly batch: SheetBatch;
}

export class SheetExtraction {
  readonly #workbook: Workbook;
  readonly #sheet: Sheet;
  readonly #mapping: TableMapping;
  readonly #settings: XlsxOptions;
  readonly #context: SheetContext;
  readonly #merged: MergedCells;
  readonly #filter: string | undefined;
  readonly #notes = new SheetNotes();
  /** Rows that wait until the header is known. */
  #waiting: SheetRow[] | undefined = [];
  #reading: Reading | undefined;
  /** Names that feed nothing. */
  #named: readonly string[] = [];
  /** Columns without a name that have values all the same. */
  readonly #unnamed = new Set<number>();

  constructor(
    workbook: Workbook,
    sheet: Sheet,
    mapping: TableMapping,
    settings: XlsxOptions,
    context: SheetContext,
    { merged, filter }: SheetTail,
  ) {
    this.#workbook = workbook;
    this.#sheet = sheet;
    this.#mapping = mapping;
    this.#settings = settings;
    this.#context = context;
    this.#merged = new MergedCells(merged);
    this.#filter = filter;
  }

  *write(rows: readonly SheetRow[]): Generator<ObservationBatch> {
    for (const row of rows) {
      this.#waiting?.push(row);
      if (this.#waiting === undefined) yield* this.#take(row);
      else if (this.#isHeaderKnown(row, this.#waiting)) yield* this.#begin();
    }
  }

  /** What still waits, and the last batch. */
  *end(emptyRows: number): Generator<ObservationBatch> {
    yield* this.#begin();
    this.#context.read(emptyRows);
    if (emptyRows > 0) this.#context.skip("row without values", emptyRows);
    const batch = this.#reading?.batch.take();
    if (batch !== undefined) yield batch;
    for (const sentence of this.#notes.sentences(this.#filter)) this.#context.warn(sentence, this.#locate());
    this.#tellLeftover();
  }

  #locate(row?: SheetRow): Locator {
    const place = { file: this.#workbook.file, part: this.#sheet.name };
    return row === undefined ? place : { ...place, row: row.number };
  }

  #isHeaderKnown({ number }: SheetRow, waiting: readonly SheetRow[]): boolean {
    const { headerRow } = this.#settings;
    return headerRow === undefined ? waiting.length >= headerRows : number >= headerRow;
  }

  /** Settles the header and reads the rows that waited for it. */
  *#begin(): Generator<ObservationBatch> {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    if (waiting.length === 0) {
      this.#context.warn("the sheet is empty", this.#locate());
      return;
    }
    const header = this.#headerAmong(waiting);
    this.#reading = this.#plan(header);
    for (const row of waiting)
      if (row === header.row) this.#pass("header");
      else if (row.number < header.row.number && row.fault === undefined) this.#pass("above the header");
      else yield* this.#take(row);
  }

  #pass(rule: string): void {
    this.#context.read(1);
    this.#context.skip(rule);
  }

  #headerAmong(rows: readonly SheetRow[]): Header {
    const { headerRow } = this.#settings;
    const where = { file: this.#place };
    if (headerRow === undefined) {
      const found = findHeader(rows, this.#mapping, this.#workbook);
      if (found !== undefined) return found.header;
      throw noHeader(this.#mapping, `none of the first ${rows.length} rows`, where);
    }
    const row = rows.find(({ number }) => number === headerRow);
    const header = row === undefined ? undefined : headerOf(row, this.#workbook);
    if (header === undefined)
      throw noHeader(this.#mapping, `row ${headerRow} is empty and no header, so nothing`, where);
    return header;
  }

  get #place(): string {
    return `${this.#workbook.file.name}#${this.#sheet.name}`;
  }

  #plan(header: Header): Reading {
    const where = { file: this.#place, line: header.row.number };
    const plan = planColumns(distinctNames(header, this.#mapping, where), this.#mapping, where);
    const [workbook, mapping, notes, { firstColumn }] = [this.#workbook, this.#mapping, this.#notes, header];
    const { file } = workbook;
    const conventions = { dateOrder: this.#settings.dateFormat ?? ("unknown" as const) };
    const source = { file, part: this.#sheet.name, mapping, plan, firstColumn, conventions, book: workbook, notes };
    this.#named = plan.leftover.filter((field) => !isUnnamed(field));
    return { header, lastColumn: firstColumn + plan.width - 1, batch: new SheetBatch(source) };
  }

  #tellLeftover(): void {
    const unnamed = [...this.#unnamed].toSorted((left, right) => left - right);
    const fields = [...this.#named, ...unnamed.map((column) => `(column ${columnName(column)})`)];
    if (fields.length > 0) this.#context.leftover(this.#place, fields);
  }

  *#take(row: SheetRow): Generator<ObservationBatch> {
    const reading = this.#reading;
    if (reading === undefined) return;
    this.#account(row, reading);
    if (!reading.batch.isFull) return;
    const batch = reading.batch.take();
    if (batch !== undefined) yield batch;
  }

  /** Every row ends in the batch, as a skip, or in quarantine. */
  #account(row: SheetRow, { header, lastColumn, batch }: Reading): void {
    const problem = row.fault ?? this.#besides(row, header, lastColumn);
    if (problem !== undefined) {
      this.#context.read(1);
      this.#context.quarantine(rowAsJson(row, this.#workbook), problem, this.#locate(row));
    } else if (this.#isRepeated(row, header)) this.#pass("header, once more");
    else {
      this.#context.read(1);
      this.#notes.row(row);
      batch.add(row, this.#merged.in(row.number));
    }
  }

  /** Notes values in columns without a name; a row that has no others is none of the table's. */
  #besides(row: SheetRow, { names, firstColumn }: Header, lastColumn: number): string | undefined {
    let isInside = false;
    for (const { column } of row.cells)
      if (column >= firstColumn && column <= lastColumn && names[column - firstColumn] !== "") isInside = true;
      else this.#unnamed.add(column);
    return isInside ? undefined : "it has values beside the table only";
  }

  /** Long lists are printed with their header on each page. */
  #isRepeated(row: SheetRow, { row: first, firstColumn, names }: Header): boolean {
    if (row.cells.length !== first.cells.length) return false;
    const book = this.#workbook;
    return row.cells.every((cell) => {
      const content = contentOf(cell, book);
      return content.kind === "text" && sameName(tidy(content.text), names[cell.column - firstColumn] ?? "");
    });
  }
}

/** As the plan of columns calls a field without a name. */
function isUnnamed(field: string): boolean {
  return /^\(column \d+\)$/.test(field);
}
