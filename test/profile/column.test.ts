import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SignId } from "../../src/profile/model.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { profileOf } from "./profile-of.ts";

function many(count: number, cell: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => cell(index));
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}

describe("the type that holds a column", () => {
  it.each<[string | undefined, (RawValue | null)[]]>([
    [undefined, [null, null, ""]],
    ["int", ["1", "2", "-3"]],
    ["bit", many(10, (index) => String(index % 2))],
    ["bit", ["true", "false"]],
    ["bigint", ["2147483648"]],
    ["decimal(19,0)", ["9223372036854775808"]],
    ["decimal(6,2)", ["1234.56", "7", "1,234.50"]],
    ["decimal(6,2)", ["1234,56", "7", "1.234,50"]],
    ["float", ["1.5", "2E-3"]],
    ["float", [0.1 + 0.2]],
    ["decimal(2,1)", [0.5, 1.5]],
    ["bigint", [9007199254740993n]],
    ["uniqueidentifier", ["97189D04-91A8-473A-A520-CEDB3CBBC057"]],
    ["date", ["2026-03-14", null]],
    ["date", ["20260314", "19991231"]],
    ["date", ["13/10/2025"]],
    ["datetime", ["2026-03-14 09:26:00.057", "2026-03-14"]],
    ["datetime2(7)", ["2026-03-14 09:26:00.0571234"]],
    ["datetimeoffset(0)", ["2026-03-14T09:26:00Z"]],
    ["time(3)", ["09:26:00.057"]],
    ["varbinary(2)", ["0xCAFE", "0x"]],
    ["varbinary(3)", [Uint8Array.of(1, 2, 3)]],
    ["varchar(3)", ["a", "abc"]],
    ["char(2)", ["DE", "US"]],
    ["nvarchar(6)", ["Zoë", "Zürich"]],
    ["varchar(max)", ["x".repeat(9000), "y"]],
    ["nvarchar(max)", ["ü".repeat(5000)]],
    ["char(3)", ["007", "010"]],
    ["int", ["1", "NULL", "2"]],
    ["varchar(5)", ["1", "two", "three"]],
  ])("%s", (type, cells) => {
    expect(profileOf(cells).type).toBe(type);
  });

  it("is told by nearly all cells, and the others are told", () => {
    const { type, signs } = profileOf([...many(40, String), "n. a."]);
    expect(type).toBe("int");
    expect(signs).toMatchObject([{ sign: "odd-cells", count: 1, first: { record: 41, value: "n. a." } }]);
  });
});

describe("what catches the eye", () => {
  it.each<[SignId, string, string[], string?]>([
    ["replacement-character", "1 cell holds U+FFFD, which stands where characters were lost", ["Zo\uFFFD"]],
    ["wrong-code-page", "2 cells look like UTF-8 that was read as windows-1252", ["CafÃ©", "itâ€™s"]],
    [
      "question-marks",
      "1 cell holds ? inside a word, where a code page may have lacked a character",
      ["M?ller", "why?"],
    ],
    ["nul-character", "1 cell holds a NUL character, by which bcp writes the empty string", ["\0"]],
    [
      "excel-15-digits",
      "all 2 numbers of more than 15 digits end in zeros: a spreadsheet lost the digits behind (GOTCHAS 36)",
      ["1914310000010100000", "1914310000010200000", "5"],
    ],
    ["scientific", "1 cell in scientific notation, as a spreadsheet shows long numbers", ["1.91431E+18"]],
    ["lost-zeros", "1 value begins with zeros and others are shorter: were zeros lost?", ["00501", "2134", "12345"]],
    ["serial-dates", "the numbers could be a spreadsheet's days since 1900", ["45000", "45001", "45002"], "OrderDate"],
    [
      "mixed-dates",
      "dates with the day first (record 1) and with the month first (record 2)",
      ["13/10/2025", "10/13/2025"],
    ],
    [
      "cut-off",
      "3 values fill 20 characters: were they cut off there?",
      ["short", ...many(3, (at) => `${at}`.padEnd(20, "x"))],
    ],
    ["null-word", String.raw`1 cell says \N: NULL, or a value?`, [String.raw`\N`, "5"]],
    ["outer-blanks", "1 cell begins or ends with blanks", ["a ", "b"]],
  ])("%s", (sign, what, cells, name) => {
    expect(profileOf(cells, name).signs.map((each) => [each.sign, each.what])).toContainEqual([sign, what]);
  });

  it.each<[string, string[], string?]>([
    ["plain words, accents and prose", ["Zürich", "naïve?", "Ângela", "São Paulo", "Où ?", "100 %"]],
    ["digits that a spreadsheet did not touch", ["1914310000010100016", "1914310000010100000"]],
    ["numbers of another name", ["45000", "45001", "45002"], "Amount"],
    ["texts that happen to be of one length", ["abcdefghij", "abcdefghik", "abcdefghil"]],
  ])("nothing: %s", (_what, cells, name) => {
    expect(profileOf(cells, name).signs).toEqual([]);
  });

  it("keeps a witness short, and never tears a character in two", () => {
    const [sign] = profileOf([`${"x".repeat(39)}😀${"y".repeat(90)} `]).signs;
    expect(sign?.first?.value).toBe(`${"x".repeat(39)}…`);
  });
});

