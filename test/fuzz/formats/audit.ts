import audit from "../../../src/extract/audit/index.ts";
import { timedTable } from "../../extract/change-harness.ts";
import { fixtureSeeds } from "../fixtures.ts";
import { defineFormat } from "../format.ts";
import { tokenMutator } from "../tokens.ts";

const words = [
  ",",
  '"',
  '""',
  "\n",
  "\r\n",
  "NULL",
  "I",
  "U",
  "D",
  "insert",
  "update",
  "delete",
  "2026-03-01 10:00:00",
  "25:61:61",
  "-1",
  "1e999",
  "12345678901234567890",
  "dbo.Orders",
  "CustomerID",
  "\u0000",
  ";",
  "|",
];

export default defineFormat({
  extractor: audit,
  seeds: () => fixtureSeeds("audit", timedTable),
  mutators: [tokenMutator(/"(?:[^"]|"")*"|[\w.:-]+|\s+|[^]/g, words)],
});
