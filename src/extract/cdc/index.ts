/** Change logs: what captured each change of a row as it was made. */
import { type CheckContext, defineExtractor, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { overFiles } from "../records/file-options.ts";
import { readText } from "../text/decode.ts";
import { type CdcOptions, options } from "./options.ts";
import { CdcRun } from "./run.ts";
import { surveyLog } from "./survey.ts";

const example = `\
extractor: cdc
path: evidence/topics/*.jsonl.gz
timezone: America/Chicago
tables:
  dbo.Customers: { from: dbo.Customers }
  dbo.Products: { from: inventory.products, columns: { ProductID: id } }
`;

async function check({ encoding }: CdcOptions, { files, signal }: CheckContext): Promise<void> {
  for (const file of files) for await (const _ of readText(file, { encoding, signal })) break;
}

async function* extract(settings: CdcOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const total = context.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const run = new CdcRun(settings, context);
  let done = 0;
  for (const file of await run.logs()) {
    const before = done;
    yield* run.read(file, { ...context, progress: (bytesRead) => context.progress(before + bytesRead, total) });
    done += file.bytes;
    context.progress(done, total);
  }
  run.end();
}

export default defineExtractor({
  id: "cdc",
  summary:
    "Reads change logs: messages of Debezium, Maxwell and Canal, exported change tables of SQL Server; each change with its time, old values too.",
  options,
  example,
  timesRows: true,
  ...overFiles,
  inputs: ({ path, lsnTimes = [] }) => [path, lsnTimes].flat(),
  check,
  surveyLog,
  extract,
});
