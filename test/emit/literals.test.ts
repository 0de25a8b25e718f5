import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault, UserError } from "../../src/errors.ts";
import { columnEncoder, firstNull } from "../../src/emit/sqlserver/literals.ts";
import { rulesOf } from "../../src/emit/sqlserver/versions.ts";
import type { ServerVersion } from "../../src/emit/emitter.ts";
import type { SqlType, TypeName } from "../../src/schema/model.ts";
import type { PresentValue } from "../../src/values/codec.ts";
import { makeColumn } from "../model.ts";
import { evaluate } from "./expressions.ts";

function literal(
  type: TypeName | SqlType,
  value: PresentValue,
  version: ServerVersion = "2008",
  uniform = true,
): string {
  return columnEncoder(makeColumn({ name: "c", type }), rulesOf(version), uniform)(value);
}

const cases: readonly (readonly [string, TypeName | SqlType, PresentValue, string])[] = [
  ["bit", "bit", 1, "1"],
  ["smallest bigint", "bigint", -9223372036854775808n, "-9223372036854775808"],
  [
    "decimal keeps its digits",
    { name: "decimal", precision: 38, scale: 2 },
    "123456789012345678901234567890123456.78",
    "123456789012345678901234567890123456.78",
  ],
  ["GOTCHAS 12: money keeps four decimals", "money", "922337203685477.5807", "922337203685477.5807"],
  ["GOTCHAS 11: a float has an E", "float", 1, "1E0"],
  ["GOTCHAS 11: shortest round trip", "float", 0.1, "0.1E0"],
  ["GOTCHAS 11: a large float", "float", 1e21, "1E21"],
  ["GOTCHAS 11: a small float", "float", -2.5e-10, "-2.5E-10"],
  ["GOTCHAS 11: negative zero", "float", -0, "-0E0"],
  ["GOTCHAS 10: datetime has three digits", "datetime", "2012-05-02 23:59:59.9970000", "'20120502 23:59:59.997'"],
  ["GOTCHAS 10: smalldatetime has none", "smalldatetime", "2012-02-20 10:30:00.0000000", "'20120220 10:30:00'"],
  ["GOTCHAS 10: date", "date", "2012-05-02", "'20120502'"],
  [
    "GOTCHAS 10: datetime2 is ISO with its T",
    { name: "datetime2", scale: 7 },
    "0001-01-01 00:00:00.0000001",
    "'0001-01-01T00:00:00.0000001'",
  ],
  [
    "GOTCHAS 10: datetime2(3)",
    { name: "datetime2", scale: 3 },
    "2012-05-02 01:02:03.1230000",
    "'2012-05-02T01:02:03.123'",
  ],
  [
    "GOTCHAS 10: datetimeoffset(0)",
    { name: "datetimeoffset", scale: 0 },
    "2012-05-02 01:02:03.0000000 -05:30",
    "'2012-05-02T01:02:03-05:30'",
  ],
  ["time", { name: "time", scale: 7 }, "23:59:59.9999999", "'23:59:59.9999999'"],
  ["binary", { name: "varbinary", length: 10 }, Uint8Array.of(0, 255), "0x00FF"],
  ["empty binary", { name: "varbinary", length: 10 }, Uint8Array.of(), "0x"],
  [
    "uniqueidentifier",
    "uniqueidentifier",
    "6F9619FF-8B86-D011-B42D-00C04FC964FF",
    "'6F9619FF-8B86-D011-B42D-00C04FC964FF'",
  ],
  ["GOTCHAS 16: hierarchyid", "hierarchyid", Uint8Array.of(0x5a, 0xc0), "CAST(0x5AC0 AS hierarchyid)"],
  ["GOTCHAS 16: geometry keeps its SRID", "geometry", Uint8Array.of(0xe6, 0x10), "CAST(0xE610 AS geometry)"],
  ["GOTCHAS 16: geography", "geography", Uint8Array.of(0xe6, 0x10), "CAST(0xE610 AS geography)"],
  [
    "GOTCHAS 16: xml without the encoding of its declaration",
    "xml",
    '<?xml version="1.0" encoding="utf-8" standalone="yes"?><a/>',
    `N'<?xml version="1.0" standalone="yes"?><a/>'`,
  ],
  ["GOTCHAS 16: xml whose text speaks of encoding", "xml", '<a b="1" encoding="x"/>', `N'<a b="1" encoding="x"/>'`],
  ["GOTCHAS 3: sql_variant of int", "sql_variant", "int:-7", "CAST(CAST(-7 AS int) AS sql_variant)"],
  [
    "GOTCHAS 3: sql_variant of numeric",
    "sql_variant",
    "numeric:-123.450",
    "CAST(CAST(-123.450 AS numeric(6, 3)) AS sql_variant)",
  ],
  [
    "GOTCHAS 3: sql_variant of nvarchar",
    "sql_variant",
    "nvarchar:a:b",
    "CAST(CAST(N'a:b' AS nvarchar(4000)) AS sql_variant)",
  ],
  [
    "GOTCHAS 3: sql_variant of varbinary",
    "sql_variant",
    "varbinary:0x00FF",
    "CAST(CAST(0x00FF AS varbinary(8000)) AS sql_variant)",
  ],
  ["GOTCHAS 3: sql_variant of float", "sql_variant", "float:0.5", "CAST(CAST(0.5E0 AS float) AS sql_variant)"],
  ["GOTCHAS 3: sql_variant of bit", "sql_variant", "bit:1", "CAST(CAST(1 AS bit) AS sql_variant)"],
  ["GOTCHAS 3: sql_variant of char", "sql_variant", "char:ab", "CAST(CAST('ab' AS char(2)) AS sql_variant)"],
];

