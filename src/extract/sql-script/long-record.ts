/** A record of a script that is too long to be held: its length and hash. */
import { createHash } from "node:crypto";
import type { RecordDigest } from "../extractor.ts";

/** What stands for the text that was left out: a word, so that nothing can be read as a value around it. */
export const standIn = " text_left_out ";
export const tooLong = "the record is longer than can be held";

/** So many characters are turned into bytes at once. */
const pieceLength = 1 << 20;

/** Never between the halves of a pair. */
function pieceEnd(text: string, at: number): number {
  const isHalf = at < text.length && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return isHalf ? at + 1 : at;
}

export class LongRecord {
  readonly #toBytes: (text: string) => Uint8Array;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  /** Where, in the text that is kept of the record, begins what was not taken in yet. */
  offset = 0;

  /** `toBytes`: the exact bytes that text stands for. */
  constructor(toBytes: (text: string) => Uint8Array) {
    this.#toBytes = toBytes;
  }

  /** Takes in what comes next of the record's own text. */
  add(text: string): void {
    for (let at = 0; at < text.length;) {
      const end = pieceEnd(text, at + pieceLength);
      const bytes = this.#toBytes(text.slice(at, end));
      this.#hash.update(bytes);
      this.#bytes += bytes.length;
      at = end;
    }
  }

  /** `kept`: the text that is kept of the record, to its end. Called once. */
  close(kept: string): RecordDigest {
    this.add(kept.slice(this.offset));
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
}
