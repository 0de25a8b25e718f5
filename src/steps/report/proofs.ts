/** Evidence without a value that names no row, by source, table and what it proves. */
import type { Masks } from "../../report/masks.ts";
import type { ReportedProofs } from "../../report/model.ts";
import type { OpenSource } from "../standings.ts";
import { reportedRecord } from "./records.ts";

const mostGroups = 100;
const samplesOfGroup = 3;

export function evidenceGroups(
  sources: readonly OpenSource[],
  masks: Masks,
): Pick<ReportedProofs, "records" | "otherRecords"> {
  const groups = sources
    .flatMap(({ source, reader }) =>
      reader.kept.evidenceGroups().map((tally) => ({ source: source.id, reader, tally })),
    )
    .toSorted((left, right) => right.tally.records - left.tally.records);
  const others = groups.slice(mostGroups);
  return {
    records: groups.slice(0, mostGroups).map(({ source, reader, tally }) => ({
      source,
      table: tally.table ?? undefined,
      reason: tally.reason,
      records: tally.records,
      first: tally.first ?? undefined,
      last: tally.last ?? undefined,
      samples: reader.kept.evidenceOf(tally, samplesOfGroup).map((record) => reportedRecord(record, masks)),
    })),
    otherRecords: { groups: others.length, records: others.reduce((sum, { tally }) => sum + tally.records, 0) },
  };
}
