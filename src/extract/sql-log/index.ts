/** `sql-log`: what statements in logs did to rows, with their parameters, as far as their transactions were committed. */
import { UserError } from "../../errors.ts";
import { defineExtractor, type EvidenceFile, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { inTimeOrder } from "../events/rotation.ts";
import { overFiles } from "../records/file-options.ts";
import { requireDistinct } from "../sql-script/routes.ts";
import { readText } from "../text/decode.ts";
import { formats } from "./formats/registry.ts";
import { options, type SqlLogOptions } from "./options.ts";
import { readLog } from "./read-log.ts";
import { StatementReader } from "./statement.ts";
import { surveyLog } from "./survey.ts";

const id = "sql-log";
const summary =
  "Reads what SQL statements in logs did to rows, with their parameters: INSERT, UPDATE and DELETE by key, of transactions that were committed.";
const example = `app log:
  extractor: sql-log
  path: evidence/logs/app-*.log
  format: efcore
  trust: 70
`;

async function check(
  declared: SqlLogOptions,
  { files, mappings, signal }: Pick<ExtractContext, "files" | "mappings" | "signal">,
): Promise<void> {
  requireDistinct(mappings, declared.schema);
  for (const file of files) {
    if (file.bytes === 0) throw emptyLog(file);
    const chunks = readText(file, { encoding: declared.encoding, signal });
    await chunks.next();
    await chunks.return(undefined);
  }
}

function emptyLog(file: EvidenceFile): UserError {
  return new UserError({
    what: "the log is empty",
    where: { file: file.name },
    remedy: "Take it out of the recipe, or put the log with its content in its place",
  });
}

async function* extract(declared: SqlLogOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const { mappings, zone } = context;
  const dialect = declared.dialect ?? formats[declared.format].dialect;
  const { schema, dateFormat = "mdy" } = declared;
  const statements = new StatementReader({ dialect, schema, dateFormat, zone, mappings });
  const total = context.files.reduce((sum, file) => sum + file.bytes, 0);
  let before = 0;
  for (const file of inTimeOrder(context.files)) {
    const done = before;
    yield* readLog(file, declared, { statements, dialect }, context, (bytes) => context.progress(done + bytes, total));
    before += file.bytes;
    context.progress(before, total);
  }
  for (const sentence of statements.sentences()) context.warn(sentence);
}

export default defineExtractor({
  id,
  summary,
  options,
  example,
  timesRows: true,
  ...overFiles,
  check,
  surveyLog,
  extract,
});
