import { describe, expect, it } from "vitest";
import { type Kind, kindOf } from "../../src/profile/kinds.ts";

describe("how a cell is written", () => {
  it.each<[Kind, ...string[]]>([
    ["integer", "0", "-1", "+12", "007", "1914310000010100016", "9".repeat(80)],
    ["decimal", "1.5", "-0.25", ".5", "1."],
    ["decimal-comma", "1,5", "-1234,56", "1.234,56", "0,125"],
    ["grouped", "1,234", "1,234.50", "-12,345,678"],
    ["scientific", "1.91431E+18", "1e5", "-2.5E-3"],
    ["boolean", "true", "FALSE", "yes", "N", "t"],
    ["uuid", "97189D04-91A8-473A-A520-CEDB3CBBC057", "{97189d04-91a8-473a-a520-cedb3cbbc057}"],
    ["date", "2026-03-14", "2026/3/4", "2026.03.14", "4 Mar 2026", "March 4, 2026", "04-MAR-2026"],
    ["datetime", "2026-03-14 09:26:00", "2026-03-14T09:26", "2026-03-14 09:26:59.057", "4 Mar 2026 10:00"],
    ["datetime-offset", "2026-03-14T09:26:00Z", "2026-03-14 09:26:00 -05:00", "2026-03-14T09:26:00+0100"],
    ["time", "09:26", "23:59:59.999", "9:05 PM"],
    ["local-date", "03/04/2005", "13.10.2025", "3-4-05", "99/12/31".replace("99", "31")],
    ["local-datetime", "01/10/2025 00:34:20.980", "1/2/2003 4:05 PM"],
    ["hex", "0x", "0xCA4F", "0xca4f75"],
    ["null-word", "NULL", "null", String.raw`\N`, "(null)", "N/A", "#N/A"],
    ["text", "abc", "12 Main St", "1.2.3.4", "2026-02-30", "31/31/2005", "25:00", "0xABC", "-", "+49 30 123", "é"],
  ])("%s", (kind, ...cells) => {
    for (const cell of cells) expect([cell, kindOf(cell)]).toEqual([cell, kind]);
  });

  it("is not told by blanks around it", () => {
    expect(kindOf(" 12 ")).toBe("integer");
    expect(kindOf("\u00A02026-03-14")).toBe("date");
  });
});
