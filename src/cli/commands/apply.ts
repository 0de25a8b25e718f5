import { UserError } from "../../errors.ts";
import type { ApplyPlan } from "../../pipeline.ts";
import { readTarget } from "../../verify/target/database.ts";
import { defineCommand, optionalRecipeArgument } from "../command.ts";
import { exitCodes } from "../failure.ts";
import type { Session } from "../session.ts";
import { applyView, planText } from "../views/apply.ts";

/** The database's name, typed, shows that whoever is tired at night means this one. */
async function agree(plan: ApplyPlan, session: Session): Promise<void> {
  const answer = await session.ask(`${planText(plan)}\nType the name of the database to go on: `);
  if (answer === undefined)
    throw new UserError({
      what: "nobody can be asked here whether the scripts should be run",
      remedy: "Give --yes, once you are sure of the target",
    });
  if (answer.trim() === plan.database) return;
  throw new UserError({
    what: `the name typed is not that of the database, ${plan.database}; nothing was run`,
    remedy: "Check the target, then run the command again",
  });
}

/** A URL holds a password. */
function shown(target: string): string {
  return target.startsWith("env:") || !/[:=]/.test(target) ? target : "URL";
}

export default defineCommand({
  usage: "apply [recipe]",
  describe: "Run the rebuild scripts in a database",
  build: (yargs) =>
    optionalRecipeArgument(yargs)
      .option("target", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "URL of the database, path of a SQLite file, or env:NAME for a variable that holds either",
      })
      .option("dry-run", {
        type: "boolean",
        default: false,
        describe: "Run them all in one transaction, and roll it back",
      })
      .option("yes", { type: "boolean", default: false, describe: "Do not ask for the database's name" })
      .example("salvage apply --target env:REBUILD_URL", "export REBUILD_URL=mssql://loader:…@db.example/Shop"),
  async run(given, session) {
    const target = readTarget(session.secret(given.target), session.absolute);
    const incident = await session.open(given, { offline: true });
    const confirm = async (plan: ApplyPlan): Promise<void> => {
      if (!given.yes) await agree(plan, session);
    };
    const report = await session.pipeline.apply(incident, session.services, {
      target,
      confirm,
      isRehearsal: given["dry-run"],
    });
    session.respond(report, (clean) => applyView(clean, shown(given.target), session.paint));
    return exitCodes.clean;
  },
});
