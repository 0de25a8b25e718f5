/** What Excel makes of the texts of a CSV file. */
import { describe, expect, it } from "vitest";
import { excelText } from "../../src/drill/survivors/writing/excel.ts";

describe("a cell that was opened in Excel and saved again", () => {
  it.each([
    ["007", "7"],
    ["1914310000010100016", "1914310000010100000"],
    ["-123456789012345.6789", "-123456789012345"],
    ["12.5000", "12.5"],
    ["0.00012345678901234567", "0.000123456789012345"],
    ["-0.00", "0"],
    ["100E10", "1.00E+12"],
    ["1e5", "1.00E+05"],
    ["2026-03-14 09:26:00.000", "2026-03-14 09:26:00"],
    ["1899-12-31 09:26:00.000", "1899-12-31 09:26:00.000"],
    ["09:26:53.1234567", "09:26:53"],
    ["", ""],
    ["NULL", "NULL"],
    ["0x1F", "0x1F"],
    ["1E999", "1E999"],
  ])("%j is saved as %j", (text, saved) => {
    expect(excelText(text)).toBe(saved);
  });
});
