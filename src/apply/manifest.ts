/** The scripts in `out/` as their manifest lists them: in the order of running, each with the hash that proves it whole. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { UserError } from "../errors.ts";

const listedFile = z.object({
  file: z.string(),
  purpose: z.string(),
  table: z.string().optional(),
  rows: z.int().optional(),
  bytes: z.int(),
  sha256: z.string(),
});

const manifest = z.object({ incident: z.string(), dialect: z.string(), files: z.array(listedFile) });

export type ListedFile = z.infer<typeof listedFile>;

export interface ScriptFolder {
  readonly folder: string;
  readonly dialect: string;
  /** In the order of running. */
  readonly files: readonly ListedFile[];
  /** Of the manifest: other scripts, another hash. */
  readonly sha256: string;
}

const remedy = "Write the scripts with `salvage emit`, then apply them";

/** Throws UserError where no scripts lie there. */
export function readScripts(folder: string): ScriptFolder {
  const file = path.join(folder, "manifest.json");
  try {
    const text = fs.readFileSync(file);
    const { dialect, files } = manifest.parse(JSON.parse(text.toString("utf8")));
    return { folder, dialect, files, sha256: createHash("sha256").update(text).digest("hex") };
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const what = isMissing ? "there are no rebuild scripts" : "the list of the rebuild scripts cannot be read";
    throw new UserError({ what, where: { file }, remedy, cause });
  }
}

/** The script's bytes, unpacked. Throws UserError where they are not those that were emitted: a script that somebody changed proves nothing of what it loads. */
export function readScript({ folder }: ScriptFolder, { file, sha256 }: ListedFile): Buffer {
  const where = { file: path.join(folder, file) };
  const bytes = readBytes(where.file);
  if (createHash("sha256").update(bytes).digest("hex") === sha256)
    return file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  throw new UserError({
    what: "the script is not as it was emitted",
    where,
    remedy: "Emit the scripts again with `salvage emit`; a changed script can be run with the database's own tools",
  });
}

function readBytes(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (cause) {
    throw new UserError({ what: "the script cannot be read", where: { file }, remedy, cause });
  }
}
