/**
 * The whole story on one page: load recipe → load target schema → extract → reconcile → verify → emit → report.
 * `openIncident` does the first two; `reconcile` verifies what it has decided; `emit` writes scripts, lists and summary.
 */
import { layoutOf } from "./incident.ts";
import type { Incident } from "./incident.ts";
import { Timings, loggingReporter } from "./report/run-log.ts";
import type { Summary } from "./report/summary.ts";
import { lockDirectory } from "./stage/lock.ts";
import * as application from "./steps/apply.ts";
import type { ApplyOptions } from "./steps/apply.ts";
import * as emission from "./steps/emit.ts";
import type { EmitReport } from "./steps/emit.ts";
import * as extraction from "./steps/extract.ts";
import type { ExtractOptions } from "./steps/extract.ts";
import * as reconciliation from "./steps/reconcile.ts";
import type { Services } from "./steps/services.ts";
import * as verification from "./steps/verify.ts";

export { openIncident } from "./incident.ts";
export type { Incident, OpenOptions } from "./incident.ts";
export type { ApplyPlan, ApplyReport } from "./steps/apply.ts";
export { checkIncident } from "./steps/check.ts";
export type { CheckedSource } from "./steps/check.ts";
export { defaultEmitOptions } from "./emit/options.ts";
export type { EmitOptions } from "./emit/options.ts";
export type { EmitReport } from "./steps/emit.ts";
export { defaultWorkforce } from "./steps/workforce.ts";
export { decide } from "./steps/decide.ts";
export type { Choice } from "./steps/decide.ts";
export { openReview } from "./steps/review/session.ts";
export { explain } from "./steps/explain.ts";
export type { ExplainedCell, ExplainedClaim, Explanation } from "./steps/explain-row.ts";
export type { ExtractReport } from "./steps/extract.ts";
export type { VerifyReport } from "./steps/verify.ts";
export type { Services } from "./steps/services.ts";
export type { Workforce } from "./steps/workforce.ts";
export { status } from "./steps/status.ts";
export type { SourceStatus, Status } from "./steps/status.ts";

/** What a run comes to, for the closing tables on the terminal. */
export interface RunReport {
  readonly summary: Summary;
  /** By table, the sources that its rows take cells from. */
  readonly tables: EmitReport["contributions"];
  readonly findings: EmitReport["findings"];
  /** Sources that were not read again, since nothing about them changed. */
  readonly unchanged: readonly string[];
  /** Absolute path of the folder with the scripts. */
  readonly scripts: string;
  /** What people should know: warnings of sources, withheld rows, columns that are left out. */
  readonly notes: readonly string[];
}

/** Does a step while no other command writes to the incident. */
function alone<Given extends unknown[], Result>(step: (incident: Incident, ...given: Given) => Promise<Result>) {
  return async (incident: Incident, ...given: Given): Promise<Result> => {
    const unlock = lockDirectory(incident.directory, layoutOf(incident.directory).lock);
    try {
      return await step(incident, ...given);
    } finally {
      unlock();
    }
  };
}

export const extract = alone((incident, services: Services, options?: ExtractOptions) =>
  extraction.extract(incident, logged(incident, services), options),
);
export const reconcile = alone(reconciliation.reconcile);
export const emit = alone(emission.emit);
export const apply = alone((incident, services: Services, options: ApplyOptions) =>
  application.apply(incident, logged(incident, services), options),
);
export const verify = alone(verification.verify);
export const run = alone(wholePipeline);

/** What is told is written to `run.log` as well. */
function logged(incident: Incident, services: Services): Services {
  return { ...services, reporter: loggingReporter(services.reporter, layoutOf(incident.directory).log) };
}

/** The whole pipeline; what an earlier run has staged and nothing has changed since is not read again. */
async function wholePipeline(
  incident: Incident,
  services: Services,
  options: Pick<ExtractOptions, "offline"> = {},
): Promise<RunReport> {
  const layout = layoutOf(incident.directory);
  const timings = new Timings();
  const told = logged(incident, services);
  const extracted = await timings.measure("extract", () => extraction.extract(incident, told, options));
  await timings.measure("reconcile", () => reconciliation.reconcile(incident, told));
  const emitted = await timings.measure("emit", () => emission.emit(incident, told));
  timings.write(layout.timings);
  return {
    summary: emitted.summary,
    tables: emitted.contributions,
    findings: emitted.findings,
    unchanged: extracted.unchanged,
    scripts: layout.out,
    notes: [...extracted.notes, ...emitted.notes],
  };
}
