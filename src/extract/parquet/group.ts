/** The rows of one row group, a few thousand at a time; what damage takes with it is told. */
import {
  type AsyncBuffer,
  type ColumnChunk,
  type ColumnMetaData,
  type FileMetaData,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from "hyparquet";
import type { RowReader } from "./cells.ts";
import { Chunk } from "./chunk.ts";
import { readAt } from "./footer.ts";
import { BadRows, Malformed, reasonOf } from "./malformed.ts";
import { leafShape } from "./schema.ts";
import type { GroupPlace, ParquetSource } from "./source.ts";
import type { Cell } from "./values.ts";

export interface GroupRows {
  readonly kind: "rows";
  /** 0-based, in the group. */
  readonly from: number;
  readonly rows: readonly (readonly (Cell | null)[])[];
}

export interface LostRows {
  readonly kind: "lost";
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** Cells that are decoded at a time: a row group can hold more than fits in memory. */
const cellsAtOnce = 4_000_000;
const fewestRows = 1_000;
/** Around damage, rows are looked for in pieces of at least this many, and at most this often in halves. */
const leastPiece = 64;
const deepestHalving = 6;
/** In a group. What is damaged all over would take for ever to search. */
const mostFailures = 200;
/** Apart from each other, so that no read spans two of them. */
const chunkDistance = 2 ** 40;

interface Piece {
  readonly from: number;
  readonly to: number;
  /** How often it was halved. */
  readonly depth: number;
  readonly lost?: LostRows;
}

export class GroupReader {
  readonly #source: ParquetSource;
  readonly #place: GroupPlace;
  readonly #rows: RowReader;
  readonly #signal: AbortSignal;
  #failures = 0;
  #chunks: { readonly meta: ColumnMetaData; readonly chunk: Chunk }[] = [];

  constructor(source: ParquetSource, place: GroupPlace, rows: RowReader, signal: AbortSignal) {
    this.#source = source;
    this.#place = place;
    this.#rows = rows;
    this.#signal = signal;
  }

  /** Every row of the group, in order, in rows or among those that are lost. */
  async *read(): AsyncGenerator<GroupRows | LostRows> {
    const { rows } = this.#place;
    try {
      await this.#load();
    } catch (error) {
      if (!this.#isOfTheFile(error)) throw error;
      yield { kind: "lost", from: 0, to: rows, reason: reasonOf(error) };
      return;
    }
    const step = Math.max(fewestRows, Math.floor(cellsAtOnce / Math.max(1, this.#chunks.length)));
    for (let from = 0; from < rows; from += step)
      yield* this.#pieces({ from, to: Math.min(rows, from + step), depth: 0 });
  }

  /** Pieces are tried in their order; one that fails is replaced by what may be left of it. */
  async *#pieces(first: Piece): AsyncGenerator<GroupRows | LostRows> {
    const waiting = [first];
    for (let piece = waiting.pop(); piece !== undefined; piece = waiting.pop()) {
      this.#signal.throwIfAborted();
      if (piece.from >= piece.to) continue;
      const outcome = piece.lost ?? (await this.#try(piece));
      if (!Array.isArray(outcome)) yield outcome;
      else waiting.push(...outcome.toReversed());
    }
  }

  async #try(piece: Piece): Promise<GroupRows | Piece[]> {
    try {
      return { kind: "rows", from: piece.from, rows: await this.#decode(piece.from, piece.to) };
    } catch (error) {
      if (!this.#isOfTheFile(error)) throw error;
      return ++this.#failures > mostFailures ? [lost(piece, reasonOf(error))] : this.#around(piece, error);
    }
  }

  /** The rows beside those that a page takes with it; where nobody knows which these are, they are looked for in halves. */
  #around({ from, to, depth }: Piece, error: unknown): Piece[] {
    const reason = reasonOf(error);
    if (error instanceof BadRows && error.from < to && error.to >= from) {
      const first = Math.max(from, error.from);
      // To pass over a page, the decoder has to begin behind the row that follows it.
      const next = Math.min(to, error.to + 1);
      return [{ from, to: first, depth }, lost({ from: first, to: next, depth }, reason), { from: next, to, depth }];
    }
    if (depth === deepestHalving || to - from <= leastPiece)
      return [lost({ from, to, depth }, this.#fault() ?? reason)];
    const half = from + Math.ceil((to - from) / 2);
    return [
      { from, to: half, depth: depth + 1 },
      { from: half, to, depth: depth + 1 },
    ];
  }

  /** Anything that decoding trips over; an interruption and a failing disk are none of it. */
  #isOfTheFile(error: unknown): boolean {
    return !this.#signal.aborted && error instanceof Error && !("syscall" in error);
  }

  #fault(): string | undefined {
    return this.#chunks.find(({ chunk }) => chunk.fault !== undefined)?.chunk.fault;
  }

  async #load(): Promise<void> {
    const { group } = this.#place;
    this.#chunks = [];
    const schema = parquetSchema({ schema: [...this.#source.schema] });
    for (const column of group.columns) {
      const meta = column.meta_data;
      if (meta === undefined || !this.#rows.roots.includes(meta.path_in_schema[0] ?? "")) continue;
      this.#signal.throwIfAborted();
      this.#chunks.push({ meta, chunk: await this.#chunk(column, meta, schema) });
    }
    const found = new Set(this.#chunks.map(({ meta }) => meta.path_in_schema[0]));
    const missing = this.#rows.roots.find((root) => !found.has(root));
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

  async #decode(from: number, to: number): Promise<(Cell | null)[][]> {
    for (const { chunk } of this.#chunks) chunk.expectRows(to);
    let rows: readonly (readonly unknown[])[] = [];
    await parquetRead({
      file: this.#file(),
      metadata: this.#metadata(),
      columns: [...this.#rows.roots],
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
    return rows.map((row) => this.#rows.cells(row));
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

function lost(piece: Piece, reason: string): Piece {
  return { ...piece, lost: { kind: "lost", from: piece.from, to: piece.to, reason } };
}
