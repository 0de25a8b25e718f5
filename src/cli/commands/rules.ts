import { rules } from "../../reconcile/rules/registry.ts";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { documentOf, listingView } from "../views/listing.ts";

export default defineCommand({
  usage: "rules",
  describe: "List the rules that settle conflicts, with their options",
  build: (yargs) => yargs,
  run(_given, session) {
    session.respond({ rules: rules.map(documentOf) }, (all) => listingView(all.rules, session.paint));
    return Promise.resolve(exitCodes.clean);
  },
});
