import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNumber, readObject, readString } from "../../src/extract/text/json.ts";

describe("the members of a JSON object", () => {
  it("are those that JSON.parse finds, in their order, each value in its own spelling", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()),
        fc.constantFrom(0, 1, "\t"),
        (object, indent) => {
          const text = JSON.stringify(object, null, indent);
          const members = readObject(text) ?? [];
          const parsed = JSON.parse(text) as Record<string, unknown>;
          expect(members.length).toBe(Object.keys(parsed).length);
          for (const { name, text: value } of members) expect(JSON.parse(value)).toEqual(parsed[name]);
        },
      ),
    );
  });

  it("keep digits, nested spelling and members that occur twice", () => {
    expect(readObject(' { "a" : 1.10, "a":2 ,"b\\u0022":[ 1 , "]}" ],"__proto__":{"x":"\\\\"}} \r')).toEqual([
      { name: "a", text: "1.10" },
      { name: "a", text: "2" },
      { name: 'b"', text: '[ 1 , "]}" ]' },
      { name: "__proto__", text: '{"x":"\\\\"}' },
    ]);
    expect(readObject("{}")).toEqual([]);
  });

  it.each(["", "[]", "null", "1", '"{}"', "{", "{}{}", "{'a':1}", '{"a":01}', '{"a":NaN}'])(
    "are none in %s",
    (text) => {
      expect(readObject(text)).toBeUndefined();
    },
  );
});

describe("a JSON number", () => {
  it.each<[string, number | bigint | string]>([
    ["0", 0],
    ["-0", -0],
    ["-17", -17],
    ["1.10", 1.1],
    ["1e3", 1000],
    ["9007199254740993", 9007199254740993n],
    ["-9223372036854775808", -9223372036854775808n],
    ["12345678901234567890.1234567890", "12345678901234567890.1234567890"],
    ["1.234567890123456789E+5", "123456.7890123456789"],
    ["1.234567890123456789e20", "123456789012345678900"],
    ["1.234567890123456789e-3", "0.001234567890123456789"],
    ["0.30000000000000004", "0.30000000000000004"],
    ["0E-10", 0],
    ["1e999", "1e999"],
    ["1e-320", `0.${"0".repeat(319)}1`],
  ])("%s loses nothing", (text, value) => {
    expect(readNumber(text)).toStrictEqual(value);
  });

  it("is the double that was printed", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
        expect(Number(readNumber(JSON.stringify(double)))).toBe(double + 0);
      }),
    );
  });
});

it("a string keeps lone surrogates and control characters", () => {
  expect(readString('"\\ud800 \\u0000 \\" \\\\"')).toBe('\ud800 \0 " \\');
});
