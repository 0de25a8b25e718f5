import xlsx from "../../../src/extract/xlsx/index.ts";
import { fixtureSeeds } from "../fixtures.ts";
import { defineFormat } from "../format.ts";
import { xmlMutator } from "../xml.ts";
import { inMembers } from "../zips.ts";

export default defineFormat({
  extractor: xlsx,
  seeds: () => fixtureSeeds("xlsx"),
  prefersOwn: true,
  mutators: [inMembers([xmlMutator]), inMembers([xmlMutator])],
});
