/** A change table exported as CSV, in the order in which its changes were made. */
import { UserError } from "../../errors.ts";
import csv from "../csv/index.ts";
import type { Fields } from "../events/changes.ts";
import { ChangeFeed } from "../events/feed.ts";
import { tableFields, type TableSource } from "../events/table-rows.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { formOf } from "./change-table-form.ts";
import { ChangeTableReader, type LsnTimes, orderOf } from "./change-table.ts";
import type { CdcOptions } from "./options.ts";
import { orderedRows } from "./ordered-rows.ts";

export interface ChangeTableTask {
  readonly file: EvidenceFile;
  readonly mapping: TableMapping;
  readonly settings: CdcOptions;
  readonly times: LsnTimes;
}

export function csvSource(file: EvidenceFile, { encoding }: Pick<CdcOptions, "encoding">): TableSource {
  const options = { path: file.name, ...(encoding === undefined ? {} : { encoding }) };
  return { extractor: csv, options, file };
}

/** Throws UserError for a file that is no change table. */
export async function* readChangeTable(
  { file, mapping, settings, times }: ChangeTableTask,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  const source = csvSource(file, settings);
  const fields = (await tableFields(source, context)) ?? [];
  if (fields.length === 0) context.warn("the file is empty", { file });
  else yield* readRows(source, fields, new ChangeTableReader(mapping, times), context);
}

async function* readRows(
  source: TableSource,
  fields: readonly string[],
  reader: ChangeTableReader,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  const { file } = source;
  refuseOther(fields, file);
  const feed = new ChangeFeed(file, context, { conventions: { dateOrder: "ymd" } });
  const form = formOf(fields);
  const order = { orderOf: (row: Fields) => orderOf(row, form), columns: "__$start_lsn and __$seqval" };
  const inOrder = await orderedRows(source, fields, order, context);
  for await (const { rows } of inOrder(context))
    for (const { values, place } of rows) yield* feed.take(reader.read(values), place, true);
  yield* feed.end();
  for (const sentence of reader.sentences()) context.warn(sentence, { file });
}

function refuseOther(fields: readonly string[], { name }: EvidenceFile): void {
  const missing = ["__$operation", "__$start_lsn"].find(
    (needed) => !fields.some((field) => field.toLowerCase() === needed),
  );
  if (missing === undefined) return;
  throw new UserError({
    what: `the file is no change table: it has no column ${missing}`,
    remedy: `Export cdc.<capture instance>_CT with all of its columns, under a header; what is there is ${fields.slice(0, 12).join(", ")}`,
    where: { file: name },
  });
}
