import { defineCommand, optionalRecipeArgument } from "../command.ts";
import { exitCodeOf } from "../failure.ts";
import { reportView } from "../views/report.ts";

export default defineCommand({
  usage: "report [recipe]",
  describe: "Write page and lists again, masked if you like, and sign-off packs",
  build: (yargs) =>
    optionalRecipeArgument(yargs)
      .option("by", {
        type: "string",
        requiresArg: true,
        describe: "A page for every row of this table, with all that belongs to it",
      })
      .option("mask", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "Columns that are masked besides the recipe's: Email, *Phone*=hash, dbo.Customers.Name",
      })
      .example("salvage report --by dbo.Customers", "For account managers: what was recovered for whom")
      .example('salvage report --by Customers --mask Email --mask "*Phone*=hash"', "The same without personal data"),
  async run(given, session) {
    const incident = await session.open(given, { offline: true });
    const report = await session.pipeline.report(incident, session.services, { by: given.by, masks: given.mask });
    session.respond(report, (clean) => reportView(clean, session.relative, session.paint));
    return exitCodeOf(report.verdict);
  },
});
