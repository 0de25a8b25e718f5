/** What a drill's plan may hold, as zod schemas: validation and the editors' JSON Schema read the same objects. */
import { z } from "zod";
import { expectedBut } from "../../recipe/issues.ts";
import { countComparison, shareComparison, shareValue } from "../../recipe/quantities.ts";
import { time } from "../../recipe/source-schema.ts";
import { timezone } from "../../recipe/timezone.ts";
import { formatIds } from "../survivors/formats/registry.ts";

const text = z.string().min(1);
const name = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?$/, "expected letters, digits, `-`, `_` or `.`");
const names = z.array(text).min(1);
const byTable = z.record(text, names);

const spanFault = (issue: { readonly input?: unknown }): string =>
  expectedBut('a span of time with its unit, as in "90s", "15m", "9h" or "104d"', issue.input);
const spanForm = String.raw`\d{1,6}(?:s|m|h|d)`;
const span = z.string({ error: spanFault }).regex(new RegExp(`^${spanForm}$`), { error: spanFault });
const spanComparison = z
  .string({ error: spanFault })
  .regex(new RegExp(String.raw`^(?:(?:>=|>|<=|<|=)\s*)?${spanForm}$`), { error: spanFault });

/** For all that it is about, or for each part by itself. */
const phases = z.strictObject({
  extract: spanComparison.optional().describe("Reading the sources."),
  reconcile: spanComparison.optional().describe("Settling what is staged."),
  emit: spanComparison.optional().describe("Writing the scripts."),
  rebuild: spanComparison.optional().describe("Running them."),
});

const truth = z.union([
  z.strictObject({
    generate: z.literal("shop").describe("A made-up database: six tables of a shop, some 2,000 rows at scale 1."),
    scale: z.number().positive().max(1000).optional().describe("How large it is; default 1. `--scale` says otherwise."),
  }),
  z
    .looseObject({
      extractor: text.describe(
        "What reads it, as in a recipe: `sqlite` for a file, `postgres`, `mysql`, `mssql` for a server.",
      ),
      schema: text.optional().describe("A DDL script, where the source's own catalog is not to be taken."),
      tables: names.optional().describe("The tables that the drill is about; default: all."),
    })
    .describe("A real database, which is only read."),
]);

const history = z.strictObject({
  days: z.int().min(1).max(3650).optional().describe("How many days of changes lead to the truth; default 120."),
  inserted: shareValue.optional().describe("The share of rows that were made in these days; default 15%."),
  updated: shareValue.optional().describe("The share of rows that changed in these days; default 30%."),
  deleted: shareValue
    .optional()
    .describe("How many rows were deleted, as a share of those that are there; default 4%."),
  modifiedAt: z
    .record(text, text)
    .optional()
    .describe("By table, the column that says when a row was last changed; the drill sets it."),
});

const table = text.describe("The table, as the schema names it.");
const column = text.describe("One of its columns.");
const struck = {
  table,
  columns: names.describe("Columns of it."),
  share: shareValue.optional().describe("The share of its rows; default all."),
};

const strike = z.union([
  z.strictObject({ drop: z.union([z.literal("all"), names]).describe("Tables that are dropped, or all.") }),
  z.strictObject({ truncate: names.describe("Tables that are emptied.") }),
  z.strictObject({
    delete: z
      .strictObject({ table, share: shareValue.describe("The share of its rows.") })
      .describe("Rows that are deleted, by chance."),
  }),
  z.strictObject({ nullify: z.strictObject(struck).describe("Columns that become NULL.") }),
  z.strictObject({
    garble: z.strictObject(struck).describe("Columns that become garbage, as ransomware leaves it."),
  }),
  z.strictObject({
    update: z
      .strictObject({ table, column, to: z.union([z.string(), z.number(), z.null()]).describe("What every row gets.") })
      .describe("An UPDATE without its WHERE."),
  }),
]);

const disaster = z.strictObject({
  at: time("When it strikes. Whatever is measured in days before is measured from here."),
  strikes: z.array(strike).min(1).describe("What happens, in order."),
});

const damage = z.strictObject({
  withoutColumns: byTable.optional().describe("By table, columns that it lacks."),
  sampleRows: shareValue.optional().describe("The share of rows that it has."),
  duplicates: shareValue.optional().describe("The share of rows that stand there twice."),
  conflictRate: shareValue
    .optional()
    .describe("The share of rows in which somebody changed one cell, and production knows nothing of it."),
  foreignRows: shareValue
    .optional()
    .describe("How many rows it has that production never had, as a share of the others; their times are later."),
  keepsDeleted: z.boolean().optional().describe("It is a warehouse: rows that were deleted are still there."),
  renumber: names.optional().describe("Tables whose keys are numbered anew; rows that refer to them follow."),
  clockSkew: span.optional().describe("How far its clock was off, at most."),
  encoding: text.optional().describe("The code page it was written in; what that cannot hold becomes a question mark."),
  excel: z.boolean().optional().describe("Somebody opened it in a spreadsheet and saved it."),
  cutAt: shareValue.optional().describe("The share of each file that is left: the rest was never written."),
  corrupt: shareValue.optional().describe("The share of records of which some bytes were overwritten."),
  missing: z.boolean().optional().describe("It is gone."),
});

