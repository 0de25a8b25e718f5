/**
 * The whole story on one page: load recipe → load target schema → extract → reconcile → verify → emit → report.
 * `openIncident` does the first two; `reconcile` verifies what it has decided; `emit` writes scripts, lists and summary.
 */
import { layoutOf } from "./incident.ts";
import type { Incident } from "./incident.ts";
import type { WrittenFile } from "./files/atomic.ts";
import { Journal } from "./report/journal.ts";
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
import { replayIncident } from "./replay/replay.ts";
import type { ReplayOptions, ReplayReport } from "./replay/replay.ts";
import { masksOf } from "./steps/masks.ts";
import { writePacks } from "./steps/packs.ts";
import type { PacksReport } from "./steps/packs.ts";
import { rewriteReport } from "./steps/report.ts";
import { withDecisionsOfNow } from "./steps/decisions.ts";
import type { Services } from "./steps/services.ts";
import * as verification from "./steps/verify.ts";

export { openIncident } from "./incident.ts";
export type { Incident, OpenOptions } from "./incident.ts";
export type { ApplyPlan, ApplyReport } from "./steps/apply.ts";
export { checkIncident } from "./steps/check.ts";
export type { CheckedSource } from "./steps/check.ts";
export { profileExports } from "./steps/profile/exports.ts";
export type { ExportProfile } from "./steps/profile/exports.ts";
export type { LogProfile } from "./steps/profile/logs.ts";
export type { TableProfile } from "./steps/profile/table.ts";
export { defaultEmitOptions } from "./emit/options.ts";
import type { EmitOptions } from "./emit/options.ts";
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
export type { PacksReport } from "./steps/packs.ts";
export { bagIncident as bag } from "./replay/bag/pack.ts";
export type { BagReport } from "./replay/bag/pack.ts";
export type { ReplayReport } from "./replay/replay.ts";
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
export const reconcile = alone((incident, services: Services) =>
  reconciliation.reconcile(withDecisionsOfNow(incident), services),
);
export const emit = alone((incident, services: Services, options?: EmitOptions) =>
  emission.emit(withDecisionsOfNow(incident), services, options),
);
export const apply = alone((incident, services: Services, options: ApplyOptions) =>
  application.apply(incident, logged(incident, services), options),
);
export const verify = alone(verification.verify);
export const report = alone(writeReport);
export const run = alone(wholePipeline);

/** Runs a finished incident again, elsewhere and from what it was given, and compares what comes out. */
export function replay(options: ReplayOptions, services: Services): Promise<ReplayReport> {
  return replayIncident(options, services, run);
}

export interface ReportOptions {
  /** A table: every row of it gets a sign-off pack. */
  readonly by?: string | undefined;
  /** Patterns of columns to be masked besides the recipe's. */
  readonly masks?: readonly string[] | undefined;
}

export interface ReportReport {
  /** What is in `report/` now, but for packs. */
  readonly files: readonly WrittenFile[];
  readonly verdict: Summary["verdict"];
  readonly packs: PacksReport | undefined;
  /** Patterns of columns that are masked. */
  readonly masked: readonly string[];
  readonly notes: readonly string[];
}

/** Page and lists once more, and packs. */
async function writeReport(
  incident: Incident,
  services: Services,
  { by, masks: extra }: ReportOptions,
): Promise<ReportReport> {
  const masks = masksOf(incident, extra);
  const { files, verdict, notes } = await rewriteReport(incident, services, masks);
  const packs = by === undefined ? undefined : await writePacks(incident, services, { by, masks });
  return { files, verdict, packs, masked: masks.names, notes };
}

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
  const journal = new Journal(layoutOf(incident.directory).journal, { kind: "run", recipe: incident.recipe.text });
  return journal.whole(
    services.signal,
    () => phaseByPhase(incident, services, options, journal),
    ({ summary: { verdict } }) => ({ verdict }),
  );
}

async function phaseByPhase(
  incident: Incident,
  services: Services,
  options: Pick<ExtractOptions, "offline">,
  journal: Journal,
): Promise<RunReport> {
  const layout = layoutOf(incident.directory);
  const timings = new Timings();
  const told = logged(incident, services);
  const phase = <Result>(name: string, work: () => Promise<Result>): Promise<Result> =>
    journal.phase(name, () => timings.measure(name, work));
  const extracted = await phase("extract", () => extraction.extract(incident, told, options));
  const held = withDecisionsOfNow(incident);
  await phase("reconcile", () => reconciliation.reconcile(held, told));
  const emitted = await phase("emit", () => emission.emit(held, told));
  timings.write(layout.timings);
  const meanwhile =
    held.decided === withDecisionsOfNow(incident).decided
      ? []
      : ["decisions were noted while this ran: run again to apply them"];
  return {
    summary: emitted.summary,
    tables: emitted.contributions,
    findings: emitted.findings,
    unchanged: extracted.unchanged,
    scripts: layout.out,
    notes: [...extracted.notes, ...emitted.notes, ...meanwhile],
  };
}
