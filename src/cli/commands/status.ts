import { defineCommand } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { statusView } from "../views/steps.ts";

export default defineCommand({
  usage: "status",
  describe: "How far an incident has come",
  build: (yargs) => yargs,
  async run(given, session) {
    const incident = await session.open(given, { offline: true });
    const status = await session.pipeline.status(incident);
    session.respond(status, (clean) => statusView(clean, session.relative, session.paint));
    return exitCodes.clean;
  },
});
