import { defineCommand, recipeArgument, workersOption } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { extractView } from "../views/steps.ts";

export default defineCommand({
  usage: "extract <recipe>",
  describe: "Read the sources into the staging store",
  build: (yargs) =>
    workersOption(recipeArgument(yargs))
      .option("source", { type: "string", array: true, requiresArg: true, describe: "Read only these sources" })
      .option("again", { type: "boolean", default: false, describe: "Read them even if they are unchanged" })
      .option("recapture", {
        type: "boolean",
        default: false,
        describe: "Ask servers and programs again; what was captured of them before is kept",
      }),
  async run(given, session) {
    const incident = await session.open(given);
    const only = given.source === undefined ? {} : { only: given.source };
    const { again, recapture, workers: workforce } = given;
    const services = { ...session.services, workforce };
    const report = await session.pipeline.extract(incident, services, { ...only, again, recapture });
    session.respond(report, (clean) => extractView(clean, session.paint));
    return report.sources.some(({ quarantined }) => quarantined > 0) ? exitCodes.needsReview : exitCodes.clean;
  },
});
