/** A record that is too long to be held: its length and its hash, piece by piece. */
import { createHash, type Hash } from "node:crypto";
import type { RecordDigest } from "../extractor.ts";

export class LongRecord {
  readonly #hash: Hash = createHash("sha256");
  #bytes = 0;

  add(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.#bytes += piece.length;
  }

  /** Of all pieces; ask once. */
  digest(): RecordDigest {
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
}
