/** `capture.json`: what was captured of a source, so that it is not asked for again. */
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { UserError } from "../../errors.ts";
import { writeFileAtomic } from "../../files/atomic.ts";

const capturedFile = z.strictObject({
  name: z.string(),
  lines: z.int(),
  bytes: z.int(),
  sha256: z.string(),
});

const capturedColumn = z.strictObject({
  name: z.string(),
  declaredType: z.string(),
  isInstant: z.boolean(),
});

const capturedTable = z.strictObject({
  /** What was asked for, in one text: another question needs another capture. */
  question: z.string(),
  /** The source's own name for it; null: the source has no such table. */
  relation: z.string().nullable(),
  columns: z.array(capturedColumn),
  /** Indexes of the key columns among `columns`, in whose order the rows stand; empty: in no order. */
  key: z.array(z.int()),
  /** Nothing is missing of it. */
  isComplete: z.boolean(),
  /** The server's clock at the beginning of each reading: more than one where a connection broke, or ranges were read side by side. */
  readAt: z.array(z.string()),
  /** All its rows are of one moment. */
  isConsistent: z.boolean(),
  /** Why what was captured may not be all that was there. */
  limits: z.array(z.string()),
  files: z.array(capturedFile),
});

const manifest = z.strictObject({
  format: z.literal(1),
  /** Where the source was, as the options say it; empty where nothing was asked yet. */
  location: z.string(),
  /** What was read, as people call it; never a password. */
  origin: z.string(),
  /** What people should know of the whole source. */
  warnings: z.array(z.string()),
  tables: z.record(z.string(), capturedTable),
});

export type CapturedColumn = z.infer<typeof capturedColumn>;
export type CapturedTable = z.infer<typeof capturedTable>;
export type Manifest = z.infer<typeof manifest>;

const fileName = "capture.json";

export function emptyManifest(): Manifest {
  return { format: 1, location: "", origin: "", warnings: [], tables: {} };
}

/** Undefined where nothing was captured yet. Throws UserError for a file that is no manifest. */
export function readManifest(folder: string): Manifest | undefined {
  const file = path.join(folder, fileName);
  if (!fs.existsSync(file)) return undefined;
  try {
    return manifest.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch (cause) {
    throw new UserError({
      what: "the list of what was captured cannot be read",
      where: { file },
      remedy: "Put the folder back as salvage wrote it, or move it away to have the source captured again",
      cause,
    });
  }
}

export function writeManifest(folder: string, content: Manifest): void {
  writeFileAtomic(path.join(folder, fileName), `${JSON.stringify(content, null, 2)}\n`);
}
