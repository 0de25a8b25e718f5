import fixedWidth from "../../../src/extract/fixed-width/index.ts";
import { fixtureSeeds } from "../fixtures.ts";
import { defineFormat } from "../format.ts";
import { tokenMutator } from "../tokens.ts";

const words = [
  " ",
  "          ",
  "\n",
  "\r\n",
  "\r",
  "\f",
  "-----",
  "----- -----",
  "-----+-----",
  "|",
  "(1 row affected)",
  "(1 rows)",
  "2 rows selected.",
  "NULL",
  "\0",
  "\u3000",
  "表",
  "0000123}",
  "-1",
  "x",
];

export default defineFormat({
  extractor: fixedWidth,
  seeds: () => fixtureSeeds("fixed-width"),
  mutators: [tokenMutator(/\r\n|[\w.]+| +|-+|[^]/g, words)],
  rawTimes: 1,
});
