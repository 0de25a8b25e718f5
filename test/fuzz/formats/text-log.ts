import textLog from "../../../src/extract/text-log/index.ts";
import { timedTable } from "../../extract/change-harness.ts";
import { fixtureSeeds } from "../fixtures.ts";
import { defineFormat } from "../format.ts";
import { tokenMutator } from "../tokens.ts";

const words = [
  "INFO",
  "WARN",
  "ERROR",
  "Customer",
  "created",
  "removed",
  "total",
  "'",
  '"',
  "<none>",
  "NULL",
  "\n",
  "\r",
  "\t",
  "    at x",
  "2026-03-01",
  "25:61:61",
  "-1",
  "99999999999999999999",
  "0.1e9",
  "\u0000",
  "…",
  "total 1.00 colour red",
];

export default defineFormat({
  extractor: textLog,
  seeds: () => fixtureSeeds("text-log", timedTable),
  mutators: [tokenMutator(/'[^']*'|[\w.:-]+|\s+|[^]/g, words)],
});