describe("day and month, told by the whole column", () => {
  it.each([
    ["dmy", ["01/02/2025", "13/10/2025"]],
    ["mdy", ["01/02/2025", "10/13/2025"]],
    ["ymd", ["01/02/03", "31/12/29", "99/12/31"]],
    ["either", ["01/02/2025", "03/04/2025"]],
    ["mixed", ["13/10/2025", "10/13/2025"]],
  ])("%s", (order, cells) => {
    expect(profileOf(cells).dateOrder?.order).toBe(order);
  });

  it("with the first value that proves it", () => {
    expect(profileOf(["01/02/2025", "13/10/2025 08:00", "14/10/2025"]).dateOrder).toEqual({
      order: "dmy",
      dayFirst: { record: 2, value: "13/10/2025 08:00" },
    });
  });
});

describe("counts", () => {
  it("keep NULL apart from the empty string", () => {
    const profile = profileOf([null, "", "a", null, "a"]);
    expect(profile).toMatchObject({ cells: 5, nulls: 2, empty: 1, distinct: { count: 1, isExact: true } });
  });

  it("compare numbers exactly, however long", () => {
    const { range } = profileOf(["9007199254740993", "9007199254740992", "-9007199254740993", "-9007199254740992"]);
    expect(range).toEqual({ least: "-9007199254740993", most: "9007199254740993" });
  });
});

describe("a column that is made of one type is profiled as that", () => {
  const day = fc.record({
    year: fc.integer({ min: 1900, max: 2100 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  });
  it.each<[RegExp, fc.Arbitrary<RawValue>]>([
    [/^int$|^bit$/, fc.integer({ min: -999_999, max: 999_999 }).map(String)],
    [
      /^(int|bigint|bit)$/,
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).filter((value) => !/^\d{8}$/.test(String(value))),
    ],
    [/^decimal\(\d+,2\)$/, fc.integer({ min: -99_999, max: 99_999 }).map((cents) => (cents / 100).toFixed(2))],
    [/^uniqueidentifier$/, fc.uuid()],
    [/^date$/, day.map(({ year, month, day: of }) => `${year}-${pad(month)}-${pad(of)}`)],
    [/^date$/, day.map(({ year, month, day: of }) => `${pad(of)}.${pad(month)}.${year}`)],
    [/^datetime$/, day.map(({ year, month, day: of }) => `${year}-${pad(month)}-${pad(of)} 10:11:12.123`)],
    [
      /^varbinary\(\d+\)$/,
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
    ],
    [
      /^n?(var)?char\(\d+\)$/,
      fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }).map((text) => `text ${text}!`),
    ],
  ])("%s", (type, arbitrary) => {
    fc.assert(
      fc.property(fc.array(fc.option(arbitrary, { freq: 5 }), { minLength: 1, maxLength: 60 }), (cells) => {
        const profile = profileOf(cells);
        const filled = cells.filter((cell) => cell !== null);
        expect(profile.nulls).toBe(cells.length - filled.length);
        expect(profile.distinct).toEqual({ count: new Set(filled.map(String)).size, isExact: true });
        expect(profile.type ?? "nothing").toMatch(filled.length > 0 ? type : /^nothing$/);
      }),
    );
  });

  it("and any text at all is profiled without a fault", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 30 }), (cells) => {
        const { kinds, empty, cells: count } = profileOf(cells.length === 0 ? [""] : cells);
        expect(kinds.reduce((sum, each) => sum + each.count, empty)).toBe(count);
      }),
    );
  });
});
