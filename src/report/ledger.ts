/** `report/absence.csv`: which ids are missing, and what is known of each. */
import path from "node:path";
import type { WrittenFile } from "../files/atomic.ts";
import type { AbsenceRun } from "../verify/ledger.ts";
import { csvRecord } from "./csv.ts";
import type { Masks } from "./masks.ts";
import { writeList } from "./lists.ts";

/** One line a run of ids. */
export function writeAbsence(folder: string, runs: Iterable<AbsenceRun>, masks: Masks): WrittenFile {
  const header = ["table", "from", "to", "count", "class", "evidence"];
  return writeList(path.join(folder, "absence.csv"), header, absenceRecords(runs, masks));
}

function* absenceRecords(runs: Iterable<AbsenceRun>, masks: Masks): Generator<string> {
  for (const { table, from, to, count, class: kind, evidence } of runs)
    yield csvRecord([table, idOf(table, from, masks), idOf(table, to, masks), count, kind, masks.evidence(evidence)]);
}

/** A number is one for spreadsheets, too; what stands for it is a text. */
function idOf(table: string, id: bigint, masks: Masks): string | bigint {
  const shown = masks.key(table, String(id));
  return shown === String(id) ? id : shown;
}
