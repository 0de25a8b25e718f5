/** A worker thread that reconciles ranges of keys, each into a store of its own. */
import { workerData } from "node:worker_threads";
import { planTable } from "../reconcile/plan.ts";
import { reconcileTable } from "../reconcile/table.ts";
import type { StandingSource } from "../reconcile/table.ts";
import type { Table } from "../schema/model.ts";
import type { Part } from "../stage/parts.ts";
import { ReconciledWriter } from "../stage/reconciled-writer.ts";
import { SourceReader } from "../stage/source-reader.ts";
import { serve } from "../threads/serve.ts";
import { loadRules } from "./own-rules.ts";
import type { RangeJob, RangeWorkerData } from "./range-job.ts";

const { tables, rules, accuracies, decisions, recoverTo, files } = workerData as RangeWorkerData;
/** The main thread stops a worker from outside. */
const { signal } = new AbortController();

/** Once, with the first job: what fails here fails as that job does. */
let prepared: ReturnType<typeof prepare> | undefined;
async function prepare() {
  return { custom: await loadRules(rules), readers: files.map((file) => new SourceReader(file)) };
}

serve(async ({ table, standings, range, file }: RangeJob, progress): Promise<Part> => {
  const { custom, readers } = await (prepared ??= prepare());
  const plan = planTable(tables[table] as Table, rules, { accuracies, custom, decisions });
  const sources = standings.map((standing, index) => ({ ...standing, reader: readers[index] }) as StandingSource);
  const writer = new ReconciledWriter(file);
  try {
    const rows = writer.begin(plan);
    await reconcileTable({ plan, sources, recoverTo, range }, rows, signal, progress);
    return { file: writer.leave(), counts: rows.counts };
  } catch (error) {
    writer.discard();
    throw error;
  }
});
