/** The picture of an identity key: which of its ids are there, deleted, lost or unknown. */
import type { IdentityStrip, ReportedTable } from "../../report/model.ts";
import type { Table } from "../../schema/model.ts";
import type { AbsenceRun } from "../../verify/ledger.ts";
import { numberingOf } from "../../verify/absence.ts";

const mostStretches = 240;
const longestRuns = 10;

type Stretch = { present: number; deleted: number; lost: number; unknown: number };

/** `highest`: the extreme id that anything shows. Undefined for other keys, and where there are no ids. */
export function identityStrip(
  table: Table,
  runs: readonly AbsenceRun[],
  highest: bigint | undefined,
): IdentityStrip | undefined {
  const numbering = numberingOf(table);
  if (numbering === undefined || highest === undefined) return undefined;
  const positionOf = (id: bigint): number => Number((id - numbering.seed) / numbering.increment);
  const count = positionOf(highest) + 1;
  if (count < 1 || !Number.isSafeInteger(count)) return undefined;
  const width = Math.ceil(count / mostStretches);
  const stretches = Array.from({ length: Math.ceil(count / width) }, (_, index): Stretch => ({
    present: Math.min(width, count - index * width),
    deleted: 0,
    lost: 0,
    unknown: 0,
  }));
  for (const run of runs) addRun(stretches, width, { ...run, first: positionOf(run.from), last: positionOf(run.to) });
  return { column: numbering.column, first: String(numbering.seed), last: String(highest), width, stretches };
}

function addRun(
  stretches: readonly Stretch[],
  width: number,
  { first, last, class: kind }: Pick<AbsenceRun, "class"> & { readonly first: number; readonly last: number },
): void {
  for (let from = Math.max(first, 0); from <= last;) {
    const index = Math.floor(from / width);
    const below = Math.min((index + 1) * width, last + 1);
    const stretch = stretches[index];
    if (stretch === undefined) return;
    stretch[kind] += below - from;
    stretch.present -= below - from;
    from = below;
  }
}

export function longestAbsences(runs: readonly AbsenceRun[]): ReportedTable["absences"] {
  return runs
    .toSorted((left, right) => (left.count === right.count ? 0 : left.count > right.count ? -1 : 1))
    .slice(0, longestRuns)
    .map(({ from, to, count, class: kind, evidence }) => ({
      from: String(from),
      to: String(to),
      count: Number(count),
      class: kind,
      evidence,
    }));
}
