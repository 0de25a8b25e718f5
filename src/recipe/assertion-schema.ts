/** What a recipe may assert of the reconciled rows. */
import { z } from "zod";
import { expectedBut } from "./issues.ts";
import { countComparison, exactNumber, queryExpectation, shareComparison } from "./quantities.ts";

const text = z.string().min(1);
const bound = z.union([text, exactNumber]);

function isEmptyRange({ min, max }: { min?: string | number | undefined; max?: string | number | undefined }): boolean {
  return typeof min === "number" && typeof max === "number" && min > max;
}

const range = z
  .strictObject({
    min: bound.optional().describe("The lowest value that may stand there."),
    max: bound.optional().describe("The highest value that may stand there."),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, "expected `min`, `max` or both")
  .refine((limits) => !isEmptyRange(limits), "no value lies between `min` and `max`: `min` is the higher one");

const tableAssertion = z.strictObject({
  rows: countComparison.optional().describe('How many rows there must be: ">= 18000", "= 5" or 5.'),
  references: z
    .enum(["report", "withhold"])
    .optional()
    .describe("What becomes of rows whose parent is not there: they are reported, or withheld as well."),
  fill: z
    .record(text, shareComparison)
    .optional()
    .describe('By column: the share of cells that must not be NULL: ">= 95%"; a bare 95% or 0.95 is the least share.'),
  range: z.record(text, range).optional().describe("By column: the lowest and the highest value that may stand there."),
});

const sqlAssertion = z.strictObject({
  name: text.describe("What the assertion is called in reports."),
  sql: z
    .string()
    .regex(/^\s*(?:select|with)\b/i, { error: (issue) => expectedBut("one SELECT", issue.input) })
    .describe("One SELECT over the reconciled rows."),
  expect: queryExpectation.describe('What it must yield: "no rows", or one value: "= 0", ">= 18000" or 0.'),
});

export const assertions = z
  .object({ sql: z.array(sqlAssertion).min(1).optional().describe("Queries over the reconciled rows.") })
  .catchall(tableAssertion)
  .describe("What must hold of the reconciled rows, by table; where it does not, people are needed.");

export type TableAssertionData = z.infer<typeof tableAssertion>;
export type SqlAssertionData = z.infer<typeof sqlAssertion>;
