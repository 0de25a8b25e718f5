/** A quoted cell that runs to the end of the file: was it cut, or did one stray quote swallow the rest? */
import type { Dialect, Newline } from "./dialect.ts";
import { type CsvRecord, RecordScanner, unclosedQuote } from "./scanner.ts";

const pieceLength = 256 * 1024;
/** Of the records after a stray quote at least so many have to be whole for the rest to count as records. */
const wholeShare = 0.9;
/** Lines of prose are all records of one cell: in such a file nothing tells them apart. */
const narrowest = 2;

const strayReason = `${unclosedQuote} before the file ends; what follows this line reads well as records, so only the line is set aside`;
const lastLineReason = `${unclosedQuote} before the file ends`;
const cutReason = `${unclosedQuote} before the file ends; what follows does not read as records, so all of it is set aside`;

/** Passes records through; one whose quote is not closed is replaced by what loses least. */
export function* resolveUnclosed(
  records: Iterable<CsvRecord>,
  dialect: Dialect,
  newline: Newline | undefined,
  width: number,
): Generator<CsvRecord> {
  for (const record of records)
    if (record.fault === unclosedQuote) yield* resolve(record, dialect, newline, width);
    else yield record;
}

function* resolve(
  record: CsvRecord,
  dialect: Dialect,
  newline: Newline | undefined,
  width: number,
): Generator<CsvRecord> {
  const first = firstLine(record, dialect, newline);
  if (first.raw.length === record.raw.length) {
    yield { ...record, fault: lastLineReason };
    return;
  }
  const after = () => readAfter(record, first, dialect, newline);
  if (!readsWell(after(), width)) {
    yield { ...record, fault: cutReason };
    return;
  }
  yield first;
  for (const next of after()) yield next.fault === unclosedQuote ? { ...next, fault: lastLineReason } : next;
}

/** The record's first line, as a record of its own. */
function firstLine(record: CsvRecord, dialect: Dialect, newline: Newline | undefined): CsvRecord {
  const unquoted = { ...dialect, quote: undefined, escape: undefined };
  const scanner = new RecordScanner(unquoted, { line: record.line, at: record.at, newline });
  const [first = record] = [...scanner.write(record.raw), ...scanner.end()];
  return { ...first, cells: [], fault: strayReason };
}

function* readAfter(
  record: CsvRecord,
  first: CsvRecord,
  dialect: Dialect,
  newline: Newline | undefined,
): Generator<CsvRecord> {
  const start = { line: record.line + 1, at: record.at + first.raw.length, newline };
  const scanner = new RecordScanner(dialect, start);
  for (let at = first.raw.length; at < record.raw.length; at += pieceLength)
    yield* scanner.write(record.raw.slice(at, at + pieceLength));
  yield* scanner.end();
}

function readsWell(records: Iterable<CsvRecord>, width: number): boolean {
  if (width < narrowest) return false;
  let whole = 0;
  let all = 0;
  for (const { cells, fault } of records) {
    if (cells.length === 0 && fault === undefined) continue;
    all++;
    if (cells.length === width) whole++;
  }
  return all > 0 && whole >= all * wholeShare;
}
