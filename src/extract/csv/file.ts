/** One file of delimited text, from its bytes to batches of observations: every record is accounted for. */
import { type Place, UserError } from "../../errors.ts";
import type { EvidenceFile, ExtractContext, Locator, ObservationBatch, TableMapping } from "../extractor.ts";
import { hasUndecodable, readText, type TextChunk, toBytes } from "../text/decode.ts";
import { BatchBuilder } from "../records/batches.ts";
import { type ColumnPlan, headerFields, headerlessFields, planColumns } from "../records/columns.ts";
import type { Dialect } from "./dialect.ts";
import { ByteOffsets } from "../text/offsets.ts";
import { type CsvOptions, dialectOf } from "./options.ts";
import { type CsvRecord, RecordScanner } from "./scanner.ts";
import { resolveUnclosed } from "./unclosed.ts";

type FileContext = Pick<ExtractContext, "read" | "skip" | "quarantine" | "leftover" | "warn">;

const withoutNewline = "possibly cut short: the file ends without a newline";

/** Reads a header: its field names. Throws UserError where they cannot be read. */
export function readHeader(record: CsvRecord, encoding: string, where: Place): string[] {
  const problem = hasUndecodable(record.raw, encoding) ? `it holds bytes that are not ${encoding}` : record.fault;
  if (problem === undefined) return headerFields(record.cells);
  throw new UserError({
    what: `the header cannot be read: ${problem}`,
    remedy: "Correct the source's `encoding`, `delimiter` or `quote`, or set `header: false` where there is no header",
    where,
  });
}

/** What becomes of the records of a file that feeds a table. */
export class FileExtraction {
  readonly #file: EvidenceFile;
  readonly #mapping: TableMapping;
  readonly #options: CsvOptions;
  readonly #context: FileContext;
  readonly #dialect: Dialect;
  readonly #scanner: RecordScanner;
  readonly #offsets = new ByteOffsets();
  #plan: ColumnPlan | undefined;
  #batches: BatchBuilder<CsvRecord> | undefined;
  #last: TextChunk | undefined;
  /** Where the first record that is not complete yet begins, in code units. */
  #pendingFrom = 0;
  /** Up to here, in code units, records may hold bytes that did not decode. */
  #suspectUntil = 0;
  #length = 0;
  /** The last record of a file that ends in the middle of a UTF-16 code unit. */
  #cutRecord: CsvRecord | undefined;
  #undecodable = 0;

  constructor(file: EvidenceFile, mapping: TableMapping, options: CsvOptions, context: FileContext) {
    this.#file = file;
    this.#mapping = mapping;
    this.#options = options;
    this.#context = context;
    this.#dialect = dialectOf(options);
    this.#scanner = new RecordScanner(this.#dialect);
    if (!options.header) this.#begin(headerlessFields(options.fields, mapping), {});
  }

  *write(chunk: TextChunk): Generator<ObservationBatch> {
    this.#length += chunk.text.length;
    if (hasUndecodable(chunk.text, chunk.encoding)) this.#suspectUntil = this.#length;
    this.#offsets.advance(chunk, this.#pendingFrom);
    this.#last = chunk;
    yield* this.#take(this.#scanner.write(chunk.text));
  }

  /** What stands at the end of the file, and the last batch. */
  *end(): Generator<ObservationBatch> {
    const { newline } = this.#scanner;
    yield* this.#take(resolveUnclosed(this.#scanner.end(), this.#dialect, newline, this.#plan?.width ?? 0));
    yield* this.#flush();
    this.#accountOddByte();
    this.#warnOfFile();
  }

  *#take(records: Iterable<CsvRecord>): Generator<ObservationBatch> {
    for (const record of records) {
      this.#account(record);
      this.#pendingFrom = record.at + record.raw.length;
      if (this.#batches?.isFull === true) yield* this.#flush();
    }
  }

