/** Step: what somebody decided is added to `decisions.yaml`. The next reconciliation applies it. */
import fs from "node:fs";
import path from "node:path";
import { entryText, head } from "../decisions/file.ts";
import { layoutOf } from "../incident.ts";
import type { Incident } from "../incident.ts";
import { checkDecisions, decisionsText } from "./decisions.ts";
import { explainStaged } from "./explain.ts";

export interface Choice {
  readonly table: string;
  readonly key: readonly string[];
  /** Undefined: the row is withheld. */
  readonly cell: { readonly column: string; readonly value: string | null } | undefined;
  readonly by: string;
  readonly why: string;
}

/** Appends a decision, anchored to the evidence as it is now. Throws UserError for what is no row, column or value. */
export async function decide(incident: Incident, choice: Choice): Promise<string> {
  const { decisions } = layoutOf(incident.directory);
  const told = await explainStaged(incident, choice.table, choice.key, choice.cell?.column);
  const evidence = choice.cell === undefined ? told.evidence : told.cells[0]?.evidence;
  const text = entryText({ ...choice, table: told.table, evidence: evidence ?? "", at: new Date().toISOString() });
  const before = decisionsText(incident);
  const whole = `${before === "" ? head : before.replace(/\n?$/, "\n")}${text}`;
  const part = `${decisions}.part`;
  fs.mkdirSync(path.dirname(decisions), { recursive: true });
  fs.writeFileSync(part, whole);
  try {
    // What cannot be read again is not kept.
    checkDecisions(incident, part);
    fs.renameSync(part, decisions);
  } finally {
    fs.rmSync(part, { force: true });
  }
  return decisions;
}
