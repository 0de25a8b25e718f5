import cdc from "../../../src/extract/cdc/index.ts";
import { timedTable } from "../../extract/change-harness.ts";
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
  '"c"',
  '"u"',
  '"d"',
  '"op"',
  '"before"',
  '"after"',
  '"payload"',
  '"data"',
  '"old"',
  '"ts_ms"',
  '"__$operation"',
  "4",
  "-1",
  "1e999",
  "12345678901234567890",
  '"',
  "\\",
  "0x",
  "0x00",
  "LOP_BEGIN_XACT",
  "LOP_COMMIT_XACT",
  "LOP_INSERT_ROWS",
  "LOP_MODIFY_ROW",
  "NULL",
  "\n",
  "[[[[[[[[",
  '{"a":{"a":',
];

export default defineFormat({
  extractor: cdc,
  seeds: () => fixtureSeeds("cdc", timedTable),
  mutators: [tokenMutator(/"(?:[^"\\]|\\[^])*"|[\w.+-]+|\s+|[^]/g, words)],
});
