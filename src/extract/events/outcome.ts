/** What a message of a change log comes to. */
import type { Proof } from "../extractor.ts";
import type { Member } from "../text/json.ts";
import type { RowChange } from "./changes.ts";

export type Outcome =
  | { readonly kind: "change"; readonly change: RowChange }
  | { readonly kind: "evidence"; readonly proof: Proof }
  | { readonly kind: "skip"; readonly rule: string }
  | { readonly kind: "fault"; readonly reason: string };

/** Reads a message that is known to be an object; most come to one outcome, some to one a row. */
export type MessageReader = (members: readonly Member[]) => readonly Outcome[];

export const unrouted: Outcome = { kind: "skip", rule: "feeds no target table" };

export function skipped(rule: string): readonly Outcome[] {
  return [{ kind: "skip", rule }];
}

export function faulty(reason: string): readonly Outcome[] {
  return [{ kind: "fault", reason }];
}

export function emptied(proof: Omit<Proof, "reason">): readonly Outcome[] {
  return [{ kind: "evidence", proof: { ...proof, reason: "the table was emptied (TRUNCATE)" } }];
}
