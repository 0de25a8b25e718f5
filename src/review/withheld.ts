/** Withheld rows as the review shows them: by reason, without what is one row's own. */
import { createHash } from "node:crypto";
import { proofOnly } from "../reconcile/row.ts";

/**
 * The reason that rows share; undefined for rows that are nobody's to decide: their contested cell is in the queue itself, or
 * somebody decided already.
 */
export function openReason(reason: string): string | undefined {
  if (reason.startsWith("contested: ") || reason.startsWith("decided: ")) return undefined;
  if (reason.startsWith(`${proofOnly}: `)) return reason.replace(/ at (?:an unknown time|\S+Z)$/, "");
  return reason.startsWith("identity: ") ? "identity: two rows under one id" : reason;
}

/** The same in every run: `w` and twelve hex digits. */
export function rowPatternId(table: string, reason: string): string {
  return `w${createHash("sha256")
    .update(JSON.stringify([table, reason]))
    .digest("hex")
    .slice(0, 12)}`;
}

/** The column without whose value the row is withheld; a value for it would let the row go. */
export function missingColumn(reason: string): string | undefined {
  return /^not null: (.+?)(?: has no value in any source| is NULL)?$/s.exec(reason)?.[1];
}

/** May somebody say that the row was there? Constraints and missing parents are not argued away. */
export function canBeKept(reason: string): boolean {
  return /^(?:uncertain|identity): /.test(reason);
}
