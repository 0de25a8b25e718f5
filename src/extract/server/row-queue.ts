/** Between a driver that pushes rows and a reading that takes batches: the driver is held back while enough rows wait. */
import type { RawValue } from "../../values/codec.ts";
import type { RowBatch } from "./kind.ts";

const batchRows = 1000;
/** A batch is handed over as soon as it weighs this much, so that a thousand rows of large cells never stand in memory together. */
const batchBytes = 8 << 20;

type Row = readonly (RawValue | null)[];

/** What a row weighs in memory, about. */
function weigh(row: Row): number {
  let bytes = 0;
  for (const cell of row) bytes += typeof cell === "string" || cell instanceof Uint8Array ? cell.length : 8;
  return bytes;
}

/** Closes and opens the flow of rows: pauses and resumes the driver's socket. */
export interface Valve {
  pause(): void;
  resume(): void;
}

export class RowQueue {
  readonly #valve: Valve;
  #rows: Row[] = [];
  #bytes = 0;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(valve: Valve) {
    this.#valve = valve;
  }

  /** Did the statement come to its end, or fail, so that nothing of it runs on? */
  get isOver(): boolean {
    return this.#ended || this.#failure !== undefined;
  }

  push(row: Row): void {
    this.#rows.push(row);
    this.#bytes += weigh(row);
    if (!this.#isFull()) return;
    this.#valve.pause();
    this.#wake?.();
  }

  /** No row follows. */
  end(): void {
    this.#ended = true;
    this.#finish();
  }

  /** No row follows: what waits is still handed over, then the error is thrown. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#finish();
  }

  /** The next rows, as soon as they make a batch; undefined behind the last. Throws what the statement failed with. */
  async next(): Promise<RowBatch | undefined> {
    if (!this.#isFull() && !this.isOver) await this.#more();
    const batch = this.#rows;
    this.#rows = [];
    this.#bytes = 0;
    if (batch.length > 0) return batch;
    if (this.#failure !== undefined) throw this.#failure.error;
    return undefined;
  }

  /** The flow was closed for the last rows; nothing but answers to later statements comes now. */
  #finish(): void {
    this.#valve.resume();
    this.#wake?.();
  }

  #isFull(): boolean {
    return this.#rows.length >= batchRows || this.#bytes >= batchBytes;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
      this.#valve.resume();
    });
  }
}
