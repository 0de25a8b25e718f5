import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultConventions, type RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { hex, read, typeOf } from "./support.ts";

type Case = readonly [type: string, raw: RawValue, expected: unknown];

const integers: readonly Case[] = [
  ["int", 42, 42],
  ["int", "42", 42],
  ["int", " -42 ", -42],
  ["int", "+7", 7],
  ["int", "007", 7],
  ["int", "5.0", 5],
  ["int", "5.", 5],
  ["int", "5.5", "!is not whole, as int must be"],
  ["int", 5.5, "!is not whole, as int must be"],
  ["int", "1E5", "!is not an int"],
  ["int", "1,000", "!is not an int"],
  ["int", "", "!is blank"],
  ["int", " \t", "!is blank"],
  ["int", "-", "!is not an int"],
  ["int", "٣", "!is not an int"],
  ["int", Number.NaN, "!is not an int"],
  ["int", true, 1],
  ["int", -0, 0],
  ["int", "-0", 0],
  ["int", "2147483647", 2147483647],
  ["int", "2147483648", "!overflows int"],
  ["int", -2147483648, -2147483648],
  ["int", -2147483649, "!overflows int"],
  ["int", 1e300, "!overflows int"],
  ["int", `${"0".repeat(30)}12`, 12],
  ["int", "9".repeat(300_000), "!overflows int"],
  ["int", hex("FFFFFFFF"), -1],
  ["int", hex("00000A28"), 2600],
  ["int", hex("FF"), 255],
  ["int", hex("000000000001"), 1],
  ["int", hex("0100000000"), "!overflows int"],
  ["int", hex(""), "!overflows int"],
  ["tinyint", "255", 255],
  ["tinyint", "256", "!overflows tinyint"],
  ["tinyint", -1, "!overflows tinyint"],
  ["tinyint", hex("FF"), 255],
  ["smallint", "-32768", -32768],
  ["smallint", "32768", "!overflows smallint"],
  ["bigint", "9007199254740991", 9007199254740991],
  ["bigint", "9007199254740993", 9007199254740993n],
  ["bigint", 5n, 5],
  ["bigint", "-9223372036854775808", -9223372036854775808n],
  ["bigint", "9223372036854775808", "!overflows bigint"],
  ["bigint", hex("8000000000000000"), -9223372036854775808n],
  ["bit", "1", 1],
  ["bit", "False", 0],
  ["bit", "TRUE", 1],
  ["bit", 2, 1],
  ["bit", -1n, 1],
  ["bit", "007", 1],
  ["bit", "00", 0],
  ["bit", "yes", "!is not a bit"],
  ["bit", "", "!is blank"],
  ["bit", hex("00"), 0],
  ["bit", hex("02"), 1],
  ["bit", hex(""), "!is not a bit"],
];

const exact: readonly Case[] = [
  ["decimal(10,2)", "12.50", "12.50"],
  ["decimal(10,2)", "12.5", "12.50"],
  ["decimal(10,2)", "+0012.5", "12.50"],
  ["decimal(10,2)", ".5", "0.50"],
  ["decimal(10,2)", "5.", "5.00"],
  ["decimal(10,2)", "-0.001", "0.00"],
  ["decimal(10,2)", "-0.00", "0.00"],
  ["decimal(10,2)", "1.005", "1.01"],
  ["decimal(10,2)", "-1.005", "-1.01"],
  ["decimal(10,2)", "1.00499999999999999999", "1.00"],
  ["decimal(10,2)", "99999999.99", "99999999.99"],
  ["decimal(10,2)", "99999999.995", "!overflows decimal(10,2)"],
  ["decimal(10,2)", "100000000", "!overflows decimal(10,2)"],
  ["decimal(10,2)", 1.005, "1.01"],
  ["decimal(10,2)", 1e-7, "0.00"],
  ["decimal(10,2)", Infinity, "!is not a decimal(10,2)"],
  ["decimal(10,2)", "1E5", "!is not a decimal(10,2)"],
  ["decimal(10,2)", "1,000.00", "!is not a decimal(10,2)"],
  ["decimal(10,2)", ".", "!is not a decimal(10,2)"],
  ["decimal(10,2)", "", "!is blank"],
  ["decimal(10,2)", true, "1.00"],
  ["decimal(10,2)", 12n, "12.00"],
  ["decimal(10,2)", `${"0".repeat(300_000)}x`, "!is not a decimal(10,2)"],
  ["decimal(10,2)", hex("0A0200014C1D0000"), "75.00"],
  ["decimal(10,2)", hex("0A0200004C1D0000"), "-75.00"],
  ["decimal(10,2)", hex("0A0300014C1D0000"), "7.50"],
  ["decimal(10,2)", hex("0A02000"), "!is not a decimal(10,2)"],
  ["decimal(10,2)", hex("0A0200024C1D0000"), "!is not a decimal(10,2)"],
  ["decimal", "3.5", "4"],
  ["numeric(38,0)", "12345678901234567890123456789012345678", "12345678901234567890123456789012345678"],
  ["numeric(38,0)", 1e21, "1000000000000000000000"],
  ["numeric(2,2)", "0.99", "0.99"],
  ["numeric(2,2)", "0.995", "!overflows numeric(2,2)"],
  ["money", "1.5", "1.5000"],
  ["money", ".0000", "0.0000"],
  ["money", "$1,234,567.89", "1234567.8900"],
  ["money", "-$1.5", "-1.5000"],
  ["money", "$-1.5", "-1.5000"],
  ["money", "€ 2", "2.0000"],
  ["money", "-$-1", "!is not a money"],
  ["money", "(1.00)", "!is not a money"],
  ["money", "1,50", "!is not a money"],
  ["money", "$", "!is not a money"],
  ["money", " ", "!is blank"],
  ["money", 18.45, "18.4500"],
  ["money", "1.00005", "1.0001"],
  ["money", "922337203685477.5807", "922337203685477.5807"],
  ["money", "922337203685477.5808", "!overflows money"],
  ["money", "-922337203685477.5808", "-922337203685477.5808"],
  ["money", "-922337203685477.5809", "!overflows money"],
  ["money", hex("0000000000030D40"), "20.0000"],
  ["money", hex("FFFFFFFFFFFFFFFF"), "-0.0001"],
  ["money", `+${" ".repeat(200_000)}x`, "!is not a money"],
  ["smallmoney", "214748.3647", "214748.3647"],
  ["smallmoney", "214748.3648", "!overflows smallmoney"],
  ["smallmoney", "-214748.3648", "-214748.3648"],
  ["smallmoney", hex("00030D40"), "20.0000"],
];

