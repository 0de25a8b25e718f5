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

function scan(text: string, dialect: Partial<Dialect> = {}, size = text.length + 1): CsvRecord[] {
  const scanner = new RecordScanner({ ...standard, ...dialect });
  const records: CsvRecord[] = [];
  for (let at = 0; at < text.length; at += size) records.push(...scanner.write(text.slice(at, at + size)));
  return [...records, ...scanner.end()];
}

function cellsOf(records: readonly CsvRecord[]): (readonly Cell[])[] {
  return records.map(({ cells }) => cells);
}

/** What csv-parse reads; it tells NULL apart only by `quoting`. It turns lone surrogates into U+FFFD, so none here. */
function parseByOracle(text: string, dialect: Dialect): Cell[][] {
  const records: unknown = parse(text, {
    delimiter: dialect.delimiter,
    quote: dialect.quote ?? null,
    escape: dialect.escape ?? null,
    ...(dialect.recordDelimiter === undefined ? {} : { record_delimiter: dialect.recordDelimiter }),
    relax_column_count: true,
    skip_empty_lines: true,
    cast: (cell, { quoting }) => (cell === "" && !quoting ? null : cell),
  });
  return records as Cell[][];
}

function write(rows: readonly (readonly Cell[])[], dialect: Dialect, newline: string): string {
  const { quote = "", escape = "", delimiter } = dialect;
  const quoted = (cell: string) =>
    quote +
    cell.replaceAll(escape, escape + escape).replaceAll(quote, escape === quote ? quote : escape + quote) +
    quote;
  const written = (cell: Cell) => (cell === null ? "" : quote === "" ? cell : quoted(cell));
  return rows.map((row) => row.map(written).join(delimiter) + newline).join("");
}

const dialects: readonly (readonly [name: string, dialect: Partial<Dialect>, newline: string])[] = [
  ["standard, LF", {}, "\n"],
  ["standard, CRLF", {}, "\r\n"],
  ["standard, CR", {}, "\r"],
  ["tab and apostrophe", { delimiter: "\t", quote: "'", escape: "'" }, "\r\n"],
  ["backslash", { escape: "\\" }, "\n"],
  ["two characters", { delimiter: "+|", recordDelimiter: "&|\n" }, "&|\n"],
  ["no newlines", { delimiter: "|", recordDelimiter: "~" }, "~"],
];
function oneOf(characters: string): fc.Arbitrary<string> {
  return fc.constantFrom(...Array.from(characters));
}
const quotedText = fc.string({ unit: oneOf("ab,\t|+&~'\"\\\r\n é😀") });
const plainText = fc.string({ unit: oneOf("ab :;é😀"), minLength: 1 });

describe("records are what they were written from", () => {
  test.each(dialects)(
    "%s: quoted text of any kind, in chunks of any size, as csv-parse reads it",
    (_, part, newline) => {
      const dialect = { ...standard, ...part };
      const rows = fc.array(fc.array(fc.option(quotedText), { minLength: 2, maxLength: 4 }), { minLength: 1 });
      fc.assert(
        fc.property(rows, fc.integer({ min: 1, max: 12 }), (written, size) => {
          const text = write(written, dialect, newline);
          const read = cellsOf(scan(text, dialect, size));
          expect(read).toEqual(written);
          expect(read).toEqual(parseByOracle(text, dialect));
        }),
        { numRuns: 300 },
      );
    },
  );

  test.each(dialects)(
    "%s: unquoted cells, blank lines and a last line without its end, as csv-parse reads them",
    (_, part, newline) => {
      const dialect = { ...standard, ...part, quote: undefined, escape: undefined };
      const rows = fc.array(fc.array(fc.option(plainText), { minLength: 1, maxLength: 4 }), { minLength: 1 });
      fc.assert(
        fc.property(rows, fc.boolean(), fc.integer({ min: 1, max: 12 }), (written, isCut, size) => {
          const whole = write(written, dialect, newline);
          const text = isCut ? whole.slice(0, -newline.length) : whole;
          const read = scan(text, dialect, size).filter(({ cells }) => cells.length > 0);
          expect(cellsOf(read)).toEqual(parseByOracle(text, dialect));
          expect(read.every(({ isEnded }, index) => isEnded || index === read.length - 1)).toBe(true);
        }),
        { numRuns: 300 },
      );
    },
  );
});

