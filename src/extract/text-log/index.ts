/** Logs that applications write as text, read by patterns of the recipe. */
import { type CheckContext, defineExtractor, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { inTimeOrder } from "../events/rotation.ts";
import { overFiles } from "../records/file-options.ts";
import { readText } from "../text/decode.ts";
import { options, type TextLogOptions } from "./options.ts";
import { recordTypes, startPattern, TextLogRun } from "./run.ts";
import { surveyLog } from "./survey.ts";

const example = `\
extractor: text-log
path: evidence/logs/app.log*
timezone: America/Chicago
record: { start: '^%{TIMESTAMP_ISO8601}' }
patterns:
  - match: '^%{TIMESTAMP_ISO8601:time} INFO .*Customer %{INT:id} moved to ''(?<city>[^'']*)'''
    table: dbo.Customers
    operation: update
    columns: { CustomerID: id, City: city }
    time: time
  - match: '^%{TIMESTAMP_ISO8601:time} INFO .*Order %{INT:OrderID} (?<verb>created|cancelled)'
    table: dbo.Orders
    operation: { group: verb, map: { created: insert, cancelled: delete } }
    time: time
tables:
  dbo.Customers: {}
  dbo.Orders: {}
`;

async function check(settings: TextLogOptions, { files, mappings, signal }: CheckContext): Promise<void> {
  recordTypes(settings, mappings);
  startPattern(settings);
  for (const file of files) for await (const _ of readText(file, { encoding: settings.encoding, signal })) break;
}

async function* extract(settings: TextLogOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const total = context.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const run = new TextLogRun(settings, context);
  let done = 0;
  for (const file of inTimeOrder(context.files)) {
    const before = done;
    yield* run.read(file, (bytesRead) => context.progress(before + bytesRead, total));
    done += file.bytes;
    context.progress(done, total);
  }
  run.end();
}

export default defineExtractor({
  id: "text-log",
  summary:
    "Reads the logs that applications write as text, by patterns: changes of rows with their times, from lines or records of several lines, rotated files in order.",
  options,
  example,
  timesRows: true,
  ...overFiles,
  check,
  surveyLog,
  extract,
});
