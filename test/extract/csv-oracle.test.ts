/**
 * Hostile text in many dialects: what csv-parse reads is what the scanner reads; where csv-parse gives up, the scanner sets that record aside or, for a
 * quote inside an unquoted cell, takes it for data, and goes on. They differ on purpose in this:
 * - csv-parse turns lone surrogates into U+FFFD, and takes a newline of another kind than the first for data (here a CRLF ends a record of an LF file
 *   too, as two programs write one file): neither stands in these texts;
 * - csv-parse drops an escape before any character: here `"C:\temp"` keeps its backslash, as a writer that escapes would have doubled it;
 * - csv-parse takes a comment right behind a closing quote: here the record is malformed.
 */
import { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dialect } from "../../src/extract/csv/dialect.ts";
import type { Cell } from "../../src/extract/csv/cell.ts";
import { type CsvRecord, RecordScanner } from "../../src/extract/csv/scanner.ts";

const standard: Dialect = {
  delimiter: ",",
  quote: '"',
  escape: '"',
  recordDelimiter: undefined,
  nulls: new Set([""]),
  emptyString: undefined,
  comment: undefined,
  bareEscape: undefined,
};

const dialects: readonly (readonly [name: string, part: Partial<Dialect>, newline: string])[] = [
  ["standard, LF", {}, "\n"],
  ["standard, CRLF", {}, "\r\n"],
  ["standard, CR", {}, "\r"],
  ["semicolon and apostrophe", { delimiter: ";", quote: "'", escape: "'" }, "\n"],
  ["backslash", { escape: "\\" }, "\n"],
  ["tab, backslash, CRLF", { delimiter: "\t", escape: "\\" }, "\r\n"],
  ["+| and &|", { delimiter: "+|", recordDelimiter: "&|\n" }, "&|\n"],
  [":: and apostrophe", { delimiter: "::", quote: "'", escape: "'" }, "\n"],
  ["no quotes", { delimiter: "|", quote: undefined, escape: undefined }, "\n"],
  ["comments", { comment: "#" }, "\n"],
];

function scan(text: string, dialect: Dialect, size: number): CsvRecord[] {
  const scanner = new RecordScanner(dialect);
  const records: CsvRecord[] = [];
  for (let at = 0; at < text.length; at += size) records.push(...scanner.write(text.slice(at, at + size)));
  return [...records, ...scanner.end()].filter(({ passes }) => passes === undefined);
}

/** Its records, or how many it had read when it gave up. */
function readByOracle(text: string, dialect: Dialect, newline: string): Cell[][] | number {
  try {
    return parse(text, {
      delimiter: dialect.delimiter,
      quote: dialect.quote ?? null,
      escape: dialect.escape ?? null,
      record_delimiter: newline,
      comment: dialect.comment ?? null,
      comment_no_infix: true,
      relax_column_count: true,
      skip_empty_lines: true,
      cast: (cell, { quoting }) => (cell === "" && !quoting ? null : cell),
    });
  } catch (error) {
    if (error instanceof CsvError && typeof error["records"] === "number") return error["records"];
    throw error;
  }
}

/** Does it hold what is read in another way on purpose? */
function isReadOtherwise(text: string, { quote = "", escape = quote, comment }: Dialect): boolean {
  const alone = escape === quote ? "" : text.replaceAll(escape + escape, "").replaceAll(escape + quote, "");
  const isEscapedOtherwise = alone !== "" && alone.includes(escape);
  return isEscapedOtherwise || (comment !== undefined && text.includes(quote + comment));
}

/** Does the record show why a strict reader gives up on it? */
function isBroken({ fault, raw }: CsvRecord, { quote }: Dialect): boolean {
  return fault !== undefined || (quote !== undefined && raw.includes(quote));
}

/** Pieces in which all that means something to the dialect comes up often, and half of it too. */
function hostileText({ delimiter, quote, escape, comment }: Dialect, newline: string): fc.Arbitrary<string> {
  const marks = [
    delimiter,
    delimiter[0] ?? "",
    newline,
    newline,
    quote ?? '"',
    quote ?? "'",
    escape ?? "\\",
    comment ?? "#",
  ];
  const escaped = escape === quote ? [] : [`${escape ?? ""}${escape ?? ""}`, `${escape ?? ""}${quote ?? ""}`];
  const doubled = [...escaped, `${quote ?? ""}${delimiter}`, `${delimiter}${quote ?? ""}`, `${quote ?? ""}${newline}`];
  const unit = fc.constantFrom(...marks, ...doubled, "a", "b ", "é😀", " ");
  return fc.array(unit, { maxLength: 40 }).map((pieces) => pieces.join(""));
}

describe("hostile text is read as csv-parse reads it", () => {
  test.each(dialects)("%s", (_, part, newline) => {
    const dialect = { ...standard, ...part };
    fc.assert(
      fc.property(hostileText(dialect, newline), fc.integer({ min: 1, max: 12 }), (text, size) => {
        fc.pre(!isReadOtherwise(text, dialect));
        const records = scan(text, dialect, size);
        const read = readByOracle(text, dialect, newline);
        const before = typeof read === "number" ? read : records.length;
        const cells = records.slice(0, before).map((record) => record.fault ?? record.cells);
        expect(cells).toEqual(typeof read === "number" ? records.slice(0, before).map((record) => record.cells) : read);
        expect(records.slice(before).some((record) => isBroken(record, dialect))).toBe(typeof read === "number");
      }),
      { numRuns: 1000 },
    );
  });
});
