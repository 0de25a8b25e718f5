/** Reads SQLite 3 database files: a copy that a reporting job, a test system or an application kept. */
import { z } from "zod";
import { readSqliteSchema } from "../../schema/sqlite.ts";
import { defineExtractor } from "../extractor.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch } from "../extractor.ts";
import { readDatabase } from "./read.ts";
import { databasesAmong, survey } from "./survey.ts";
import type { SurveyedDatabase } from "./survey.ts";
import { surveyTables } from "./tables.ts";

const id = "sqlite";

const summary =
  "Reads the tables of SQLite 3 database files, every row a snapshot; a file in WAL mode is copied first, so that nothing is written beside it.";

const options = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      "The database file, relative to the recipe's folder; `*` and `?` name several files that are read as one source.",
    ),
});

const example = `reporting:
  extractor: sqlite
  path: evidence/reporting.db
  asOf: 2026-03-13T23:00:00-06:00
  tables:
    dbo.Customers:
      from: dimCustomer
      columns: { CustomerID: cust_key, Email: email_addr }
`;

async function* extractAll(context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const { databases, close } = survey(context.files, context.mappings);
  try {
    yield* readAll(databases, context);
  } finally {
    close();
  }
}

function* readAll(databases: readonly SurveyedDatabase[], context: ExtractContext): Generator<ObservationBatch> {
  const total = databases.reduce((sum, { file }) => sum + file.bytes, 0);
  let before = 0;
  for (const database of databases) {
    const offset = before;
    yield* readDatabase(database, context, (bytes) => context.progress(offset + bytes, total));
    before += database.file.bytes;
    context.progress(before, total);
  }
}

export default defineExtractor({
  id,
  summary,
  options,
  example,
  inputs: ({ path }) => [path],
  async check(_options, { files, mappings }) {
    survey(files, mappings).close();
  },
  survey: (_options, context) => surveyTables(context),
  async schema(_options, { files }) {
    const [database] = databasesAmong(files) as [EvidenceFile];
    return readSqliteSchema(database.path);
  },
  extract: (_options, context) => extractAll(context),
});
