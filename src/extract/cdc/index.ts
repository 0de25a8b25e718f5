/** Change logs: what captured each change of a row as it was made. */
import { type CheckContext, defineExtractor, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { overFiles } from "../records/file-options.ts";
import { readText } from "../text/decode.ts";
import { readMessages } from "./json-file.ts";
import { messageReader } from "./messages.ts";
import { type CdcOptions, options } from "./options.ts";
import { TableRoutes } from "./routes.ts";
import { Unsettled } from "./unsettled.ts";

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
  const routes = new TableRoutes(context.mappings);
  const unsettled = new Unsettled();
  const { zone } = context;
  const read = messageReader({ settings, routes, zone, ambiguous: (...told) => unsettled.add(...told) });
  let done = 0;
  for (const file of context.files) {
    const before = done;
    const progress = (bytesRead: number) => context.progress(before + bytesRead, total);
    yield* readMessages({ file, encoding: settings.encoding, read }, context, progress);
    done += file.bytes;
    context.progress(done, total);
  }
  for (const sentence of unsettled.sentences()) context.warn(sentence);
  const { passedOver } = routes;
  if (passedOver.length > 0)
    context.warn(`tables of the log that feed no target table are passed over: ${passedOver.join(", ")}`);
}

export default defineExtractor({
  id: "cdc",
  summary:
    "Reads change logs: messages of Debezium, Maxwell and Canal; each change of a row with its time, its old values too.",
  options,
  example,
  timesRows: true,
  ...overFiles,
  check,
  extract,
});
