import { defineCommand, optionalRecipeArgument } from "../command.ts";
import { exitCodeOf } from "../failure.ts";
import { emitView } from "../views/steps.ts";

export default defineCommand({
  usage: "emit [recipe]",
  describe: "Write the rebuild scripts from what is reconciled",
  build: optionalRecipeArgument,
  async run(given, session) {
    const incident = await session.open(given, { offline: true });
    const report = await session.pipeline.emit(incident, session.services);
    session.respond(report.summary, () => emitView(session.redacted(report), session.relative, session.paint));
    return exitCodeOf(report.summary.verdict);
  },
});
