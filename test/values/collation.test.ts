import { describe, expect, it } from "vitest";
import { collationKey, parseCollation } from "../../src/values/collation.ts";

const codePages: readonly (readonly [string, number | undefined])[] = [
  ["SQL_Latin1_General_CP1_CI_AS", 1252],
  ["SQL_Latin1_General_Pref_CP1_CI_AS", 1252],
  ["SQL_Latin1_General_CP437_BIN", 437],
  ["SQL_AltDiction_CP850_CI_AI", 850],
  ["SQL_Latin1_General_CP1251_CI_AS", 1251],
  ["SQL_Czech_CP1250_CS_AS", 1250],
  ["Latin1_General_CI_AS", 1252],
  ["Latin1_General_100_CI_AS_KS_WS_SC", 1252],
  ["Latin1_General_100_BIN2_UTF8", 65001],
  ["latin1_general_100_ci_as_sc_utf8", 65001],
  ["Cyrillic_General_CI_AS", 1251],
  ["Greek_CI_AS", 1253],
  ["Turkish_CI_AS", 1254],
  ["Hebrew_CI_AS", 1255],
  ["Arabic_CI_AS", 1256],
  ["Lithuanian_CI_AS", 1257],
  ["Vietnamese_CI_AS", 1258],
  ["Thai_CI_AS", 874],
  ["Japanese_XJIS_140_CI_AS", 932],
  ["Chinese_PRC_Stroke_90_CI_AS", 936],
  ["Chinese_Simplified_Pinyin_100_CI_AS", 936],
  ["Korean_Wansung_CI_AS", 949],
  ["Chinese_Taiwan_Stroke_CI_AS", 950],
  ["Polish_CI_AS", 1250],
  ["Czech_100_CI_AS", 1250],
  ["Hungarian_Technical_CI_AS", 1250],
  ["Serbian_Latin_100_CI_AS", 1250],
  ["Serbian_Cyrillic_100_CI_AS", 1251],
  ["Danish_Norwegian_CI_AS", 1252],
  ["Modern_Spanish_CI_AS", 1252],
  ["Indic_General_90_CI_AS", undefined],
  ["Klingon_CI_AS", undefined],
  ["", undefined],
];

it("GOTCHAS 32: a dotless ı is no i, though both are I in upper case", () => {
  const collation = parseCollation("Latin1_General_CI_AS");
  expect(collationKey("Işık", collation)).not.toBe(collationKey("Işik", collation));
  expect(collationKey("IŞIK", collation)).toBe(collationKey("işik", collation));
});

describe("parseCollation", () => {
  it.each(codePages)("%s has code page %s", (name, codePage) => {
    expect(parseCollation(name).codePage).toBe(codePage);
  });

  it.each([
    ["Latin1_General_CI_AS", { caseSensitive: false, accentSensitive: true, binary: false, utf8: false }],
    ["Latin1_General_CS_AI", { caseSensitive: true, accentSensitive: false, binary: false, utf8: false }],
    ["Latin1_General_BIN", { caseSensitive: true, accentSensitive: true, binary: true, utf8: false }],
    ["Latin1_General_100_BIN2_UTF8", { caseSensitive: true, accentSensitive: true, binary: true, utf8: true }],
  ])("%s is %o", (name, expected) => {
    expect(parseCollation(name)).toMatchObject(expected);
  });
});

const pairs: readonly (readonly [left: string, right: string, equalUnder: readonly string[]])[] = [
  ["abc", "abc   ", ["CI_AS", "CS_AS", "CI_AI", "CS_AI", "BIN2"]],
  ["abc", "ABC", ["CI_AS", "CI_AI"]],
  ["Ärger", "ärger", ["CI_AS", "CI_AI"]],
  ["ЖУК", "жук", ["CI_AS", "CI_AI"]],
  ["resume", "résumé", ["CI_AI", "CS_AI"]],
  ["Resume", "résumé", ["CI_AI"]],
  ["σ", "ς", ["CI_AS", "CI_AI"]],
  [" abc", "abc", []],
  ["abc\t", "abc", []],
  ["", "  ", ["CI_AS", "CS_AS", "CI_AI", "CS_AI", "BIN2"]],
];

describe("collationKey", () => {
  it.each(pairs)("GOTCHAS 32: %o and %o", (left, right, equalUnder) => {
    const found = ["CI_AS", "CS_AS", "CI_AI", "CS_AI", "BIN2"].filter((flags) => {
      const collation = parseCollation(`Latin1_General_${flags}`);
      return collationKey(left, collation) === collationKey(right, collation);
    });
    expect(found).toEqual(equalUnder);
  });
});
