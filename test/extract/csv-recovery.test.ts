/** Quotes that are not where a writer puts them, and cells of several lines that are. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dialect } from "../../src/extract/csv/dialect.ts";
import { type Pattern, recover } from "../../src/extract/csv/recovery.ts";
import { type CsvRecord, RecordScanner, unclosedQuote } from "../../src/extract/csv/scanner.ts";

const dialect: Dialect = {
  delimiter: ",",
  quote: '"',
  escape: '"',
  recordDelimiter: undefined,
  nulls: new Set([""]),
  emptyString: undefined,
  comment: undefined,
  bareEscape: undefined,
};

/** Records of three cells, the first of them a number. */
const pattern: Pattern = { width: 3, isPlausible: ({ cells }) => /^\d+$/.test(cells[0] ?? "") };

function read(text: string): CsvRecord[] {
  const scanner = new RecordScanner(dialect);
  const records = [...scanner.write(text), ...scanner.end()];
  return records.flatMap((record) =>
    record.lines > 1 || record.fault === unclosedQuote
      ? [...recover(record, { dialect, newline: scanner.newline, pattern })]
      : record,
  );
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

describe("what a writer wrote is read as it was written, or set aside whole", () => {
  const cell = fc.array(fc.constantFrom("a", ",", "\n", '"', "1,", "2,b,c\n", "\n3,"), { maxLength: 8 });
  const row = fc
    .tuple(fc.nat(99), cell, cell)
    .map(([key, ...texts]) => [String(key), ...texts.map((text) => text.join(""))]);

  test("texts of many lines, those that quote records among them, never come apart", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        const lines = rows.map((cells) => `${cells.map(quoted).join(",")}\n`);
        const records = read(lines.join(""));
        expect(records.map(({ raw }) => raw)).toEqual(lines);
        const whole = records.map(({ fault }, index) => (fault === undefined ? rows[index] : []));
        expect(records.map(({ cells }) => cells)).toEqual(whole);
        const faults = records.flatMap(({ fault }) => fault ?? []);
        expect(faults.filter((fault) => !fault.startsWith("each of its lines reads as a record"))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test("raw records are the text in any case", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("1", ",", "\n", '"', "a") }), (text) => {
        expect(
          read(text)
            .map(({ raw }) => raw)
            .join(""),
        ).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("two stray quotes with records between them", () => {
  const between = Array.from({ length: 1000 }, (_, index) => `${index + 10},n${index},x\n`).join("");

  test("where the record comes out too wide, all but the first line is read", () => {
    const records = read(`1,a,b\n2,x,"5 inch,B\n${between}3,pipe 7",C\n4,c,d\n`);
    const [fault, ...others] = records.filter((record) => record.fault !== undefined);
    expect(fault).toMatchObject({ line: 2, raw: '2,x,"5 inch,B\n' });
    expect(others).toEqual([]);
    expect(records.length).toBe(1004);
    expect(records.at(-2)?.cells).toEqual(["3", 'pipe 7"', "C"]);
    expect(records.map(({ line }) => line)).toEqual(Array.from({ length: 1004 }, (_, index) => index + 1));
  });

  test("where it comes out right by chance, it is not taken for a text", () => {
    const records = read(`1,a,b\n2,"5 inch,B\n${between}3,pipe 7",C\n4,c,d\n`);
    expect(records.map(({ line, cells }) => [line, cells.length])).toEqual([
      [1, 3],
      [2, 0],
      [1004, 3],
    ]);
    expect(records[1]?.fault).toContain("each of its lines reads as a record");
  });
});
