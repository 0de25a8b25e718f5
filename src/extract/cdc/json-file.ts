/** One file of messages, from its text to batches: every message is accounted for. */
import type { EvidenceFile, ExtractContext, Locator, ObservationBatch, TableMapping } from "../extractor.ts";
import { buildPathTree } from "../json/path-tree.ts";
import { parseRowsPath } from "../json/rows-path.ts";
import { whyNoJson } from "../json/reason.ts";
import { JsonScanner } from "../json/scanner.ts";
import type { JsonRecord } from "../json/task.ts";
import { hasUndecodable, readText, type TextChunk, toBytes } from "../text/decode.ts";
import { readObject } from "../text/json.ts";
import { LongRecords } from "../text/long-record.ts";
import { ByteOffsets } from "../text/offsets.ts";
import { ChangeFeed, type Placed } from "../events/feed.ts";
import { faulty, type MessageReader, type Outcome, skipped } from "../events/outcome.ts";

export interface MessageFile {
  readonly file: EvidenceFile;
  readonly encoding: string | undefined;
  readonly read: MessageReader;
}

export async function* readMessages(
  { file, encoding, read }: MessageFile,
  context: ExtractContext,
  progress: (bytesRead: number) => void,
): AsyncGenerator<ObservationBatch> {
  const messages = new Messages(file, read, context);
  for await (const chunk of readText(file, { encoding, signal: context.signal })) {
    yield* messages.write(chunk);
    progress(chunk.bytesRead);
  }
  yield* messages.end();
}

/** A tree of the one place where messages stand: elements of the file's array, or its objects. */
export function everyObject([mapping]: readonly TableMapping[]) {
  return buildPathTree(mapping === undefined ? [] : [{ mapping, path: parseRowsPath("") }]);
}

class Messages {
  readonly #file: EvidenceFile;
  readonly #read: MessageReader;
  readonly #context: ExtractContext;
  readonly #scanner: JsonScanner;
  readonly #feed: ChangeFeed;
  readonly #offsets = new ByteOffsets();
  readonly #long: LongRecords;
  #last: TextChunk | undefined;
  #length = 0;
  /** Up to here, in code units, messages may hold bytes that did not decode. */
  #suspectUntil = 0;
  #elements = 0;
  #isCut = false;

  constructor(file: EvidenceFile, read: MessageReader, context: ExtractContext) {
    this.#file = file;
    this.#read = read;
    this.#context = context;
    this.#scanner = new JsonScanner(everyObject(context.mappings));
    this.#feed = new ChangeFeed(file, context);
    this.#long = new LongRecords(context);
  }

  *write(chunk: TextChunk): Generator<ObservationBatch> {
    this.#length += chunk.text.length;
    if (hasUndecodable(chunk.text, chunk.encoding)) this.#suspectUntil = this.#length;
    this.#offsets.advance(chunk, this.#scanner.pendingFrom);
    this.#last = chunk;
    for (const record of this.#scanner.write(chunk.text)) yield* this.#account(record);
  }

  *end(): Generator<ObservationBatch> {
    for (const record of this.#scanner.end()) yield* this.#account(record);
    this.#long.end();
    this.#accountOddByte();
    yield* this.#feed.end();
    this.#warnOfFile();
  }

  get #encoding(): string {
    return this.#last?.encoding ?? "utf-8";
  }

  *#account(record: JsonRecord): Generator<ObservationBatch> {
    if (record.isCut) this.#isCut = true;
    if (record.goesOn || this.#long.isOpen)
      this.#long.add(toBytes(record.text, this.#encoding), record.goesOn, () => this.#locate(record));
    else yield* this.#feed.take(this.#outcomes(record), this.#place(record));
  }

  #outcomes({ text, at, node, fault }: JsonRecord): readonly Outcome[] {
    if (at < this.#suspectUntil && hasUndecodable(text, this.#encoding))
      return faulty(`it holds bytes that are not ${this.#encoding}`);
    if (fault !== undefined || node === undefined) return faulty(fault ?? "it is no object");
    if (text.trim() === "null") return skipped("tombstone");
    const members = readObject(text);
    return members === undefined ? faulty(whyNoObject(text)) : this.#read(members);
  }

  /** In an array its elements are counted: it may be one line. */
  #place(record: JsonRecord): Placed {
    const encoding = this.#encoding;
    return {
      positionsAre: record.isElement ? "row" : "line",
      position: record.isElement ? ++this.#elements : record.line,
      raw: () => toBytes(record.text, encoding),
      locate: () => this.#locate(record),
    };
  }

  #locate({ line, at, isElement }: JsonRecord): Locator {
    const row = isElement ? { row: this.#elements } : {};
    return { file: this.#file, line, offset: this.#offsets.of(at), ...row };
  }

  /** Half a UTF-16 code unit. */
  #accountOddByte(): void {
    const oddByte = this.#last?.oddByte;
    if (oddByte === undefined) return;
    this.#context.read(1);
    const locator = { file: this.#file, offset: this.#offsets.of(this.#length) };
    this.#context.quarantine(Buffer.of(oddByte), "the file ends in the middle of a UTF-16 code unit", locator);
  }

  #warnOfFile(): void {
    const at = { file: this.#file };
    if (this.#last === undefined) this.#context.warn("the file is empty", at);
    const cut =
      this.#last?.cut ?? (this.#isCut || this.#scanner.isUnclosed ? "it ends before its JSON does" : undefined);
    if (cut !== undefined) this.#context.warn(`the file is cut short: ${cut}`, at, "loss");
    if (this.#scanner.isHeadless)
      this.#context.warn(
        "commas or brackets stand between its messages, and no array is open: is its beginning missing?",
        at,
        "loss",
      );
  }
}

function whyNoObject(text: string): string {
  try {
    JSON.parse(text);
    return "it is no object";
  } catch {
    return whyNoJson(text);
  }
}
