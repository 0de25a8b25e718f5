/** A record of which only the beginning is kept, and what proves the rest. */
import { createHash } from "node:crypto";

/** So much of a record is kept in quarantine. */
const keptBytes = 1024 * 1024;

export class LongRecord {
  readonly #hash = createHash("sha256");
  #kept: Buffer = Buffer.alloc(0);
  #length = 0;

  add(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#length += bytes.length;
    const room = keptBytes - this.#kept.length;
    if (room > 0) this.#kept = Buffer.concat([this.#kept, bytes.subarray(0, room)]);
  }

  get kept(): Buffer {
    return this.#kept;
  }

  get length(): number {
    return this.#length;
  }

  describe(): string {
    return `${this.#length} bytes, sha-256 ${this.#hash.digest("hex")}`;
  }
}
