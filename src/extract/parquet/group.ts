/** The rows of one row group, a few thousand at a time; what damage takes with it is told. */
import type { RowReader } from "./cells.ts";
import { LoadedGroup } from "./loaded-group.ts";
import { BadRows, reasonOf } from "./malformed.ts";
import type { GroupPlace, ParquetSource } from "./source.ts";

export interface GroupRows {
  readonly kind: "rows";
  /** 0-based, in the group. */
  readonly from: number;
  /** As they are stored, for {@link RowReader}: turned into cells all at once they would take twice the memory. */
  readonly rows: readonly (readonly unknown[])[];
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

interface Piece {
  readonly from: number;
  readonly to: number;
  /** How often it was halved. */
  readonly depth: number;
  readonly lost?: LostRows;
}

export class GroupReader {
  readonly #rows: number;
  readonly #group: LoadedGroup;
  readonly #signal: AbortSignal;
  #failures = 0;

  constructor(source: ParquetSource, place: GroupPlace, { roots }: Pick<RowReader, "roots">, signal: AbortSignal) {
    this.#rows = place.rows;
    this.#group = new LoadedGroup(source, place, roots);
    this.#signal = signal;
  }

  /** Every row of the group, in order, in rows or among those that are lost. */
  async *read(): AsyncGenerator<GroupRows | LostRows> {
    const reason = await this.#load();
    if (reason !== undefined) yield { kind: "lost", from: 0, to: this.#rows, reason };
    else yield* this.#steps();
  }

  /** Returns why it cannot be loaded. */
  async #load(): Promise<string | undefined> {
    try {
      await this.#group.load(this.#signal);
      return undefined;
    } catch (error) {
      if (!this.#isOfTheFile(error)) throw error;
      return reasonOf(error);
    }
  }

  async *#steps(): AsyncGenerator<GroupRows | LostRows> {
    const step = Math.max(fewestRows, Math.floor(cellsAtOnce / Math.max(1, this.#group.width)));
    let from = 0;
    for (; from < this.#rows && this.#failures <= mostFailures; from += step)
      yield* this.#pieces({ from, to: Math.min(this.#rows, from + step), depth: 0 });
    if (from < this.#rows)
      yield { kind: "lost", from, to: this.#rows, reason: "the pages before are damaged all over" };
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
      return { kind: "rows", from: piece.from, rows: await this.#group.decode(piece.from, piece.to) };
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
      return [lost({ from, to, depth }, this.#group.fault ?? reason)];
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
}

function lost(piece: Piece, reason: string): Piece {
  return { ...piece, lost: { kind: "lost", from: piece.from, to: piece.to, reason } };
}
