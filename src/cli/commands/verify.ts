import { readTarget } from "../../verify/target/database.ts";
import { defineCommand, optionalRecipeArgument, workersOption } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { verifyView } from "../views/verify.ts";

export default defineCommand({
  usage: "verify [recipe]",
  describe: "Compare a rebuilt database with what was to be rebuilt",
  build: (yargs) =>
    workersOption(optionalRecipeArgument(yargs))
      .option("target", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "URL of the database, path of a SQLite file, or env:NAME for a variable that holds either",
      })
      .option("tables", { type: "string", array: true, requiresArg: true, describe: "Compare only these tables" })
      .example("salvage verify --target env:PRODUCTION_URL", "export PRODUCTION_URL=mssql://reader:…@db.example/Shop")
      .example("salvage verify --target rebuilt.db", "A SQLite file"),
  async run(given, session) {
    const target = readTarget(session.secret(given.target), session.absolute);
    const incident = await session.open(given, { offline: true });
    const services = { ...session.services, workforce: given.workers };
    const report = await session.pipeline.verify(incident, services, { target, only: given.tables });
    session.respond(report, (clean) => verifyView(clean, session.relative, session.paint));
    return report.isSame ? exitCodes.clean : exitCodes.needsReview;
  },
});
