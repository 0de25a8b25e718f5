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

const newline = 10;
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
  #pending: (string | Uint8Array)[] = [];
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

  /** Takes a line (without its end). True: enough wait to be written, see {@link CaptureFile.flush}. */
  add(line: string | Uint8Array): boolean {
    const length = typeof line === "string" ? Buffer.byteLength(line) : line.length;
    this.lines++;
    this.size += length + 1;
    this.#pending.push(line);
    this.#pendingBytes += length + 1;
    return this.#pendingBytes >= flushAt;
  }

  /** Writes what waits, no faster than it is compressed. */
  async flush(): Promise<void> {
    const data = joined(this.#pending, this.#pendingBytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (this.#gzip.write(data)) return;
    await Promise.race([new Promise((resolve) => this.#gzip.once("drain", resolve)), this.#done]);
  }

  /** The file appears under its name, fsynced. */
  async finish(): Promise<CapturedFile> {
    await this.flush();
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
}

/** Each line with its end, in bytes. */
function joined(lines: readonly (string | Uint8Array)[], length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const line of lines) {
    if (typeof line === "string") at += bytes.write(line, at);
    else {
      bytes.set(line, at);
      at += line.length;
    }
    bytes[at++] = newline;
  }
  return bytes;
}
