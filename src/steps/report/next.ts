/** What to do next, most urgent first. */
import type { ReportModel } from "../../report/model.ts";
import { counted } from "../../text.ts";

type Found = Omit<ReportModel, "next">;

export function nextSteps(model: Found): string[] {
  const open = reviewSteps(model);
  const load =
    open.length === 0
      ? "Load the scripts: run out/00-preflight.sql first; it says what stands in the way."
      : "The scripts can be loaded meanwhile: run out/00-preflight.sql first; what is provisional is listed on top of it.";
  return [...open, load, "Afterwards, `salvage verify --target URL` holds the database against what was rebuilt."];
}

function reviewSteps({ tables, sources, quarantine, assertions, decisions, unparsed, proofs }: Found): string[] {
  const sum = (pick: (table: Found["tables"][number]) => number): number =>
    tables.reduce((total, table) => total + pick(table), 0);
  const contested = sum(({ cells }) => cells.contested);
  const withheld = sum(({ withheld: rows }) => rows);
  const lost = sum(({ missing }) => missing.lost);
  const failed = assertions.filter(({ holds }) => !holds).length;
  const stale = decisions.filter(({ state }) => state === "stale").length;
  const quarantined = quarantine.reduce((total, { records }) => total + records, 0);
  const proved = proofs.records.reduce((total, { records }) => total + records, proofs.otherRecords.records);
  const raw = unparsed.reduce((total, { cells }) => total + cells, 0);
  const losses = sources.flatMap(({ id, losses: own }) => own.map((loss) => `${id}: ${loss}`));
  return [
    ...(failed > 0
      ? [`${counted(failed, "assertion does", "assertions do")} not hold: see Assertions before anything is loaded.`]
      : []),
    ...losses.map((loss) => `Records are missing: ${loss}. Look for a whole copy of the file.`),
    ...(stale > 0
      ? [`${counted(stale, "decision is", "decisions are")} stale: the evidence changed; decide again.`]
      : []),
    ...(contested > 0
      ? [`${counted(contested, "cell is", "cells are")} contested: decide with \`salvage review\`.`]
      : []),
    ...(withheld > 0
      ? [`${counted(withheld, "row is", "rows are")} withheld and not in the scripts: \`salvage review\` shows why.`]
      : []),
    ...(quarantined > 0
      ? [
          `${counted(quarantined, "record", "records")} could not be read: see Quarantine; put the file or the recipe right and run again.`,
        ]
      : []),
    ...(proved > 0
      ? [
          `${counted(proved, "record proves", "records prove")} something of rows that they do not name: see Proved, without a value, for what may be out of date.`,
        ]
      : []),
    ...(raw > 0
      ? [
          `${counted(raw, "cell", "cells")} did not fit their columns and were kept as raw text: see report/unparsed.csv.`,
        ]
      : []),
    ...(lost > 0
      ? [
          `${counted(lost, "row is", "rows are")} known to be lost: other rows refer to ${lost === 1 ? "it" : "them"}. Ask whoever may have a copy.`,
        ]
      : []),
  ];
}
