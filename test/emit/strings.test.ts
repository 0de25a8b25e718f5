import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asciiLiteral, cut, nationalLiteral } from "../../src/emit/sqlserver/strings.ts";
import { evaluate } from "./expressions.ts";
import { readByLine } from "../support/sqlcmd.ts";
import { hostileTexts } from "./world.ts";

/** A literal as one batch, for the tools that read by line. */
function lineView(literal: string): ReturnType<typeof readByLine> {
  return readByLine(`SELECT\n${literal}\nGO\n`);
}

const forms: readonly (readonly [string, string, string])[] = [
  ["plain", "abc", "N'abc'"],
  ["GOTCHAS 6: a line of GO", "a\r\nGO\r\nb", "N'a'+NCHAR(13)+NCHAR(10)+N'GO'+NCHAR(13)+NCHAR(10)+N'b'"],
  ["GOTCHAS 6: a sqlcmd command", "\n:r x", "NCHAR(10)+N':r x'"],
  ["GOTCHAS 7: backslash and newline", "a\\\nb", "N'a\\'+NCHAR(10)+N'b'"],
  ["GOTCHAS 8: a sqlcmd variable", "$(x)", "N'$'+N'(x)'"],
  ["GOTCHAS 8: a dollar that is none", "$5 $ ($)", "N'$5 $ ($)'"],
  ["GOTCHAS 9: あ, an emoji, Cyrillic", "あ😀Я", "N'あ😀Я'"],
  ["GOTCHAS 17: NUL and control characters", "\0a\u0007", "NCHAR(0)+N'a'+NCHAR(7)"],
  ["GOTCHAS 17: separators that editors rewrite", "a\u2028\ufeff", "N'a'+NCHAR(8232)+NCHAR(65279)"],
  ["half a surrogate pair", "a\ud83d", "N'a'+CAST(0x3DD8 AS nvarchar(1))"],
  ["quotes", "O''Brien'", "N'O''''Brien'''"],
  ["nothing", "", "N''"],
];

test.each(forms)("nvarchar literal: %s", (_what, text, literal) => {
  expect(nationalLiteral(text)).toBe(literal);
});

test.each([
  ["plain", "abc", "'abc'"],
  ["a newline", "a\nb", "'a'+CHAR(10)+'b'"],
  ["a sqlcmd variable", "$(x)", "'$'+'(x)'"],
])("varchar literal: %s", (_what, text, literal) => {
  expect(asciiLiteral(text)).toBe(literal);
});

test("GOTCHAS 18: more than 4000 characters begin as nvarchar(max), or + would cut them", () => {
  const text = `${"x".repeat(4000)}\n${"y".repeat(4001)}`;
  const literal = nationalLiteral(text);
  expect(literal).toMatch(/^CAST\(N'' AS nvarchar\(max\)\)\+N'x/);
  expect(evaluate(literal)).toBe(text);
  // The evaluator cuts as the server does: without the first operand the text would not survive.
  expect(evaluate(literal.replace("CAST(N'' AS nvarchar(max))+", ""))).not.toBe(text);
});

test("GOTCHAS 18: up to 4000 characters need no max type, so that SQL Server 2000 takes them", () => {
  expect(nationalLiteral(`${"x".repeat(3999)}\n`)).not.toMatch(/max/);
});

describe("GOTCHAS 18: thousands of operands become hex", () => {
  test.each([
    ["nvarchar(4000)", "a\n".repeat(2000)],
    ["nvarchar(max)", "a\n".repeat(2001)],
  ])("as %s", (type, text) => {
    const literal = nationalLiteral(text);
    expect(literal).toBe(`CAST(0x${Buffer.from(text, "utf16le").toString("hex").toUpperCase()} AS ${type})`);
    expect(evaluate(literal)).toBe(text);
  });

  test("as varchar", () => {
    expect(asciiLiteral("\n".repeat(300))).toBe(`CAST(0x${"0A".repeat(300)} AS varchar(300))`);
  });

  test("and no literal has more than some 200 operands", () => {
    for (const lines of [10, 99, 100, 101, 1999])
      expect(nationalLiteral("a\n".repeat(lines)).split("+").length).toBeLessThanOrEqual(202);
  });
});

test("megabytes of text do not exhaust the regular expression's stack", () => {
  const text = "😀 a'\\".repeat(500_000);
  expect(evaluate(nationalLiteral(text))).toBe(text);
});

/** Texts made of what is dangerous, in any order. */
const fragments = [
  ...hostileTexts,
  "GO",
  "go 2",
  "\n",
  "\r\n",
  "\\",
  "'",
  "$",
  "(",
  ")",
  ":r x",
  "!!dir",
  "あ",
  "x".repeat(4000),
];
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 12 })
  .map((parts) => parts.join(""));
const codeUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes));

describe("any text survives literal → server, and no tool acts on it", () => {
  test.each([
    ["hostile fragments", hostileText],
    ["any code units, halves of pairs among them", codeUnits],
  ])("%s", (_what, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        const literal = nationalLiteral(text);
        expect(evaluate(literal)).toBe(text);
        expect(literal).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Surrogate}/u); // oxlint-disable-line no-control-regex
        expect(lineView(literal)).toEqual({ batches: [`SELECT\n${literal}`], commands: [] });
      }),
      { numRuns: 500 },
    );
  });

  test.each(["x", "'", "\n", "\\", "$(", "\ud800", "😀"])("8,001 characters: %j", (unit) => {
    const text = unit.repeat(8001);
    expect(evaluate(nationalLiteral(text))).toBe(text);
  });

  test("ASCII as varchar", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 300 }), (text) => {
        const literal = asciiLiteral(text);
        expect(evaluate(literal)).toBe(text);
        expect(literal).not.toContain("$(");
        expect(literal).toMatch(/^(?:'|CHAR|CAST)/);
      }),
    );
  });
});

test("texts are cut into parts between characters, never within a pair", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 2, max: 9 }), (text, length) => {
      const parts = cut(text, length);
      expect(parts.join("")).toBe(text);
      expect(parts.every((part) => part.length <= length && !/^[\udc00-\udfff]/.test(part))).toBe(true);
    }),
  );
});
