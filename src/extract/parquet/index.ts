/** Parquet: what data lakes, warehouses and nightly jobs export. */
import {
  type CheckContext,
  defineExtractor,
  type EvidenceFile,
  type ExtractContext,
  type ObservationBatch,
  type SurveyedTable,
} from "../extractor.ts";
import { planColumns } from "../records/columns.ts";
import { overFiles } from "../records/file-options.ts";
import { type Route, routeFiles } from "../records/route.ts";
import { FileExtraction } from "./file.ts";
import { options } from "./options.ts";
import { type ParquetSource, type UnreadableFile, withSource } from "./source.ts";
import { surveyed } from "./survey.ts";
import { passOver, setAside } from "./whole.ts";

const example = `\
extractor: parquet
path: evidence/lake/*.parquet
asOf: 2026-03-12T02:00:00-05:00
tables:
  dbo.Customers: { from: customers-*.parquet, columns: { CustomerID: id, City: address.city } }
  dbo.Orders: {}
`;

async function check(context: CheckContext): Promise<void> {
  for (const { file, mapping } of routeFiles(context.files, context.mappings))
    for await (const source of withSource(file, context.signal, itself))
      if (!("reason" in source) && mapping !== undefined)
        planColumns(
          source.fields.map(({ name }) => name),
          mapping,
          { file: file.name },
        );
}

async function* itself(source: ParquetSource | UnreadableFile): AsyncGenerator<ParquetSource | UnreadableFile> {
  yield source;
}

async function* survey(context: CheckContext): AsyncGenerator<SurveyedTable> {
  for (const file of context.files)
    yield* withSource(file, context.signal, async function* (source) {
      yield "reason" in source ? unreadable(file, source) : surveyed(file, source, context);
    });
}

function unreadable(file: EvidenceFile, { reason }: UnreadableFile): SurveyedTable {
  return { file, facts: [], fields: [], rows: nothing(), damage: () => [reason] };
}

async function* nothing(): AsyncGenerator<never> {}

async function* extractFile(
  { file, mapping }: Route,
  context: ExtractContext,
  reached: (share: number) => void,
): AsyncGenerator<ObservationBatch> {
  yield* withSource(file, context.signal, async function* (source) {
    if ("reason" in source) await setAside(file, source, mapping, context);
    else if (mapping === undefined) passOver(file, source, context);
    else yield* new FileExtraction(file, mapping, source, context).read(reached);
  });
}

async function* extract(context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const total = context.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const route of routeFiles(context.files, context.mappings)) {
    const { bytes } = route.file;
    const before = done;
    yield* extractFile(route, context, (share) => context.progress(before + Math.floor(share * bytes), total));
    done += bytes;
    context.progress(done, total);
  }
}

export default defineExtractor({
  id: "parquet",
  summary:
    "Reads parquet files with every value exact: all common encodings and compressions, structures by their names.",
  options,
  example,
  ...overFiles,
  check: (_options, context) => check(context),
  survey: (_options, context) => survey(context),
  extract: (_options, context) => extract(context),
});
