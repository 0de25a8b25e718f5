/** One file of a log as records with their places; what cannot be one is accounted for on the way. */
import type { EvidenceFile, ExtractContext, Locator } from "../extractor.ts";
import { hasUndecodable, readText, type TextChunk, toBytes } from "../text/decode.ts";
import { LongRecords } from "../text/long-record.ts";
import { ByteOffsets } from "../text/offsets.ts";
import { type LogRecord, LogRecords, type RecordSettings } from "./records.ts";

export interface LogSettings extends RecordSettings {
  readonly encoding?: string | undefined;
}

export type LogContext = Pick<ExtractContext, "read" | "skip" | "quarantine" | "warn" | "signal">;

export interface LogChunk {
  /** None of them is blank, holds a NUL or bytes that are no text; all are counted as read. */
  readonly records: readonly LogRecord[];
  /** Bytes of the file as it lies that were read so far. */
  readonly bytesRead: number;
}

const cutShort = "possibly cut short: the file ends without a newline";

export class LogFile {
  readonly file: EvidenceFile;
  readonly #context: LogContext;
  readonly #settings: LogSettings;
  readonly #records: LogRecords;
  readonly #offsets = new ByteOffsets();
  readonly #long: LongRecords;
  #last: TextChunk | undefined;
  #length = 0;
  /** Up to here, in code units, records may hold bytes that did not decode. */
  #suspectUntil = 0;
  #undecodable = 0;

  constructor(file: EvidenceFile, settings: LogSettings, context: LogContext) {
    this.file = file;
    this.#context = context;
    this.#settings = settings;
    this.#records = new LogRecords(settings);
    this.#long = new LongRecords(context);
  }

  async *read(): AsyncGenerator<LogChunk> {
    const { encoding } = this.#settings;
    for await (const chunk of readText(this.file, { encoding, signal: this.#context.signal })) {
      this.#advance(chunk);
      yield { records: this.#sift(this.#records.write(chunk.text)), bytesRead: chunk.bytesRead };
    }
    yield { records: this.#sift(this.#records.end()), bytesRead: this.file.bytes };
    this.#long.end();
    this.#accountOddByte();
    this.#warnOfFile();
  }

  /** Only of a record of the chunk that was read last. */
  locate({ line, at }: LogRecord): Locator {
    return { file: this.file, line, offset: this.#offsets.of(at) };
  }

  quarantine(record: LogRecord, reason: string): void {
    this.#context.quarantine(toBytes(record.raw, this.#encoding), reason, this.locate(record));
  }

  /** Why a record without a newline at its end may not be whole. */
  get doubtOfEnd(): string {
    return this.#last?.cut === undefined ? cutShort : `possibly cut short: ${this.#last.cut}`;
  }

  get #encoding(): string {
    return this.#last?.encoding ?? "utf-8";
  }

  #advance(chunk: TextChunk): void {
    this.#length += chunk.text.length;
    if (hasUndecodable(chunk.text, chunk.encoding)) this.#suspectUntil = this.#length;
    this.#offsets.advance(chunk, this.#records.pendingFrom);
    this.#last = chunk;
  }

  #sift(records: Iterable<LogRecord>): LogRecord[] {
    return [...records].filter((record) => this.#isText(record));
  }

  /** Accounts for a record that is no text. */
  #isText(record: LogRecord): boolean {
    const { text, raw, at, goesOn } = record;
    if (goesOn || this.#long.isOpen) {
      this.#long.add(toBytes(raw, this.#encoding), goesOn, () => this.locate(record));
      return false;
    }
    this.#context.read(1);
    if (text.trim() === "") this.#context.skip("blank line");
    else if (text.includes("\0")) this.quarantine(record, "it holds NUL characters: the line was not written whole");
    else if (at < this.#suspectUntil && hasUndecodable(raw, this.#encoding)) this.#setAside(record);
    else return true;
    return false;
  }

  #setAside(record: LogRecord): void {
    this.#undecodable++;
    this.quarantine(record, `it holds bytes that are not ${this.#encoding}`);
  }

  /** Half a UTF-16 code unit at the end of the file. */
  #accountOddByte(): void {
    const oddByte = this.#last?.oddByte;
    if (oddByte === undefined) return;
    this.#context.read(1);
    const locator = { file: this.file, offset: this.#offsets.of(this.#length) };
    this.#context.quarantine(Buffer.of(oddByte), "the file ends in the middle of a UTF-16 code unit", locator);
  }

  #warnOfFile(): void {
    const at = { file: this.file };
    if (this.#last === undefined) this.#context.warn("the file is empty", at);
    if (this.#last?.cut !== undefined) this.#context.warn(`the file is cut short: ${this.#last.cut}`, at, "loss");
    if (this.#undecodable === 0) return;
    const records = this.#undecodable === 1 ? "1 record holds" : `${this.#undecodable} records hold`;
    const settled = this.#last?.settledBy ?? "default";
    this.#context.warn(
      `${records} bytes that are not ${this.#encoding} (${settled}): is the file in another encoding? Then set \`encoding\``,
      at,
    );
  }
}
