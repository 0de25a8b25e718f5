/**
 * Exports that somebody opened in LibreOffice and saved as workbooks: one a table. Columns of short numbers were imported as numbers, all
 * others as text, as somebody does who has learned from leading zeros.
 */
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../../../errors.ts";
import type { Column, TypeName } from "../../../schema/model.ts";
import type { CanonicalValue } from "../../../values/codec.ts";
import type { CopiedRow, CopiedTable, Copy, EvidenceFile, Format, WriteOptions } from "../model.ts";
import { encodedCell } from "../writing/encoding.ts";
import { filesFrom } from "../writing/names.ts";
import { isText, plainText } from "../writing/plain-text.ts";
import { inFolder, outputOf } from "../writing/program.ts";
import { fitting } from "../writing/sheet-cells.ts";
import { withoutTimes } from "../writing/zip-times.ts";
import { csv } from "./csv.ts";

const id = "libreoffice";
const ending = ".xlsx";
const numbers = new Set<TypeName>(["bit", "tinyint", "smallint", "int", "real"]);
/** Comma, double quote, UTF-8, from the first line on. */
const importOptions = "44,34,76,1";
const asNumber = "1";
const asTextColumn = "2";

/** LibreOffice keeps no empty texts, and line ends are LF inside of a cell. */
function asWritten(whole: CanonicalValue, column: Column): CanonicalValue {
  const value = whole === null ? null : fitting(whole);
  if (typeof value !== "string") return value;
  if (plainText(value, column) === "") return null;
  const cell = encodedCell(value, column, "utf-8");
  return isText(column) ? String(cell).replaceAll(/\r\n?/g, "\n") : cell;
}

function importFilter({ columns }: CopiedTable): string {
  const formats = columns.map(({ type }, index) => `${index + 1}/${numbers.has(type.name) ? asNumber : asTextColumn}`);
  return `CSV:${importOptions},${formats.join("/")}`;
}

/** LibreOffice itself cuts what is too long for a cell; bytes in the middle of one, if it is not done before. */
function fittingCopy({ kind, tables }: Copy): Copy {
  return { kind, tables: tables.map((copied) => ({ ...copied, rows: copied.rows.map((row) => fittingRow(row)) })) };
}

function fittingRow({ key, cells }: CopiedRow): CopiedRow {
  return { key, cells: cells.map((cell) => (cell === null ? null : fitting(cell))) };
}

async function convert(folder: string, copied: CopiedTable, { name, bytes }: EvidenceFile): Promise<EvidenceFile> {
  const source = path.join(folder, name);
  fs.writeFileSync(source, bytes);
  const profile = `-env:UserInstallation=${pathToFileURL(path.join(folder, "profile")).href}`;
  const how = ["--headless", "--convert-to", "xlsx", "--infilter=" + importFilter(copied)];
  await outputOf({
    names: ["soffice", "libreoffice"],
    args: [profile, ...how, "--outdir", folder, source],
    source: "LibreOffice Calc",
  });
  const workbook = path.join(folder, name.replace(/\.csv$/, ending));
  if (!fs.existsSync(workbook))
    throw new UserError({
      what: `LibreOffice made no workbook of ${name}`,
      remedy: "Install LibreOffice Calc, or take another format",
    });
  return { name: path.basename(workbook), bytes: withoutTimes(fs.readFileSync(workbook)), records: [] };
}

async function write(copy: Copy, options: WriteOptions): Promise<readonly EvidenceFile[]> {
  const exports = await csv.write(fittingCopy(copy), { ...options, encoding: "utf-8", excel: false });
  return inFolder(async (folder) => {
    const workbooks: EvidenceFile[] = [];
    for (const [index, copied] of copy.tables.entries())
      workbooks.push(await convert(folder, copied, exports[index] as EvidenceFile));
    return workbooks;
  });
}

export const libreoffice: Format<Copy> = {
  id,
  content: "rows",
  asWritten,
  write,
  source: (folder, { tables }) => ({
    extractor: "xlsx",
    path: `${folder}/*${ending}`,
    ...filesFrom(
      tables.map(({ table }) => table),
      ending,
    ),
  }),
};