const floats: readonly Case[] = [
  ["float", 0.1, 0.1],
  ["float", " 1E5 ", 100000],
  ["float", "-1.5e-3", -0.0015],
  ["float", ".5", 0.5],
  ["float", "5.", 5],
  ["float", "NaN", Number.NaN],
  ["float", "Infinity", Infinity],
  ["float", "-infinity", -Infinity],
  ["float", "-0", -0],
  ["float", 3n, 3],
  ["float", true, 1],
  ["float", "1e999", "!overflows float"],
  ["float", "0x10", "!is not a float"],
  ["float", "1,5", "!is not a float"],
  ["float", "", "!is blank"],
  ["float", "9".repeat(300_000).concat("x"), "!is not a float"],
  ["float", hex("3FF0000000000000"), "!is binary, which does not convert to float"],
  ["real", 3.140000104904175, 3.14],
  ["real", "3.14", 3.14],
  ["real", 16777217, 16777216],
  ["real", 3.4028234663852886e38, 3.4028235e38],
  ["real", 1e39, "!overflows real"],
  ["real", Infinity, Infinity],
  ["real", Number.NaN, Number.NaN],
  ["float(24)", 3.140000104904175, 3.14],
  ["float(25)", 3.140000104904175, 3.140000104904175],
];

describe.each([
  ["integers", integers],
  ["decimal, numeric, money", exact],
  ["float, real", floats],
])("%s", (_family, cases) => {
  it.each(cases)("%s: %o", (type, raw, expected) => {
    expect(read(type, raw)).toStrictEqual(expected);
  });
});

/** An integer of `scale` fraction digits, as decimal text. */
function withPoint(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${value < 0n ? "-" : ""}${digits.slice(0, point)}${scale === 0 ? "" : `.${digits.slice(point)}`}`;
}

/** Half away from zero, in integers. */
function rescale(value: bigint, from: number, to: number): bigint {
  if (from <= to) return value * 10n ** BigInt(to - from);
  const step = 10n ** BigInt(from - to);
  return (value + (value < 0n ? -step : step) / 2n) / step;
}

describe("exact numbers", () => {
  const scales = fc
    .integer({ min: 1, max: 38 })
    .chain((precision) => fc.tuple(fc.constant(precision), fc.integer({ min: 0, max: precision })));

  it("round as integers do: half away from zero, no digit lost", () => {
    fc.assert(
      fc.property(
        scales,
        fc.bigInt(-(10n ** 45n), 10n ** 45n),
        fc.integer({ min: 0, max: 45 }),
        (size, value, given) => {
          const [precision, scale] = size;
          const type = `decimal(${precision},${scale})`;
          const rounded = rescale(value, given, scale);
          const overflows = rounded >= 10n ** BigInt(precision) || rounded <= -(10n ** BigInt(precision));
          expect(read(type, withPoint(value, given))).toBe(
            overflows ? `!overflows ${type}` : withPoint(rounded, scale),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("take a double by its shortest text, exponents written out", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }), (value) => {
        const text = read("decimal(38,7)", value);
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.max(5.1e-8, Math.abs(value) * 1e-15));
      }),
    );
  });
});

describe("format and parse", () => {
  it.each([
    ["bigint", fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)],
    ["float", fc.double()],
    ["real", fc.float()],
  ] as const)("%s comes back from its text", (type, values) => {
    const codec = codecFor({ type: typeOf(type) });
    fc.assert(
      fc.property(values as fc.Arbitrary<number | bigint>, (raw) => {
        const value = codec.parse(raw, defaultConventions) as number;
        expect(codec.parse(codec.format(value), defaultConventions)).toBe(value);
      }),
    );
  });

  it("a real is the double of its shortest text, and the same single", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (single) => {
        const value = read("real", single) as number;
        expect(Math.fround(value)).toBe(single);
        expect(String(value).length).toBeLessThanOrEqual(String(single).length);
      }),
    );
  });
});

describe("equalityKey", () => {
  const float = codecFor({ type: typeOf("float") });

  it("has NaN equal to itself and -0 equal to 0", () => {
    expect(float.equalityKey(Number.NaN)).toBe(float.equalityKey(Number.NaN));
    expect(Object.is(float.equalityKey(-0), float.equalityKey(0))).toBe(true);
    expect(float.equalityKey(1)).not.toBe(float.equalityKey(2));
  });

  it("keeps bigint values apart that share a double", () => {
    const codec = codecFor({ type: typeOf("bigint") });
    expect(codec.equalityKey(9007199254740992n)).not.toBe(codec.equalityKey(9007199254740993n));
  });
});
