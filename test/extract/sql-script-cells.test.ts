/** Values of T-SQL: what is read, and what is left to quarantine (GOTCHAS 38). */
import { describe, expect, it } from "vitest";
import { unclaimed, type Cell } from "../../src/extract/sql-script/cells.ts";
import { orderOfFormat, orderOfLanguage } from "../../src/extract/sql-script/date-order.ts";
import { options } from "../../src/extract/sql-script/options.ts";
import { Session } from "../../src/extract/sql-script/session.ts";
import { sqlserver } from "../../src/extract/sql-script/dialects/sqlserver.ts";
import { TsqlCells } from "../../src/extract/sql-script/tsql-cells.ts";
import { Unreadable } from "../../src/extract/sql-script/unreadable.ts";
import { Lexer } from "../../src/tsql/lexer.ts";
import { codecFor } from "../../src/values/registry.ts";

function read(text: string, settings: object = {}): Cell[] {
  const lexer = new Lexer(text);
  const session = new Session(options.parse({ path: "x.sql", ...settings }), sqlserver);
  lexer.next();
  const cells = new TsqlCells(lexer, session).readList();
  if (lexer.kind !== "end") throw new Unreadable(`stops at ${lexer.text}`);
  return cells;
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

const plain: readonly (readonly [string, Cell])[] = [
  ["NULL", null],
  ["null", null],
  ["DEFAULT", unclaimed],
  ["42", 42],
  ["-42", -42],
  ["+42", 42],
  ["- -42", 42],
  ["-+-42", 42],
  ["-0", 0],
  ["007", 7],
  ["9007199254740991", 9007199254740991],
  ["9007199254740993", 9007199254740993n],
  ["-9223372036854775808", -9223372036854775808n],
  ["1.50", "1.50"],
  ["-1.50", "-1.50"],
  [".5", "0.5"],
  ["-.5", "-0.5"],
  ["5.", "5"],
  ["-0.00", "0.00"],
  ["12345678901234567890.12345678901234567890", "12345678901234567890.12345678901234567890"],
  ["1e5", "1e5"],
  ["-1.5E-10", "-1.5e-10"],
  ["1e", "1e0"],
  ["-0E0", "-0e0"],
  ["$1.50", "1.50"],
  ["-$2", "-2"],
  ["$-2", "-2"],
  ["-$-2", "2"],
  ["$", "0"],
  ["€3.5", "3.5"],
  ["''", ""],
  ["'it''s'", "it's"],
  ["N'あ😀'", "あ😀"],
  ["'a'+'b'", "ab"],
  ["N'a'+NCHAR(13)+nchar(10)+N'GO'", "a\r\nGO"],
  ["CHAR(0)+'x'", "\0x"],
  ["CAST(N'' AS nvarchar(max))+N'a'+CAST(0xD83D AS nvarchar(1))", "a\u3dd8"],
  ["'one\\\ntwo'", "onetwo"],
  ["0x", bytes()],
  ["0xFF00", bytes(255, 0)],
  ["0xABC", bytes(0x0a, 0xbc)],
  ["0x01+0x02", bytes(1, 2)],
  ["((5))", 5],
  ["(('x'))", "x"],
  ["-(5)", -5],
  ["CAST(NULL AS int)", null],
  ["CAST('12' AS int)", 12],
  ["CAST(18.0000 AS Decimal(10, 2))", "18.00"],
  ["CAST(0.15 AS Real)", 0.15],
  ["-CAST(5 AS [int])", -5],
  ["CAST(0x000089B000000000 AS DateTime)", "1996-07-04 00:00:00.0000000"],
  ["CAST(N'2020-02-03T04:05:06.789' AS DateTime2)", "2020-02-03 04:05:06.7890000"],
  ["CAST('abcdef' AS varchar(3))", "abc"],
  ["CAST('ab' AS char(4))+'c'", "ab  c"],
  [`CAST('${"x".repeat(40)}' AS varchar)`, "x".repeat(30)],
  ["CAST(0x6100 AS nvarchar(10))", "a"],
  ["CAST(0x0102 AS binary(4))", bytes(1, 2, 0, 0)],
  ["CAST(0x010203 AS varbinary(2))", bytes(1, 2)],
  ["CAST(0x01 AS image)", bytes(1)],
  ["TRY_CAST('7' AS smallint)", 7],
  ["TRY_CONVERT(bit, 1)", 1],
  ["CAST('6f9619ff-8b86-d011-b42d-00c04fc964ff' AS uniqueidentifier)", "6F9619FF-8B86-D011-B42D-00C04FC964FF"],
  ["CONVERT(varbinary(max), '0x0aFF', 1)", bytes(10, 255)],
  ["CONVERT(varbinary(max), '0aFF', 2)", bytes(10, 255)],
  ["CONVERT(money, '1,234.50')", "1234.5000"],
  ["CAST(5 AS varchar(10))", "5"],
  ["CAST(5 AS sql_variant)", 5],
  ["{ts '1998-05-02 01:23:56.123'}", "1998-05-02 01:23:56.123"],
  ["{d '1998-05-02'}", "1998-05-02"],
];

describe("plain values", () => {
  it.each(plain)("%s", (text, expected) => {
    expect(read(text)).toEqual([expected]);
  });

  it("lists keep NULL, the empty string and DEFAULT apart", () => {
    expect(read("NULL, '', DEFAULT, $1,2")).toEqual([null, "", unclaimed, "1", 2]);
  });
});

/** One moment, 3 April 2005, in the styles of "CAST and CONVERT". */
const styles: readonly (readonly [number, string])[] = [
  [0, "Apr  3 2005 12:00AM"],
  [1, "04/03/05"],
  [2, "05.04.03"],
  [3, "03/04/05"],
  [4, "03.04.05"],
  [5, "03-04-05"],
  [6, "03 Apr 05"],
  [7, "Apr 03, 05"],
  [10, "04-03-05"],
  [11, "05/04/03"],
  [12, "050403"],
  [20, "2005-04-03 00:00:00"],
  [21, "2005-04-03 00:00:00.000"],
  [23, "2005-04-03"],
  [100, "Apr  3 2005 12:00AM"],
  [101, "04/03/2005"],
  [102, "2005.04.03"],
  [103, "03/04/2005"],
  [104, "03.04.2005"],
  [105, "03-04-2005"],
  [106, "03 Apr 2005"],
  [107, "Apr 03, 2005"],
  [109, "Apr  3 2005 12:00:00:000AM"],
  [110, "04-03-2005"],
  [111, "2005/04/03"],
  [112, "20050403"],
  [113, "03 Apr 2005 00:00:00:000"],
  [120, "2005-04-03 00:00:00"],
  [121, "2005-04-03 00:00:00.000"],
  [126, "2005-04-03T00:00:00"],
  [127, "2005-04-03T00:00:00"],
];

/** The cell as a datetime column then takes it, in the same session. */
function readMoment(text: string, dateFormat: "mdy" | "dmy" | "ymd"): unknown {
  const [cell] = read(text, { dateFormat });
  return codecFor({ type: { name: "datetime" } }).parse(cell as string, { dateOrder: dateFormat, isLiteral: true });
}

describe("CONVERT reads a date by its style, whatever the DATEFORMAT", () => {
  it.each(styles)("style %i: %s", (style, text) => {
    for (const dateFormat of ["mdy", "dmy", "ymd"] as const)
      expect(readMoment(`CONVERT(datetime, '${text}', ${style})`, dateFormat)).toBe("2005-04-03 00:00:00.0000000");
  });

  it.each([8, 108, 14, 114])("style %i is a time of day", (style) => {
    expect(read(`CONVERT(datetime, '04:05:06', ${style})`)).toEqual(["1900-01-01 04:05:06.0000000"]);
  });

  it("without a style the DATEFORMAT holds", () => {
    expect(readMoment("CONVERT(datetime, '03/04/2005')", "dmy")).toBe("2005-04-03 00:00:00.0000000");
    expect(readMoment("CAST('03/04/2005' AS datetime)", "mdy")).toBe("2005-03-04 00:00:00.0000000");
  });

  it("GOTCHAS 10: under dmy only a literal takes its year, month, day for year, day, month, and that once", () => {
    expect(readMoment("'2005-03-04'", "dmy")).toBe("2005-04-03 00:00:00.0000000");
    expect(readMoment("CAST('2005-03-04' AS datetime)", "dmy")).toBe("2005-04-03 00:00:00.0000000");
    for (const text of ["CAST('2005-04-03' AS date)", "CAST(0x0000962B00000000 AS DateTime)", "{d '2005-04-03'}"])
      expect(readMoment(text, "dmy"), text).toBe("2005-04-03 00:00:00.0000000");
  });
});

const unreadable: readonly (readonly [string, RegExp])[] = [
  ["GETDATE()", /calls GETDATE\(\)/],
  ["@x", /variable @x/],
  ["(SELECT MAX(a) FROM T)", /names SELECT/],
  ["[Column]", /no plain value/],
  ["Column", /names Column/],
  ['"Column"', /names "Column"/],
  ["1 + 1", /adds/],
  ["'a' + 1", /two kinds/],
  ["'a' + NULL", /two kinds/],
  ["'a' + DEFAULT", /DEFAULT/],
  ["2 * 3", /stops at \*/],
  ["-'1'", /sign before/],
  ["CAST('x' AS int)", /is not an int/],
  ["TRY_CAST('x' AS int)", /is not an int/],
  ["CAST(1 AS dbo.PhoneNumber)", /not known/],
  ["CAST(1 AS nosuchtype)", /not known/],
  ["CAST(1 AS decimal(99))", /precision/],
  ["CONVERT(datetime, '1426/02/23', 130)", /style 130/],
  ["CONVERT(varchar(10), CAST('20050403' AS datetime), 101)", /makes text/],
  ["CAST($1.50 AS varchar(10))", /makes text/],
  ["CAST(1e5 AS varchar(10))", /makes text/],
  ["CAST(0xE9 AS varchar(10))", /code page/],
  ["CAST(0x610062 AS nvarchar(10))", /odd number of bytes/],
  ["CAST('abc' AS varbinary(3))", /makes bytes/],
  ["CHAR(233)", /depends on the server/],
  ["NCHAR(128512)", /depends on the server/],
  ["NCHAR(-1)", /depends on the server/],
  ["{t '12:30:00'}", /\{t …\}/],
  ["{fn NOW()}", /\{fn …\}/],
  ["'never closed", /ends inside a literal/],
  ["", /no plain value/],
  ["1,", /no plain value/],
  ["(1", /the end stands in it/],
  ["(".repeat(100_000), /nests/],
];

describe("GOTCHAS 38: what is no plain value is not guessed at", () => {
  it.each(unreadable)("%s", (text, reason) => {
    expect(() => read(text)).toThrow(Unreadable);
    expect(() => read(text)).toThrow(reason);
  });
});

describe("SET", () => {
  it('QUOTED_IDENTIFIER OFF makes "…" a string', () => {
    expect(read('"it""s"', { quotedIdentifier: false })).toEqual(['it"s']);
  });

  it.each([
    ["us_english", "mdy"],
    ["British", "dmy"],
    ["français", "dmy"],
    ["DEUTSCH", "dmy"],
    ["Svenska", "ymd"],
    ["日本語", "ymd"],
    ["Português (Brasil)", "dmy"],
    ["Klingon", undefined],
  ])("LANGUAGE %s is %s", (language, order) => {
    expect(orderOfLanguage(language)).toBe(order);
  });

  it.each([
    ["MDY", "mdy"],
    ["dmy", "dmy"],
    ["ydm", undefined],
    ["@format", undefined],
  ])("DATEFORMAT %s is %s", (format, order) => {
    expect(orderOfFormat(format)).toBe(order);
  });
});
