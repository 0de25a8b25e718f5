/** What a recipe may hold, as zod schemas: validation, the editors' JSON Schema and the reference read the same objects. */
import { z } from "zod";
import type { Extractor } from "../extract/extractor.ts";

/** Names that become folders and files, on any system. */
const safeName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?$/;
const reservedOnWindows = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

function nameOfFile(description: string): z.ZodString {
  return z
    .string()
    .regex(safeName, "expected 1 to 80 letters (A-Z), digits, `-`, `_` or `.`, with a letter or digit first")
    .refine((name) => !reservedOnWindows.test(name), "Windows keeps this name for itself; choose another")
    .describe(description);
}

function timeFault(input: unknown): string {
  const example = "as in 2026-03-14T09:26:00-05:00, or Z for UTC";
  return /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(String(input))
    ? `the time says no offset; say the offset, ${example}`
    : `expected a date and time with its offset, ${example}`;
}

function time(description: string): z.ZodISODateTime {
  return z.iso.datetime({ offset: true, error: (issue) => timeFault(issue.input) }).describe(description);
}

const text = z.string().min(1);
const serverVersions = [2000, 2005, 2008, 2012, 2016, 2022] as const;
const versions = [...serverVersions, "2000", "2005", "2008", "2012", "2016", "2022", "azure"] as const;

export const simpleRules = ["latest", "trust", "majority", "ask"] as const;

const rule = z.union([
  z.enum(simpleRules),
  z.strictObject({
    prefer: z.array(text).min(1).describe("Ids of sources: the claim of the first that has one wins."),
  }),
]);

const chain = z.array(rule).min(1);

const contested = z
  .literal(["provisional", "null", "withhold", null])
  .describe("What is emitted for a cell that no rule settled: the best-ranked claim, NULL, or not the row at all.");

const target = z
  .strictObject({
    dialect: z.literal("sqlserver").describe("The database that the scripts are for."),
    version: z.literal(versions).describe("The server's version."),
    schema: text.describe("DDL script, or SQLite file, that says what the lost tables looked like."),
    collation: text.optional().describe("The database's collation; default SQL_Latin1_General_CP1_CI_AS."),
    tables: z.array(text).min(1).optional().describe("The tables to rebuild; default: every table of the schema."),
    ifExists: z
      .enum(["stop", "skip"])
      .optional()
      .describe("What the scripts do about a key that is there already; default stop."),
    reseedMargin: z
      .int()
      .min(0)
      .optional()
      .describe("Added to the highest identity seen when the tables are reseeded; default 0."),
  })
  .describe("What was lost, and what the scripts are to rebuild.");

const sourceTable = z.strictObject({
  from: text.optional().describe("The source's name for the table: a table, or a file pattern."),
  columns: z.record(text, text).optional().describe("Source column by target column, where the names differ."),
});

/** What every source may say, whatever reads it. */
export const commonSourceShape = {
  asOf: time("When the data last equalled production; without it the source's time is unknown.").optional(),
  trust: z.number().min(0).max(100).optional().describe("How far the source is trusted, 0 to 100; default 50."),
  tables: z
    .record(text, sourceTable)
    .optional()
    .describe("The target tables that this source may fill; default: every one, under its own names."),
};

function sourceOf(extractor: Extractor): z.ZodObject {
  return extractor.options
    .safeExtend({ extractor: z.literal(extractor.id).describe(extractor.summary), ...commonSourceShape })
    .describe(extractor.summary);
}

const rules = z
  .strictObject({
    default: chain.optional().describe("The rules for every column, in order; default latest, trust, majority, ask."),
    contested: contested.optional(),
    tables: z
      .record(
        text,
        z.strictObject({
          contested: contested.optional(),
          columns: z.record(text, chain).optional().describe("The rules for one column."),
        }),
      )
      .optional()
      .describe("What differs for single tables."),
  })
  .describe("How conflicts are settled.");

/** The whole recipe; a source is told by its `extractor`, whose options it takes. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the type is what zod infers
export function recipeSchema(extractors: readonly Extractor[]) {
  const sources = extractors.map(sourceOf) as unknown as [ReturnType<typeof anySource>];
  return z.strictObject({
    incident: nameOfFile("The name of the incident, and of its directory."),
    recoverTo: time("The last good moment; later evidence is kept, never used for values.").optional(),
    target,
    sources: z
      .record(nameOfFile("The source's id."), z.discriminatedUnion("extractor", sources))
      .refine((all) => Object.keys(all).length > 0, "expected at least one source")
      .describe("Where records survive, by an id of your choice."),
    rules: rules.optional(),
  });
}

/** A source before its extractor is known: what is common to all. */
export function anySource() {
  return z.looseObject({ extractor: z.string(), ...commonSourceShape });
}

export type RecipeData = z.infer<ReturnType<typeof recipeSchema>>;
export type SourceData = z.infer<ReturnType<typeof anySource>>;
