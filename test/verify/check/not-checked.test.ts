import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileCheck } from "../../../src/verify/check/check.ts";
import { makeTable } from "../../model.ts";
import { reasonOf, tableOf } from "./checking.ts";

const table = tableOf(
  "Qty int",
  "City varchar(20)",
  "Town varchar(20) Latin1_General_BIN",
  "Note ntext",
  "Born datetime",
  "Seen datetime2(3)",
  "Price money",
  "Huge decimal(38,10)",
  "Id uniqueidentifier",
  "Paid bit",
  "Shape geometry",
  "Stamp timestamp",
  "Tallinn nvarchar(9) Estonian_CI_AS",
  "Izmir nvarchar(9) Turkish_CI_AS",
);

describe("names the first thing that is not understood", () => {
  it.each([
    ["Born < GETDATE()", "calls GETDATE, which is not evaluated"],
    ["Qty > 0 AND dbo.ok(Qty) = 1", "holds dbo, which is no column of dbo.T and is not evaluated"],
    ["[dbo].[ok]([Qty])=(1)", "holds [dbo], which is no column of dbo.T and is not evaluated"],
    ["CASE WHEN Qty = 1 THEN 1 END = 1", "holds CASE, which is no column of dbo.T and is not evaluated"],
    ["Qty % 2 = 0", "holds %, which is not evaluated"],
    ["City COLLATE Latin1_General_BIN = 'a'", "holds COLLATE, which is not evaluated"],
    ["Qty", "ends where something is still missing"],
    ["Qty > (1", "ends where something is still missing"],
    ["Qty > 1 1", "holds 1, which is not evaluated"],
    ["Qty > 'abc", "ends inside of a literal, a name or a comment"],
    ["(Qty > 1) > 1", "holds >, which is not evaluated"],
    ["City > 5", "compares City (varchar) with 5, which is not evaluated"],
    ["City = Qty", "compares City (varchar) with Qty (int), which is not evaluated"],
    ["City = Town", "compares City (varchar) with Town (varchar), whose collations differ"],
    ["City = 'あ'", "holds 'あ', which cannot be held by code page 1252 (U+3042)"],
    ["Note = 'a'", "compares Note (ntext) with 'a', which is not evaluated"],
    ["Qty = '1.5'", "converts '1.5' to int, a conversion that is not evaluated"],
    ["Qty = 'one'", "converts 'one' to int, a conversion that is not evaluated"],
    ["Born > 0", "compares Born (datetime) with 0, which is not evaluated"],
    ["Born > Seen", "compares Born (datetime) with Seen (datetime2), which is not evaluated"],
    [
      "Seen > '2020-01-01 00:00:00.1234'",
      "compares '2020-01-01 00:00:00.1234', which has more digits than the datetime2",
    ],
    ["Price / 3 > 1", "computes Price (money) / 3, which is not evaluated"],
    ["Huge * Huge > 1", "computes Huge (decimal) * Huge (decimal), which is not evaluated"],
    ["City + 'a' = 'b'", "computes City (varchar) + 'a', which is not evaluated"],
    ["Paid + Paid = 1", "computes Paid (bit) + Paid (bit), which is not evaluated"],
    [
      "Id > '00000000-0000-0000-0000-000000000000'",
      "compares Id (uniqueidentifier) with '00000000-0000-0000-0000-000000000000', which is not evaluated",
    ],
    ["Shape = 0x00", "compares Shape (geometry) with 0x00, which is not evaluated"],
    ["Stamp > 0x00", "names Stamp, whose values the server makes itself"],
    ["LEN(Qty) > 1", "calls LEN(Qty (int)), which is not evaluated"],
    ["UPPER(Izmir) = 'I'", "calls UPPER(Izmir (nvarchar)), which is not evaluated"],
    ["LEN(City, 1) > 1", "calls LEN(City (varchar), 1), which is not evaluated"],
    ["ISNULL(Qty, Qty) > 1", "calls ISNULL(Qty (int), Qty (int)), which is not evaluated"],
    ["CONVERT(int, Qty) > 1", "converts Qty (int) to int, a conversion that is not evaluated"],
    ["CAST('1' AS dbo) > 1", "converts to dbo, which is not evaluated"],
    [
      "CONVERT(datetime, '2020-01-01', 103) < Born",
      "converts '2020-01-01' to datetime, a conversion that is not evaluated",
    ],
    ["CONVERT(money, '1', 1) < 1", "converts '1' with style 1, which is not evaluated"],
    ["City LIKE Town", "matches City (varchar) with Town (varchar), which is not evaluated"],
    ["City LIKE '[a'", "has the LIKE pattern '[a', which has a bracket that is not closed"],
    ["City LIKE '[]'", "has the LIKE pattern '[]', which has an empty set"],
    ["City LIKE 'a!' ESCAPE '!'", "has the LIKE pattern 'a!', which ends in its escape character"],
    ["City LIKE 'a' ESCAPE '!!'", "escapes with '!!', which is not one character"],
    ["City LIKE '[!-~]'", "has the LIKE pattern '[!-~]', which has a range that mixes letters, digits or symbols"],
    ["Tallinn LIKE '[A-Z]'", "has the LIKE pattern '[A-Z]', which has a range of letters under Estonian_CI_AS"],
  ])("%s: %s", (expression, reason) => {
    expect(reasonOf(expression, table)).toBe(reason);
  });

  it("GOTCHAS 10: a date whose day and month may be swapped is not guessed at", () => {
    expect(reasonOf("Born > '03/04/2005'", table)).toBe(
      "converts '03/04/2005' to datetime, and the order of its day and month is open",
    );
    expect(reasonOf("Born > '20050403'", table)).toBeUndefined();
  });

  it("GOTCHAS 13: a computed column has no value to look at", () => {
    const computed = makeTable("T", [{ name: "a", computed: { expression: "1", persisted: false } }], []);
    expect(reasonOf("a > 0", computed)).toBe("names a, whose values the server makes itself");
  });
});

describe("any text", () => {
  it("either compiles or has a reason", () => {
    const words = [
      "Qty",
      "City",
      "(",
      ")",
      "NOT",
      "AND",
      "OR",
      "IN",
      "LIKE",
      "IS",
      "NULL",
      "'a'",
      "1",
      "-",
      "=",
      "<",
      "%",
    ];
    const texts = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom(...words, "LEN(", "CAST(", "CONVERT(", "AS", "int", ",", "BETWEEN", "GO\n"), {
          maxLength: 12,
        })
        .map((parts) => parts.join(" ")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const result = compileCheck(text, table);
        expect("reason" in result ? /^(?:\w+ ).*[^.]$/s.test(result.reason) : result.columns).toBeTruthy();
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["parentheses", `${"(".repeat(100_000)}Qty`, "is nested deeper than 200 levels"],
    ["NOTs", `${"NOT ".repeat(100_000)}Qty > 1`, "is nested deeper than 200 levels"],
    ["signs", `${"- ".repeat(100_000)}Qty > 1`, "is nested deeper than 200 levels"],
    ["calls", `${"LEN(".repeat(100_000)}Qty > 1`, "is nested deeper than 200 levels"],
    ["operands", `Qty${" + 1".repeat(100_000)} > 1`, "computes with more than 200 operands in a row"],
  ])("of a hundred thousand %s is refused, not overflowed", (_, text, reason) => {
    expect(reasonOf(text, table)).toBe(reason);
  });

  it("of five thousand alternatives is read", () => {
    const text = Array.from({ length: 5000 }, (_, index) => `([Qty]=(${index}))`).join(" OR ");
    expect(reasonOf(text, table)).toBeUndefined();
  });
});
