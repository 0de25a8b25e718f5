/** `sql-log`: what statements in logs did to rows, with their parameters, as far as their transactions were committed. */
import { UserError } from "../../errors.ts";
import { defineExtractor, type EvidenceFile, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { rotatedSets } from "../events/rotation.ts";
import { overFiles } from "../records/file-options.ts";
import { dialectIds, type DialectId } from "../sql-script/dialects/dialect.ts";
import { requireDistinct } from "../sql-script/routes.ts";
import { readText } from "../text/decode.ts";
import { Advice } from "./advice.ts";
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
  dialectOf(declared);
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

/** Throws UserError where neither the recipe nor the format says it. */
function dialectOf({ dialect, format }: Pick<SqlLogOptions, "dialect" | "format">): DialectId {
  const found = dialect ?? formats[format].dialect;
  if (found !== undefined) return found;
  throw new UserError({
    what: `${format} logs statements of several engines, and the recipe does not say of which`,
    remedy: `Add \`dialect:\` to the source, one of ${dialectIds.join(", ")}`,
  });
}

async function* extract(declared: SqlLogOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const { mappings, zone } = context;
  const dialect = dialectOf(declared);
  const { schema, dateFormat = "mdy" } = declared;
  const readerOf = (other: DialectId) => new StatementReader({ dialect: other, schema, dateFormat, zone, mappings });
  const settings = { dialect, zone, dateFormat: declared.dateFormat, linePrefix: declared.linePrefix };
  const statements = readerOf(dialect);
  const advice = new Advice({ format: declared.format, settings, readerOf });
  const total = sum(context.files.map(({ bytes }) => bytes));
  let before = 0;
  for (const files of rotatedSets(context.files)) {
    const done = new Map<EvidenceFile, number>();
    const progress = (file: EvidenceFile, bytes: number) => {
      done.set(file, bytes);
      context.progress(before + sum([...done.values()]), total);
    };
    yield* readLog(files, declared, { settings, statements, advice }, context, progress);
    before += sum(files.map(({ bytes }) => bytes));
    context.progress(before, total);
  }
  const advised = advice.end();
  if (advised !== undefined) context.warn(advised, { file: context.files[0] as EvidenceFile });
  else for (const sentence of statements.sentences()) context.warn(sentence);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
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
