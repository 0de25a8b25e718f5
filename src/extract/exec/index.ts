/** A program that prints records: anything that speaks NDJSON, and every Singer tap. */
import { UserError } from "../../errors.ts";
import { defineExtractor } from "../extractor.ts";
import type { CheckContext, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import type { CapturedTable } from "../capture/manifest.ts";
import { captureOutput, capturedOutput } from "./capture-output.ts";
import type { OutputCapture } from "./capture-output.ts";
import { ndjsonReader } from "./ndjson.ts";
import { options } from "./options.ts";
import type { ExecOptions } from "./options.ts";
import { orderOf, questionOf } from "./order.ts";
import { requireOneTable } from "./routes.ts";
import { readSinger } from "./singer.ts";
import { stageOutput } from "./stage.ts";

const example = `\
extractor: exec
command: [tap-salesforce, --config, tap-config.json, --catalog, catalog.json]
format: singer
env: { SALESFORCE_TOKEN: "\${env:SALESFORCE_TOKEN}" }
timeLimit: 2h
tables:
  dbo.Customers: { from: Account, columns: { CustomerID: ExternalId__c } }
`;

/** A recipe that says too little is refused before a program runs for hours. */
function requireRoutes({ format, stream }: ExecOptions, mappings: readonly TableMapping[]): void {
  if (format === "ndjson" && stream === undefined) requireOneTable(mappings);
}

async function check(settings: ExecOptions, { folder, mappings }: CheckContext): Promise<void> {
  orderOf(settings, folder);
  requireRoutes(settings, mappings);
}

async function* extract(settings: ExecOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  requireRoutes(settings, context.mappings);
  const capture = { folder: context.capture(), question: questionOf(settings) };
  const captured = capturedOutput(capture) ?? (await run(settings, capture, context));
  const files = captured.files.map((file) => capture.folder.evidence(file));
  yield* stageOutput(files, settings.format === "singer" ? readSinger : ndjsonReader(settings.stream), context);
}

function run(settings: ExecOptions, capture: OutputCapture, context: ExtractContext): Promise<CapturedTable> {
  if (context.offline) throw notCaptured(settings);
  const surroundings = { signal: context.signal, onTalk: (line: string) => context.log(line) };
  return captureOutput(orderOf(settings, context.folder), capture, surroundings);
}

function notCaptured({ command: [name] }: ExecOptions): UserError {
  return new UserError({
    what: `what the program ${name} prints was not captured`,
    remedy: "Run `salvage run`, which runs the program; `--offline` only reads what was captured",
  });
}

export default defineExtractor({
  id: "exec",
  summary:
    "Runs a program that prints records (NDJSON, or a Singer tap); what it prints is captured, and read from there.",
  options,
  example,
  captures: true,
  inputs: () => [],
  check,
  extract,
});
