import json from "../../../src/extract/json/index.ts";
import { fixtureSeeds } from "../fixtures.ts";
import { defineFormat } from "../format.ts";
import { tokenMutator } from "../tokens.ts";

const words = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "null",
  "true",
  '"a"',
  '"',
  "\\",
  '"\\ud800"',
  '"\\u0000"',
  '"__proto__"',
  "1e999",
  "-0",
  "0.1e-400",
  "12345678901234567890",
  "\n",
  "//x\n",
  "/*",
  "*/",
  "'a'",
  "NaN",
  "[[[[[[[[",
  '{"a":{"a":',
  "\uFEFF",
];

export default defineFormat({
  extractor: json,
  seeds: () => fixtureSeeds("json"),
  mutators: [tokenMutator(/"(?:[^"\\]|\\[^])*"|[\w.+-]+|\s+|[^]/g, words)],
});
