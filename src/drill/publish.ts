/** What a drill leaves: its scorecard, in all forms, and how long it took. */
import { writeFileAtomic } from "../files/atomic.ts";
import type { Services } from "../pipeline.ts";
import { drillLayout } from "./directory.ts";
import type { Executed } from "./drill.ts";
import type { DrillPlan } from "./plan/model.ts";
import type { Stopwatch } from "./rescue/stopwatch.ts";

export async function publish(
  _plan: DrillPlan,
  directory: string,
  { scorecard }: Executed,
  watch: Stopwatch,
  _services: Services,
): Promise<void> {
  const layout = drillLayout(directory);
  writeFileAtomic(`${directory}/scorecard.json`, `${JSON.stringify(scorecard, null, 2)}\n`);
  writeFileAtomic(layout.timings, `${JSON.stringify({ phases: watch.phases }, null, 2)}\n`);
}
