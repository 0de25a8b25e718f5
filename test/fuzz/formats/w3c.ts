import w3c from "../../../src/extract/w3c/index.ts";
import { timedTable } from "../../extract/change-harness.ts";
import { fixtureSeeds } from "../fixtures.ts";
import { defineFormat } from "../format.ts";
import { tokenMutator } from "../tokens.ts";

const words = [
  "#Fields:",
  "#Fields: date time",
  "#Date:",
  "#",
  "-",
  "POST",
  "DELETE",
  "GET",
  "200",
  "404",
  "500",
  '"',
  '\\"',
  "/orders/1",
  "?a=1&a=2",
  "%",
  "%00",
  "%zz",
  "%ff",
  "&",
  "=",
  "+",
  "[01/Mar/2026:16:00:00 +0000]",
  "2026-03-01",
  "25:61:61",
  "\n",
  "\u0000",
];

export default defineFormat({
  extractor: w3c,
  seeds: () => fixtureSeeds("w3c", timedTable),
  mutators: [tokenMutator(/[\w.:-]+|\s+|[^]/g, words)],
});
