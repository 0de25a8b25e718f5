/** Names of the packs' files: a key as people read it where any file system takes it, and no two alike on any. */
import { createHash } from "node:crypto";

const longest = 60;
const reservedOnWindows = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.|$)/i;

/** `ALFKI`, `10248_11`; what cannot be a name so is cleaned, and ends in a hash of the whole. */
export function fileStem(text: string): string {
  const plain = text.replaceAll(", ", "_");
  const cleaned = plain
    .replaceAll(/[^A-Za-z0-9._-]+/g, "_")
    .replaceAll(/\.{2,}/g, "_")
    .replace(/^[._-]+/, "")
    .slice(0, longest)
    .replace(/[._-]+$/, "");
  if (cleaned === plain && cleaned !== "" && !reservedOnWindows.test(cleaned)) return cleaned;
  const hash = createHash("sha256").update(text, "utf8").digest("hex").slice(0, 10);
  const kept = reservedOnWindows.test(cleaned) ? cleaned.replaceAll(".", "_") : cleaned;
  return `${kept === "" ? "key" : kept}-${hash}`;
}

/** Gives each file a name of its own; cases do not tell names apart. */
export class FileNames {
  readonly #taken = new Set<string>();

  /** `reserved`: names that are in the folder already. */
  constructor(reserved: readonly string[]) {
    for (const name of reserved) this.#taken.add(name);
  }

  /** `ordinal`: which of the folder's files it is; it tells names apart that are otherwise alike. */
  take(text: string, ordinal: number): string {
    const stem = fileStem(text);
    let name = stem;
    for (let more = ordinal; this.#taken.has(name.toLowerCase()); more++) name = `${stem}-${more}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}
