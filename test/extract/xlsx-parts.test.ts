import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnName, columnOf } from "../../src/extract/xlsx/cell-name.ts";
import { builtInFormat, formatOf } from "../../src/extract/xlsx/number-format.ts";
import { hasLostDigits, plainNumber } from "../../src/extract/xlsx/number-text.ts";
import { durationText, momentText, readSerial } from "../../src/extract/xlsx/serial.ts";
import { StringTable } from "../../src/extract/xlsx/string-table.ts";
import { unescapeText } from "../../src/extract/xlsx/text.ts";

test.each([
  ["5", "5"],
  ["-0.50", "-0.5"],
  [".5", "0.5"],
  ["1E+18", "1000000000000000000"],
  ["1.9143100000101E+18", "1914310000010100000"],
  ["1.5E-3", "0.0015"],
  ["3.1400000000000001", "3.14"],
  ["0.10000000000000001", "0.1"],
  ["0.30000000000000004", "0.30000000000000004"],
  ["1.3699999999999999E-5", "0.0000137"],
  ["1914310000010100016", "1914310000010100016"],
  ["123456789012345.678901", "123456789012345.678901"],
  ["007", "7"],
  ["1E+9999", undefined],
  ["five", undefined],
  ["", undefined],
])("the number %s is %s in plain notation", (text, plain) => {
  expect(plainNumber(text)).toBe(plain);
});

test("every double comes back from the 17 digits that Excel writes, and from its shortest text", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (value) => {
      for (const text of [value.toPrecision(17), String(value)]) expect(Number(plainNumber(text))).toBe(value + 0);
    }),
  );
});

test.each([
  ["1914310000010100000", true],
  ["100000000000000", false],
  ["1914310000010100016", false],
  ["-1000000000000000", true],
  ["1.5", false],
])("GOTCHAS 36: %s has lost digits: %s", (text, lost) => {
  expect(hasLostDigits(text)).toBe(lost);
});

test.each([
  ["General", "number"],
  ["0.00E+00", "number"],
  ['#,##0.00 "days"', "number"],
  ["[Red]#,##0", "number"],
  ["0%", "number"],
  ["@", "text"],
  ["dd/mm/yyyy", "date"],
  ["[$-409]mmmm\\ d\\,\\ yyyy;@", "date"],
  ["mmm", "date"],
  ["m/d/yy h:mm", "date-time"],
  ["h:mm AM/PM", "time"],
  ["mm:ss.0", "time"],
  ["[h]:mm:ss", "duration"],
  ["[mm]:ss", "duration"],
  ["yyyy\\-mm\\-dd\\ hh:mm:ss", "date-time"],
  ['ggge"年"m"月"d"日"', "date"],
])("the format %s shows a %s", (code, kind) => {
  expect(formatOf(code).kind).toBe(kind);
});

test.each([
  [0, "number"],
  [14, "date"],
  [20, "time"],
  [22, "date-time"],
  [46, "duration"],
  [9, "number"],
] as const)("the built-in format %i shows a %s", (id, kind) => {
  expect(builtInFormat(id).kind).toBe(kind);
});

describe("GOTCHAS 36: dates as numbers", () => {
  test.each([
    [1, false, "1900-01-01"],
    [59, false, "1900-02-28"],
    [61, false, "1900-03-01"],
    [40_959.427083333336, false, "2012-02-20 10:15:00"],
    [40_959.42708333, false, "2012-02-20 10:15:00"],
    [44_926.999999999, false, "2023-01-01"],
    [59.999999999, false, "day 60"],
    [2_958_465, false, "9999-12-31"],
    [2_958_466, false, "9999"],
    [0.75, false, "18:00:00"],
    [39_497, true, "2012-02-20"],
    [0, true, "1904-01-01"],
    [-1, false, "negative"],
    [Number.NaN, false, "negative"],
  ])("%d (1904: %s) is %s", (serial, is1904, expected) => {
    const moment = readSerial(serial, is1904);
    expect(typeof moment === "string" ? moment : momentText(moment)).toContain(expected);
  });

  test("durations go beyond a day", () => {
    expect([1.104_166_666_666_666_7, -0.5, 0].map(durationText)).toEqual(["26:30:00", "-12:00:00", "00:00:00"]);
  });
});

test("escapes of control characters are undone once", () => {
  expect(unescapeText("a_x000D_b_x005F_x000D_c_xZZZZ_")).toBe("a\rb_x000D_c_xZZZZ_");
});

test("columns have names without end", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 16_383 }), (column) => {
      expect(columnOf(`${columnName(column)}7`)).toBe(column);
    }),
  );
  expect([columnOf("XFD1"), columnOf("XFE1"), columnOf("7"), columnOf("ZZZZZZZZZZZZ1")]).toEqual([16_383, -1, -1, -1]);
});

test("a table of strings gives back every string, lone surrogates and long ones too", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 300 }), (texts) => {
      const table = new StringTable();
      const all = [...texts, "\uD800", "x".repeat(5 << 20), ""];
      for (const text of all) table.add(text);
      expect(all.every((text, index) => table.get(index) === text)).toBe(true);
      expect([table.get(all.length), table.get(-1), table.get(Number.NaN)]).toEqual([undefined, undefined, undefined]);
    }),
    { numRuns: 10 },
  );
});
