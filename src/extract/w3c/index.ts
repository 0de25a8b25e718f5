/** Logs of web servers: the extended format of IIS, common and combined of Apache and nginx. */
import { type CheckContext, defineExtractor, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { inTimeOrder } from "../events/rotation.ts";
import { overFiles } from "../records/file-options.ts";
import { readText } from "../text/decode.ts";
import { options, type W3cOptions } from "./options.ts";
import { requestTypes, W3cRun } from "./run.ts";
import { surveyLog } from "./survey.ts";

const example = `\
extractor: w3c
path: evidence/iis/u_ex*.log
timezone: America/Chicago
requests:
  - path: /customers/{CustomerID}/edit
    status: [302]
    table: dbo.Customers
    operation: update
    columns: { CustomerID: CustomerID, City: txtCity }
  - path: /order.aspx
    table: dbo.Orders
    operation: proof
    columns: { OrderID: id }
tables:
  dbo.Customers: {}
  dbo.Orders: {}
`;

async function check(settings: W3cOptions, { files, mappings, signal }: CheckContext): Promise<void> {
  requestTypes(settings, mappings);
  for (const file of files) for await (const _ of readText(file, { encoding: settings.encoding, signal })) break;
}

async function* extract(settings: W3cOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const total = context.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const run = new W3cRun(settings, context);
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
  id: "w3c",
  summary:
    "Reads logs of web servers (IIS; Apache and nginx, common and combined): what requests changed, by their URLs, parameters and status codes.",
  options,
  example,
  timesRows: true,
  ...overFiles,
  check,
  surveyLog,
  extract,
});
