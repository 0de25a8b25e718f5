/** `sql-script`: the INSERT statements of T-SQL scripts, streamed, and UPDATE and DELETE of single rows. */
import { UserError } from "../../errors.ts";
import { defineExtractor, type EvidenceFile, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { hasUndecodable, readText } from "../text/decode.ts";
import { sqlserver } from "./dialects/sqlserver.ts";
import { Ledger } from "./ledger.ts";
import { options, type SqlScriptOptions } from "./options.ts";
import { readScript } from "./read-script.ts";
import { requireDistinct, Routes } from "./routes.ts";

const id = "sql-script";
const summary =
  "Reads the INSERT statements of T-SQL scripts: backups as scripts, generated scripts, hand-written ones; " +
  "and UPDATE and DELETE that name one row by its key.";
const example = `backup:
  extractor: sql-script
  path: evidence/backup-2025-11-30.sql.gz
  asOf: 2025-11-30T02:00:00-06:00
  trust: 60
`;

function inputs({ path }: SqlScriptOptions): readonly string[] {
  return typeof path === "string" ? [path] : path;
}

/** Opens each script and decodes its beginning; the tables that it holds show only when it is read. */
async function check(declared: SqlScriptOptions, context: Pick<ExtractContext, "files" | "mappings">): Promise<void> {
  requireDistinct(context.mappings, declared.schema);
  for (const file of context.files) {
    if (file.bytes === 0) throw emptyScript(file);
    const chunks = readText(file, { encoding: declared.encoding });
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
  const routes = new Routes(context.mappings, declared.schema);
  const total = context.files.reduce((sum, file) => sum + file.bytes, 0);
  let before = 0;
  for (const file of context.files) {
    const done = before;
    yield* extractFile(file, declared, routes, context, (bytes) => context.progress(done + bytes, total));
    before += file.bytes;
  }
  routes.requireMet();
}

async function* extractFile(
  file: EvidenceFile,
  declared: SqlScriptOptions,
  routes: Routes,
  context: ExtractContext,
  progress: (bytes: number) => void,
): AsyncGenerator<ObservationBatch> {
  const ledger = new Ledger(file, context);
  yield* readScript(readPieces(file, declared, ledger, context, progress), { options: declared, dialect: sqlserver, routes, zone: context.zone }, ledger);
}

/** The script's text, and on the way what the ledger has to know of it. */
async function* readPieces(
  file: EvidenceFile,
  { encoding }: SqlScriptOptions,
  ledger: Ledger,
  context: ExtractContext,
  progress: (bytes: number) => void,
): AsyncGenerator<string> {
  for await (const chunk of readText(file, { encoding, signal: context.signal })) {
    ledger.encoding = chunk.encoding;
    ledger.holdsUndecodable ||= hasUndecodable(chunk.text, chunk.encoding);
    progress(chunk.bytesRead);
    if (chunk.cut !== undefined) context.warn(`the script is cut short: ${chunk.cut}`, { file }, "loss");
    yield chunk.text;
  }
}

export default defineExtractor({ id, summary, options, example, inputs, check, extract });
