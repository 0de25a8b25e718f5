import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PresentValue } from "../../src/values/codec.ts";
import { damageBetween } from "../../src/values/damage/between.ts";
import type { DamageKind } from "../../src/values/damage/damage.ts";
import { read, typeOf } from "./support.ts";

type Case = readonly [type: string, candidate: PresentValue, intact: PresentValue, kind: DamageKind | undefined];

const cases: readonly Case[] = [
  ["float", Math.fround(3.14), 3.14, "float-noise"],
  ["float", 3.14, Math.fround(3.14), undefined],
  ["float", 3.140000104904175, 3.14, "float-noise"],
  ["float", 1.7320508, Math.sqrt(3), "float-noise"],
  ["float", 1.73205080756888, Math.sqrt(3), "float-noise"],
  ["float", 1.73205, Math.sqrt(3), "float-noise"],
  ["float", 0.3, 0.1 + 0.2, "float-noise"],
  ["float", 1.73, Math.sqrt(3), "rounded"],
  ["float", 1.74, Math.sqrt(3), undefined],
  ["float", 1.7, Math.sqrt(3), undefined],
  ["float", 1234570000, 1234567890, "float-noise"],
  ["float", 1234567, 1234568, undefined],
  ["float", -3.14, 3.14, undefined],
  ["float", Number.NaN, 3.14, undefined],
  ["float", Number.POSITIVE_INFINITY, Number.MAX_VALUE, undefined],
  ["float", 0, 5e-324, undefined],
  ["real", 1.73205, 1.7320508, "float-noise"],
  ["real", 1.7320506, 1.7320508, undefined],
  ["decimal(18,6)", "12.350000", "12.345678", "rounded"],
  ["decimal(18,6)", "-12.350000", "-12.345678", "rounded"],
  ["decimal(18,6)", "12.340000", "12.345678", undefined],
  ["decimal(18,6)", "13.000000", "12.995100", "rounded"],
  ["decimal(18,6)", "-12.350000", "12.345678", undefined],
  ["decimal(18,6)", "100.000000", "99.995100", "rounded"],
  ["decimal(18,6)", "100.000000", "99.995000", undefined],
  ["money", "12.3500", "12.3456", "rounded"],
  ["money", "10.0000", "9.9900", undefined],
  ["money", "1299.0000", "1299.4900", undefined],
  ["money", "0.0700", "0.0725", undefined],
  ["decimal(10,2)", "12.30", "12.34", undefined],
  ["bigint", 9007199254740992, 9007199254740993n, "float-noise"],
  ["bigint", 9007199254740993n, 9007199254740992n, undefined],
  ["bigint", 12345, 12346, undefined],
  ["int", 12300, 12345, undefined],
  ["bit", 1, 0, undefined],
];

const gotchas: readonly Case[] = [
  ["bigint", 1914310000010100000n, 1914310000010100016n, "excel-15-digits"],
  ["bigint", -1914310000010100000n, -1914310000010100016n, "excel-15-digits"],
  ["bigint", 1914310000010100000n, 1914310000010090016n, undefined],
  ["bigint", 1914310000010100016n, 1914310000010100000n, undefined],
  ["bigint", 9999999999999990n, 9999999999999999n, "excel-15-digits"],
  ["bigint", 10000000000000000n, 9999999999999999n, "excel-15-digits"],
  ["decimal(19,0)", "1914310000010100000", "1914310000010100016", "excel-15-digits"],
  ["decimal(20,2)", "123456789012345000.00", "123456789012345678.90", "excel-15-digits"],
  ["decimal(20,2)", "123456789012346000.00", "123456789012345678.90", "excel-15-digits"],
  ["decimal(20,2)", "123456789012344000.00", "123456789012345678.90", undefined],
  ["float", 4002.14285714285, 4002.1428571428573, "excel-15-digits"],
  ["float", -4002.14285714285, -4002.1428571428573, "excel-15-digits"],
  ["float", 4002.14285714284, 4002.1428571428573, undefined],
  ["float", 0.00123456789012345, 0.0012345678901234567, "excel-15-digits"],
  ["decimal(20,18)", "0.123456789012345000", "0.123456789012345678", "excel-15-digits"],
];

const typed: readonly Case[] = [
  ["decimal(20,0)", "12345678901234567000", "12345678901234567011", "float-noise"],
  ["decimal(20,0)", "12345678901234567168", "12345678901234567011", "float-noise"],
  ["decimal(20,0)", "12345678901234567168", "12345678901234567000", undefined],
];

function kindOf([type, candidate, intact]: Case): DamageKind | undefined {
  return damageBetween({ type: typeOf(type) })(candidate, intact)?.kind;
}

describe("numbers that lost digits", () => {
  it.each(cases)("%s: %s of %s", (...given) => {
    expect(kindOf(given)).toBe(given[3]);
  });

  it.each(gotchas)("GOTCHAS 36: %s: %s of %s", (...given) => {
    expect(kindOf(given)).toBe(given[3]);
  });

  it.each(typed)("GOTCHAS 27: %s: %s of %s", (...given) => {
    expect(kindOf(given)).toBe(given[3]);
  });
});

const float = damageBetween({ type: typeOf("float") });
const exact = damageBetween({ type: typeOf("decimal(38,6)") });

const ordinaryDouble = fc.double({ min: -1e12, max: 1e12, noNaN: true }).filter((value) => Math.abs(value) > 1e-6);

describe("numbers: properties", () => {
  it("recognises a double that went through single precision or fewer digits, and never the other way round", () => {
    const damages = [
      Math.fround,
      ...[6, 7, 8, 15, 16].map((digits) => (value: number) => Number(value.toPrecision(digits))),
    ];
    fc.assert(
      fc.property(ordinaryDouble, fc.constantFrom(...damages), (intact, damage) => {
        const candidate = damage(intact);
        // Not what a single holds: its text is the noise.
        fc.pre(candidate !== intact && Math.fround(intact) !== intact && String(intact).length > 15);
        expect(float(candidate, intact)?.kind).toBe("float-noise");
        expect(float(intact, candidate)).toBeUndefined();
      }),
    );
  });

  it("recognises decimals rounded to cents or finer, and never the other way round", () => {
    const digits = fc.bigInt({ min: 1_000_000n, max: 10n ** 14n });
    fc.assert(
      fc.property(digits, fc.integer({ min: 2, max: 4 }), (units, scale) => {
        const text = units.toString().padStart(7, "0");
        const intact = `${text.slice(0, -6)}.${text.slice(-6)}`;
        fc.pre(!intact.endsWith("0"));
        const candidate = read("decimal(38,6)", read(`decimal(38,${scale})`, intact) as string) as string;
        expect(exact(candidate, intact)?.kind).toBe("rounded");
        expect(exact(intact, candidate)).toBeUndefined();
      }),
    );
  });

  it("tells prices apart", () => {
    const price = fc.integer({ min: 1, max: 10_000_000 }).map((cents) => `${(cents / 100).toFixed(2)}0000`);
    fc.assert(
      fc.property(price, price, (one, other) => {
        expect(exact(one, other)).toBeUndefined();
      }),
    );
  });
});
