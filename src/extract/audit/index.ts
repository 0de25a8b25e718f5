/** Audit tables: who changed which cell of which row, from what to what, and when. */
import { UserError } from "../../errors.ts";
import { ChangeFeed } from "../events/feed.ts";
import { TableRoutes } from "../events/routes.ts";
import { tableFields, tableRows } from "../events/table-rows.ts";
import { type CheckContext, defineExtractor, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { overFiles } from "../records/file-options.ts";
import { columnsOf } from "./form.ts";
import { type AuditOptions, options } from "./options.ts";
import { ReadOrder } from "./order.ts";
import type { AuditColumns, AuditReader } from "./reader.ts";
import { auditReader, onlyTable } from "./readers.ts";
import { type AuditTable, auditTables } from "./sources.ts";

const example = `\
extractor: audit
path: evidence/app.db
table: AuditLog
tableName: TableName
key: RecordID
column: FieldName
old: OldValue
new: NewValue
operation: Action
at: ChangedAt
nulls: ["NULL"]
tables:
  dbo.Customers: {}
`;

/** Undefined for an empty file. */
async function openTable(
  { source }: AuditTable,
  settings: AuditOptions,
  context: Pick<CheckContext, "folder" | "signal">,
): Promise<{ fields: readonly string[]; columns: AuditColumns } | undefined> {
  const fields = await tableFields(source, context);
  if (fields === undefined && source.part !== undefined)
    throw new UserError({
      what: `the database has no table ${source.part}`,
      remedy: "Correct `table`, or the `from` of the target's table",
      where: { file: source.file.name },
    });
  if (fields === undefined || fields.length === 0) return undefined;
  return { fields, columns: columnsOf(settings, fields, { file: source.file.name }) };
}

async function check(settings: AuditOptions, context: CheckContext): Promise<void> {
  if (settings.column !== undefined) onlyTable(settings, context.mappings);
  for (const table of await auditTables(settings, context)) await openTable(table, settings, context);
}

async function* extract(settings: AuditOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const total = context.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const routes = new TableRoutes(context.mappings);
  const tables = await auditTables(settings, context);
  for (const [index, table] of tables.entries()) {
    const before = (total * index) / tables.length;
    const progress = (done: number, of: number) =>
      context.progress(Math.round(before + (of === 0 ? 0 : ((done / of) * total) / tables.length)), total);
    yield* extractTable(table, settings, routes, { ...context, progress });
  }
  context.progress(total, total);
  const { passedOver } = routes;
  if (passedOver.length > 0)
    context.warn(`tables of the audit that feed no target table are passed over: ${passedOver.join(", ")}`);
}

async function* extractTable(
  table: AuditTable,
  settings: AuditOptions,
  routes: TableRoutes,
  context: ExtractContext,
): AsyncGenerator<ObservationBatch> {
  const { source, mapping } = table;
  const opened = await openTable(table, settings, context);
  if (opened === undefined) {
    context.warn("the file is empty", { file: source.file });
    return;
  }
  const order = new ReadOrder();
  let feed: ChangeFeed | undefined;
  let read: AuditReader | undefined;
  for await (const chunk of tableRows(source, opened.fields, context)) {
    const conventions = { ...chunk.conventions, dateOrder: settings.dateFormat ?? "unknown" } as const;
    const form = { settings, columns: opened.columns, conventions, zone: context.zone };
    feed ??= new ChangeFeed(source.file, context, {
      conventions,
      ...(source.part === undefined ? {} : { part: source.part }),
    });
    read ??= auditReader(form, routes, settings.column === undefined ? mapping : onlyTable(settings, context.mappings));
    for (const { values, place } of chunk.rows) yield* feed.take(order.note(read(values)), place, true);
  }
  if (feed !== undefined) yield* feed.end();
  const disorder = order.sentence();
  if (disorder !== undefined) context.warn(disorder, { file: source.file });
}

export default defineExtractor({
  id: "audit",
  summary:
    "Reads audit tables in CSV files and SQLite databases: a row for each changed cell, or a copy of each changed row.",
  options,
  example,
  timesRows: true,
  ...overFiles,
  check,
  extract,
});
