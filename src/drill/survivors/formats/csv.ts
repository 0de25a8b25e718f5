/** Exports: one CSV file a table, as the server's own wizard writes them. */
import type { Column } from "../../../schema/model.ts";
import type { CanonicalValue } from "../../../values/codec.ts";
import type { CopiedTable, Copy, EvidenceFile, Format, WriteOptions } from "../model.ts";
import { encodedCell, markOf, requireNames } from "../writing/encoding.ts";
import { asResaved, excelText } from "../writing/excel.ts";
import { fileNames, filesFrom } from "../writing/names.ts";
import { plainText } from "../writing/plain-text.ts";
import { RecordFile } from "../writing/record-file.ts";

const id = "csv";
const lineEnd = "\r\n";

/** An empty text is `""`, since nothing at all is NULL. */
function quoted(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Excel has no empty texts. */
function cellText(value: CanonicalValue, column: Column, { excel }: WriteOptions): string {
  if (value === null) return "";
  const text = plainText(value, column);
  if (!excel) return quoted(text);
  const saved = excelText(text);
  return saved === "" ? "" : quoted(saved);
}

function asWritten(value: CanonicalValue, column: Column, options: WriteOptions): CanonicalValue {
  if (value === null) return null;
  const cell = options.excel ? asResaved(value, column) : value;
  return encodedCell(cell, column, options.encoding);
}

function fileOf({ table, columns, rows }: CopiedTable, name: string, options: WriteOptions): EvidenceFile {
  const file = new RecordFile(options.encoding, markOf(options.encoding));
  file.text(columns.map((column) => quoted(column.name)).join(",") + lineEnd);
  for (const { key, cells } of rows) {
    const texts = columns.map((column, index) => cellText(cells[index] ?? null, column, options));
    file.record(table, key, texts.join(",") + lineEnd);
  }
  return file.named(`${name}.csv`);
}

export const csv: Format<Copy> = {
  id,
  content: "rows",
  asWritten,
  async write({ tables }, options) {
    const all = tables.map(({ table }) => table);
    requireNames(all, options.encoding);
    const names = fileNames(all);
    return tables.map((copied) => fileOf(copied, names.get(copied.table) ?? "", options));
  },
  source: (folder, { tables }, { encoding }) => ({
    extractor: "csv",
    path: `${folder}/*.csv`,
    encoding,
    delimiter: ",",
    ...filesFrom(
      tables.map(({ table }) => table),
      ".csv",
    ),
  }),
};
