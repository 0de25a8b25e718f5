import csv from "../../../src/extract/csv/index.ts";
import { fixtureSeeds } from "../fixtures.ts";
import { defineFormat } from "../format.ts";
import { tokenMutator } from "../tokens.ts";

const words = [
  ",",
  ";",
  "\t",
  "|",
  "+|",
  "::",
  '"',
  '""',
  '"""',
  "'",
  "\\",
  '\\"',
  "\n",
  "\r\n",
  "\r",
  "\n\n",
  "\0",
  "NULL",
  "\\N",
  "1",
  "x,y",
  '"a\nb"',
  '","',
  " ",
  "\uFEFF",
  "#",
];

export default defineFormat({
  extractor: csv,
  seeds: () => fixtureSeeds("csv"),
  mutators: [tokenMutator(/\r\n|[\w .-]+|[^]/g, words)],
  rawTimes: 1,
});
