/** Step: what somebody decided is added to `decisions.yaml`. The next reconciliation applies it. */
import { appendDecisions } from "../decisions/append.ts";
import type { Decision, Verdict } from "../decisions/file.ts";
import { UserError } from "../errors.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { checkDecision, holdDecisions } from "./decisions.ts";
import type { Slot } from "./decisions.ts";
import { parseKey } from "./explain-key.ts";
import { sameName, storedColumns } from "../schema/model.ts";
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
  if (verdict.kind === "undo") requireDecided(incident, told.table, key, column);
  const evidence =
    verdict.kind === "undo" ? "" : column === undefined ? told.evidence : (told.cells[0]?.evidence ?? "");
  noteDecisions(incident, [{ table: told.table, verdict, evidence, by, why, at: new Date().toISOString() }]);
  return layoutOf(incident.directory).decisions;
}

/** Throws UserError where there is nothing to take back. */
function requireDecided(incident: Incident, name: string, key: readonly string[], column: string | undefined): void {
  const slots = [...holdDecisions(incident).slots.values()];
  const table = incident.tables.find(({ id }) => id === name);
  const rowKey = table === undefined ? undefined : parseKey(table, key);
  const isIt = ({ table: own, key: slotKey, index }: Slot): boolean =>
    own === table &&
    slotKey === rowKey &&
    (column === undefined ? index < 0 : sameName(storedColumns(own)[index]?.name ?? "", column));
  if (slots.some(isIt)) return;
  throw new UserError({
    what: column === undefined ? "nobody decided this row" : "nobody decided this cell",
    where: { table: name, key: key.join(", ") },
    remedy: "Look into decisions.yaml; a cell is taken back by its column, a row without one",
  });
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
