/** The sheets as they lie in workbooks, for a profile. */
import type { RawValue } from "../../values/codec.ts";
import type { CheckContext, EvidenceFile, SurveyedTable } from "../extractor.ts";
import { columnName } from "./cell-name.ts";
import { contentOf, contentText, isDated, shownDate } from "./content.ts";
import { findHeader, type Header, headerOf } from "./header.ts";
import { SheetNotes } from "./notes.ts";
import type { XlsxOptions } from "./options.ts";
import { hiddenColumns, peekRows } from "./read.ts";
import { SheetParser, type SheetCell, type SheetRow } from "./sheet-parser.ts";
import { readRows, readTail, type SheetTail } from "./sheet-rows.ts";
import { openWorkbook, type Sheet, type Workbook } from "./workbook.ts";

type SurveyContext = Pick<CheckContext, "mappings" | "signal">;

/** Of all files, sheet by sheet. */
export async function* surveyWorkbooks(
  files: readonly EvidenceFile[],
  settings: XlsxOptions,
  context: SurveyContext,
): AsyncGenerator<SurveyedTable> {
  for (const file of files) {
    const workbook = await openWorkbook(file, context.signal);
    try {
      for (const sheet of workbook.sheets) yield await surveySheet(workbook, sheet, settings, context);
    } finally {
      await workbook.close();
    }
  }
}

/** What is seen on the way through the rows. */
interface Seen {
  readonly notes: SheetNotes;
  readonly damage: string[];
}

async function surveySheet(
  workbook: Workbook,
  sheet: Sheet,
  settings: XlsxOptions,
  context: SurveyContext,
): Promise<SurveyedTable> {
  const first = await peekRows(workbook, sheet, context);
  const header = likelyHeader(first, workbook, settings, context);
  const tail =
    sheet.part === undefined
      ? { merged: [], filter: undefined }
      : await readTail(workbook.parts, sheet.part, context.signal);
  const seen: Seen = { notes: new SheetNotes(), damage: [...workbook.damage] };
  return {
    file: workbook.file,
    part: sheet.name,
    facts: factsOf(workbook, sheet, header, tail),
    fields: header?.names ?? [],
    rows: rowsOf(workbook, sheet, header, seen, context.signal),
    damage: () => [...seen.damage, ...seen.notes.sentences(tail.filter)],
  };
}

/** Where no table's columns are named: the first row with as many texts as the widest of the first rows has cells, or nearly so. */
function likelyHeader(
  rows: readonly SheetRow[],
  workbook: Workbook,
  { headerRow }: XlsxOptions,
  { mappings }: SurveyContext,
): Header | undefined {
  const declared = rows.find(({ number }) => number === headerRow);
  if (declared !== undefined) return headerOf(declared, workbook);
  const found = mappings.flatMap((mapping) => findHeader(rows, mapping, workbook) ?? []);
  const best = found.reduce<(typeof found)[number] | undefined>(
    (one, other) => (other.score > (one?.score ?? 1) ? other : one),
    undefined,
  );
  if (best !== undefined) return best.header;
  const width = Math.max(0, ...rows.map(({ cells }) => cells.length));
  const texts = ({ cells }: SheetRow) => cells.filter((cell) => contentOf(cell, workbook).kind === "text").length;
  const row = rows.find((candidate) => texts(candidate) === candidate.cells.length && texts(candidate) >= width * 0.8);
  return row === undefined ? undefined : headerOf(row, workbook);
}

function factsOf(
  { is1904, strings }: Workbook,
  { state }: Sheet,
  header: Header | undefined,
  { merged, filter }: SheetTail,
): SurveyedTable["facts"] {
  const place = header && `row ${header.row.number}, from column ${columnName(header.firstColumn)}`;
  return [
    { name: "header", value: place ?? "none found", evidence: "the first row whose cells name columns" },
    { name: "dates", value: is1904 ? "count from 1904" : "count from 1900" },
    { name: "sheet", value: state },
    { name: "shared strings", value: String(strings.count) },
    ...(merged.length === 0 ? [] : [{ name: "merged ranges", value: String(merged.length) }]),
    ...(filter === undefined ? [] : [{ name: "filter", value: filter }]),
  ];
}

async function* rowsOf(
  workbook: Workbook,
  { part }: Sheet,
  header: Header | undefined,
  { notes, damage }: Seen,
  signal: AbortSignal,
): AsyncGenerator<(RawValue | null)[][]> {
  if (part === undefined || header === undefined) return;
  const parser = new SheetParser();
  const from = header.row.number;
  let faulty = 0;
  for await (const { rows, cut } of readRows(workbook.parts, part, parser, signal)) {
    const whole = rows.filter(({ number, fault }) => number > from && fault === undefined);
    faulty += rows.filter(({ fault }) => fault !== undefined).length;
    for (const row of whole) notes.row(row);
    if (whole.length > 0) yield whole.map((row) => cellsOf(row, header, workbook, notes));
    if (cut !== undefined) damage.push(`the sheet is cut short or damaged: ${cut}`);
  }
  if (faulty > 0) damage.push(`rows that cannot be trusted: ${faulty}`);
  if (parser.hiddenColumns.length > 0) damage.push(hiddenColumns(parser));
}

function cellsOf(
  { cells }: SheetRow,
  { names, firstColumn }: Header,
  workbook: Workbook,
  notes: SheetNotes,
): (RawValue | null)[] {
  const values = Array.from<RawValue | null>({ length: names.length }).fill(null);
  for (const cell of cells) {
    const at = cell.column - firstColumn;
    if (at >= 0 && at < values.length) values[at] = valueOf(cell, workbook, notes);
  }
  return values;
}

function valueOf(cell: SheetCell, workbook: Workbook, notes: SheetNotes): RawValue {
  const content = contentOf(cell, workbook);
  if (content.kind === "none") notes.none(content.reason);
  if (content.kind === "number" && isDated(content.format))
    return shownDate(content.text, content.format, workbook.is1904);
  return content.kind === "boolean" ? content.value : contentText(content, workbook.is1904);
}
