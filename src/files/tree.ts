/** Files below a folder. */
import fs from "node:fs";
import path from "node:path";

/** Paths relative to `folder`, with forward slashes, in the order of their code units; links are listed as they are. None where there is no such folder. */
export function filesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const found = fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  return found.toSorted(byCodeUnits);
}

/** The same order on every machine. */
export function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Is a relative path one that stays below where it starts? */
export function staysBelow(relative: string): boolean {
  if (relative === "" || path.isAbsolute(relative) || path.win32.isAbsolute(relative)) return false;
  return relative.split(/[\\/]/).every((segment) => segment !== "..");
}
