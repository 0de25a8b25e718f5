/** Single records in another encoding than their file, as they come about where several programs append to one. */
import { findEncoding } from "../text/encodings.ts";
import { toBytes } from "../text/decode.ts";
import type { Dialect, Newline } from "./dialect.ts";
import { type CsvRecord, RecordScanner } from "./scanner.ts";

/** The record read in the encoding `fallback`; undefined where that does not make one record of its bytes. */
export function readInFallback(
  record: CsvRecord,
  {
    encoding,
    fallback,
    dialect,
    newline,
  }: {
    readonly encoding: string;
    readonly fallback: string;
    readonly dialect: Dialect;
    readonly newline: Newline | undefined;
  },
): CsvRecord | undefined {
  const { decoder, hasUndecodable } = findEncoding(fallback);
  const reader = decoder();
  const text = reader.write(Buffer.from(toBytes(record.raw, encoding))) + reader.end().text;
  if (hasUndecodable(text)) return undefined;
  const scanner = new RecordScanner(dialect, { line: record.line, at: record.at, newline, preamble: 0 });
  const [only, another] = [...scanner.write(text), ...scanner.end()];
  if (only === undefined || another !== undefined || only.fault !== undefined) return undefined;
  return { ...record, cells: only.cells, fault: undefined };
}

/** The cells that would read otherwise in another encoding. */
export function cellsInDoubt({ cells }: CsvRecord): number[] {
  return cells.flatMap((cell, index) => (cell !== null && /[^\0-\x7F]/.test(cell) ? index : []));
}
