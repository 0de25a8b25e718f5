/** Drives an engine of node:zlib by hand: a pipeline would throw away what came out before the damage. */
import type { Gunzip, InflateRaw } from "node:zlib";
import { type Decoder, isPadding, strangeEnd } from "./decoder.ts";

export class ZlibDecoder implements Decoder {
  readonly #engine: Gunzip | InflateRaw;
  readonly #trailerSize: number;
  #trailer: Buffer = Buffer.alloc(0);
  #pieces: Buffer[] = [];
  #damage: string | undefined;
  #isOver = false;
  /** A write that fails, or whose data ends before it does, never calls back; this settles in its place. */
  readonly #over: Promise<void>;

  /**
   * The last `trailerSize` bytes go in by themselves: when only the checksum is wrong, everything before it has come out by then.
   * A damaged block in the middle takes with it at most the 16 KiB that zlib had not handed over.
   */
  constructor(engine: Gunzip | InflateRaw, trailerSize: number) {
    this.#engine = engine;
    this.#trailerSize = trailerSize;
    this.#engine.on("data", (piece: Buffer) => this.#pieces.push(piece));
    this.#over = new Promise((resolve) => {
      this.#engine.on("error", (error) => {
        this.#damage ??= error.message;
        resolve();
      });
      this.#engine.on("end", () => {
        this.#isOver = true;
        resolve();
      });
    });
  }

  get damage(): string | undefined {
    return this.#damage;
  }

  /** Compressed bytes that the engine made use of. */
  get consumed(): number {
    return this.#engine.bytesWritten;
  }

  /** Did the data reach its own end? */
  get isOver(): boolean {
    return this.#isOver;
  }

  async *write(bytes: Buffer): AsyncGenerator<Buffer> {
    const held = this.#trailer.length === 0 ? bytes : Buffer.concat([this.#trailer, bytes]);
    const from = Math.max(0, held.length - this.#trailerSize);
    this.#trailer = Buffer.from(held.subarray(from));
    await this.#feed(held.subarray(0, from));
    yield this.#take();
  }

  async *end(): AsyncGenerator<Buffer> {
    await this.#feed(this.#trailer);
    if (this.#damage === undefined && !this.#isOver) {
      this.#engine.end();
      await this.#over;
    }
    yield this.#take();
  }

  close(): void {
    this.#engine.close();
  }

  async #feed(bytes: Buffer): Promise<void> {
    if (this.#damage !== undefined || bytes.length === 0) return;
    if (this.#isOver) {
      if (!isPadding(bytes)) this.#damage = strangeEnd;
      return;
    }
    const written = new Promise<void>((resolve) => {
      this.#engine.write(bytes, () => resolve());
    });
    await Promise.race([written, this.#over]);
  }

  #take(): Buffer {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return bytes;
  }
}
