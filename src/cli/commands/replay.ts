import { defineCommand, optionalRecipeArgument } from "../command.ts";
import { exitCodeOf } from "../failure.ts";
import { runView } from "../views/run.ts";

export default defineCommand({
  usage: "replay [recipe]",
  describe: "Do it all again from what was captured; asks no server and no program",
  build: optionalRecipeArgument,
  async run(given, session) {
    const incident = await session.open(given, { offline: true });
    const report = await session.pipeline.run(incident, session.services, { offline: true });
    const { paint, relative } = session;
    session.respond(report.summary, () => runView(session.redacted(report), { paint, relative, dir: given.dir }));
    return exitCodeOf(report.summary.verdict);
  },
});
