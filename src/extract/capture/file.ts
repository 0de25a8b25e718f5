/** One captured file under construction: lines, gzipped, hashed, durable once it is finished. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** What the manifest keeps of a finished file. */
export interface CapturedFile {
  /** Within the source's folder. */
  readonly name: string;
  readonly lines: number;
  readonly bytes: number;
  readonly sha256: string;
}

const flushAt = 1 << 18;
/** Captures are read far less often than written, and the server waits meanwhile. */
const compressionLevel = 1;

export class CaptureFile {
  /** Lines written so far. */
  lines = 0;
  /** Bytes written so far, before compression. */
  size = 0;

  readonly #name: string;
  readonly #path: string;
  readonly #part: string;
  readonly #gzip = createGzip({ level: compressionLevel });
  readonly #hash = createHash("sha256");
  readonly #done: Promise<void>;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #bytes = 0;

  constructor(folder: string, name: string) {
    this.#name = name;
    this.#path = path.join(folder, name);
    this.#part = `${this.#path}.part`;
    const count = new Transform({
      transform: (chunk: Buffer, _encoding, next) => {
        this.#hash.update(chunk);
        this.#bytes += chunk.length;
        next(null, chunk);
      },
    });
    this.#done = pipeline(this.#gzip, count, fs.createWriteStream(this.#part, { flush: true }));
    // Whoever writes next or finishes is told; a failure that nobody waits for yet is not a crash.
    this.#done.catch(() => {});
  }

  /** Writes a line (without its end). */
  async write(line: string | Uint8Array): Promise<void> {
    const bytes = typeof line === "string" ? Buffer.from(`${line}\n`) : Buffer.concat([line, Buffer.from("\n")]);
    this.lines++;
    this.size += bytes.length;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= flushAt) await this.#flush();
  }

  /** The file appears under its name, fsynced. */
  async finish(): Promise<CapturedFile> {
    await this.#flush();
    this.#gzip.end();
    await this.#done;
    fs.renameSync(this.#part, this.#path);
    return { name: this.#name, lines: this.lines, bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    this.#gzip.destroy();
    await this.#done.catch(() => {});
    fs.rmSync(this.#part, { force: true });
  }

  async #flush(): Promise<void> {
    const data = Buffer.concat(this.#pending, this.#pendingBytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (this.#gzip.write(data)) return;
    await Promise.race([new Promise((resolve) => this.#gzip.once("drain", resolve)), this.#done]);
  }
}
