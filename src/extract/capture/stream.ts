/** A run of captured files: lines go into the open one, which is finished and followed by the next where it is full. */
import { CaptureFile } from "./file.ts";
import type { CapturedFile } from "./file.ts";

/** How much a file holds: what an interruption can lose. */
export interface CaptureLimits {
  readonly lines: number;
  /** Before compression. */
  readonly bytes: number;
}

export const captureLimits: CaptureLimits = { lines: 50_000, bytes: 32 << 20 };

export interface StreamOptions {
  readonly folder: string;
  /** Begins the files' names. */
  readonly label: string;
  /** The first line of every file. */
  readonly header: string | undefined;
  /** How many files of the label are there already. */
  readonly after: number;
  readonly limits: CaptureLimits;
  /** A file is whole. */
  readonly onFile: (file: CapturedFile) => void;
}

export class CaptureStream {
  readonly #options: StreamOptions;
  #open: CaptureFile | undefined;
  #number: number;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#number = options.after;
  }

  /** Lines one behind the other. Where the files end depends on nothing but the lines. */
  async append(lines: Iterable<string | Uint8Array>): Promise<void> {
    for (const line of lines) {
      this.#open ??= this.#begin();
      if (this.#open.add(line)) await this.#open.flush();
      if (this.#isFull(this.#open)) await this.finish();
    }
  }

  /** Finishes the file that is open. */
  async finish(): Promise<void> {
    const finished = await this.#open?.finish();
    this.#open = undefined;
    if (finished !== undefined) this.#options.onFile(finished);
  }

  /** Leaves nothing of the file that is open. */
  async discard(): Promise<void> {
    await this.#open?.discard();
    this.#open = undefined;
  }

  #begin(): CaptureFile {
    const { folder, label, header } = this.#options;
    const file = new CaptureFile(folder, `${label}.${String(++this.#number).padStart(4, "0")}.ndjson.gz`);
    if (header !== undefined) file.add(header);
    return file;
  }

  #isFull({ lines, size }: CaptureFile): boolean {
    return lines >= this.#options.limits.lines || size >= this.#options.limits.bytes;
  }
}
