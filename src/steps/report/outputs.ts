/** Outputs as `summary.json` vouches for them. */
import path from "node:path";
import type { WrittenFile } from "../../files/atomic.ts";
import type { Incident } from "../../incident.ts";
import type { Summary } from "../../report/summary.ts";

/** Paths relative to the incident's directory. */
export function listed({ directory }: Incident, files: readonly WrittenFile[]): Summary["outputs"] {
  return files.map(({ path: file, bytes, sha256 }) => ({
    path: path.relative(directory, file).split(path.sep).join("/"),
    bytes,
    sha256,
  }));
}
