/** The records below the header: rows of the table, or what else becomes of them. */
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { BatchBuilder } from "../records/batches.ts";
import type { ColumnPlan } from "../records/columns.ts";
import type { Dialect, Newline } from "./dialect.ts";
import { cellsInDoubt, readInFallback } from "./fallback.ts";
import type { Layout } from "./layout.ts";
import { conventionsOf, type CsvOptions } from "./options.ts";
import { isUnderline } from "./preamble.ts";
import { RowCount } from "./row-count.ts";
import type { CsvRecord } from "./scanner.ts";
import type { TextTrack } from "./track.ts";
import { UndecodableRecords } from "./undecodable.ts";
import { describeWidth, fittingCells, narrow, type Widths } from "./width.ts";

export type FileContext = Pick<ExtractContext, "read" | "skip" | "quarantine" | "leftover" | "warn">;

export interface RowsTask {
  readonly file: EvidenceFile;
  readonly mapping: TableMapping;
  readonly settings: CsvOptions;
  readonly layout: Layout;
  /** Names of the fields, and what they feed. */
  readonly names: readonly string[];
  readonly plan: ColumnPlan;
  readonly track: TextTrack;
  newline(): Newline | undefined;
}

export class RowReader {
  readonly #task: RowsTask;
  readonly #context: FileContext;
  readonly #widths: Widths;
  readonly #dialect: Dialect;
  readonly #undecodable = new UndecodableRecords();
  readonly #count = new RowCount();
  /** Rows that wait, all of the width `#batchWidth`. */
  #batches: BatchBuilder<CsvRecord>;
  #batchWidth: number;
  #ready: ObservationBatch[] = [];
  #isFirst = true;
  #fallbacks = 0;
  #ragged = 0;

  constructor(task: RowsTask, context: FileContext) {
    this.#task = task;
    this.#context = context;
    this.#dialect = task.layout.dialect;
    const { width } = task.plan;
    this.#widths = { width, isTrailed: task.layout.isTrailed, acceptsRagged: task.settings.ragged === "accept" };
    this.#batchWidth = width;
    this.#batches = this.#builder(task.plan);
  }

  add(record: CsvRecord): void {
    const { track } = this.#task;
    if (!record.isEnded) this.#context.warn(`the last record is ${track.doubtOfEnd}`, track.locate(record));
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (isFirst && this.#task.settings.header && isUnderline(record.cells, this.#task.names))
      this.#context.skip("preamble");
    else if (this.#widths.width > 1 && this.#count.takes(record)) this.#context.skip("count of rows");
    else this.#addRow(record);
  }

  /** Is there a batch to take? */
  get isReady(): boolean {
    return this.#ready.length > 0 || this.#batches.isFull;
  }

  /** Batches that are full, or all that is there. */
  *take(all: boolean): Generator<ObservationBatch> {
    if (all || this.#batches.isFull) this.#flush();
    const ready = this.#ready;
    this.#ready = [];
    yield* ready;
  }

  /** What is to be said of the file when all of it is read. */
  warnings(): string[] {
    const { track, settings } = this.#task;
    const warnings: string[] = [];
    if (this.#undecodable.count > 0) warnings.push(this.#undecodable.describe(track.encoding, track.last?.settledBy));
    if (this.#fallbacks > 0)
      warnings.push(
        `${count(this.#fallbacks, "record is", "records are")} not ${track.encoding} and read as ${settings.fallbackEncoding}`,
      );
    if (this.#ragged > 0)
      warnings.push(
        `${count(this.#ragged, "record has", "records have")} another width than ${this.#widths.width}: what is missing is not claimed`,
      );
    return warnings;
  }

  /** Between the rows that the file says it has and those that were found. */
  get difference(): RowCount["difference"] {
    return this.#count.difference;
  }

  #addRow(found: CsvRecord): void {
    const { track } = this.#task;
    this.#count.rows++;
    const isUndecodable = track.isUndecodable(found);
    const record = isUndecodable ? (this.#inFallback(found) ?? found) : found;
    const cells = record.fault === undefined ? fittingCells(record, this.#widths) : undefined;
    if ((isUndecodable && record === found) || cells === undefined)
      this.#quarantine(record, isUndecodable && record === found);
    else this.#stage(cells === record.cells ? record : { ...record, cells }, isUndecodable);
  }

  #inFallback(record: CsvRecord): CsvRecord | undefined {
    const { settings, track, newline } = this.#task;
    if (settings.fallbackEncoding === undefined) return undefined;
    const reading = {
      encoding: track.encoding,
      fallback: settings.fallbackEncoding,
      dialect: this.#dialect,
      newline: newline(),
    };
    return readInFallback(record, reading);
  }

  #quarantine(record: CsvRecord, isUndecodable: boolean): void {
    const { track, newline } = this.#task;
    const raw = track.bytes(record);
    if (isUndecodable) this.#undecodable.add(raw);
    const ending = record.isEnded ? "" : `; ${track.doubtOfEnd}`;
    const reason = isUndecodable
      ? `it holds bytes that are not ${track.encoding}`
      : (record.fault ?? `${describeWidth(record, this.#widths, newline())}${ending}`);
    this.#context.quarantine(raw, reason, track.locate(record));
  }

  #stage(record: CsvRecord, isFallback: boolean): void {
    const width = Math.min(record.cells.length, this.#widths.width);
    if (width !== this.#batchWidth) this.#changeWidth(width);
    if (isFallback) this.#markFallback(record);
    if (width !== this.#widths.width) this.#ragged++;
    this.#batches.add(record, record.isEnded ? undefined : this.#task.track.doubtOfEnd);
  }

  #markFallback(record: CsvRecord): void {
    const { settings, track } = this.#task;
    this.#fallbacks++;
    const reason = `read as ${settings.fallbackEncoding}: its bytes are not ${track.encoding}`;
    for (const cell of cellsInDoubt(record)) this.#batches.doubt(cell, reason);
  }

  /** A batch has one list of columns. */
  #changeWidth(width: number): void {
    this.#flush();
    this.#batchWidth = width;
    const { plan } = this.#task;
    this.#batches = this.#builder(width === plan.width ? plan : narrow(plan, width));
  }

  #flush(): void {
    const batch = this.#batches.take();
    if (batch !== undefined) this.#ready.push(batch);
  }

  #builder(plan: ColumnPlan): BatchBuilder<CsvRecord> {
    const { file, mapping, settings, track } = this.#task;
    return new BatchBuilder<CsvRecord>(
      { file, positionsAre: "line", mapping, plan, conventions: conventionsOf(settings) },
      { cells: ({ cells }) => cells, position: ({ line }) => line, bytes: (record) => track.bytes(record) },
    );
  }
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}
