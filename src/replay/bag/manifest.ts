/** The lists of a bag: a SHA-256 and a path on each line (RFC 8493, 2.1.3). */
import { UserError } from "../../errors.ts";
import { byCodeUnits } from "../../files/tree.ts";

export interface ManifestEntry {
  /** Relative to the bag, with forward slashes. */
  readonly path: string;
  readonly sha256: string;
}

/** As `sha256sum -c` reads it, but for paths with line breaks or percent signs. */
export function formatManifest(entries: readonly ManifestEntry[]): string {
  const sorted = entries.toSorted((left, right) => byCodeUnits(left.path, right.path));
  return sorted.map(({ path, sha256 }) => `${sha256}  ${encode(path)}\n`).join("");
}

function encode(path: string): string {
  return path.replaceAll(/[%\r\n]/g, encodeURIComponent);
}

function decode(path: string): string {
  return path.replaceAll(/%(?:25|0D|0A)/gi, decodeURIComponent);
}

/**
 * Throws UserError for a line that is none, a path that is there twice, and one that leads out of the bag.
 * @param file the list, as people know it
 * @param isPayload its paths begin with `data/`; else none does
 */
export function parseManifest(text: string, file: string, isPayload: boolean): ManifestEntry[] {
  const seen = new Set<string>();
  return text.split(/\r\n|\n|\r/).flatMap((line, index) => {
    if (line === "") return [];
    const where = { file, line: index + 1 };
    const [, sha256 = "", written = ""] = /^([0-9a-f]{64})[ \t]+\*?(.+)$/i.exec(line) ?? [];
    const path = decode(written);
    if (written === "") throw damaged("this line is no hash and path", where);
    if (leadsOut(path) || path.startsWith("data/") !== isPayload)
      throw new UserError({
        what: `the path ${JSON.stringify(path)} leads out of the ${isPayload ? "bag's data" : "bag's own files"}`,
        where,
        remedy: "Do not trust this bag; have it packed again",
      });
    if (seen.has(path)) throw damaged(`the path ${JSON.stringify(path)} is listed twice`, where);
    seen.add(path);
    return { path, sha256: sha256.toLowerCase() };
  });
}

/** Absolute here or on Windows, or with steps that are no names. */
function leadsOut(path: string): boolean {
  return /^[/\\~]|^[a-z]:|\\|\0/i.test(path) || path.split("/").some((step) => step === "" || /^\.\.?$/.test(step));
}

function damaged(what: string, where: { readonly file: string; readonly line: number }): UserError {
  return new UserError({ what, where, remedy: "The bag is damaged: take another copy of it" });
}
