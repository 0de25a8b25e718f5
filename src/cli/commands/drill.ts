import path from "node:path";
import { runDrill } from "../../drill/drill.ts";
import type { DrillReport } from "../../drill/drill.ts";
import { recoveryTimes } from "../../drill/rescue/stopwatch.ts";
import { loadPlan } from "../../drill/plan/load.ts";
import { readSweep } from "../../drill/plan/sweep.ts";
import { UserError } from "../../errors.ts";
import { readTarget } from "../../verify/target/database.ts";
import { defineCommand, workersOption } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { drillView } from "../views/drill.ts";
import type { DrillTimings } from "../views/drill.ts";

export default defineCommand({
  usage: "drill <plan>",
  describe: "Practise a disaster: wreck a copy of a known truth, rescue it, score the rescue",
  build: (yargs) =>
    workersOption(yargs)
      .positional("plan", { type: "string", demandOption: true, describe: "The drill's file, as in recipes/drills" })
      .option("dir", { type: "string", requiresArg: true, describe: "The drill's directory; default drills/<drill>" })
      .option("seed", { type: "string", requiresArg: true, describe: "Another seed than the plan's: a whole number" })
      .option("scale", {
        type: "string",
        requiresArg: true,
        describe: "How large a generated truth is; 1 is some 2,000 rows",
      })
      .option("leave-one-out", {
        type: "boolean",
        default: false,
        describe: "Repeat it without each source: what is each one worth?",
      })
      .option("sweep", {
        type: "string",
        requiresArg: true,
        describe: "Repeat it along a scale of damage: conflictRate=0..0.5",
      })
      .option("target", {
        type: "string",
        requiresArg: true,
        describe: "Rebuild in this server, too, in an empty database: a URL, or env:NAME",
      }),
  async run(given, session) {
    const plan = loadPlan(session.absolute(given.plan), {
      seed: numberOf("--seed", given.seed, /^\d{1,9}$/),
      scale: numberOf("--scale", given.scale, /^\d{1,3}(?:\.\d{1,3})?$/),
    });
    const sweep = given.sweep === undefined ? undefined : readSweep(given.sweep);
    const server = given.target === undefined ? undefined : readTarget(session.secret(given.target), session.absolute);
    const directory = session.absolute(given.dir ?? path.join("drills", plan.drill));
    const options = { directory, environment: session.environment, server, leaveOneOut: given["leave-one-out"], sweep };
    const report = await runDrill(plan, options, { ...session.services, workforce: given.workers });
    session.respond(report.scorecard, (clean) => drillView(clean, timingsOf(report), session.paint));
    if (report.scorecard.status === "failed") return exitCodes.failed;
    return report.scorecard.verdict === "passed" ? exitCodes.clean : exitCodes.needsReview;
  },
});

/** The first rebuild's people stand for all: they look at the same rows, whatever engine takes them. */
function timingsOf({ phases, scorecard }: DrillReport): DrillTimings {
  const people = scorecard.rebuilds[0]?.score.people.milliseconds ?? 0;
  const machine = [...recoveryTimes(phases).values()];
  return { phases, people, total: machine.reduce((sum, milliseconds) => sum + milliseconds, people) };
}

function numberOf(name: string, text: string | undefined, form: RegExp): number | undefined {
  if (text === undefined) return undefined;
  if (form.test(text) && (name !== "--scale" || Number(text) > 0)) return Number(text);
  throw new UserError({
    what: `${name} takes one number, and not ${JSON.stringify(text)}`,
    remedy: `Write ${name} 2, or leave it out`,
  });
}