  *#flush(): Generator<ObservationBatch> {
    const batch = this.#batches?.take();
    if (batch !== undefined) yield batch;
  }

  get #encoding(): string {
    return this.#last?.encoding ?? "utf-8";
  }

  /** Every record ends as a row, a skip, or in quarantine. */
  #account(record: CsvRecord): void {
    if (this.#last?.oddByte !== undefined && !record.isEnded && record.fault === undefined) {
      this.#cutRecord = record;
      return;
    }
    this.#context.read(1);
    if (record.cells.length === 0 && record.fault === undefined) this.#context.skip("blank line");
    else if (this.#plan === undefined) this.#readHeader(record);
    else this.#stage(record, this.#plan);
  }

  #readHeader(record: CsvRecord): void {
    const where = { file: this.#file.name, line: record.line };
    this.#begin(readHeader(record, this.#encoding, where), where);
    this.#context.skip("header");
  }

  #begin(fields: readonly string[], where: Place): void {
    this.#plan = planColumns(fields, this.#mapping, { file: this.#file.name, ...where });
    const conventions = { dateOrder: this.#options.dateFormat };
    const [file, mapping, plan] = [this.#file, this.#mapping, this.#plan];
    this.#batches = new BatchBuilder<CsvRecord>(
      { file, positionsAre: "line", mapping, plan, conventions },
      {
        cells: ({ cells }) => cells,
        position: ({ line }) => line,
        bytes: ({ raw }) => toBytes(raw, this.#encoding),
      },
    );
    if (this.#plan.leftover.length > 0) this.#context.leftover(this.#file.name, this.#plan.leftover);
  }

  #stage(record: CsvRecord, plan: ColumnPlan): void {
    const problem = this.#problemOf(record, plan);
    if (!record.isEnded) this.#context.warn(`the last record is ${this.#doubtOfEnd()}`, this.#locate(record));
    if (problem !== undefined) {
      this.#context.quarantine(toBytes(record.raw, this.#encoding), problem, this.#locate(record));
      return;
    }
    this.#batches?.add(record, record.isEnded ? undefined : this.#doubtOfEnd());
  }

  #problemOf(record: CsvRecord, plan: ColumnPlan): string | undefined {
    if (record.at < this.#suspectUntil && hasUndecodable(record.raw, this.#encoding)) {
      this.#undecodable++;
      return `it holds bytes that are not ${this.#encoding}`;
    }
    if (record.fault !== undefined) return record.fault;
    if (record.cells.length === plan.width) return undefined;
    const cells = record.cells.length === 1 ? "1 cell" : `${record.cells.length} cells`;
    return `it has ${cells} where ${plan.width} are expected${this.#lineFeedsIn(record)}${record.isEnded ? "" : `; ${this.#doubtOfEnd()}`}`;
  }

  /** In a file of CRLF records a line feed is data: unless another program wrote what stands below the header. */
  #lineFeedsIn({ raw }: CsvRecord): string {
    const lineFeeds = this.#scanner.newline === "\r\n" ? (raw.match(/(?<!\r)\n/g)?.length ?? 0) : 0;
    if (lineFeeds === 0) return "";
    return `; line feeds in it (${lineFeeds}) are data, as the file's records end in CRLF: if they end records, set \`recordDelimiter: "\\n"\``;
  }

  /** Why a record without its record delimiter may not be whole. */
  #doubtOfEnd(): string {
    return this.#last?.cut === undefined ? withoutNewline : `possibly cut short: ${this.#last.cut}`;
  }

  #locate({ line, at }: CsvRecord): Locator {
    return { file: this.#file, line, offset: this.#offsets.of(at) };
  }

  /** Half a UTF-16 code unit goes with the last record, or by itself where that has its end. */
  #accountOddByte(): void {
    const oddByte = this.#last?.oddByte;
    if (oddByte === undefined) return;
    const cut = this.#cutRecord;
    const raw = Buffer.concat([toBytes(cut?.raw ?? "", this.#encoding), Buffer.of(oddByte)]);
    const locator = { file: this.#file, offset: this.#offsets.of(cut?.at ?? this.#length) };
    this.#context.read(1);
    this.#context.quarantine(raw, "the file ends in the middle of a UTF-16 code unit", {
      ...locator,
      ...(cut === undefined ? {} : { line: cut.line }),
    });
  }

  #warnOfFile(): void {
    const at = { file: this.#file };
    if (this.#last === undefined) this.#context.warn("the file is empty", at);
    if (this.#last?.cut !== undefined) this.#context.warn(`the file is cut short: ${this.#last.cut}`, at, "loss");
    if (this.#undecodable > 0) this.#context.warn(this.#undecodableWarning(), at);
  }

  #undecodableWarning(): string {
    const records = this.#undecodable === 1 ? "1 record holds" : `${this.#undecodable} records hold`;
    return `${records} bytes that are not ${this.#encoding} (${this.#last?.settledBy}): is the file in another encoding?`;
  }
}

/** Counts the records of a file that feeds no table. */
export async function* skipFile(
  file: EvidenceFile,
  settings: CsvOptions,
  context: ExtractContext,
): AsyncGenerator<TextChunk> {
  const scanner = new RecordScanner(dialectOf(settings));
  let records = 0;
  const count = (found: Iterable<CsvRecord>) => {
    let number = 0;
    for (const _ of found) number++;
    context.read(number);
    context.skip("feeds no target table", number);
    records += number;
  };
  for await (const chunk of readText(file, { encoding: settings.encoding, signal: context.signal })) {
    count(scanner.write(chunk.text));
    yield chunk;
  }
  count(scanner.end());
  context.warn(`the file feeds no target table: ${records} records passed over`, { file });
}
