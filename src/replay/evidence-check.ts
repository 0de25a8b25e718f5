/** Is the evidence that of the run? Every recorded file is hashed again. */
import fs from "node:fs";
import { digestOf } from "../files/digest.ts";
import type { RecordedFile } from "./recorded.ts";

/** Source and path as they were recorded; without a source it belongs to the recipe. */
interface CheckedFile {
  readonly source: string | null;
  readonly path: string;
}

/** What is in the file now is not what was read; `recorded` and `now` are its SHA-256, or ISO times where it is only dated otherwise. */
interface ChangedFile extends CheckedFile {
  readonly what: "content" | "modification time";
  readonly recorded: string;
  readonly now: string;
}

interface MissingFile extends CheckedFile {
  /** SHA-256. */
  readonly recorded: string;
  readonly remedy: string;
}

export interface EvidenceCheck {
  readonly unchanged: number;
  readonly changed: readonly ChangedFile[];
  readonly missing: readonly MissingFile[];
  /** Files that the run did not have, and that the recipe's patterns stand for now. */
  readonly added: readonly CheckedFile[];
}

/** A recorded file, and where it is looked for. */
export interface LocatedFile extends RecordedFile {
  /** Absolute. */
  readonly file: string;
  /** Variables that its path needs, and that are not set. */
  readonly unset: readonly string[];
  /** It is dated by the bag, not by the file system. */
  readonly isDated?: boolean;
}

/** Files that several sources read count once for each. */
export function checkEvidence(files: readonly LocatedFile[]): EvidenceCheck {
  const changed: ChangedFile[] = [];
  const missing: MissingFile[] = [];
  let unchanged = 0;
  const digests = new Map<string, string>();
  for (const each of files) {
    const told = { source: each.source ?? null, path: each.path };
    if (!fs.existsSync(each.file)) {
      missing.push({ ...told, recorded: each.sha256, remedy: remedyFor(each) });
      continue;
    }
    const now = digests.get(each.file) ?? digestOf(each.file).sha256;
    digests.set(each.file, now);
    const difference = now === each.sha256 ? otherTime(each) : { recorded: each.sha256, now };
    if (difference === undefined) unchanged += 1;
    else changed.push({ ...told, what: now === each.sha256 ? "modification time" : "content", ...difference });
  }
  return { unchanged, changed, missing, added: [] };
}

function remedyFor({ unset, isCaptured, file }: LocatedFile): string {
  if (unset.length > 0) return `Set ${unset.join(", ")} as it was for the run`;
  if (isCaptured) return "Put it back from a copy of the incident";
  return `Put it back as ${file}`;
}

function otherTime({ file, modified, isDated }: LocatedFile): { recorded: string; now: string } | undefined {
  const found = Math.floor(fs.statSync(file).mtimeMs);
  if (modified === undefined || isDated === true || found === modified) return undefined;
  return { recorded: new Date(modified).toISOString(), now: new Date(found).toISOString() };
}
