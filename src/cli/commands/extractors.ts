import { extractors } from "../../extract/registry.ts";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../failure.ts";
import { documentOf, listingView } from "../views/listing.ts";

export default defineCommand({
  usage: "extractors",
  describe: "List what sources can be read, with their options",
  build: (yargs) => yargs,
  run(_given, session) {
    session.respond({ extractors: extractors.map(documentOf) }, (all) => listingView(all.extractors, session.paint));
    return Promise.resolve(exitCodes.clean);
  },
});
