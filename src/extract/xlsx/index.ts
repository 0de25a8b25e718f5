/** Workbooks (.xlsx), as people mail them and programs export them: ECMA-376, both variants. */
import { type CheckContext, defineExtractor, type ExtractContext, type ObservationBatch } from "../extractor.ts";
import { planColumns } from "../records/columns.ts";
import { overFiles } from "../records/file-options.ts";
import { distinctNames, findHeader, headerOf, noHeader } from "./header.ts";
import { options, type XlsxOptions } from "./options.ts";
import { peekRows, readSheets } from "./read.ts";
import { originsOf, type Peek, refuseUnfed, routeSheets, type SheetRoute } from "./route.ts";
import { surveyWorkbooks } from "./survey.ts";
import { openWorkbook, type Workbook } from "./workbook.ts";

const example = `\
extractor: xlsx
path: evidence/mailed/*.xlsx
asOf: 2026-03-12T02:00:00-05:00
tables:
  dbo.Customers: { from: "customers*.xlsx#Current", columns: { CustomerID: Customer no. } }
  dbo.Orders: {}
`;

function peekInto(workbook: Workbook, context: Pick<CheckContext, "signal">): Peek {
  return (sheet) => peekRows(workbook, sheet, context);
}

async function checkSheet(
  workbook: Workbook,
  route: SheetRoute,
  settings: XlsxOptions,
  context: CheckContext,
): Promise<void> {
  const { sheet, mapping } = route;
  const file = `${workbook.file.name}#${sheet.name}`;
  const rows = await peekRows(workbook, sheet, context);
  const declared = rows.find(({ number }) => number === settings.headerRow);
  // A header further down is met when the sheet is read.
  if (rows.length === 0 || (settings.headerRow !== undefined && declared === undefined)) return;
  const header = declared === undefined ? findHeader(rows, mapping, workbook)?.header : headerOf(declared, workbook);
  if (header === undefined) throw noHeader(mapping, `none of the first ${rows.length} rows`, { file });
  const where = { file, line: header.row.number };
  planColumns(distinctNames(header, mapping, where), mapping, where);
}

async function check(settings: XlsxOptions, context: CheckContext): Promise<void> {
  const origins = originsOf(context.files, context.mappings, settings.sheet);
  const fed = new Set<unknown>();
  const opened: Workbook[] = [];
  for (const file of context.files) {
    const workbook = await openWorkbook(file, context.signal);
    try {
      opened.push(workbook);
      for (const route of await routeSheets(workbook, origins, peekInto(workbook, context))) {
        fed.add(route.mapping);
        await checkSheet(workbook, route, settings, context);
      }
    } finally {
      await workbook.close();
    }
  }
  for (const origin of origins) if (!fed.has(origin.mapping)) refuseUnfed(origin, opened);
}

async function* extract(settings: XlsxOptions, context: ExtractContext): AsyncGenerator<ObservationBatch> {
  const origins = originsOf(context.files, context.mappings, settings.sheet);
  const total = context.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const fed = new Set<unknown>();
  const opened: Pick<Workbook, "file" | "sheets">[] = [];
  let done = 0;
  for (const file of context.files) {
    const before = done;
    const workbook = await openWorkbook(file, context.signal);
    opened.push({ file, sheets: workbook.sheets });
    try {
      const routes = await routeSheets(workbook, origins, peekInto(workbook, context));
      for (const { mapping } of routes) fed.add(mapping);
      yield* readSheets(workbook, routes, settings, context, (share) =>
        context.progress(Math.round(before + share * file.bytes), total),
      );
    } finally {
      await workbook.close();
    }
    done += file.bytes;
    context.progress(done, total);
  }
  for (const origin of origins) if (!fed.has(origin.mapping)) refuseUnfed(origin, opened);
}

export default defineExtractor({
  id: "xlsx",
  summary:
    "Reads workbooks (.xlsx) as they lie, streamed: exact numbers, real dates, formulas' last values, hidden rows and sheets too.",
  options,
  example,
  ...overFiles,
  check,
  survey: (settings, context) => surveyWorkbooks(context.files, settings, context),
  extract,
});
