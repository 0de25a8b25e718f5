/** A text file of records, of which each one's place is known. */
import type { Table } from "../../../schema/model.ts";
import type { RowKey } from "../../../values/key.ts";
import type { EvidenceFile, WrittenRecord } from "../model.ts";
import { encode } from "./encoding.ts";

export class RecordFile {
  readonly #encoding: string;
  readonly #parts: Buffer[];
  readonly #records: WrittenRecord[] = [];
  #length: number;

  /** `mark`: the bytes that it begins with. */
  constructor(encoding: string, mark: Buffer = Buffer.alloc(0)) {
    this.#encoding = encoding;
    this.#parts = [mark];
    this.#length = mark.length;
  }

  /** What belongs to no row. */
  text(text: string): void {
    const bytes = encode(text, this.#encoding);
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  /** `text`: with its line end. */
  record(table: Table, key: RowKey, text: string): void {
    const from = this.#length;
    this.text(text);
    this.#records.push({ table, key, from, to: this.#length });
  }

  named(name: string): EvidenceFile {
    return { name, bytes: Buffer.concat(this.#parts), records: this.#records };
  }
}
