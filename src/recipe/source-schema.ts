/** What every source may say, whatever reads it. */
import { z } from "zod";
import { fileTimes } from "./file-times.ts";
import { duration } from "./quantities.ts";
import { timezone } from "./timezone.ts";

const text = z.string().min(1);

function timeFault(input: unknown): string {
  const example = "as in 2026-03-14T09:26:00-05:00, or Z for UTC";
  return /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(String(input))
    ? `the time says no offset; say the offset, ${example}`
    : `expected a date and time with its offset, ${example}`;
}

/** A moment: ISO 8601 with its offset. */
export function time(description: string): z.ZodISODateTime {
  return z.iso.datetime({ offset: true, error: (issue) => timeFault(issue.input) }).describe(description);
}

const coverage = z.enum(["complete", "partial"]);

const sourceTable = z.strictObject({
  from: text.optional().describe("The source's name for the table: a table, or a file pattern."),
  query: text.optional().describe("A SELECT of the server's own, whose rows fill the table, in place of `from`."),
  where: text
    .optional()
    .describe("Only rows for which this holds, in the server's own SQL. What is left out proves no deletion."),
  columns: z
    .record(
      text,
      z.union([
        text,
        z.strictObject({
          from: text.optional().describe("The source's column; default: the target's name."),
          zone: timezone("The IANA time zone of its dates with times: they are put on the target's clock."),
        }),
      ]),
    )
    .optional()
    .describe("Source column by target column, where the names differ."),
  modifiedAt: text.optional().describe("The source's column that says when each row last changed."),
  coverage: coverage.optional().describe("The same for this table alone; default: the source's."),
  keepsDeleted: z.boolean().optional().describe("The same for this table alone; default: the source's."),
  crosswalk: z
    .strictObject({
      match: z.array(text).min(1).describe("The target columns by which its rows are found."),
      allocate: z
        .strictObject({
          from: z
            .int()
            .optional()
            .describe("The first of them; default: what follows the last id that anything shows, and `reseedMargin`."),
        })
        .optional()
        .describe("Gives rows without a match new keys, which nobody's evidence shows; default: they are withheld."),
    })
    .optional()
    .describe("For a source with surrogate keys of its own: how its rows are found in the target."),
  cutAt: z
    .record(text, z.int().min(1))
    .optional()
    .describe("By target column: the width, in characters, at which this source cut it."),
});

const fileTable = sourceTable.omit({ query: true, where: true });

/** The target tables of a source; `query` and `where` mean something to servers alone. */
export function sourceTables(readsSql: boolean): z.ZodOptional<z.ZodRecord<typeof text, typeof sourceTable>> {
  return z
    .record(text, (readsSql ? sourceTable : fileTable) as typeof sourceTable)
    .optional()
    .describe("The target tables that this source may fill; default: every one, under its own names.");
}

export const commonSourceShape = {
  asOf: z
    .union([time("A moment with its offset."), fileTimes])
    .optional()
    .describe(
      "When the data last equalled production, or how each file says so; without it the source's time is unknown.",
    ),
  line: text
    .optional()
    .describe(
      "The history that the data belong to; default production, where `asOf` is given. Copies go their own way.",
    ),
  branchedAt: time("When the source's line left production's: what changed there later is no evidence.").optional(),
  clockSkew: duration
    .optional()
    .describe("How far the source's clock may be wrong: 500ms, 2s, 5m, 1h; default 0. Claims within it are ties."),
  copyOf: text.optional().describe("The id of the source that this one repeats: the two count once."),
  keepsDeleted: z
    .boolean()
    .optional()
    .describe("Do rows stay here after their deletion, as in a warehouse? Default false. Presence then proves little."),
  coverage: coverage
    .optional()
    .describe("Does the source hold every row, so that absence may mean deletion? Default partial: it does not."),
  timezone: timezone("The IANA time zone of its event times and of `modifiedAt`.").optional(),
  trust: z.number().min(0).max(100).optional().describe("How far the source is trusted, 0 to 100; default 50."),
  tables: sourceTables(false),
};

/** A source before its extractor is known: what is common to all. */
export function anySource() {
  return z.looseObject({ extractor: z.string(), ...commonSourceShape });
}

export type SourceData = z.infer<ReturnType<typeof anySource>>;
