/** A drill on one page: truth → history → disaster → survivors → rescue → score → what each source is worth → scorecard. */
import { UserError } from "../errors.ts";
import type { Services } from "../pipeline.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { Journal } from "../report/journal.ts";
import { clearDirectory, drillLayout } from "./directory.ts";
import type { DrillPlan } from "./plan/model.ts";
import { strike, writeSurvivors } from "./prepare.ts";
import type { Struck } from "./prepare.ts";
import { publish, remembered } from "./publish.ts";
import type { Executed } from "./publish.ts";
import { attempt } from "./rescue/attempt.ts";
import type { Attempted } from "./rescue/attempt.ts";
import { recoveryTimes, Stopwatch } from "./rescue/stopwatch.ts";
import type { Phase } from "./rescue/stopwatch.ts";
import { holdBars } from "./score/bars.ts";
import type { Scorecard } from "./score/model.ts";
import type { Survivor } from "./survivors/derive.ts";
import { requireFits } from "./survivors/fits.ts";
import { leaveOneOut, requireVariable, sweep } from "./variations.ts";
import type { Sweep } from "./variations.ts";

export interface DrillOptions {
  /** Absolute; everything that a drill writes lies in it. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Rebuilt there as well, in a database of its own. */
  readonly server?: TargetDatabase | undefined;
  readonly leaveOneOut: boolean;
  readonly sweep?: Sweep | undefined;
}

export interface DrillReport {
  readonly scorecard: Scorecard;
  /** What the machine needed. */
  readonly phases: readonly Phase[];
  readonly directory: string;
}

/** Throws UserError for a plan or a directory that cannot be worked with; what fails later is told by the scorecard. */
export async function runDrill(plan: DrillPlan, options: DrillOptions, services: Services): Promise<DrillReport> {
  const { directory } = options;
  requireSense(plan, options);
  clearDirectory(directory);
  const layout = drillLayout(directory);
  const journal = new Journal(layout.journal, { kind: "drill", recipe: plan.text });
  writeFileAtomic(layout.plan, plan.text);
  const watch = new Stopwatch();
  const work = async (): Promise<Executed> => {
    const done = await execute(plan, options, services, watch);
    for (const { name, started, ended } of watch.phases) journal.noted(name, started, ended);
    await publish(directory, done, watch.phases, services);
    return done;
  };
  const { scorecard } = await journal.whole(services.signal, work, ({ scorecard: card }) => {
    const score = remembered(card);
    return { status: card.status, verdict: card.verdict, ...(score === undefined ? {} : { score }) };
  });
  return { scorecard, phases: watch.phases, directory };
}

/** Before anything of an earlier drill goes. */
function requireSense(plan: DrillPlan, options: DrillOptions): void {
  for (const survivor of plan.survivors) requireFits(survivor);
  requireVariable(plan, options);
}

async function execute(
  plan: DrillPlan,
  options: DrillOptions,
  services: Services,
  watch: Stopwatch,
): Promise<Executed> {
  const { directory, environment, server } = options;
  const layout = drillLayout(directory);
  const struck = await watch.measure("disaster", () => strike(plan, { directory, environment, services }));
  const survivors = await watch.measure("survivors", () => writeSurvivors(plan, struck, layout.evidence, environment));
  const held = { plan, history: struck.history, survivors, environment };
  const rebuilds: Scorecard["rebuilds"][number][] = [];
  const rebuild = async (engine: string, name: string, target?: TargetDatabase): Promise<Attempted> => {
    const own = new Stopwatch();
    const place = { directory, name, evidence: layout.evidence };
    const attempted = await attempt({ ...held, place, server: target }, services, own);
    if (target === undefined) watch.phases.push(...own.phases);
    const bars = holdBars(plan.bars, attempted.score, recoveryTimes(own.phases));
    rebuilds.push({ engine, score: attempted.score, bars });
    return attempted;
  };
  let first: Attempted | undefined;
  try {
    first = await rebuild("sqlite", "incident");
    if (server !== undefined) await rebuild(server.extractor.id, `incident-${server.extractor.id}`, server);
    const variations = await vary(plan, struck, survivors, options, services, watch);
    const passed = rebuilds.every(({ bars }) => bars.every(({ holds }) => holds));
    const verdict = passed ? "passed" : "below";
    return {
      ...told(first),
      scorecard: { ...headOf(plan), status: "completed", verdict, error: null, rebuilds, ...variations },
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // What was scored before stands.
    const failed = { status: "failed", verdict: null, error: error.message, leaveOneOut: [], sweep: null } as const;
    return { ...told(first), scorecard: { ...headOf(plan), ...failed, rebuilds } };
  }
}

function told(attempted: Attempted | undefined): Omit<Executed, "scorecard"> {
  return { rescued: attempted?.rescued, mistakes: attempted?.mistakes ?? [] };
}

/** The same under other conditions, as far as it is asked for. */
async function vary(
  plan: DrillPlan,
  struck: Struck,
  survivors: readonly Survivor[],
  options: DrillOptions,
  services: Services,
  watch: Stopwatch,
): Promise<Pick<Scorecard, "leaveOneOut" | "sweep">> {
  const { sweep: swept } = options;
  const without = options.leaveOneOut
    ? await watch.measure("leave one out", () => leaveOneOut(plan, struck, survivors, options, services))
    : [];
  if (swept === undefined) return { leaveOneOut: without, sweep: null };
  const points = await watch.measure("sweep", () => sweep(plan, struck, swept, options, services));
  return { leaveOneOut: without, sweep: { parameter: swept.parameter, points } };
}

function headOf({ drill, seed, truth, survivors }: DrillPlan) {
  return {
    drill,
    seed,
    scale: "generate" in truth ? truth.scale : null,
    survivors: survivors.map(({ id, format, damage }) => ({ id, format, isMissing: damage.missing === true })),
  };
}
