import { defineCommand, recipeArgument, workersOption } from "../command.ts";
import { exitCodeOf } from "../failure.ts";
import { runView } from "../views/run.ts";

export default defineCommand({
  usage: "run <recipe>",
  describe: "Do it all: extract, reconcile, emit",
  build: (yargs) =>
    workersOption(recipeArgument(yargs)).option("offline", {
      type: "boolean",
      default: false,
      describe: "Ask no server and no program: what was captured of them has to do",
    }),
  async run(given, session) {
    const { offline } = given;
    const incident = await session.open(given, { offline });
    const report = await session.pipeline.run(incident, { ...session.services, workforce: given.workers }, { offline });
    const { paint, relative } = session;
    session.respond(report.summary, () => runView(session.redacted(report), { paint, relative, dir: given.dir }));
    return exitCodeOf(report.summary.verdict);
  },
});
