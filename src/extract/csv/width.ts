/** Records of another width than their file's. */
import type { ColumnPlan } from "../records/columns.ts";
import type { Cell } from "./cell.ts";
import type { CsvRecord } from "./scanner.ts";
import type { Newline } from "./dialect.ts";

export interface Widths {
  /** Cells that the columns are read from. */
  readonly width: number;
  /** A delimiter stands behind the last of them, in every record but the header. */
  readonly isTrailed: boolean;
  /** Does the recipe want what can be read of others? */
  readonly acceptsRagged: boolean;
}

/** The cells that are read; undefined where the record is of a width that is not read. */
export function fittingCells({ cells }: CsvRecord, widths: Widths): readonly Cell[] | undefined {
  const { width, isTrailed, acceptsRagged } = widths;
  if (cells.length === width && !isTrailed) return cells;
  const isEmptyAfter = cells.length > width && cells.slice(width).every((cell) => cell === null || cell === "");
  if (isTrailed && cells.length === width + 1 && isEmptyAfter) return cells.slice(0, width);
  if (!acceptsRagged) return undefined;
  return isEmptyAfter ? cells.slice(0, width) : cells.length > width ? undefined : cells;
}

/** Why the record is set aside. */
export function describeWidth(record: CsvRecord, { width, isTrailed }: Widths, newline: Newline | undefined): string {
  const cells = record.cells.length === 1 ? "1 cell" : `${record.cells.length} cells`;
  const expected = isTrailed ? `${width + 1}, the last of them empty,` : `${width}`;
  return `it has ${cells} where ${expected} are expected${lineFeedsIn(record, newline)}`;
}

/** In a file of CRLF records a line feed is data: unless another program wrote what stands below the header. */
function lineFeedsIn({ raw }: CsvRecord, newline: Newline | undefined): string {
  const lineFeeds = newline === "\r\n" ? (raw.match(/(?<!\r)\n/g)?.length ?? 0) : 0;
  if (lineFeeds === 0) return "";
  return `; line feeds in it (${lineFeeds}) are data, as the file's records end in CRLF: if they end records, set \`recordDelimiter: "\\n"\``;
}

/** The plan for a record that has fewer cells: columns that it lacks are not claimed. */
export function narrow(plan: ColumnPlan, width: number): ColumnPlan {
  const kept = [...plan.columns.keys()].filter((index) => (plan.cellIndexes[index] ?? 0) < width);
  return {
    ...plan,
    width,
    columns: kept.map((index) => plan.columns[index]!),
    cellIndexes: kept.map((index) => plan.cellIndexes[index]!),
  };
}
