/** What a recipe may hold, as zod schemas: validation, the editors' JSON Schema and the reference read the same objects. */
import { z } from "zod";
import type { Extractor } from "../extract/extractor.ts";
import { assertions } from "./assertion-schema.ts";
import { exactNumber, shareValue } from "./quantities.ts";
import { commonSourceShape, sourceTables, time } from "./source-schema.ts";
import type { anySource } from "./source-schema.ts";
import { timezone } from "./timezone.ts";

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

const text = z.string().min(1);
const serverVersions = [2000, 2005, 2008, 2012, 2016, 2022] as const;
const versions = [...serverVersions, "2000", "2005", "2008", "2012", "2016", "2022", "azure"] as const;

/** The rules that are named alone. The registry has them all; this list keeps the recipe from knowing how they work. */
export const simpleRules = [
  "latest",
  "earliest",
  "trust",
  "majority",
  "max",
  "min",
  "longest",
  "non-null",
  "most-precise",
  "accuracy",
  "ask",
] as const;

const moduleFile = /\.[cm]?[jt]s$/;

function isModule(input: unknown): input is string {
  return typeof input === "string" && moduleFile.test(input);
}

const modulePath = z
  .string()
  .regex(moduleFile, "expected the path of a rule module, as in ./my-rule.ts; a rule of salvage's own is named alone");

const rule = z.union([
  z.enum(simpleRules, {
    error: ({ input }) => (isModule(input) ? `is a rule of your own: write { rule: ${input} }` : undefined),
  }),
  z.strictObject({
    prefer: z.array(text).min(1).describe("Ids of sources: the claim of the first that has one wins."),
  }),
  z.strictObject({ rule: modulePath.describe("A rule of your own: the path of its module.") }),
]);

const chain = z.array(rule).min(1);

const contested = z
  .literal(["provisional", "null", "withhold", null])
  .describe("What is emitted for a cell that no rule settled: the best-ranked claim, NULL, or not the row at all.");

const uncertain = z
  .enum(["withhold", "emit"])
  .describe("What becomes of a row that may have been deleted; default withhold.");

const deletes = z
  .enum(["infer", "explicit", "ignore"])
  .describe("Deletions follow from deletes and from absence (infer, the default), from deletes alone, or are ignored.");

const inferredDeletes = shareValue.describe(
  "The share of a table's rows above which deletions inferred from absence are uncertain; default 5%.",
);

const violation = z.union([
  z.literal(["withhold", "null", "keep", null], {
    error: (issue) => (issue.input === "default" ? "needs its value: write { default: … }" : undefined),
  }),
  z.strictObject({
    default: z.union([z.string(), exactNumber, z.boolean()]).describe("The value that stands in its place."),
  }),
]);

const withholdOrKeep = z.enum(["withhold", "keep"]).optional();

const violations = z
  .strictObject({
    notNull: violation.optional().describe("NULL, or no claim at all, in a NOT NULL column."),
    check: withholdOrKeep.describe("A row that a CHECK constraint refuses."),
    unique: withholdOrKeep.describe("Rows that share a unique key."),
    foreignKey: z
      .literal(["withhold", "null", "keep", null])
      .optional()
      .describe("A reference to a row that is not there."),
  })
  .describe("What becomes of values that the target would refuse: the row is withheld, or the value kept or replaced.");

const columnRules = z.union([
  chain,
  z.strictObject({
    rules: chain.optional().describe("The rules for the column, in order."),
    contested: contested.optional(),
    violation: violation.optional().describe("What becomes of a value that the target would refuse."),
  }),
]);

const identity = z.strictObject({
  natural: z.array(text).min(1).describe("The columns that identify a row to people."),
  stable: z
    .boolean()
    .optional()
    .describe("Does an id keep them for ever, so that two of them at one id are a conflict? Default false."),
});

const tableRules = z.strictObject({
  contested: contested.optional(),
  uncertain: uncertain.optional(),
  deletes: deletes.optional(),
  inferredDeletes: inferredDeletes.optional(),
  together: z
    .array(z.array(text).min(2))
    .optional()
    .describe("Groups of columns whose cells must come from one observation, such as the parts of an address."),
  identity: identity.optional().describe("What tells one row from another besides its key."),
  violations: violations.optional(),
  columns: z
    .record(text, columnRules)
    .optional()
    .describe("The rules for one column: a list, or a map with `rules`, `contested` and `violation`."),
});

const target = z
  .strictObject({
    dialect: z.enum(["sqlserver", "postgres", "mysql", "sqlite"]).describe("The database that the scripts are for."),
    version: z
      .literal(versions)
      .optional()
      .describe(
        "The version of SQL Server that was lost, and that the scripts are for; needed for the dialect `sqlserver`.",
      ),
    schema: z
      .union([text, z.strictObject({ source: text.describe("The id of a source whose catalog says it.") })])
      .describe(
        "What the lost tables looked like: a DDL script, a SQLite file, a package (.bacpac, .dacpac), or a source that can say it.",
      ),
    collation: text.optional().describe("The database's collation; default SQL_Latin1_General_CP1_CI_AS."),
    tables: z.array(text).min(1).optional().describe("The tables to rebuild; default: every table of the schema."),
    timezone: timezone(
      "The IANA time zone of the lost database's dates and times; needed where the sources' time zones differ.",
    ).optional(),
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

function sourceOf(extractor: Extractor): z.ZodObject {
  return extractor.options
    .safeExtend({
      extractor: z.literal(extractor.id).describe(extractor.summary),
      ...commonSourceShape,
      tables: sourceTables(extractor.readsSql === true),
    })
    .describe(extractor.summary);
}

const rules = z
  .strictObject({
    default: chain.optional().describe("The rules for every column, in order; default latest, trust, majority, ask."),
    contested: contested.optional(),
    uncertain: uncertain.optional(),
    deletes: deletes.optional(),
    inferredDeletes: inferredDeletes.optional(),
    violations: violations.optional(),
    tables: z.record(text, tableRules).optional().describe("What differs for single tables."),
  })
  .describe("How conflicts are settled.");

const report = z
  .strictObject({
    mask: z
      .array(text)
      .min(1)
      .optional()
      .describe(
        "Columns whose values no report shows, by name or pattern (`Email`, `*Phone*`, `dbo.Customers.Name`): starred, or with `=hash` hashed.",
      ),
  })
  .describe("What reports show.");

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
    assert: assertions.optional(),
    report: report.optional(),
  });
}

export type RecipeData = z.infer<ReturnType<typeof recipeSchema>>;
