/** One script under construction: text in the version's encoding, batches between GO lines. */
import { AtomicFile } from "../../files/atomic.ts";
import type { WrittenFile } from "../../files/atomic.ts";
import type { VersionRules } from "./versions.ts";

const byteOrderMark = "\ufeff";
const flushAt = 1 << 16;

export class ScriptFile {
  readonly #file: AtomicFile;
  readonly #encoding: "utf8" | "utf16le";
  #pending = byteOrderMark;

  constructor(path: string, rules: VersionRules) {
    this.#file = new AtomicFile(path);
    this.#encoding = rules.encoding;
  }

  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= flushAt) this.#flush();
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
    this.#flush();
    return this.#file.bytes;
  }

  commit(): WrittenFile {
    this.#flush();
    return this.#file.commit();
  }

  discard(): void {
    this.#file.discard();
  }

  #flush(): void {
    this.#file.write(this.#pending, this.#encoding);
    this.#pending = "";
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
