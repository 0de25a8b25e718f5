/** What a logged statement did, as far as its text and its parameters tell. */
import type { Table } from "../../schema/model.ts";
import type { RowChange } from "../events/changes.ts";

export type TransactionStep = "begin" | "commit" | "rollback" | "save" | "undo" | "auto" | "manual";

export type Outcome =
  | { readonly kind: "change"; readonly change: Omit<RowChange, "at"> }
  /** Rows of the table were changed, and nobody can say which or how. */
  | { readonly kind: "evidence"; readonly table: Table | undefined; readonly reason: string }
  | { readonly kind: "skip"; readonly rule: string }
  | { readonly kind: "fault"; readonly reason: string }
  /** `name`: of the savepoint, in upper case. `auto`, `manual`: statements commit by themselves from here on, or do not. */
  | { readonly kind: "transaction"; readonly step: TransactionStep; readonly name?: string; readonly rule: string };

export function skipped(rule: string): Outcome[] {
  return [{ kind: "skip", rule }];
}

export function proves(table: Table | undefined, reason: string): Outcome[] {
  return [{ kind: "evidence", table, reason }];
}
