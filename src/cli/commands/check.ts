import { defineCommand, recipeArgument } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { checkView } from "../views/steps.ts";

export default defineCommand({
  usage: "check <recipe>",
  describe: "Validate the recipe and probe every source; reads no records",
  build: recipeArgument,
  async run(given, session) {
    const incident = await session.open(given);
    const sources = await session.pipeline.checkIncident(incident, session.services);
    session.respond({ incident: incident.recipe.incident, sources }, (checked) => checkView(checked, session.paint));
    return exitCodes.clean;
  },
});
