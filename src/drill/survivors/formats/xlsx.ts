/** A workbook that somebody was sent: one sheet a table. */
import writeWorkbook from "write-excel-file/node";
import { UserError } from "../../../errors.ts";
import { sameName, type Table } from "../../../schema/model.ts";
import type { CopiedTable, Copy, Format } from "../model.ts";
import { plainNames, tablesFrom, type NamedTables } from "../writing/names.ts";
import { asCell, headCell, sheetCell } from "../writing/sheet-cells.ts";
import { withoutTimes } from "../writing/zip-times.ts";

const id = "xlsx";
const fileName = "copy.xlsx";
/** Lines of a sheet, by Excel's own limits. */
const mostRows = 1_048_576;
/** What Excel takes for a sheet's name. */
const sheetName = /^(?!'|history$)[^:\\/?*[\]\p{Cc}]{1,31}(?<!')$/iu;

/** A table whose name no sheet can have is `Sheet3`, by its place. */
function sheetNames(tables: readonly Table[]): ReadonlyMap<Table, string> {
  const names = [...plainNames(tables)];
  const isTaken = (name: string, before: number) => names.slice(0, before).some(([, other]) => sameName(other, name));
  return new Map(
    names.map(([table, name], index) => {
      const isFit = sheetName.test(name) && name.trim() === name && !isTaken(name, index);
      return [table, isFit ? name : `Sheet${index + 1}`];
    }),
  );
}

function dataOf({ table, columns, rows }: CopiedTable) {
  if (rows.length >= mostRows)
    throw new UserError({
      what: `${table.id} has ${rows.length} rows, and a sheet of Excel ${mostRows - 1} below its header`,
      remedy: "Write this survivor in another format",
      where: { table: table.id },
    });
  const lines = rows.map(({ cells }) => columns.map((column, index) => sheetCell(cells[index] ?? null, column)));
  return [columns.map((column) => headCell(column.name)), ...lines];
}

function isFound({ schema, name }: Table, sheet: string): boolean {
  return [name, `${schema}.${name}`].some((own) => sheet === `#${own}`);
}

function sheetsFrom(tables: readonly Table[]): NamedTables {
  const sheets = new Map([...sheetNames(tables)].map(([table, name]) => [table, `#${name}`]));
  return tablesFrom(sheets, isFound);
}

export const xlsx: Format<Copy> = {
  id,
  content: "rows",
  asWritten: asCell,
  async write({ tables }) {
    const names = sheetNames(tables.map(({ table }) => table));
    const sheets = tables.map((copied) => ({ sheet: names.get(copied.table) ?? "", data: dataOf(copied) }));
    const bytes = withoutTimes(Buffer.from(await writeWorkbook(sheets).toBuffer()));
    return [{ name: fileName, bytes, records: [] }];
  },
  source: (folder, { tables }) => ({
    extractor: "xlsx",
    path: `${folder}/${fileName}`,
    ...sheetsFrom(tables.map(({ table }) => table)),
  }),
};
