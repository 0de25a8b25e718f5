/** A backup as a script: INSERTs as Management Studio's "Generate Scripts" writes them. Line ends inside of literals are the data's own. */
import type { CopiedTable, Copy, Format } from "../model.ts";
import { encode, encodedCell, isUtf8, markOf, requireNames } from "../writing/encoding.ts";
import { RecordFile } from "../writing/record-file.ts";
import { bracketed, scriptLiteral, tableText } from "../writing/tsql.ts";

const id = "sql-script";
const fileName = "backup.sql";
const lineEnd = "\r\n";
/** Rows of a batch. */
const batchRows = 100;
const settings = ["SET ANSI_NULLS ON", "SET QUOTED_IDENTIFIER ON"] as const;

function lines(...all: readonly string[]): string {
  return all.map((line) => line + lineEnd).join("");
}

function writeTable(file: RecordFile, { table, columns, rows }: CopiedTable): void {
  const name = tableText(table);
  const names = columns.map((column) => bracketed(column.name)).join(", ");
  const hasIdentity = columns.some(({ identity }) => identity !== undefined);
  if (hasIdentity) file.text(lines(`SET IDENTITY_INSERT ${name} ON`, "GO"));
  rows.forEach(({ key, cells }, index) => {
    const values = columns.map((column, at) => scriptLiteral(cells[at] ?? null, column)).join(", ");
    file.record(table, key, lines(`INSERT ${name} (${names}) VALUES (${values})`));
    if ((index + 1) % batchRows === 0) file.text(lines("GO", `print 'Processed ${index + 1} total records'`));
  });
  file.text(lines("GO", ...(hasIdentity ? [`SET IDENTITY_INSERT ${name} OFF`, "GO"] : [])));
}

export const sqlScript: Format<Copy> = {
  id,
  content: "rows",
  asWritten: (value, column, { encoding }) => encodedCell(value, column, encoding),
  async write({ tables }, { encoding }) {
    requireNames(
      tables.map(({ table }) => table),
      encoding,
    );
    const file = new RecordFile(encoding, isUtf8(encoding) ? encode("\uFEFF", encoding) : markOf(encoding));
    file.text(lines(...settings.flatMap((setting) => [setting, "GO"])));
    for (const copied of tables) writeTable(file, copied);
    return [file.named(fileName)];
  },
  source: (folder, _content, { encoding }) => ({ extractor: "sql-script", path: `${folder}/${fileName}`, encoding }),
};