test.each(cases)("%s", (_what, type, value, expected) => {
  expect(literal(type, value)).toBe(expected);
});

describe("GOTCHAS 9: char, varchar and text", () => {
  test.each([
    ["ASCII, one row a statement", "abc", false, "'abc'"],
    ["not ASCII, one row a statement", "ā", false, "N'ā'"],
    ["GOTCHAS 2: ASCII among many rows: one literal type a column", "abc", true, "N'abc'"],
  ])("%s", (_what, value, uniform, expected) => {
    expect(literal({ name: "varchar", length: 40 }, value, "2008", uniform)).toBe(expected);
  });

  test("GOTCHAS 18: 8000 characters without max types", () => {
    const type = { name: "varchar", length: 8000 } as const;
    const ascii = "x".repeat(8000);
    expect(literal(type, ascii, "2000", false)).toBe(`'${ascii}'`);
    const text = `${"ü".repeat(5000)}\nGO`;
    const column = makeColumn({ name: "c", type, collation: "Latin1_General_CI_AS" });
    const written = columnEncoder(column, rulesOf("2000"), false)(text);
    expect(written).not.toMatch(/max/);
    expect(written).toMatch(
      /^CAST\(N'ü{4000}' COLLATE Latin1_General_CI_AS AS varchar\(8000\)\)\+CAST\(N'ü{1000}'\+NCHAR\(10\)/,
    );
    expect(evaluate(written)).toBe(text);
  });

  test("GOTCHAS 18: 8000 characters with max types", () => {
    const text = `${"ü".repeat(5000)}\nGO`;
    expect(evaluate(literal({ name: "varchar", length: 8000 }, text, "2005", false))).toBe(text);
  });
});

test("GOTCHAS 11: every finite double reads back with the same bits", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = literal("float", value);
      expect(text).toMatch(/^-?\d+(?:\.\d+)?E-?\d+$/);
      expect(Object.is(Number(text), value)).toBe(true);
    }),
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  "GOTCHAS 11: %d is refused, not replaced",
  (value) => {
    expect(() => literal("float", value)).toThrow(UserError);
  },
);

test("GOTCHAS 2: the first NULL of a statement has a type where int would clash", () => {
  expect(firstNull(makeColumn({ name: "c", type: "date" }))).toBe("CAST(NULL AS date)");
  expect(firstNull(makeColumn({ name: "c", type: "text" }))).toBe("CAST(NULL AS nvarchar(max))");
  expect(firstNull(makeColumn({ name: "c", type: "int" }))).toBe("NULL");
});

/** What is written without quotes must have its form, or a staged text could become SQL. */
const injections: readonly (readonly [TypeName, PresentValue])[] = [
  ["int", "1); DROP TABLE x --"],
  ["int", 1.5],
  ["int", Number.NaN],
  ["bigint", 2 ** 60],
  ["decimal", "1 OR 1=1"],
  ["decimal", 1.5],
  ["money", "1e5"],
  ["float", "1"],
  ["datetime", "2012-05-02"],
  ["datetime", "2012-05-02 23:59:59.1234567"],
  ["datetime2", "2012-05-02 23:59:59.0000000' --"],
  ["datetimeoffset", "2012-05-02 23:59:59.0000000"],
  ["date", "20120502"],
  ["time", "1:00"],
  ["varbinary", "0x00); DROP"],
  ["uniqueidentifier", "'; DROP TABLE x --"],
  ["nvarchar", 5],
  ["sql_variant", "no colon"],
];

test.each(injections)("a %s of %j is a fault, never SQL", (type, value) => {
  expect(() => literal(type, value)).toThrow(Fault);
});

test("GOTCHAS 13: nothing is written for a rowversion", () => {
  expect(() => literal("timestamp", Uint8Array.of(1))).toThrow(Fault);
});
