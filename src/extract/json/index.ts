/** JSON: documents with arrays in them, and an object a line. */
import {
  type CheckContext,
  defineExtractor,
  type EvidenceFile,
  type ExtractContext,
  type ObservationBatch,
} from "../extractor.ts";
import { settleDateOrders, unheard } from "../records/date-order.ts";
import { overFiles } from "../records/file-options.ts";
import { readText } from "../text/decode.ts";
import { FileExtraction, skipFile } from "./file.ts";
import { type JsonOptions, options } from "./options.ts";
import { type Route, routeFiles } from "./route.ts";
import { survey } from "./survey.ts";

const example = `\
extractor: json
path: evidence/shop-*.json.gz
asOf: 2026-03-12T02:00:00-05:00
tables:
  dbo.Customers: { from: "#data.customers", columns: { CustomerID: id, City: address.city } }
  dbo.Orders: { from: "#data.orders", columns: { OrderID: id } }
  dbo.OrderLines: { from: "#data.orders[].lines", columns: { OrderID: ../id } }
`;

async function check({ encoding, rows }: JsonOptions, context: CheckContext): Promise<void> {
  for (const { file } of routeFiles(context.files, context.mappings, rows))
    for await (const _ of readText(file, { encoding, signal: context.signal })) break;
}

async function* extractFile(
  { file, tables }: Route,
  settings: JsonOptions,
  context: ExtractContext,
  progress: (bytesRead: number) => void,
): AsyncGenerator<ObservationBatch> {
  if (tables.length === 0) {
    for await (const { bytesRead } of skipFile(file, settings.encoding, context)) progress(bytesRead);
    return;
  }
  yield* settleDateOrders(
    readFile(file, tables, settings, context, progress),
    () => readFile(file, tables, settings, unheard(context), () => undefined),
    (...told) => context.warn(...told),
  );
}

async function* readFile(
  file: EvidenceFile,
  tables: Route["tables"],
  { encoding, dateFormat }: JsonOptions,
  context: ExtractContext,
  progress: (bytesRead: number) => void,
): AsyncGenerator<ObservationBatch> {
  const extraction = new FileExtraction(file, tables, { dateOrder: dateFormat ?? "unknown" }, context);
  for await (const chunk of readText(file, { encoding, signal: context.signal })) {
    yield* extraction.write(chunk);
    progress(chunk.bytesRead);
  }
  yield* extraction.end();
}

async function* extract(settings: JsonOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const total = context.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const route of routeFiles(context.files, context.mappings, settings.rows)) {
    const before = done;
    yield* extractFile(route, settings, context, (bytesRead) => context.progress(before + bytesRead, total));
    done += route.file.bytes;
    context.progress(done, total);
  }
}

export default defineExtractor({
  id: "json",
  summary: "Reads JSON, plain or compressed: an array, an object a line, or arrays somewhere inside, streamed.",
  options,
  example,
  ...overFiles,
  check,
  survey,
  extract,
});
