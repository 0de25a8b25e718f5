/** One script under construction: text in the version's encoding, batches between GO lines. */
import { AtomicFile } from "../../files/atomic.ts";
import type { WrittenFile } from "../../files/atomic.ts";
import type { VersionRules } from "./versions.ts";

const byteOrderMark = "\ufeff";
const chunkSize = 1 << 18;
/** Of one UTF-16 code unit, in UTF-8 as in UTF-16. */
const mostBytes = 3;

export class ScriptFile {
  readonly #file: AtomicFile;
  readonly #encoding: "utf8" | "utf16le";
  /** Each row is encoded at once: long-lived strings of many rows cost the garbage collector more than all encoding. */
  #chunk = Buffer.allocUnsafe(chunkSize);
  #used = 0;

  constructor(path: string, rules: VersionRules, options: { readonly gzip?: boolean } = {}) {
    this.#file = new AtomicFile(path, options);
    this.#encoding = rules.encoding;
    this.write(byteOrderMark);
  }

  write(text: string): void {
    const most = text.length * mostBytes;
    if (this.#used + most > chunkSize) this.#flush();
    if (most > chunkSize) this.#file.write(text, this.#encoding);
    else this.#used += this.#chunk.write(text, this.#used, this.#encoding);
  }

  /** Ends what was written since the last batch. */
  endBatch(): void {
    this.write("\nGO\n");
  }

  batch(text: string): void {
    this.write(text);
    this.endBatch();
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#file.bytes + this.#used;
  }

  commit(): WrittenFile {
    this.#flush();
    return this.#file.commit();
  }

  discard(): void {
    this.#file.discard();
  }

  #flush(): void {
    this.#file.write(this.#chunk.subarray(0, this.#used));
    this.#chunk = Buffer.allocUnsafe(chunkSize);
    this.#used = 0;
  }
}

/** Writes a whole script of a few batches; a leading comment belongs to the first. */
export function writeScript(path: string, rules: VersionRules, batches: readonly string[]): WrittenFile {
  const file = new ScriptFile(path, rules);
  try {
    for (const batch of batches) file.batch(batch);
    return file.commit();
  } catch (error) {
    file.discard();
    throw error;
  }
}
