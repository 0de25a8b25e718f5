/** `manifest.json`: every script in the order of running, with what proves that it is whole. */
import path from "node:path";
import { writeFileAtomic } from "../../files/atomic.ts";
import type { EmitRequest, EmittedFile } from "../emitter.ts";

/** Writes the manifest: no clock, no absolute path, so that the same evidence gives the same bytes. */
export function writeManifest(
  { incident, ifExists, since, folder }: EmitRequest,
  scripts: readonly EmittedFile[],
  made: { readonly dialect: string; readonly version?: string },
): EmittedFile {
  const files = scripts.map(({ path: file, purpose, table, rows, bytes, sha256 }) => ({
    file: path.basename(file),
    purpose,
    table,
    rows,
    bytes,
    sha256,
  }));
  const manifest = {
    incident,
    ...made,
    ifExists,
    since,
    files,
  };
  const written = writeFileAtomic(path.join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { ...written, purpose: "manifest" };
}