const survivor = z.strictObject({
  of: z
    .enum(["production", "wreck"])
    .optional()
    .describe("Of the database as it was (default), or of what the disaster left of it."),
  before: span.optional().describe("How long before the disaster it was made; default: just then."),
  since: span.optional().describe("Of a log: how long before the disaster it begins; default: with the history."),
  format: z.enum(formatIds).describe("How it is written: a copy of rows, or a log of changes (`trace`, `debezium`)."),
  timezone: timezone("The zone of a log's clock; default UTC.").optional(),
  server: text
    .optional()
    .describe(
      "Of `pg_dump` and `mysqldump`: the server that they read from, a URL or env:NAME; default: this machine's.",
    ),
  tables: names.optional().describe("The tables that it holds; default: all."),
  damage: damage.optional().describe("What became of it."),
  source: z
    .record(text, z.unknown())
    .optional()
    .describe("What the recipe says of it besides: trust, coverage, tables…"),
});

const share = shareComparison.optional();
const count = countComparison.optional();

const bars = z
  .strictObject({
    rowsRecovered: share.describe("Of the truth's rows, how many are rebuilt."),
    rowRecall: share.describe("Of the rows that the survivors hold, how many are rebuilt."),
    cellsRight: share.describe("Of the cells of rebuilt rows, how many are right."),
    cellRecall: share.describe("Of the true values that stand in a survivor, how many are rebuilt."),
    fabricated: count.describe("Rows that were never there, and cells that nobody claims; default 0."),
    missed: count.describe("Rows of the truth that are not rebuilt."),
    resurrected: count.describe("Rows that had been deleted before the disaster, and are back."),
    chimeric: count.describe("Rows whose cells never stood together."),
    chimericGroups: count.describe("Groups of `together` whose cells never stood together."),
    wrong: share.describe("Of the cells of rebuilt rows, how many are wrong."),
    abstained: share.describe("Of the cells of rebuilt rows, how many are NULL for want of a claim."),
    wronglySilent: share.describe("Of the cells of rebuilt rows, how many are wrong without anybody being told."),
    wronglyFlagged: share.describe(
      "Of the cells of rebuilt rows, how many are right and people are asked all the same.",
    ),
    recoveryPoint: z
      .union([spanComparison, z.record(text, spanComparison)])
      .optional()
      .describe("What is lost at the end, in time: everything older is there, in every table; or by table."),
    peopleTime: spanComparison.optional().describe("What people have to do, as `people` reckons."),
    recoveryTime: z
      .union([spanComparison, phases])
      .optional()
      .describe("That, and what the machine needs; or by phase of the machine."),
  })
  .describe("What the rescue has to reach. Below one of them the drill ends with exit code 1.");

const people = z
  .strictObject({
    start: span.optional().describe("Until the first command is given; default 20m."),
    cell: span.optional().describe("A contested cell; default 1m."),
    row: span.optional().describe("A withheld row; default 2m."),
    record: span.optional().describe("A record in quarantine; default 1m."),
  })
  .describe("What people's steps cost.");

export const drillSchema = z.strictObject({
  drill: name.describe("The drill's name, and that of its directory."),
  about: text.optional().describe("The story, in a sentence."),
  seed: z.int().min(0).optional().describe("Stands for every choice of chance; default 1. `--seed` says otherwise."),
  truth: truth.describe("What the tables held when disaster struck: made up, or read from a real database."),
  history: history.optional().describe("What led to the truth. It is made up from the seed."),
  disaster: disaster.describe("What happens to the database, and when."),
  survivors: z
    .record(name, survivor)
    .refine((all) => Object.keys(all).length > 0, "expected at least one survivor")
    .describe("What is left, by the id that the recipe gives it."),
  rescue: z
    .strictObject({
      target: z.record(text, z.unknown()).optional().describe("Parts of the recipe's target: collation, tables…"),
      rules: z.record(text, z.unknown()).optional().describe("The recipe's rules."),
      assert: z.record(text, z.unknown()).optional().describe("What the recipe asserts."),
    })
    .optional()
    .describe("The recipe that the rescue works by, besides its sources."),
  bars: bars.optional(),
  people: people.optional(),
});

export type DrillData = z.infer<typeof drillSchema>;
