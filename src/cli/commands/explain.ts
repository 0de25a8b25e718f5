import { defineCommand, parseKey } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { explainView } from "../views/explain.ts";

export default defineCommand({
  usage: "explain <table> <key> [column]",
  describe: "Why is this row, or this cell, what it is?",
  build: (yargs) =>
    yargs
      .positional("table", { type: "string", demandOption: true, describe: "As in dbo.Orders, or Orders" })
      .positional("key", {
        type: "string",
        demandOption: true,
        describe: "The row's key; commas part the columns of a composite one, \\ keeps the next character",
      })
      .positional("column", { type: "string", describe: "Only this column" })
      .example("salvage explain dbo.Orders 10248 ShipCity", "One cell")
      .example("salvage explain dbo.OrderLines 10248,11", "A row with a key of two columns")
      .example('salvage explain dbo.Customers "17 of test"', "A row by the key that its source gives it"),
  async run(given, session) {
    const incident = await session.open(given, { offline: true });
    const key = parseKey(given.key);
    const explanation = await session.pipeline.explain(incident, given.table, key, given.column);
    session.respond(explanation, (clean) => explainView(clean, session.paint));
    return exitCodes.clean;
  },
});
