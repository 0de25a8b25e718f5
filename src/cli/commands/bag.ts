import { onlyIncident } from "../../incident.ts";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { bagView } from "../views/bag.ts";

export default defineCommand({
  usage: "bag [incident]",
  describe: "Pack a finished incident with its evidence: a folder that can be kept, sent and replayed",
  build: (yargs) =>
    yargs
      .positional("incident", {
        type: "string",
        describe: "The incident's directory; default: --dir, or the only one below ./incidents",
      })
      .option("to", { type: "string", requiresArg: true, describe: "The bag; default <incident>.bag in this folder" })
      .option("without-evidence", {
        type: "boolean",
        default: false,
        describe: "Leave the evidence's files out; they stay listed with their hashes",
      }),
  async run(given, session) {
    const directory = given.incident ?? given.dir ?? onlyIncident(session.absolute("incidents"));
    const report = await session.pipeline.bag({
      directory: session.absolute(directory),
      to: given.to === undefined ? undefined : session.absolute(given.to),
      folder: session.absolute("."),
      withEvidence: !given["without-evidence"],
      environment: session.environment,
      signal: session.services.signal,
    });
    session.respond(report, (clean) => bagView(clean, session.relative, session.paint));
    return exitCodes.clean;
  },
});
