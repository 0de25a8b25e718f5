/** Names of cells: `AB12` is the cell in column 27 (counted from 0) and row 12. */

/** XFD, the last column of a sheet. */
export const mostColumns = 16_384;

/** Index of the column that a cell's name begins with; -1 where it begins with none. */
export function columnOf(name: string): number {
  let column = 0;
  for (let at = 0; at < name.length; at++) {
    const letter = (name.charCodeAt(at) & ~32) - 64;
    if (letter < 1 || letter > 26 || at > 3) break;
    column = column * 26 + letter;
  }
  return column > mostColumns ? -1 : column - 1;
}

/** `AB` of 27. */
export function columnName(column: number): string {
  const rest = Math.floor(column / 26);
  const letter = String.fromCharCode(65 + (column % 26));
  return rest === 0 ? letter : columnName(rest - 1) + letter;
}

export interface CellRange {
  readonly name: string;
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly firstRow: number;
  readonly lastRow: number;
}

const rangeForm = /^\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})$/i;

/** `A1:B3`; undefined for anything else. */
export function parseRange(name: string): CellRange | undefined {
  const match = rangeForm.exec(name);
  if (match === null) return undefined;
  const [, from = "", firstRow, to = "", lastRow] = match;
  const [firstColumn, lastColumn] = [columnOf(from), columnOf(to)];
  return { name, firstColumn, lastColumn, firstRow: Number(firstRow), lastRow: Number(lastRow) };
}
