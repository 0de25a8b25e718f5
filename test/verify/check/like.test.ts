import { describe, expect, it } from "vitest";
import { tableOf, truthOf } from "./checking.ts";

type Case = readonly [value: string | null, like: string, truth: boolean | null | "unknown"];

function check(type: string, cases: readonly Case[]): void {
  const table = tableOf(`x ${type}`);
  it.each(cases)("%o LIKE %s is %s", (value, like, truth) => {
    expect(truthOf(`x LIKE ${like}`, table, { x: value })).toBe(truth);
  });
}

describe("varchar", () => {
  check("varchar(20)", [
    ["Oslo", "'o%'", true],
    ["Oslo", "'%s_o'", true],
    ["Oslo", "'%s_'", false],
    ["abcbcd", "'%bc%cd'", true],
    ["abab", "'ab'", false],
    ["", "'%'", true],
    ["", "'_'", false],
    [null, "'%'", null],
    ["a", "NULL", null],
    ["50%", "'50!%' ESCAPE '!'", true],
    ["505", "'50!%' ESCAPE '!'", false],
    ["50%", "'50[%]'", true],
    ["a]", "'a[!]]' ESCAPE '!'", true],
    ["[a", "'[[]a'", true],
    ["a]", "'a]'", true],
    ["a-b", "'a[b-]b'", true],
    ["a-b", "'a[-b]b'", true],
    ["b", "'[^a-c]'", false],
    ["^", "'[a^]'", true],
    ["425-555", "'[0-9][0-9][0-9]-[0-9][0-9][0-9]'", true],
    ["4x5-555", "'[0-9][0-9][0-9]-[0-9][0-9][0-9]'", false],
  ]);
});

describe("GOTCHAS 32: blanks at the end are LIKE's own matter", () => {
  describe("char: the padding is there, and does not count", () => {
    check("char(5)", [
      ["ab", "'ab'", true],
      ["ab", "'ab '", true],
      ["ab", "'ab   '", true],
      ["ab", "'ab____'", false],
      ["ab", "'ab___'", true],
      // Beside N'' it does count.
      ["ab", "N'ab'", false],
    ]);
  });
  describe("varchar: those of the pattern count, those of the value do not", () => {
    check("varchar(9)", [
      ["ab  ", "'ab'", true],
      ["ab", "'ab '", false],
    ]);
  });
  describe("nchar and nvarchar: all count", () => {
    check("nchar(5)", [
      ["ab", "'ab'", false],
      ["ab", "'ab   '", true],
    ]);
    check("nvarchar(5)", [
      ["ab ", "'ab'", false],
      ["ab ", "'ab '", true],
    ]);
  });
});

describe("ranges are the collation's", () => {
  describe("without case", () => {
    check("nvarchar(9) Latin1_General_CI_AS", [
      ["q", "'[A-Z]'", true],
      ["a", "'[A-Z]'", true],
      ["_", "'[A-z]'", false],
      ["é", "'[a-z]'", true],
      ["ź", "'[a-z]'", "unknown"],
      ["ø", "'[a-z]'", "unknown"],
      ["é", "'[0-9]'", false],
      ["²", "'[0-9]'", "unknown"],
      ["é", "'%@%'", false],
      ["é", "'e'", false],
      ["ß", "'s'", "unknown"],
      ["😀", "'_'", "unknown"],
      ["😀", "'%'", "unknown"],
    ]);
  });
  describe("with case, where capitals and small letters stand side by side", () => {
    check("varchar(9) Latin1_General_CS_AS", [
      ["q", "'[A-Z]'", true],
      ["Q", "'[a-z]'", true],
      ["a", "'[A-Z]'", "unknown"],
      ["A", "'[A-Z]'", true],
      ["a", "'A'", false],
      ["A", "'[A-a]'", "unknown"],
    ]);
  });
  describe("without accents", () => {
    check("nvarchar(9) Latin1_General_CI_AI", [
      ["é", "'e'", true],
      ["É", "'[a-e]'", true],
    ]);
  });
  describe("binary", () => {
    check("varchar(9) Latin1_General_BIN2", [
      ["q", "'[A-Z]'", false],
      ["_", "'[A-z]'", true],
      ["é", "'[A-z]'", false],
    ]);
  });
});
