import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultConventions, type RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { hex, read, typeOf, type ReadOptions } from "./support.ts";

const cyrillic = { collation: "Cyrillic_General_CI_AS" };
const japanese = { collation: "Japanese_CI_AS" };
const utf8 = { collation: "Latin1_General_100_CI_AS_SC_UTF8" };
const unknown = { collation: "Indic_General_90_CI_AS" };
const loneSurrogate = "a\uD83Db";

type Case = readonly [type: string, raw: RawValue, expected: unknown, options?: ReadOptions];

const cases: readonly Case[] = [
  ["varchar(10)", "", ""],
  ["varchar(10)", "  a ", "  a "],
  ["varchar(3)", "abc  ", "abc"],
  ["varchar(4)", "abc  ", "abc "],
  ["varchar(3)", "abcd", "!is longer than varchar(3)"],
  ["varchar(3)", "abc d", "!is longer than varchar(3)"],
  ["varchar(max)", "x".repeat(9000), "x".repeat(9000)],
  ["char(5)", "ab   ", "ab"],
  ["char(5)", "ab", "ab"],
  ["char(5)", "     ", ""],
  ["char(5)", "ab\t", "ab\t"],
  ["char(2)", "ab     ", "ab"],
  ["char(2)", "abc", "!is longer than char(2)"],
  ["nchar(3)", "あ  ", "あ"],
  ["nvarchar(10)", "あいうえお", "あいうえお"],
  ["nvarchar(10)", "12345678901", "!is longer than nvarchar(10)"],
  ["nvarchar(1)", "😀", "!is longer than nvarchar(1)"],
  ["nvarchar(2)", "😀", "😀"],
  ["nvarchar(10)", loneSurrogate, loneSurrogate],
  ["nvarchar(20)", 1.5, "1.5"],
  ["nvarchar(20)", 1e21, "1e+21"],
  ["nvarchar(20)", 12345678901234567890n, "12345678901234567890"],
  ["nvarchar(20)", true, "1"],
  ["varchar(5)", false, "0"],
  ["nvarchar(10)", hex("4230"), "あ"],
  ["nvarchar(10)", hex("423042"), "!is bytes that are no text in UTF-16"],
  ["nvarchar(10)", hex("3DD8"), "\uD83D"],
  ["varchar(10)", hex("80E9"), "€é"],
  ["varchar(10)", hex("8190"), "\u0081\u0090"],
  ["varchar(10)", hex("C6E8"), "Жи", { collation: "SQL_Latin1_General_CP1251_CI_AS" }],
  ["varchar(10)", hex("82A0"), "あ", japanese],
  ["varchar(10)", hex("82"), "!is bytes that are no text in code page 932", japanese],
  ["varchar(10)", hex("C3A9"), "é", utf8],
  ["varchar(10)", hex("C3"), "!is bytes that are no text in code page 65001", utf8],
  ["varchar(10)", hex("41"), "!is bytes that are no text in an unknown code page", unknown],
  ["varchar(10)", "Жи", "Жи", unknown],
  ["varchar(2)", "あ", "あ", japanese],
  ["varchar(2)", "あa", "!is longer than varchar(2)", japanese],
  ["varchar(2)", "é", "é", utf8],
  ["varchar(1)", "é", "!is longer than varchar(1)", utf8],
  ["varchar(1)", "é", "é"],
  ["text", "x".repeat(9000), "x".repeat(9000)],
  ["ntext", "あ", "あ"],
  ["xml", "<a>あ</a> ", "<a>あ</a> "],
  ["xml", "", ""],
  ["xml", hex("FFFE3C0061002F003E00"), "<a/>"],
  ["xml", hex("3C0061002F003E00"), "<a/>"],
  ["xml", hex("3C612F3E"), "!is not an xml"],
];

const held: readonly (readonly [text: string, reason: string | null, options?: ReadOptions])[] = [
  ["naïve €", null],
  ["a\u0101", "code page 1252 (U+0101)"],
  ["あ", "code page 1252 (U+3042)"],
  ["a😀", "code page 1252 (U+1F600)"],
  ["Ж", "code page 1252 (U+0416)"],
  ["Ж", null, cyrillic],
  ["é", "code page 1251 (U+00E9)", cyrillic],
  ["日本", null, japanese],
  ["é", "code page 932 (U+00E9)", japanese],
  ["한", "code page 932 (U+D55C)", japanese],
  ["日本😀", null, utf8],
  [loneSurrogate, "code page 65001 (U+D83D)", utf8],
  [loneSurrogate, "code page 1252 (U+D83D)"],
  ["\uFFFD", "code page 1252 (U+FFFD)"],
  ["\u0081", null],
  ["é", null, { collation: "SQL_Latin1_General_CP437_CI_AS" }],
  ["€", "code page 437 (U+20AC)", { collation: "SQL_Latin1_General_CP437_CI_AS" }],
  ["é", null, { collation: "SQL_Latin1_General_CP850_BIN" }],
];

describe("strings", () => {
  it.for(cases)("%s: %o", ([type, raw, expected, options]) => {
    expect(read(type, raw, options)).toBe(expected);
  });

  it.for(held)("GOTCHAS 9: what the column's code page cannot hold is no value: %o", ([text, reason, options]) => {
    for (const type of ["varchar(20)", "char(20)", "text"])
      expect(read(type, text, options)).toBe(reason === null ? text : `!cannot be held by ${reason}`);
    for (const type of ["nvarchar(20)", "nchar(20)", "ntext"]) expect(read(type, text, options)).toBe(text);
  });

  it("GOTCHAS 9: a text that a code page holds comes back from its bytes in it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const text = read("varchar(max)", bytes, { collation: "Latin1_General_CI_AS" }) as string;
        expect(text.length).toBe(bytes.length);
        expect(read("varchar(max)", text)).toBe(text);
      }),
    );
  });

  it("nvarchar takes any text as it is, by text and by bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(read("nvarchar(max)", text)).toBe(text);
        expect(read("nvarchar(max)", Uint8Array.from(Buffer.from(text, "utf16le")))).toBe(text);
      }),
    );
  });
});

function keyOf(type: string, text: string, collation?: string): unknown {
  const codec = codecFor({ type: typeOf(type), collation });
  return codec.equalityKey(codec.parse(text, defaultConventions) as string);
}

describe("equality of strings", () => {
  it("GOTCHAS 32: ignores trailing blanks, and case under _CI, and neither of them in xml", () => {
    expect(keyOf("nvarchar(20)", "Ärger  ")).toBe(keyOf("nvarchar(20)", "äRGER"));
    expect(keyOf("nvarchar(20)", "a", "Latin1_General_CS_AS")).not.toBe(
      keyOf("nvarchar(20)", "A", "Latin1_General_CS_AS"),
    );
    expect(keyOf("nvarchar(20)", "a ", "Latin1_General_BIN2")).toBe(keyOf("nvarchar(20)", "a", "Latin1_General_BIN2"));
    expect(keyOf("xml", "<a/> ")).not.toBe(keyOf("xml", "<a/>"));
    expect(keyOf("xml", "<a/>")).not.toBe(keyOf("xml", "<A/>"));
  });
});
