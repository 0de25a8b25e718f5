/** Withheld rows as the review shows them: by reason, without what is one row's own. */
import { createHash } from "node:crypto";

/**
 * The reason that rows share; undefined for rows that are nobody's to decide: their contested cell is in the queue itself, or
 * somebody decided already.
 */
export function openReason(reason: string): string | undefined {
  if (reason.startsWith("contested: ") || reason.startsWith("decided: ")) return undefined;
  return reason.startsWith("identity: ") ? "identity: two rows under one id" : reason;
}

/** The same in every run: `w` and twelve hex digits. */
export function rowPatternId(table: string, reason: string): string {
  return `w${createHash("sha256")
    .update(JSON.stringify([table, reason]))
    .digest("hex")
    .slice(0, 12)}`;
}
