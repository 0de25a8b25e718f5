/** Where records stand in the file, and what bytes they were read from. */
import type { EvidenceFile, Locator } from "../extractor.ts";
import { hasUndecodable, type TextChunk, toBytes } from "../text/decode.ts";
import { ByteOffsets } from "../text/offsets.ts";
import type { CsvRecord } from "./scanner.ts";

const withoutNewline = "possibly cut short: the file ends without a newline";

export class TextTrack {
  readonly #file: EvidenceFile;
  readonly #offsets = new ByteOffsets();
  #last: TextChunk | undefined;
  /** Up to here, in code units, records may hold bytes that did not decode. */
  #suspectUntil = 0;
  #length = 0;

  constructor(file: EvidenceFile) {
    this.#file = file;
  }

  /** `pendingFrom`: where, in code units, the first record begins that is not read yet. */
  advance(chunk: TextChunk, pendingFrom: number): void {
    this.#length += chunk.text.length;
    if (hasUndecodable(chunk.text, chunk.encoding)) this.#suspectUntil = this.#length;
    this.#offsets.advance(chunk, pendingFrom);
    this.#last = chunk;
  }

  /** The chunk that came last; undefined of an empty file. */
  get last(): TextChunk | undefined {
    return this.#last;
  }

  get encoding(): string {
    return this.#last?.encoding ?? "utf-8";
  }

  /** Does it hold bytes that are no characters? */
  isUndecodable({ at, raw }: CsvRecord): boolean {
    return at < this.#suspectUntil && hasUndecodable(raw, this.encoding);
  }

  bytes({ raw }: CsvRecord): Uint8Array {
    return toBytes(raw, this.encoding);
  }

  locate({ line, at }: CsvRecord): Locator {
    return { file: this.#file, line, offset: this.#offsets.of(at) };
  }

  /** Of the end of what was read. */
  get endOffset(): number {
    return this.#offsets.of(this.#length);
  }

  /** Why a record without its record delimiter may not be whole. */
  get doubtOfEnd(): string {
    return this.#last?.cut === undefined ? withoutNewline : `possibly cut short: ${this.#last.cut}`;
  }
}
