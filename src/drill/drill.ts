/** A drill on one page: truth → history → disaster → survivors → rescue → score → what each source is worth → scorecard. */
import { UserError } from "../errors.ts";
import type { Services } from "../pipeline.ts";
import type { TargetDatabase } from "../verify/target/database.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { Journal } from "../report/journal.ts";
import { clearDirectory, drillLayout } from "./directory.ts";
import type { DrillPlan } from "./plan/model.ts";
import { strike, writeSurvivors } from "./prepare.ts";
import { publish, remembered } from "./publish.ts";
import type { Executed } from "./publish.ts";
import { attempt } from "./rescue/attempt.ts";
import { Stopwatch } from "./rescue/stopwatch.ts";
import type { Phase } from "./rescue/stopwatch.ts";
import { holdBars } from "./score/bars.ts";
import type { Scorecard } from "./score/model.ts";
import { leaveOneOut, sweep } from "./variations.ts";
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
  clearDirectory(directory);
  const layout = drillLayout(directory);
  writeFileAtomic(layout.plan, plan.text);
  const journal = new Journal(layout.journal, { kind: "drill", recipe: plan.text });
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
  const given = { plan, history: struck.history, survivors, environment };
  const placeOf = (name: string) => ({ directory, name, evidence: layout.evidence });
  try {
    const own = new Stopwatch();
    const attempted = await attempt({ ...given, place: placeOf("incident") }, services, own);
    watch.phases.push(...own.phases);
    const machine = own.of("rescue", "rebuild");
    const rebuilds = [
      { engine: "sqlite", score: attempted.score, bars: holdBars(plan.bars, attempted.score, machine) },
    ];
    if (server !== undefined) {
      const there = new Stopwatch();
      const engine = server.extractor.id;
      const other = await attempt({ ...given, place: placeOf(`incident-${engine}`), server }, services, there);
      rebuilds.push({
        engine,
        score: other.score,
        bars: holdBars(plan.bars, other.score, there.of("rescue", "rebuild")),
      });
    }
    const without = options.leaveOneOut
      ? await watch.measure("leave one out", () => leaveOneOut(plan, struck, survivors, options, services))
      : [];
    const swept = options.sweep;
    const points =
      swept === undefined ? [] : await watch.measure("sweep", () => sweep(plan, struck, swept, options, services));
    const passed = rebuilds.every(({ bars }) => bars.every(({ holds }) => holds));
    return {
      rescued: attempted.rescued,
      mistakes: attempted.mistakes,
      scorecard: {
        ...headOf(plan),
        status: "completed",
        verdict: passed ? "passed" : "below",
        error: null,
        rebuilds,
        leaveOneOut: without,
        sweep: swept === undefined ? null : { parameter: swept.parameter, points },
      },
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const failed = {
      status: "failed",
      verdict: null,
      error: error.message,
      rebuilds: [],
      leaveOneOut: [],
      sweep: null,
    } as const;
    return { rescued: undefined, mistakes: [], scorecard: { ...headOf(plan), ...failed } };
  }
}

function headOf({ drill, seed, truth, survivors }: DrillPlan) {
  return {
    drill,
    seed,
    scale: "generate" in truth ? truth.scale : null,
    survivors: survivors.map(({ id, format, damage }) => ({ id, format, isMissing: damage.missing === true })),
  };
}
