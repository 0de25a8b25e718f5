/** The pages of one column in one row group, found and checked before anything is decoded. */
import { crc32 } from "node:zlib";
import { decompress } from "./compression.ts";
import { BadRows, Malformed, reasonOf } from "./malformed.ts";
import { checkLevels, checkPage, type LeafShape } from "./page-check.ts";
import { type PageHeader, readPageHeader } from "./page-header.ts";
import { ThriftReader } from "./thrift.ts";

/** What the footer says of it. */
export interface ChunkShape {
  readonly leaf: LeafShape;
  readonly codec: string;
  /** Values in all of its pages, nulls included. */
  readonly values: number;
}

interface Page {
  readonly header: PageHeader;
  /** Values of the dictionary that it may refer to. */
  readonly dictionary: number | undefined;
  readonly hasRightSum: boolean;
  /** Values in the pages before it. */
  readonly before: number;
}

/** The good pages at its beginning, as they lie. */
export class Chunk {
  readonly buffer: ArrayBuffer;
  /** Why it ends before its own end. */
  readonly fault: string | undefined;
  /** By where their compressed part begins in the buffer. */
  readonly #pages = new Map<number, Page>();
  readonly #shape: ChunkShape;
  /** In its good pages. */
  #values = 0;

  constructor(buffer: ArrayBuffer, shape: ChunkShape) {
    this.#shape = shape;
    const { end, fault } = this.#walk(new Uint8Array(buffer));
    this.buffer = end === buffer.byteLength ? buffer : buffer.slice(0, end);
    this.fault = fault;
  }

  /** A page's compressed part decompressed, and checked. Throws Malformed. */
  open(stored: Uint8Array, length: number): Uint8Array {
    const page = this.#pages.get(stored.byteOffset);
    if (page === undefined) throw new Malformed("a page begins where none should");
    try {
      return this.#open(page, stored, length);
    } catch (error) {
      throw this.#isFlat && page.header.kind !== "dictionary"
        ? new BadRows(error, page.before, page.before + page.header.values)
        : error;
    }
  }

  /** Throws BadRows where some of these rows are behind its good pages. */
  expectRows(to: number): void {
    if (this.fault !== undefined && this.#isFlat && to > this.#values)
      throw new BadRows(new Malformed(this.fault), this.#values, this.#shape.values);
  }

  /** A value is a row. */
  get #isFlat(): boolean {
    return this.#shape.leaf.maxRepetition === 0;
  }

  #open(page: Page, stored: Uint8Array, length: number): Uint8Array {
    if (!page.hasRightSum) throw new Malformed("a page does not match its checksum");
    const { header } = page;
    const levels = header.repetitionBytes + header.definitionBytes;
    const body = decompress(this.#shape.codec, stored.subarray(0, header.stored - levels), length);
    checkPage(header, body, this.#shape.leaf, page.dictionary);
    return body;
  }

  #walk(bytes: Uint8Array): { end: number; fault: string | undefined } {
    const reader = new ThriftReader(bytes);
    let dictionary: number | undefined;
    let end = 0;
    try {
      while (this.#values < this.#shape.values) {
        const header = readPageHeader(reader);
        const body = bytes.subarray(reader.at, reader.at + header.stored);
        if (this.#values + header.values > this.#shape.values && header.kind !== "dictionary")
          throw new Malformed("its pages hold more values than it says");
        if (body.length < header.stored) throw new Malformed("a page is cut short");
        this.#note(header, body, dictionary);
        if (header.kind === "dictionary") dictionary = header.values;
        else this.#values += header.values;
        reader.at += header.stored;
        end = reader.at;
      }
      return { end, fault: undefined };
    } catch (error) {
      return { end, fault: reasonOf(error) };
    }
  }

  #note(header: PageHeader, body: Uint8Array, dictionary: number | undefined): void {
    if (header.kind === "other") throw new Malformed("it holds a page of an unknown kind");
    const hasRightSum = header.crc === undefined || crc32(body) === header.crc >>> 0;
    const isV2 = header.kind === "data v2";
    if (isV2) checkLevels(header, body, this.#shape.leaf);
    const levels = header.repetitionBytes + header.definitionBytes;
    const page = { header, dictionary, hasRightSum, before: this.#values };
    this.#pages.set(body.byteOffset + levels, page);
    if (isV2 && !header.isCompressed) this.#checkOpen(page, body.subarray(levels));
  }

  /** What is not compressed is not asked for. */
  #checkOpen({ header, dictionary, hasRightSum }: Page, body: Uint8Array): void {
    if (!hasRightSum) throw new Malformed("a page does not match its checksum");
    checkPage(header, body, this.#shape.leaf, dictionary);
  }
}
