/** What the beginning of a file shows of how it is written, before its records are read one by one. */
import type { Place } from "../../errors.ts";
import type { EvidenceFile, TableMapping } from "../extractor.ts";
import { readText, type TextChunk } from "../text/decode.ts";
import { findDelimiter } from "./delimiter.ts";
import type { Dialect, Newline } from "./dialect.ts";
import { type CsvOptions, dialectOf } from "./options.ts";
import { findHeaderLine } from "./preamble.ts";
import { type CsvRecord, RecordScanner, type ScannerStart } from "./scanner.ts";

export interface Layout {
  readonly dialect: Dialect;
  /** Why another delimiter than the comma was taken. */
  readonly delimiterEvidence: string | undefined;
  /** Lines above the header or the first record. */
  readonly preamble: number;
  readonly encoding: string;
  readonly settledBy: TextChunk["settledBy"];
  readonly newline: Newline | undefined;
  /** The first record; undefined where there is none. */
  readonly first: CsvRecord | undefined;
  /** Records after the header end in a delimiter that the header does not have. */
  readonly isTrailed: boolean;
}

/** Code units: some hundreds of records of most files. */
const headLength = 64 * 1024;

/** Reads the beginning of a file; all of it where it is one record. `mappings`: whose columns a header may name. */
export async function readLayout(
  file: EvidenceFile,
  settings: CsvOptions,
  mappings: readonly TableMapping[],
  signal: AbortSignal,
): Promise<Layout> {
  const chunks = readText(file, { encoding: settings.encoding, signal });
  const { text, last, isWhole } = await readHeadText(chunks);
  const preamble = settings.preamble === "auto" ? findHeaderLine(text, settings, mappings) : settings.preamble;
  const start = startOf(preamble);
  const found = findDelimiter(text, settings, start);
  const dialect = dialectOf(settings, found.delimiter);
  const scanner = new RecordScanner(dialect, start);
  const records = [...scanner.write(text), ...(isWhole ? scanner.end() : [])].filter(isRecord);
  const first = records[0] ?? (isWhole ? undefined : await firstRecord(scanner, chunks));
  await chunks.return(undefined);
  return {
    dialect,
    delimiterEvidence: found.evidence,
    preamble,
    encoding: last?.encoding ?? "utf-8",
    settledBy: last?.settledBy ?? "default",
    newline: scanner.newline,
    first,
    isTrailed: settings.header && isTrailed(records),
  };
}

export function startOf(preamble: number): ScannerStart {
  return { line: 1, at: 0, newline: undefined, preamble };
}

/** Where the header, or the first record, of the file stands. */
export function placeOfFirst(file: EvidenceFile, { first }: Layout): Place {
  return { file: file.name, ...(first === undefined ? {} : { line: first.line }) };
}

async function readHeadText(
  chunks: AsyncGenerator<TextChunk>,
): Promise<{ text: string; last: TextChunk | undefined; isWhole: boolean }> {
  let text = "";
  let last: TextChunk | undefined;
  while (text.length < headLength) {
    const next = await chunks.next();
    if (next.done === true) return { text, last, isWhole: true };
    last = next.value;
    text += last.text;
  }
  return { text, last, isWhole: false };
}

function isRecord({ passes }: CsvRecord): boolean {
  return passes === undefined;
}

async function firstRecord(scanner: RecordScanner, chunks: AsyncGenerator<TextChunk>): Promise<CsvRecord | undefined> {
  for await (const { text } of chunks) for (const record of scanner.write(text)) if (isRecord(record)) return record;
  return [...scanner.end()].find(isRecord);
}

/** Fewer records may be ragged by chance. */
const fewestTrailed = 2;

function isTrailed([header, ...records]: readonly CsvRecord[]): boolean {
  const width = header?.cells.length ?? 0;
  return (
    records.length >= fewestTrailed && records.every(({ cells }) => cells.length === width + 1 && cells[width] === null)
  );
}
