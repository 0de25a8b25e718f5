/** A change table exported as CSV, in the order in which its changes were made. */
import { UserError } from "../../errors.ts";
import csv from "../csv/index.ts";
import { ChangeFeed } from "../events/feed.ts";
import { tableFields, type TableRow, tableRows, type TableSource } from "../events/table-rows.ts";
import type { EvidenceFile, ExtractContext, ObservationBatch, TableMapping } from "../extractor.ts";
import { formOf } from "./change-table-form.ts";
import { ChangeTableReader, type LsnTimes, orderOf } from "./change-table.ts";
import type { CdcOptions } from "./options.ts";

export interface ChangeTableTask {
  readonly file: EvidenceFile;
  readonly mapping: TableMapping;
  readonly settings: CdcOptions;
  readonly times: LsnTimes;
}

/** Rows of a file that is in no order are held, to be put in order. */
const mostHeld = 1_000_000;

export function csvSource(file: EvidenceFile, { encoding }: Pick<CdcOptions, "encoding">): TableSource {
  const options = { path: file.name, ...(encoding === undefined ? {} : { encoding }) };
  return { extractor: csv, options, file };
}

/** Nobody is told what another reading of the file tells. */
export const unheard = {
  read: () => undefined,
  skip: () => undefined,
  quarantine: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
} as const;

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
  const isOrdered = await isInOrder(source, fields, context);
  const chunks = isOrdered ? tableRows(source, fields, context) : inOrder(source, fields, context);
  for await (const { rows } of chunks)
    for (const { values, place } of rows) yield* feed.take(reader.read(values), place, true);
  yield* feed.end();
  for (const sentence of reader.sentences()) context.warn(sentence, { file });
}

async function isInOrder(source: TableSource, fields: readonly string[], context: ExtractContext): Promise<boolean> {
  const form = formOf(fields);
  let last = "";
  for await (const { rows } of tableRows(source, fields, { ...context, ...unheard }))
    for (const { values } of rows) {
      const order = orderOf(values, form);
      if (order < last) return false;
      last = order;
    }
  return true;
}

/** All rows of the file by their LSN. Throws UserError where they are too many to be held. */
async function* inOrder(
  source: TableSource,
  fields: readonly string[],
  context: ExtractContext,
): AsyncGenerator<{ rows: readonly TableRow[] }> {
  const form = formOf(fields);
  const held: { readonly order: string; readonly row: TableRow }[] = [];
  for await (const { rows } of tableRows(source, fields, context)) {
    for (const row of rows) held.push({ order: orderOf(row.values, form), row });
    if (held.length > mostHeld) throw tooMany(source.file);
  }
  const sorted = held.toSorted((left, right) => (left.order < right.order ? -1 : left.order > right.order ? 1 : 0));
  yield { rows: sorted.map(({ row }) => row) };
}

function tooMany({ name }: EvidenceFile): UserError {
  return new UserError({
    what: `the rows of the change table are in no order, and more than ${mostHeld}`,
    remedy: "Sort the file by __$start_lsn and __$seqval, or export it with that ORDER BY",
    where: { file: name },
  });
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
