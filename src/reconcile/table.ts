/** Reconciles one table: walks its keys through the merge and hands every row's verdict on. */
import type { SourceReader } from "../stage/source-reader.ts";
import type { TableWriter } from "../stage/table-writer.ts";
import { completeOf } from "./claims.ts";
import type { Standing } from "./claims.ts";
import type { KeyRange } from "../values/key.ts";
import { mergeByKey, numberEqualRows } from "./merge.ts";
import type { MergedKey } from "./merge.ts";
import type { TablePlan } from "./plan.ts";
import { reconcileRow } from "./row.ts";

/** A source as it stands to the table that is being reconciled. */
export interface StandingSource extends Standing {
  readonly reader: SourceReader;
}

export interface TableWork {
  readonly plan: TablePlan;
  readonly sources: readonly StandingSource[];
  /** The last good moment (ms since 1970, UTC); undefined: not told. */
  readonly recoverTo: number | undefined;
  /** Undefined: all keys. */
  readonly range?: KeyRange;
}

/** How many keys pass between two looks at the clock and the abort signal. */
const stride = 1000;

/** Every key of the table, or of the range, with its evidence, in order. */
export function mergeTable({ plan, sources, recoverTo, range }: TableWork): Generator<MergedKey> {
  const ordered = sources.map(({ reader, ...source }) => {
    const observations = reader.observations(plan.table, range);
    return { source, observations: plan.key.kind === "row" ? numberEqualRows(observations) : observations };
  });
  return mergeByKey(ordered, recoverTo);
}

/** `progress` gets the observations done so far. Lets the event loop run now and then, so that an interrupt is seen. */
export async function reconcileTable(
  work: TableWork,
  writer: TableWriter,
  signal: AbortSignal,
  progress: (observations: number) => void,
): Promise<void> {
  const complete = completeOf(work.sources);
  let keys = 0;
  let done = 0;
  for (const { key, evidence } of mergeTable(work)) {
    writer.write(key, reconcileRow(work.plan, evidence, complete));
    done += evidence.observations.length + evidence.setAside.length;
    if (++keys % stride !== 0) continue;
    progress(done);
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  progress(done);
}
