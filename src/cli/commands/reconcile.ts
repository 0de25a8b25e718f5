import type { TableSummary } from "../../report/summary.ts";
import { defineCommand, optionalRecipeArgument, workersOption } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { reconcileView } from "../views/steps.ts";

function needsPeople({ withheld, cells }: TableSummary): boolean {
  return withheld > 0 || cells.contested > 0;
}

export default defineCommand({
  usage: "reconcile [recipe]",
  describe: "Settle every cell from what is staged",
  build: (yargs) => workersOption(optionalRecipeArgument(yargs)),
  async run(given, session) {
    const incident = await session.open(given, { offline: true });
    const tables = await session.pipeline.reconcile(incident, { ...session.services, workforce: given.workers });
    session.respond({ incident: incident.recipe.incident, tables }, (clean) =>
      reconcileView(clean.tables, session.paint),
    );
    return tables.some(needsPeople) ? exitCodes.needsReview : exitCodes.clean;
  },
});
