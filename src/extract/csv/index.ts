/** Delimited text: CSV and its kin, as bcp, SSMS, spreadsheets and nightly jobs write it. */
import { defineExtractor, type CheckContext, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { overFiles } from "../records/file-options.ts";
import { headerlessFields, planColumns } from "../records/columns.ts";
import { settleDateOrders, unheard } from "../records/date-order.ts";
import { type Route, routeFiles } from "../records/route.ts";
import { findEncoding } from "../text/encodings.ts";
import { readText } from "../text/decode.ts";
import { FileExtraction, type FileTask } from "./file.ts";
import { planFields, readHeader } from "./header.ts";
import { placeOfFirst, readLayout } from "./layout.ts";
import { type CsvOptions, options } from "./options.ts";
import type { FileContext } from "./rows.ts";
import { skipFile } from "./skip-file.ts";
import { survey } from "./survey.ts";

const example = `\
extractor: csv
path: evidence/nightly/*.csv
encoding: windows-1252
delimiter: ";"
decimal: ","
"null": '\\N'
asOf: 2026-03-12T02:00:00-05:00
tables:
  dbo.Customers: {}
  dbo.OrderLines: { from: order_lines.csv, columns: { UnitPrice: price } }
`;

async function checkFile({ file, mapping }: Route, settings: CsvOptions, context: CheckContext): Promise<void> {
  const layout = await readLayout(file, settings, mapping === undefined ? [] : [mapping], context.signal);
  if (mapping === undefined) return;
  const where = placeOfFirst(file, layout);
  if (!settings.header) planColumns(headerlessFields(settings.fields, mapping), mapping, { file: file.name });
  else if (layout.first !== undefined)
    planFields(readHeader(layout.first, layout.encoding, where), mapping, layout, where);
}

async function check(settings: CsvOptions, context: CheckContext): Promise<void> {
  if (settings.fallbackEncoding !== undefined) findEncoding(settings.fallbackEncoding);
  for (const route of routeFiles(context.files, context.mappings)) await checkFile(route, settings, context);
}

async function* readFile(
  task: FileTask,
  context: FileContext,
  signal: AbortSignal,
  progress: (bytesRead: number) => void,
): AsyncGenerator<ObservationBatch> {
  const extraction = new FileExtraction(task, context);
  for await (const chunk of readText(task.file, { encoding: task.settings.encoding, signal })) {
    yield* extraction.write(chunk);
    progress(chunk.bytesRead);
  }
  yield* extraction.end();
}

async function* extractFile(
  { file, mapping }: Route,
  settings: CsvOptions,
  context: ExtractContext,
  progress: (bytesRead: number) => void,
): AsyncGenerator<ObservationBatch> {
  const { signal } = context;
  if (mapping === undefined) {
    for await (const { bytesRead } of skipFile(file, settings, context)) progress(bytesRead);
    return;
  }
  const task = { file, mapping, settings, layout: await readLayout(file, settings, [mapping], signal) };
  yield* settleDateOrders(
    readFile(task, context, signal, progress),
    () => readFile(task, unheard(context), signal, () => undefined),
    (...told) => context.warn(...told),
  );
}

async function* extract(settings: CsvOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  if (settings.fallbackEncoding !== undefined) findEncoding(settings.fallbackEncoding);
  const total = context.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const route of routeFiles(context.files, context.mappings)) {
    const before = done;
    yield* extractFile(route, settings, context, (bytesRead) => context.progress(before + bytesRead, total));
    done += route.file.bytes;
    context.progress(done, total);
  }
}

export default defineExtractor({
  id: "csv",
  summary: "Reads delimited text (CSV, TSV, bcp character files), plain or compressed, in any encoding.",
  options,
  example,
  ...overFiles,
  check,
  survey,
  extract,
});
