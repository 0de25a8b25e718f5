import { onlyIncident } from "../../incident.ts";
import { defineCommand, workersOption } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { replayView } from "../views/replay.ts";

const codes = { same: exitCodes.clean, different: exitCodes.needsReview, impossible: exitCodes.failed } as const;

export default defineCommand({
  usage: "replay [incident]",
  describe: "Run a finished incident again from its evidence, and compare every output byte for byte",
  build: (yargs) =>
    workersOption(yargs)
      .positional("incident", {
        type: "string",
        describe: "The incident's directory, or a bag; default: --dir, or the only one below ./incidents",
      })
      .option("keep", { type: "string", requiresArg: true, describe: "Keep the replay in this folder" })
      .example("salvage replay", "Nothing of the incident is changed; no server and no program is asked")
      .example("salvage replay shop.bag", "The bag is verified first"),
  async run(given, session) {
    const directory = given.incident ?? given.dir ?? onlyIncident(session.absolute("incidents"));
    const options = {
      directory: session.absolute(directory),
      keep: given.keep === undefined ? undefined : session.absolute(given.keep),
      environment: session.environment,
    };
    const report = await session.pipeline.replay(options, { ...session.services, workforce: given.workers });
    session.respond(report, (clean) => replayView(clean, session.relative, session.paint));
    return codes[report.result];
  },
});
