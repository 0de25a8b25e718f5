/** Reconciles one table: walks its keys through the merge and hands every row's verdict on. */
import type { SourceReader } from "../stage/source-reader.ts";
import type { TableWriter } from "../stage/table-writer.ts";
import type { SourceStanding } from "./claims.ts";
import { mergeByKey, numberEqualRows } from "./merge.ts";
import type { TablePlan } from "./plan.ts";
import { reconcileRow } from "./row.ts";

export interface OpenSource {
  readonly standing: SourceStanding;
  readonly reader: SourceReader;
}

/** How many keys pass between two looks at the clock and the abort signal. */
const stride = 1000;

/** `progress` gets the observations done so far. Lets the event loop run now and then, so that an interrupt is seen. */
export async function reconcileTable(
  plan: TablePlan,
  sources: readonly OpenSource[],
  writer: TableWriter,
  signal: AbortSignal,
  progress: (observations: number) => void,
): Promise<void> {
  const ordered = sources.map(({ standing, reader }) => {
    const observations = reader.observations(plan.table);
    return { source: standing, observations: plan.key.kind === "row" ? numberEqualRows(observations) : observations };
  });
  let keys = 0;
  let done = 0;
  for (const { key, observations } of mergeByKey(ordered)) {
    writer.write(key, reconcileRow(plan, observations));
    done += observations.length;
    if (++keys % stride !== 0) continue;
    progress(done);
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  progress(done);
}
