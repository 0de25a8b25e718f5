/** Output files appear whole or not at all: written under a temporary name, fsynced, renamed. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** What `manifest.json` and `summary.json` say of a written file. */
export interface WrittenFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

const flushAt = 1 << 20;

/** A file under construction. Until {@link AtomicFile.commit} nothing stands under its name. */
export class AtomicFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  readonly #hash = createHash("sha256");
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #bytes = 0;

  constructor(file: string) {
    this.#path = file;
    this.#temporary = `${file}.${process.pid}.tmp`;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.#descriptor = fs.openSync(this.#temporary, "w");
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#bytes;
  }

  write(data: string | Buffer, encoding: "utf8" | "utf16le" = "utf8"): void {
    const chunk = typeof data === "string" ? Buffer.from(data, encoding) : data;
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    this.#bytes += chunk.length;
    if (this.#pendingBytes >= flushAt) this.#flush();
  }

  commit(): WrittenFile {
    this.#flush();
    fs.fsyncSync(this.#descriptor);
    fs.closeSync(this.#descriptor);
    fs.renameSync(this.#temporary, this.#path);
    return { path: this.#path, bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Removes what was written. */
  discard(): void {
    fs.closeSync(this.#descriptor);
    fs.rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    const data = Buffer.concat(this.#pending, this.#pendingBytes);
    this.#hash.update(data);
    for (let at = 0; at < data.length;) at += fs.writeSync(this.#descriptor, data, at);
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

/** Writes a whole file at once, atomically. */
export function writeFileAtomic(file: string, data: string | Buffer): WrittenFile {
  const target = new AtomicFile(file);
  try {
    target.write(data);
    return target.commit();
  } catch (error) {
    target.discard();
    throw error;
  }
}
