/** Reads the sheets of a workbook: those that feed tables, and the count of the others. */
import type { CheckContext, ExtractContext, ObservationBatch } from "../extractor.ts";
import { settleDateOrders, unheard } from "../records/date-order.ts";
import { columnName } from "./cell-name.ts";
import { headerRows } from "./header.ts";
import type { XlsxOptions } from "./options.ts";
import type { SheetRoute } from "./route.ts";
import { SheetExtraction } from "./sheet.ts";
import { SheetParser, type SheetRow } from "./sheet-parser.ts";
import { readRows, readTail } from "./sheet-rows.ts";
import type { Sheet, Workbook } from "./workbook.ts";

/** The first rows of a sheet that have something in them, up to the number among which a header is looked for. */
export async function peekRows(
  { parts }: Pick<Workbook, "parts">,
  { part }: Sheet,
  { signal }: Pick<CheckContext, "signal">,
): Promise<SheetRow[]> {
  const found: SheetRow[] = [];
  if (part === undefined) return found;
  for await (const { rows } of readRows(parts, part, new SheetParser(), signal)) {
    found.push(...rows.slice(0, headerRows - found.length));
    if (found.length >= headerRows) break;
  }
  return found;
}

/** `progress` is told which share of the workbook's sheets is read. */
export async function* readSheets(
  workbook: Workbook,
  routes: readonly SheetRoute[],
  settings: XlsxOptions,
  context: ExtractContext,
  progress: (share: number) => void,
): AsyncGenerator<ObservationBatch> {
  const { sheets, parts, file } = workbook;
  for (const sentence of workbook.damage) context.warn(sentence, { file }, "loss");
  if (workbook.is1904) context.warn("dates count from 1904", { file });
  const sizes = sheets.map(({ part }) => (part === undefined ? 0 : parts.size(part)));
  const total = sizes.reduce((sum, size) => sum + size, 1);
  let done = 0;
  for (const [index, sheet] of sheets.entries()) {
    const route = routes.find((candidate) => candidate.sheet === sheet);
    const before = done;
    yield* settleDateOrders(
      readSheet(workbook, sheet, route, settings, context, (bytes) => progress((before + bytes) / total)),
      () => readSheet(workbook, sheet, route, settings, unheard(context), () => undefined),
      (...told) => context.warn(...told),
    );
    done += sizes[index] ?? 0;
  }
}

async function* readSheet(
  workbook: Workbook,
  sheet: Sheet,
  route: SheetRoute | undefined,
  settings: XlsxOptions,
  context: ExtractContext,
  progress: (bytesRead: number) => void,
): AsyncGenerator<ObservationBatch> {
  const { parts, file } = workbook;
  const place = { file, part: sheet.name };
  if (sheet.part === undefined) {
    context.warn("the workbook lists the sheet, and has no part with its rows", place, "loss");
    return;
  }
  if (route === undefined) {
    await skipSheet(workbook, sheet, sheet.part, context, progress);
    return;
  }
  if (sheet.state !== "visible") context.warn("the sheet is hidden, and read as a visible one is", place);
  const tail = await readTail(parts, sheet.part, context.signal);
  const extraction = new SheetExtraction(workbook, sheet, route.mapping, settings, context, tail);
  const parser = new SheetParser();
  for await (const { rows, bytesRead, cut } of readRows(parts, sheet.part, parser, context.signal)) {
    yield* extraction.write(rows);
    progress(bytesRead);
    if (cut !== undefined) context.warn(`the sheet is cut short or damaged: ${cut}`, place, "loss");
  }
  if (parser.hiddenColumns.length > 0) context.warn(hiddenColumns(parser), place);
  yield* extraction.end(parser.emptyRows);
}

export function hiddenColumns(parser: SheetParser): string {
  const ranges = parser.hiddenColumns.map(([first, last]) =>
    first === last ? columnName(first) : `${columnName(first)} to ${columnName(last)}`,
  );
  return `hidden columns are read as the others are: ${ranges.join(", ")}`;
}

/** Counts the rows of a sheet that feeds no table. */
async function skipSheet(
  { parts, file }: Workbook,
  { name }: Sheet,
  part: string,
  context: ExtractContext,
  progress: (bytesRead: number) => void,
): Promise<void> {
  const parser = new SheetParser();
  let records = 0;
  for await (const { rows, bytesRead, cut } of readRows(parts, part, parser, context.signal)) {
    records += rows.length;
    progress(bytesRead);
    if (cut !== undefined) context.warn(`the sheet is cut short or damaged: ${cut}`, { file, part: name });
  }
  context.read(records + parser.emptyRows);
  if (records > 0) context.skip("feeds no target table", records);
  if (parser.emptyRows > 0) context.skip("row without values", parser.emptyRows);
  if (records === 0) return;
  context.warn(`the sheet feeds no target table: ${records} row${records === 1 ? "" : "s"} passed over`, {
    file,
    part: name,
  });
}