describe("nothing is lost in any text", () => {
  const anyText = fc.string({ unit: oneOf('ab,,""\r\n\n\\+|&') });
  test.each(dialects)("%s: the raw records are the text, each with its place, in chunks of any size", (_, part) => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 12 }), (text, size) => {
        const records = scan(text, part, size);
        expect(records.map(({ raw }) => raw).join("")).toBe(text);
        expect(records).toEqual(scan(text, part));
        for (const { at, raw } of records) expect(text.startsWith(raw, at)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each(["\n", "\r\n", "\r"])("lines are counted as an editor does, newline %j", (newline) => {
    const text = ["a,b", '1,"x', 'y"', "", "2,z", ""].join(newline);
    expect(scan(text).map(({ line }) => line)).toEqual([1, 2, 4, 5]);
  });
});

function faulty(fault: string): [never[], string][] {
  return [[[], fault]];
}

describe("cases", () => {
  test.each([
    ["NULL and the empty string", ',"",a', {}, [[[null, "", "a"], undefined]]],
    ["a quote inside an unquoted cell is data", 'a"b,5" x', {}, [[['a"b', '5" x'], undefined]]],
    [
      "text after a closing quote",
      '"a"b,c\nd',
      {},
      [...faulty("text follows the closing quote of a cell"), [["d"], undefined]],
    ],
    ["an unclosed quote", 'a\n"b,c\nd', {}, [[["a"], undefined], ...faulty("a quoted cell is not closed")]],
    [
      "a line feed alone is data where records end in CRLF",
      "a,b\r\n1,x\ny\r\n",
      {},
      [
        [["a", "b"], undefined],
        [["1", "x\ny"], undefined],
      ],
    ],
    [
      "CR alone is data where records end in LF",
      "a,b\n1,x\ry\n",
      {},
      [
        [["a", "b"], undefined],
        [["1", "x\ry"], undefined],
      ],
    ],
    [
      "CRLF ends a record where others end in LF",
      "a,b\n1,x\r\n2,y\n",
      {},
      [
        [["a", "b"], undefined],
        [["1", "x"], undefined],
        [["2", "y"], undefined],
      ],
    ],
    [
      "a declared line feed leaves CR in the cell",
      "a\r\nb\n",
      { recordDelimiter: "\n" },
      [
        [["a\r"], undefined],
        [["b"], undefined],
      ],
    ],
    [
      "a record delimiter that begins like the delimiter",
      "a|b||\nc|d|\n",
      { delimiter: "|", recordDelimiter: "|\n" },
      [
        [["a", "b", null], undefined],
        [["c", "d"], undefined],
      ],
    ],
    ["a delimiter at the very end", "a,", {}, [[["a", null], undefined]]],
    [
      "spellings of NULL hold for unquoted cells only",
      '\\N,"\\N",,NULL',
      { nulls: new Set(["\\N", "NULL"]) },
      [[[null, "\\N", "", null], undefined]],
    ],
    [
      "the spelling of the empty string holds for unquoted cells only",
      '\0,"\0",',
      { emptyString: "\0" },
      [[["", "\0", null], undefined]],
    ],
    [
      "an escape before other characters is data",
      String.raw`"C:\temp\\","\""`,
      { escape: "\\" },
      [[["C:\\temp\\", '"'], undefined]],
    ],
    ["lone surrogates are data", "\uDC80,\uD83D", {}, [[["\uDC80", "\uD83D"], undefined]]],
  ] as const)("%s", (_, text, dialect, expected) => {
    expect(scan(text, dialect).map(({ cells, fault }) => [cells, fault])).toEqual(expected);
  });

  test("a record without end is not drawn into memory: it is set aside in pieces, and reading goes on after it", () => {
    const piece = "x".repeat(4 * 1024 * 1024);
    const scanner = new RecordScanner(standard);
    const records = [...scanner.write("a,b\n")];
    for (let pieces = 0; pieces < 40; pieces++) records.push(...scanner.write(piece));
    records.push(...scanner.write(",z\n1,2\n"), ...scanner.end());
    expect(records.at(0)?.cells).toEqual(["a", "b"]);
    expect(records.at(-1)?.cells).toEqual(["1", "2"]);
    const pieces = records.slice(1, -1);
    expect(new Set(pieces.map(({ fault }) => fault))).toEqual(new Set(["the record is longer than 64 Mi characters"]));
    expect(pieces.map(({ goesOn }) => goesOn)).toEqual(pieces.map((_, index) => index < pieces.length - 1));
    expect(records.reduce((sum, { raw }) => sum + raw.length, 0)).toBe(4 + 40 * piece.length + 7);
  });

  test("a stray quote in a file without end costs its line", () => {
    const line = `1,${"x".repeat(1022)}\n`;
    const lines = line.repeat(1024);
    const scanner = new RecordScanner(standard);
    const records = [...scanner.write('a,"b\n')];
    for (let pieces = 0; pieces < 150; pieces++) for (const record of scanner.write(lines)) records.push(record);
    records.push(...scanner.end());
    const [stray, ...whole] = records;
    expect(stray).toMatchObject({ raw: 'a,"b\n', fault: expect.stringContaining("only the line") });
    expect(whole).toHaveLength(150 * 1024);
    expect(whole.every(({ cells }) => cells.length === 2)).toBe(true);
  });
});
