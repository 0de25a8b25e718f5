/** The table of a review as a file: CSV, or a workbook of Excel. */
import fs from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";
import iconv from "iconv-lite";
import { readSheet } from "read-excel-file/node";
import writeWorkbook from "write-excel-file/node";
import type { Cell } from "write-excel-file/node";
import { UserError } from "../errors.ts";
import { AtomicFile } from "../files/atomic.ts";
import { csvRecord } from "../report/csv.ts";
import { named } from "./sheet.ts";

const kinds = [".csv", ".xlsx"] as const;

function kindOf(file: string): (typeof kinds)[number] {
  const kind = kinds.find((each) => path.extname(file).toLowerCase() === each);
  if (kind !== undefined) return kind;
  throw new UserError({
    what: "a sheet is a .csv or an .xlsx file",
    where: { file },
    remedy: "Give the file one of these endings",
  });
}

/** The file appears whole or not at all. Returns how many items it has. */
export async function writeSheet(file: string, rows: Iterable<readonly string[]>): Promise<number> {
  return kindOf(file) === ".csv" ? writeCsv(file, rows) : writeXlsx(file, rows);
}

function writeCsv(file: string, rows: Iterable<readonly string[]>): number {
  const target = new AtomicFile(file);
  let count = -1;
  try {
    // Excel takes a CSV for UTF-8 only behind a mark.
    target.write("\uFEFF");
    for (const row of rows) {
      target.write(csvRecord(row));
      count++;
    }
    target.commit();
    return count;
  } catch (error) {
    target.discard();
    throw error;
  }
}

/** Characters of a cell, by Excel's own limits ("Excel specifications and limits"). */
const longestCell = 32_767;
const mostRows = 1_048_576;

async function writeXlsx(file: string, rows: Iterable<readonly string[]>): Promise<number> {
  const all = [...rows];
  if (all.length > mostRows)
    throw new UserError({
      what: `the queue has ${all.length - 1} items, and a sheet of Excel ${mostRows - 1} lines`,
      where: { file },
      remedy: "Export a .csv file",
    });
  const choice = all[0]?.indexOf(named.choice) ?? -1;
  const data = all.map((cells, index) =>
    cells.map((text, at) => cellOf(text, { isHead: index === 0, isChoice: at === choice })),
  );
  const columns = (all[0] ?? []).map((name) => ({ width: name.startsWith("claim") || name === "what" ? 40 : 16 }));
  const workbook = await writeWorkbook(data, { columns, stickyRowsCount: 1, sheet: "review" }).toBuffer();
  const target = new AtomicFile(file);
  target.write(Buffer.from(workbook));
  target.commit();
  return all.length - 1;
}

/** Everything is text: nothing becomes a formula, a number or a date. */
function cellOf(text: string, { isHead, isChoice }: { readonly isHead: boolean; readonly isChoice: boolean }): Cell {
  const value = withoutControls(text).slice(0, longestCell);
  return {
    value,
    type: String,
    format: "@",
    ...(isHead ? { fontWeight: "bold" } : {}),
    ...(isChoice ? { backgroundColor: "#fff3c4" } : {}),
  };
}

/** XML 1.0 has no place for them. */
function withoutControls(text: string): string {
  return text.toWellFormed().replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}

/** Every line as texts, the header first. Throws UserError for what is no such file. */
export async function readSheetFile(file: string): Promise<string[][]> {
  const kind = kindOf(file);
  if (!fs.existsSync(file))
    throw new UserError({ what: "the sheet is not there", where: { file }, remedy: "Check the path" });
  try {
    return kind === ".csv" ? readCsv(fs.readFileSync(file)) : await readXlsx(file);
  } catch (cause) {
    throw new UserError({
      what: `the sheet cannot be read (${(cause as Error).message})`,
      where: { file },
      remedy: "Save it again, as .xlsx or as CSV (UTF-8)",
      cause,
    });
  }
}

async function readXlsx(file: string): Promise<string[][]> {
  const rows = await readSheet(file, { trim: false });
  return rows.map((cells) => cells.map((cell) => (cell === null || cell === undefined ? "" : String(cell))));
}

/** As programs save it: with commas, semicolons or tabs; in UTF-8, UTF-16 or Windows' code page. */
function readCsv(bytes: Buffer): string[][] {
  const text = decode(bytes);
  const [head = ""] = text.split(/\r?\n/, 1);
  const counts = [",", ";", "\t"].map((delimiter) => ({ delimiter, count: head.split(delimiter).length }));
  const { delimiter } = counts.toSorted((left, right) => right.count - left.count)[0] ?? { delimiter: "," };
  return parse(text, { delimiter, bom: true, relax_column_count: true, skip_empty_lines: true });
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le");
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : iconv.decode(bytes, "windows-1252");
}
