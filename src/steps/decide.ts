/** Step: what somebody decided is added to `decisions.yaml`. The next reconciliation applies it. */
import { appendDecisions } from "../decisions/append.ts";
import type { Decision, Verdict } from "../decisions/file.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { checkDecision } from "./decisions.ts";
import { explainStaged } from "./explain.ts";

/** A cell or a row, and what is decided of it; groups are decided in the review. */
export interface Choice {
  readonly table: string;
  readonly verdict: Exclude<Verdict, { readonly kind: "group" }> & { readonly key: readonly string[] };
  readonly by: string;
  readonly why: string;
}

/** Appends a decision, anchored to the evidence as it is now; returns the file. Throws UserError for what is no row, column or value. */
export async function decide(incident: Incident, { table, verdict, by, why }: Choice): Promise<string> {
  const { key } = verdict;
  const column = "column" in verdict ? verdict.column : undefined;
  const told = await explainStaged(incident, table, key, column);
  const evidence =
    verdict.kind === "undo" ? "" : column === undefined ? told.evidence : (told.cells[0]?.evidence ?? "");
  noteDecisions(incident, [{ table: told.table, verdict, evidence, by, why, at: new Date().toISOString() }]);
  return layoutOf(incident.directory).decisions;
}

/** `check` is told what stands in the file at that moment. */
export function noteDecisions(
  incident: Incident,
  added: readonly Omit<Decision, "place">[],
  check?: (before: readonly Decision[]) => void,
): void {
  const { directory } = incident;
  const { decisions, deciding: lock } = layoutOf(directory);
  for (const each of added) checkDecision(incident, { ...each, place: {} });
  appendDecisions({ directory, decisions, lock }, added, check);
}
