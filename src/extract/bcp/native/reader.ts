/** Native rows out of data that comes in pieces of any size. */
import type { RawValue } from "../../../values/codec.ts";
import { readRow, type NativeField } from "./row.ts";

export interface NativeRecord {
  readonly cells: readonly (RawValue | null)[];
  /** The row as it lies in the file. */
  readonly bytes: Buffer;
  /** 1-based. */
  readonly row: number;
  /** 0-based, of its first byte in the data. */
  readonly offset: number;
  /** Why one of its values cannot be read. */
  readonly fault?: string;
}

/** What cannot be told apart into rows any more. */
export interface NativeRest {
  readonly reason: string;
  /** Of the row that it begins with. */
  readonly row: number;
  readonly offset: number;
  readonly length: number;
  /** Its first bytes: as many as quarantine keeps. */
  readonly bytes: Buffer;
}

const keptBytes = 1024 * 1024;
/** Longer than any value that can be handed on as text. */
const mostRowBytes = 512 * 1024 * 1024;

export class NativeReader {
  readonly #fields: readonly NativeField[];
  readonly #size: number;
  #pieces: Buffer[] = [];
  #pending = 0;
  /** Bytes that the row which is pending has at least. */
  #need = 1;
  #offset = 0;
  #row = 0;
  #lost: string | undefined;

  /** Without fields all is rest. `size`: bytes of the data, where that is known, so that a length beyond its end is seen at once. */
  constructor(fields: readonly NativeField[], size = Number.POSITIVE_INFINITY) {
    this.#fields = fields;
    this.#size = size;
    if (fields.length === 0) this.#lost = "no column of it is known";
  }

  /** `piece` is kept, in part, until its rows are through. */
  *write(piece: Buffer): Generator<NativeRecord> {
    this.#keep(piece);
    if (this.#lost !== undefined || this.#pending < this.#need) return;
    const buffer = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    yield* this.#readRows(buffer);
  }

  /** After the last piece: what is left over, if anything is. `cut`: why the data ends before its end. */
  end(cut?: string): NativeRest | undefined {
    if (this.#pending === 0) return undefined;
    return {
      reason: this.#lost ?? `the data ends in the middle of a row${cut === undefined ? "" : `: ${cut}`}`,
      row: this.#row + 1,
      offset: this.#offset,
      length: this.#pending,
      bytes: Buffer.concat(this.#pieces).subarray(0, keptBytes),
    };
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return;
    const isEnough = this.#lost !== undefined && this.#pending >= keptBytes;
    if (!isEnough) this.#pieces.push(piece);
    this.#pending += piece.length;
  }

  *#readRows(buffer: Buffer): Generator<NativeRecord> {
    let at = 0;
    this.#need = 1;
    while (at < buffer.length) {
      const reading = readRow(this.#fields, buffer, at, this.#size - this.#offset);
      if (reading.kind !== "row") {
        this.#stop(reading);
        break;
      }
      const { cells, end, fault } = reading;
      const [bytes, offset] = [buffer.subarray(at, end), this.#offset];
      this.#offset += end - at;
      at = end;
      yield { cells, bytes, row: ++this.#row, offset, ...(fault === undefined ? {} : { fault }) };
    }
    this.#pieces = at < buffer.length ? [buffer.subarray(at)] : [];
    this.#pending = buffer.length - at;
  }

  #stop(
    reading: { readonly kind: "short"; readonly need: number } | { readonly kind: "lost"; readonly reason: string },
  ): void {
    if (reading.kind === "lost") this.#lost = reading.reason;
    else if (reading.need > mostRowBytes) this.#lost = `a row has more than ${mostRowBytes} bytes`;
    else this.#need = reading.need;
  }
}
