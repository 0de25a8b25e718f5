/** What a format brings to the bench of formats, and what their entries share. */
import { csvRecord, writeTexts } from "./formats.ts";
import { benchColumns, type BenchRow, benchRow } from "./rows.ts";

export interface BenchFormat {
  readonly extractor: string;
  readonly file: string;
  readonly peer: string;
  /** What a recipe has to say besides the path. */
  readonly options?: Readonly<Record<string, unknown>>;
  write(file: string, rows: number): Promise<void> | void;
  /** Reads all of the file and does nothing with it. */
  drain(file: string): Promise<void>;
}

export function* texts(rows: number, head: string, each: (row: BenchRow) => string, foot = ""): Generator<string> {
  yield head;
  for (let key = 1; key <= rows; key++) yield each(benchRow(key, 0));
  yield foot;
}

const header = `${benchColumns.join(",")}\n`;

export function writeCsv(file: string, rows: number): void {
  writeTexts(file, texts(rows, header, csvRecord));
}

export async function exhaust(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}
