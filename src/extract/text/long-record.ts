/** Records that are too long to be held: set aside by their place, length and hash, piece by piece. */
import { createHash, type Hash } from "node:crypto";
import type { ExtractContext, Locator } from "../extractor.ts";

/** No scanner holds more characters of a record: far below the longest string there is, so that one can be joined and decoded. */
export const longestRecord = 64 * 1024 * 1024;
export const tooLong = "the record is longer than 64 Mi characters";

interface OpenRecord {
  readonly locator: Locator;
  readonly hash: Hash;
  bytes: number;
}

export class LongRecords {
  readonly #context: Pick<ExtractContext, "read" | "quarantine">;
  #open: OpenRecord | undefined;

  constructor(context: Pick<ExtractContext, "read" | "quarantine">) {
    this.#context = context;
  }

  /** Did pieces come of a record whose end did not? */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** The next piece; `goesOn`: it is not the last one. `locate` gives the place of the first. */
  add(piece: Uint8Array, goesOn: boolean, locate: () => Locator): void {
    this.#open ??= { locator: locate(), hash: createHash("sha256"), bytes: 0 };
    this.#open.hash.update(piece);
    this.#open.bytes += piece.length;
    if (!goesOn) this.end();
  }

  /** Accounts for the record that is open, if one is: nothing more of it comes. */
  end(): void {
    if (this.#open === undefined) return;
    const { bytes, hash, locator } = this.#open;
    this.#open = undefined;
    this.#context.read(1);
    this.#context.quarantine({ bytes, sha256: hash.digest("hex") }, tooLong, locator);
  }
}
