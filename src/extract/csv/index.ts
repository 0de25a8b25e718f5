/** Delimited text: CSV and its kin, as bcp, SSMS, spreadsheets and nightly jobs write it. */
import { defineExtractor, type CheckContext, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { overFiles } from "../records/file-options.ts";
import { readText } from "../text/decode.ts";
import { headerlessFields, planColumns } from "../records/columns.ts";
import { FileExtraction, readHeader, skipFile } from "./file.ts";
import { type CsvOptions, dialectOf, options } from "./options.ts";
import { type Route, routeFiles } from "../records/route.ts";
import { type CsvRecord, RecordScanner } from "./scanner.ts";

const example = `\
extractor: csv
path: evidence/nightly/*.csv
encoding: windows-1252
delimiter: ";"
"null": '\\N'
asOf: 2026-03-12T02:00:00-05:00
tables:
  dbo.Customers: {}
  dbo.OrderLines: { from: order_lines.csv, columns: { UnitPrice: price } }
`;

/** The file's first record that is not blank, with the encoding it was read in. */
async function firstRecord(
  { file }: Route,
  settings: CsvOptions,
  context: CheckContext,
): Promise<{ record: CsvRecord; encoding: string } | undefined> {
  const scanner = new RecordScanner(dialectOf(settings));
  let encoding = "utf-8";
  for await (const chunk of readText(file, { encoding: settings.encoding, signal: context.signal })) {
    ({ encoding } = chunk);
    for (const record of scanner.write(chunk.text)) if (isNotBlank(record)) return { record, encoding };
  }
  for (const record of scanner.end()) if (isNotBlank(record)) return { record, encoding };
  return undefined;
}

function isNotBlank({ cells, fault }: CsvRecord): boolean {
  return cells.length > 0 || fault !== undefined;
}

async function checkFile(route: Route, settings: CsvOptions, context: CheckContext): Promise<void> {
  const first = await firstRecord(route, settings, context);
  if (route.mapping === undefined) return;
  const file = { file: route.file.name };
  if (!settings.header) planColumns(headerlessFields(settings.fields, route.mapping), route.mapping, file);
  else if (first !== undefined) {
    const where = { ...file, line: first.record.line };
    planColumns(readHeader(first.record, first.encoding, where), route.mapping, where);
  }
}

async function check(settings: CsvOptions, context: CheckContext): Promise<void> {
  for (const route of routeFiles(context.files, context.mappings)) await checkFile(route, settings, context);
}

async function* extractFile(
  { file, mapping }: Route,
  settings: CsvOptions,
  context: ExtractContext,
  progress: (bytesRead: number) => void,
): AsyncGenerator<ObservationBatch> {
  if (mapping === undefined) {
    for await (const { bytesRead } of skipFile(file, settings, context)) progress(bytesRead);
    return;
  }
  const extraction = new FileExtraction(file, mapping, settings, context);
  for await (const chunk of readText(file, { encoding: settings.encoding, signal: context.signal })) {
    yield* extraction.write(chunk);
    progress(chunk.bytesRead);
  }
  yield* extraction.end();
}

async function* extract(settings: CsvOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
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
  extract,
});
