/** `sql-script`: the rows that SQL scripts insert, streamed, and UPDATE and DELETE of single rows. */
import { UserError } from "../../errors.ts";
import { defineExtractor, type EvidenceFile, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { overFiles } from "../records/file-options.ts";
import { readText } from "../text/decode.ts";
import { Ledger } from "./ledger.ts";
import { openScript, readPieces, type OpenedScript } from "./opened.ts";
import { options, type SqlScriptOptions } from "./options.ts";
import { readScript } from "./read-script.ts";
import { requireDistinct, Routes } from "./routes.ts";
import { survey } from "./survey.ts";

const id = "sql-script";
const summary =
  "Reads the rows of SQL scripts, for SQL Server, MySQL and MariaDB, PostgreSQL, SQLite and Oracle: dumps, generated scripts, " +
  "hand-written ones (INSERT, COPY); and UPDATE and DELETE that name one row by its key.";
const example = `backup:
  extractor: sql-script
  path: evidence/backup-2025-11-30.sql.gz
  asOf: 2025-11-30T02:00:00-06:00
  trust: 60
`;

/** Opens each script, settles its dialect and decodes its beginning; the tables that it holds show only when it is read. */
async function check(declared: SqlScriptOptions, context: Pick<ExtractContext, "files" | "mappings">): Promise<void> {
  requireDistinct(context.mappings, declared.schema);
  for (const file of context.files) {
    if (file.bytes === 0) throw emptyScript(file);
    const { encoding } = await openScript(file, declared);
    const chunks = readText(file, { encoding });
    await chunks.next();
    await chunks.return(undefined);
  }
}

function emptyScript(file: EvidenceFile): UserError {
  return new UserError({
    what: "the script is empty",
    where: { file: file.name },
    remedy: "Take it out of the recipe, or put the script with its content in its place",
  });
}

async function* extract(declared: SqlScriptOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const scripts: OpenedScript[] = [];
  for (const file of context.files) scripts.push(await openScript(file, declared));
  const findsByName = scripts.some(({ dialect }) => dialect.findsByName);
  const routes = new Routes(context.mappings, declared.schema, findsByName);
  const total = context.files.reduce((sum, file) => sum + file.bytes, 0);
  let before = 0;
  for (const script of scripts) {
    const done = before;
    yield* extractFile(script, declared, routes, context, (bytes) => context.progress(done + bytes, total));
    before += script.file.bytes;
  }
  routes.requireMet();
}

async function* extractFile(
  script: OpenedScript,
  declared: SqlScriptOptions,
  routes: Routes,
  context: ExtractContext,
  progress: (bytes: number) => void,
): AsyncGenerator<ObservationBatch> {
  const { file, dialect, evidence } = script;
  const ledger = new Ledger(file, context);
  if (evidence !== undefined) context.warn(`read as a script for ${dialect.title}: ${evidence}`, { file });
  yield* readScript(
    readPieces(script, ledger, context, progress),
    { options: declared, dialect, routes, zone: context.zone },
    ledger,
  );
}

export default defineExtractor({ id, summary, options, example, ...overFiles, check, survey, extract });
