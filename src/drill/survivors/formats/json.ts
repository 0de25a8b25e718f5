/** Exports of applications: JSON, an object a line, one file a table, in UTF-8. */
import type { Column } from "../../../schema/model.ts";
import type { CanonicalValue } from "../../../values/codec.ts";
import type { CopiedTable, Copy, EvidenceFile, Format } from "../model.ts";
import { fileNames, filesFrom } from "../writing/names.ts";
import { isoText, variantAsText } from "../writing/plain-text.ts";
import { RecordFile } from "../writing/record-file.ts";

const id = "json";
const ending = ".ndjson";

/** Decimals and integers that a double does not hold are texts. */
function jsonText(value: CanonicalValue, column: Column): string {
  if (value === null) return "null";
  if (column.type.name === "bit") return value === 1 ? "true" : "false";
  return typeof value === "number" ? numberText(value) : JSON.stringify(isoText(value, column));
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function fileOf({ table, columns, rows }: CopiedTable, name: string): EvidenceFile {
  const file = new RecordFile("utf-8");
  for (const { key, cells } of rows) {
    const members = columns.map(
      (column, index) => `${JSON.stringify(column.name)}:${jsonText(cells[index] ?? null, column)}`,
    );
    file.record(table, key, `{${members.join(",")}}\n`);
  }
  return file.named(name + ending);
}

export const json: Format<Copy> = {
  id,
  content: "rows",
  asWritten: variantAsText,
  async write({ tables }) {
    const names = fileNames(tables.map(({ table }) => table));
    return tables.map((copied) => fileOf(copied, names.get(copied.table) ?? ""));
  },
  source: (folder, { tables }) => ({
    extractor: "json",
    path: `${folder}/*${ending}`,
    ...filesFrom(
      tables.map(({ table }) => table),
      ending,
    ),
  }),
};
