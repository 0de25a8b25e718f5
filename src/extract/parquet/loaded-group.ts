/** The columns of a row group in memory, their pages checked, and rows decoded from them. */
import {
  type AsyncBuffer,
  type ColumnChunk,
  type ColumnMetaData,
  type FileMetaData,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from "hyparquet";
import { Chunk } from "./chunk.ts";
import { readAt } from "./footer.ts";
import { Malformed } from "./malformed.ts";
import { leafShape } from "./schema.ts";
import type { GroupPlace, ParquetSource } from "./source.ts";

/** Apart from each other, so that no read spans two of them. */
const chunkDistance = 2 ** 40;

export class LoadedGroup {
  readonly #source: ParquetSource;
  readonly #place: GroupPlace;
  readonly #roots: readonly string[];
  #chunks: { readonly meta: ColumnMetaData; readonly chunk: Chunk }[] = [];

  constructor(source: ParquetSource, place: GroupPlace, roots: readonly string[]) {
    this.#source = source;
    this.#place = place;
    this.#roots = roots;
  }

  /** Why one of its columns ends before its own end. */
  get fault(): string | undefined {
    return this.#chunks.find(({ chunk }) => chunk.fault !== undefined)?.chunk.fault;
  }

  /** Cells of a row. */
  get width(): number {
    return this.#chunks.length;
  }

  /** Throws Malformed where a column cannot be read at all. */
  async load(signal: AbortSignal): Promise<void> {
    const { group } = this.#place;
    this.#chunks = [];
    const schema = parquetSchema({ schema: [...this.#source.schema] });
    for (const column of group.columns) {
      const meta = column.meta_data;
      if (meta === undefined || !this.#roots.includes(meta.path_in_schema[0] ?? "")) continue;
      signal.throwIfAborted();
      this.#chunks.push({ meta, chunk: await this.#chunk(column, meta, schema) });
    }
    const found = new Set(this.#chunks.map(({ meta }) => meta.path_in_schema[0]));
    const missing = this.#roots.find((root) => !found.has(root));
    if (missing !== undefined) throw new Malformed(`its column ${missing} is missing or encrypted`);
  }

  async #chunk(column: ColumnChunk, meta: ColumnMetaData, schema: SchemaTree): Promise<Chunk> {
    const name = meta.path_in_schema.join(".");
    if (column.crypto_metadata !== undefined) throw new Malformed(`its column ${name} is encrypted`);
    const leaf = leafShape(schema, meta.path_in_schema);
    if (leaf === undefined) throw new Malformed(`its column ${name} is not in the schema`);
    const values = Number(meta.num_values);
    if (leaf.maxRepetition === 0 && values !== this.#place.rows)
      throw new Malformed(`its column ${name} has ${values} values in ${this.#place.rows} rows`);
    const bytes = await readAt(this.#source.handle, ...this.#range(meta));
    return new Chunk(bytes, { leaf, codec: meta.codec, values });
  }

  #range(meta: ColumnMetaData): [position: number, length: number] {
    const position = Number(meta.dictionary_page_offset || meta.data_page_offset);
    const length = Number(meta.total_compressed_size);
    if (!(position >= 0 && length >= 0 && position <= this.#source.size))
      throw new Malformed("a column of it is said to lie behind the end of the file");
    return [position, Math.min(length, this.#source.size - position)];
  }

  /** As they are stored: one value a root. Throws Malformed, BadRows, and whatever the decoder trips over. */
  async decode(from: number, to: number): Promise<readonly (readonly unknown[])[]> {
    for (const { chunk } of this.#chunks) chunk.expectRows(to);
    let rows: readonly (readonly unknown[])[] = [];
    await parquetRead({
      file: this.#file(),
      metadata: this.#metadata(),
      columns: [...this.#roots],
      rowStart: from,
      rowEnd: to,
      rowFormat: "array",
      utf8: false,
      geoparquet: false,
      parsers: { timestampFromNanoseconds: (ticks: bigint) => ticks },
      compressors: { SNAPPY: (stored, length) => this.#open(stored, length) },
      onComplete: (read) => void (rows = read as unknown[][]),
    });
    if (rows.length !== to - from) throw new Malformed("it holds fewer rows than it says");
    if (rows.some((row) => row.includes(undefined))) throw new Malformed("values are missing");
    return rows;
  }

  /** The checked chunks, as a file that holds nothing else. */
  #file(): AsyncBuffer {
    return {
      byteLength: chunkDistance * (this.#chunks.length + 1),
      slice: (start) => this.#chunks[Math.floor(start / chunkDistance)]?.chunk.buffer ?? new ArrayBuffer(),
    };
  }

  /** Every page goes through {@link Chunk.open}, whatever its compression. */
  #metadata(): FileMetaData {
    const columns = this.#chunks.map(({ meta, chunk }, index) => ({
      file_offset: 0n,
      meta_data: {
        type: meta.type,
        encodings: [],
        path_in_schema: meta.path_in_schema,
        codec: "SNAPPY" as const,
        num_values: meta.num_values,
        total_uncompressed_size: 0n,
        total_compressed_size: BigInt(chunk.buffer.byteLength),
        data_page_offset: BigInt(index) * BigInt(chunkDistance),
      },
    }));
    const num_rows = BigInt(this.#place.rows);
    const row_groups = [{ columns, num_rows, total_byte_size: 0n }];
    return { version: 1, schema: [...this.#source.schema], num_rows, row_groups, metadata_length: 0 };
  }

  #open(stored: Uint8Array, length: number): Uint8Array {
    const owner = this.#chunks.find(({ chunk }) => chunk.buffer === stored.buffer);
    if (owner === undefined) throw new Malformed("a page is of no column");
    return owner.chunk.open(stored, length);
  }
}
