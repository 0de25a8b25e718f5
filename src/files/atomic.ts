/** Output files appear whole or not at all: written under a temporary name, fsynced, renamed. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { Fault } from "../errors.ts";

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
  #descriptor: number | undefined;
  readonly #hash = createHash("sha256");
  readonly #gzip: boolean;
  #written = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #bytes = 0;

  /** `gzip`: what is written is compressed. */
  constructor(file: string, { gzip = false }: { readonly gzip?: boolean } = {}) {
    this.#path = file;
    this.#gzip = gzip;
    // Always the same name: what a killed run leaves behind, the next one writes over.
    this.#temporary = `${file}.tmp`;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.#descriptor = fs.openSync(this.#temporary, "w");
  }

  /** Bytes so far, before they are compressed. */
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
    fs.fsyncSync(this.#open());
    this.#close();
    fs.renameSync(this.#temporary, this.#path);
    return { path: this.#path, bytes: this.#written, sha256: this.#hash.digest("hex") };
  }

  /** Removes what was written. */
  discard(): void {
    this.#close();
    fs.rmSync(this.#temporary, { force: true });
  }

  #open(): number {
    if (this.#descriptor === undefined) throw new Fault(`${this.#path} is finished already`);
    return this.#descriptor;
  }

  #close(): void {
    if (this.#descriptor !== undefined) fs.closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #flush(): void {
    if (this.#pendingBytes === 0) return;
    const plain = Buffer.concat(this.#pending, this.#pendingBytes);
    // One member a piece: unpacked they are one text (RFC 1952, 2.2).
    const data = this.#gzip ? gzipSync(plain) : plain;
    this.#hash.update(data);
    this.#written += data.length;
    for (let at = 0; at < data.length;) at += fs.writeSync(this.#open(), data, at);
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
