/** What a drill leaves: its scorecard in all forms, and in the journal what the next drill is held against. */
import { writeFileAtomic } from "../files/atomic.ts";
import { layoutOf } from "../incident.ts";
import type { Services } from "../pipeline.ts";
import { report } from "../pipeline.ts";
import { drillLayout } from "./directory.ts";
import { readTrend } from "./report/trend.ts";
import { writeScorecard } from "./report/scorecard.ts";
import { writeMistakes } from "./report/mistakes.ts";
import type { Rescued } from "./rescue/rebuild.ts";
import type { Phase } from "./rescue/stopwatch.ts";
import type { Mistake } from "./score/evidence.ts";
import type { Scorecard } from "./score/model.ts";

export interface Executed {
  readonly scorecard: Scorecard;
  /** Undefined where the rescue failed. */
  readonly rescued: Rescued | undefined;
  readonly mistakes: readonly Mistake[];
}

/** Writes the scorecard, and puts it into the incident's report with the drills before it. */
export async function publish(
  directory: string,
  { scorecard, rescued, mistakes }: Executed,
  phases: readonly Phase[],
  services: Services,
): Promise<void> {
  const layout = drillLayout(directory);
  writeScorecard(directory, scorecard);
  writeMistakes(layout.mistakes, mistakes);
  writeFileAtomic(layout.timings, `${JSON.stringify({ phases }, null, 2)}\n`);
  if (rescued === undefined) return;
  const record = { scorecard, trend: readTrend(layout.journal) };
  writeFileAtomic(layoutOf(layout.incident).drill, `${JSON.stringify(record, null, 2)}\n`);
  await report(rescued.incident, services, {});
}

/** What the journal remembers of a drill. */
export function remembered({ seed, rebuilds }: Scorecard): object | undefined {
  const [first] = rebuilds;
  if (first === undefined) return undefined;
  const { score, bars } = first;
  const { rows, cells } = score;
  return {
    seed,
    rowRecall: shareOf(rows.recoveredOfRecoverable, rows.recoverable),
    cellRecall: shareOf(cells.recoveredOfRecoverable, cells.recoverable),
    wronglySilent: cells.wronglySilent,
    fabricated: rows.fabricated + cells.fabricated,
    barsPassed: bars.filter(({ holds }) => holds).length,
    bars: bars.length,
  };
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}
