import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { csvRecord } from "../../src/report/csv.ts";

it("no cell can become a formula of a spreadsheet", () => {
  for (const formula of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"]) {
    const [[cell]] = parse(csvRecord([formula])) as [[string]];
    expect(cell).toBe(`'${formula}`);
  }
});

it("any text reads back, save for the mark before what a spreadsheet would run", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (cells) => {
      const [read] = parse(csvRecord(cells)) as [string[]];
      expect(read.map((cell, index) => (cell === `'${cells[index]}` ? cells[index] : cell))).toEqual(cells);
    }),
  );
});

it("NULL is the empty field and the empty string is quoted", () => {
  expect(csvRecord([null, "", 5])).toBe(',"",5\r\n');
});
