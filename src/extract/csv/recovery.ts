/**
 * A stray quote opens a cell that ends where the next stray quote stands, thousands of lines later, or never. What of the lines between can be read as
 * records is read; the line with the quote is set aside.
 */
import { Fault } from "../../errors.ts";
import type { Dialect, Newline } from "./dialect.ts";
import { type CsvRecord, RecordScanner, unclosedQuote } from "./scanner.ts";

const pieceLength = 256 * 1024;
/** Of the records after a stray quote at least so many have to be whole for the rest to count as records. */
const wholeShare = 0.9;
/** Lines of prose are all records of one cell: in such a file nothing tells them apart. */
const narrowest = 2;
/** Where no cell has a type that prose fails, only so many cells and lines of one and the same width are no chance. */
const [fewestCells, fewestLines] = [3, 3];

const strayReason = `${unclosedQuote} before the file ends; what follows this line reads well as records, so only the line is set aside`;
const lastLineReason = `${unclosedQuote} before the file ends`;
const cutReason = `${unclosedQuote} before the file ends; what follows does not read as records, so all of it is set aside`;
const swallowedReason =
  "a quote in it opens a cell that ends only in another record; the lines after it read well as records, so only this line is set aside";

/** What records of the file look like. */
export interface Pattern {
  readonly width: number;
  /** Does the record hold what its columns can hold? Undefined where every column takes any text. */
  readonly isPlausible: ((record: CsvRecord) => boolean) | undefined;
}

interface Reading {
  readonly dialect: Dialect;
  readonly newline: Newline | undefined;
  readonly pattern: Pattern;
}

/** The record, or what it is replaced by so that least is lost. Only for one of several lines, or with the fault {@link unclosedQuote}. */
export function* recover(record: CsvRecord, reading: Reading): Generator<CsvRecord> {
  if (record.fault === unclosedQuote) yield* recoverUnclosed(record, reading);
  else if (record.fault === undefined && hasSwallowed(record, reading)) yield* split(record, reading);
  else yield record;
}

function* recoverUnclosed(record: CsvRecord, reading: Reading): Generator<CsvRecord> {
  const first = firstLine(record, reading, strayReason);
  if (first.raw.length === record.raw.length) {
    yield { ...record, fault: lastLineReason };
    return;
  }
  if (!readsWell(readAfter(record, first, reading), reading.pattern)) {
    yield { ...record, fault: cutReason };
    return;
  }
  yield first;
  for (const next of readAfter(record, first, reading))
    if (next.fault === unclosedQuote) yield { ...next, fault: lastLineReason };
    else if (next.lines > 1) yield* recover(next, reading);
    else yield next;
}

/** The line with the quote, and the records on the lines after it, which may have swallowed others in their turn. */
function* split(record: CsvRecord, reading: Reading): Generator<CsvRecord> {
  const first = firstLine(record, reading, swallowedReason);
  yield first;
  for (const next of readAfter(record, first, reading)) yield* recover(next, reading);
}

/**
 * Do its lines read as records, each for itself? In one of another width than the file's most of them have to; in one of the right width all, the first
 * line too, or a text that quotes a table would be torn apart.
 */
function hasSwallowed(record: CsvRecord, reading: Reading): boolean {
  const { dialect, pattern } = reading;
  if (dialect.quote === undefined || !record.raw.includes(dialect.quote)) return false;
  const first = firstLine(record, reading, swallowedReason);
  if (first.raw.length === record.raw.length) return false;
  const rest = (): Iterable<CsvRecord> => readAfter(record, first, reading);
  if (record.cells.length !== pattern.width) return readsWell(rest(), pattern);
  const isClear = pattern.isPlausible !== undefined || (pattern.width >= fewestCells && record.lines >= fewestLines);
  if (!isClear || !isWhole(unquoted(first.raw, record, reading), pattern)) return false;
  for (const line of rest()) if (!isWhole(line, pattern)) return false;
  return true;
}

/** The record's first line, as a record of its own. */
function firstLine(record: CsvRecord, reading: Reading, fault: string): CsvRecord {
  return { ...unquoted(record.raw, record, reading), cells: [], fault };
}

/** The first record of the text when quotes mean nothing. */
function unquoted(text: string, { line, at }: CsvRecord, { dialect, newline }: Reading): CsvRecord {
  const bare = { ...dialect, quote: undefined, escape: undefined };
  const scanner = new RecordScanner(bare, { line, at, newline, preamble: 0 });
  for (const record of scanner.write(text)) return record;
  for (const record of scanner.end()) return record;
  throw new Fault("a record is empty");
}

function* readAfter(
  record: CsvRecord,
  first: CsvRecord,
  { dialect, newline }: Pick<Reading, "dialect" | "newline">,
): Generator<CsvRecord> {
  const start = { line: record.line + 1, at: record.at + first.raw.length, newline, preamble: 0 };
  const scanner = new RecordScanner(dialect, start);
  for (let at = first.raw.length; at < record.raw.length; at += pieceLength)
    yield* scanner.write(record.raw.slice(at, at + pieceLength));
  yield* scanner.end();
}

function isWhole(record: CsvRecord, { width, isPlausible }: Pattern): boolean {
  return record.cells.length === width && isPlausible?.(record) !== false;
}

function readsWell(records: Iterable<CsvRecord>, pattern: Pattern): boolean {
  if (pattern.width < narrowest) return false;
  let whole = 0;
  let all = 0;
  for (const record of records) {
    if (record.passes !== undefined) continue;
    all++;
    if (isWhole(record, pattern)) whole++;
  }
  return all > 0 && whole >= all * wholeShare;
}
