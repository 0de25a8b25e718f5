/** Extractors with a fixed set of options, so that what the recipe says of faults does not change with the real ones. */
import { z } from "zod";
import { defineExtractor } from "../../src/extract/extractor.ts";
import type { Extractor } from "../../src/extract/extractor.ts";

const path = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).describe("Files.");

async function* nothing() {}

export const testExtractors: readonly Extractor[] = [
  defineExtractor({
    id: "csv",
    summary: "Delimited text.",
    options: z.strictObject({
      path,
      delimiter: z.string().min(1).default(",").describe("Between cells."),
      header: z.boolean().optional().describe("Is the first record a header?"),
    }),
    example: "extractor: csv",
    inputs: () => [],
    extract: nothing,
  }),
  defineExtractor({
    id: "sqlite",
    summary: "A SQLite file.",
    options: z.strictObject({ path }),
    example: "extractor: sqlite",
    inputs: () => [],
    extract: nothing,
  }),
];
