/** One file of delimited text, from its bytes to batches of observations: every record is accounted for. */
import type { Place } from "../../errors.ts";
import type { EvidenceFile, Locator, ObservationBatch, TableMapping } from "../extractor.ts";
import { headerlessFields, planColumns } from "../records/columns.ts";
import type { TextChunk } from "../text/decode.ts";
import { LongRecord } from "../text/long-record.ts";
import { readHeader } from "./header.ts";
import { type Layout, startOf } from "./layout.ts";
import { conventionsOf, type CsvOptions } from "./options.ts";
import { patternOf } from "./plausible.ts";
import { type Pattern, recover } from "./recovery.ts";
import { type FileContext, RowReader } from "./rows.ts";
import { type CsvRecord, longestRecord, RecordScanner, tooLong, unclosedQuote } from "./scanner.ts";
import { TextTrack } from "./track.ts";

export interface FileTask {
  readonly file: EvidenceFile;
  readonly mapping: TableMapping;
  readonly settings: CsvOptions;
  readonly layout: Layout;
  /** Characters of a record beyond which it is not held. */
  readonly longest?: number;
}

/** What is known once the fields are. */
interface Below {
  readonly rows: RowReader;
  readonly pattern: Pattern;
}

/** What becomes of the records of a file that feeds a table. */
export class FileExtraction {
  readonly #task: FileTask;
  readonly #context: FileContext;
  readonly #scanner: RecordScanner;
  readonly #track: TextTrack;
  #below: Below | undefined;
  /** Where the first record that is not complete yet begins, in code units. */
  #pendingFrom = 0;
  /** The last record of a file that ends in the middle of a UTF-16 code unit. */
  #cutRecord: CsvRecord | undefined;
  /** The record that is longer than what is held of one. */
  #long: { readonly record: LongRecord; readonly locator: Locator } | undefined;

  constructor(task: FileTask, context: FileContext) {
    this.#task = task;
    this.#context = context;
    const { layout, settings, mapping, longest = longestRecord } = task;
    this.#scanner = new RecordScanner(layout.dialect, startOf(layout.preamble), longest);
    this.#track = new TextTrack(task.file);
    if (!settings.header) this.#begin(headerlessFields(settings.fields, mapping), {});
  }

  *write(chunk: TextChunk): Generator<ObservationBatch> {
    this.#track.advance(chunk, this.#pendingFrom);
    yield* this.#take(this.#scanner.write(chunk.text));
  }

  /** What stands at the end of the file, and the last batch. */
  *end(): Generator<ObservationBatch> {
    yield* this.#take(this.#scanner.end());
    this.#endLong();
    if (this.#below !== undefined) yield* this.#below.rows.take(true);
    this.#accountOddByte();
    this.#warnOfFile();
  }

  *#take(records: Iterable<CsvRecord>): Generator<ObservationBatch> {
    for (const record of records) {
      if (record.lines > 1 || record.fault === unclosedQuote) this.#accountLines(record);
      else this.#account(record);
      this.#pendingFrom = record.at + record.raw.length;
      if (this.#below?.rows.isReady === true) yield* this.#below.rows.take(false);
    }
  }

  /** A record of several lines may have swallowed others. */
  #accountLines(record: CsvRecord): void {
    const { dialect } = this.#task.layout;
    const pattern = this.#below?.pattern ?? noPattern;
    const reading = { dialect, newline: this.#scanner.newline, pattern };
    if (this.#below === undefined && record.fault === undefined) this.#account(record);
    else for (const part of recover(record, reading)) this.#account(part);
  }

  /** Every record ends as a row, a skip, or in quarantine. */
  #account(record: CsvRecord): void {
    if (record.goesOn || this.#long !== undefined) this.#accountLong(record);
    else if (this.#track.last?.oddByte !== undefined && !record.isEnded && record.fault === undefined)
      this.#cutRecord = record;
    else this.#accountWhole(record);
  }

  #accountWhole(record: CsvRecord): void {
    this.#context.read(1);
    if (record.passes !== undefined) this.#context.skip(record.passes);
    else if (this.#below === undefined) this.#readHeader(record);
    else this.#below.rows.add(record);
  }

  #accountLong(piece: CsvRecord): void {
    this.#long ??= { record: new LongRecord(), locator: this.#track.locate(piece) };
    this.#long.record.add(this.#track.bytes(piece));
    if (!piece.goesOn) this.#endLong();
  }

  #endLong(): void {
    if (this.#long === undefined) return;
    this.#context.read(1);
    this.#context.quarantine(this.#long.record.digest(), tooLong, this.#long.locator);
    this.#long = undefined;
  }

  #readHeader(record: CsvRecord): void {
    const where = { file: this.#task.file.name, line: record.line };
    this.#begin(readHeader(record, this.#track.encoding, where), where);
    this.#context.skip("header");
  }

  #begin(names: readonly string[], where: Place): void {
    const { file, mapping, settings } = this.#task;
    const plan = planColumns(names, mapping, { file: file.name, ...where });
    const newline = () => this.#scanner.newline;
    const rows = new RowReader({ ...this.#task, names, plan, track: this.#track, newline }, this.#context);
    this.#below = { rows, pattern: patternOf(plan, conventionsOf(settings)) };
    if (plan.leftover.length > 0) this.#context.leftover(file.name, plan.leftover);
  }

  /** Half a UTF-16 code unit goes with the last record, or by itself where that has its end. */
  #accountOddByte(): void {
    const oddByte = this.#track.last?.oddByte;
    if (oddByte === undefined) return;
    const cut = this.#cutRecord;
    const raw = Buffer.concat([cut === undefined ? noBytes : this.#track.bytes(cut), Buffer.of(oddByte)]);
    const locator =
      cut === undefined ? { file: this.#task.file, offset: this.#track.endOffset } : this.#track.locate(cut);
    this.#context.read(1);
    this.#context.quarantine(raw, "the file ends in the middle of a UTF-16 code unit", locator);
  }

  #warnOfFile(): void {
    const at = { file: this.#task.file };
    const { last } = this.#track;
    const { delimiterEvidence } = this.#task.layout;
    if (delimiterEvidence !== undefined) this.#context.warn(delimiterEvidence, at);
    if (last === undefined) this.#context.warn("the file is empty", at);
    if (last?.cut !== undefined) this.#context.warn(`the file is cut short: ${last.cut}`, at, "loss");
    for (const warning of this.#below?.rows.warnings() ?? []) this.#context.warn(warning, at);
    const difference = this.#below?.rows.difference;
    if (difference !== undefined) this.#context.warn(difference.message, at, difference.isLoss ? "loss" : "note");
  }
}

const noBytes = new Uint8Array(0);
/** Nothing looks like a record where the fields are not known. */
const noPattern: Pattern = { width: 0, isPlausible: undefined };
