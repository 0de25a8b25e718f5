/** `report/absence.csv`: which ids are missing, and what is known of each. */
import path from "node:path";
import type { WrittenFile } from "../files/atomic.ts";
import type { AbsenceRun } from "../verify/ledger.ts";
import { csvRecord } from "./csv.ts";
import { writeList } from "./lists.ts";

/** One line a run of ids. */
export function writeAbsence(folder: string, runs: Iterable<AbsenceRun>): WrittenFile {
  const header = ["table", "from", "to", "count", "class", "evidence"];
  return writeList(path.join(folder, "absence.csv"), header, absenceRecords(runs));
}

function* absenceRecords(runs: Iterable<AbsenceRun>): Generator<string> {
  for (const { table, from, to, count, class: kind, evidence } of runs)
    yield csvRecord([table, from, to, count, kind, evidence]);
}
