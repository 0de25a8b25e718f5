import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  byteSize,
  countComparison,
  duration,
  exactNumber,
  queryExpectation,
  readByteSize,
  readComparison,
  readDuration,
  readShare,
  shareComparison,
  shareValue,
} from "../../src/recipe/quantities.ts";

function takes(schema: z.ZodType, written: unknown): boolean {
  return schema.safeParse(written).success;
}

describe("a duration", () => {
  it.each([
    ["500ms", 500],
    ["0s", 0],
    ["2s", 2000],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["999999999h", 3_599_999_996_400_000],
  ])("%s is %i ms", (written, expected) => {
    expect(takes(duration, written)).toBe(true);
    expect(readDuration(written)).toBe(expected);
  });

  it.each(["5", 5, "", "s", "-1s", "1.5s", "1 s", "1S", "1d", "1h30m", "1s\n", "1000000000h"])("is not %j", (written) =>
    expect(takes(duration, written)).toBe(false),
  );
});

describe("a size in bytes", () => {
  it.each([
    [1, 1],
    [4096, 4096],
    ["500kB", 500_000],
    ["20MB", 20_000_000],
    ["2GB", 2e9],
    ["999999TB", 999_999e12],
  ])("%j is %i bytes", (written, expected) => {
    expect(takes(byteSize, written)).toBe(true);
    expect(readByteSize(written)).toBe(expected);
  });

  it.each([0, -1, 1.5, "", "5", "0MB", "1.5GB", "2 GB", "2gb", "2GiB", "1000000GB"])("is not %j", (written) =>
    expect(takes(byteSize, written)).toBe(false),
  );
});

describe("a share", () => {
  it.each([
    [0, 0],
    [1, 1],
    [0.05, 0.05],
    ["5%", 0.05],
    ["99.9%", 0.999],
    ["0%", 0],
    ["100.0%", 1],
  ])("%j is %d", (written, expected) => {
    expect(takes(shareValue, written)).toBe(true);
    expect(readShare(written)).toBe(expected);
  });

  it.each([-0.1, 1.1, 5, "5", "101%", "100.1%", "-5%", "5 %", "%", "5%%", true, Number.NaN])("is not %j", (written) =>
    expect(takes(shareValue, written)).toBe(false),
  );

  it("written as a percentage is the same number as written as a fraction", () => {
    fc.assert(
      fc.property(fc.nat(10_000), (parts) => {
        const [whole, rest] = [Math.floor(parts / 100), String(parts % 100).padStart(2, "0")];
        expect(readShare(`${whole}.${rest}%`)).toBe(parts / 10_000);
      }),
    );
  });
});

describe("a comparison", () => {
  it.each([
    [">= 18000", { operator: ">=", value: 18_000 }],
    [">18000", { operator: ">", value: 18_000 }],
    ["<=   7", { operator: "<=", value: 7 }],
    ["< 7", { operator: "<", value: 7 }],
    ["= 5", { operator: "=", value: 5 }],
    [5, { operator: "=", value: 5 }],
    [0, { operator: "=", value: 0 }],
  ])("with a number of rows: %j", (written, expected) => {
    expect(takes(countComparison, written)).toBe(true);
    expect(readComparison(written, "=")).toEqual(expected);
  });

  it.each([
    -1,
    1.5,
    "5",
    ">= 1.5",
    ">= -1",
    ">= 18,000",
    "=> 5",
    "== 5",
    "!= 5",
    ">=",
    "5 >=",
    "= 5 or 1",
    ">= 5%",
    null,
  ])("with a number of rows is not %j", (written) => expect(takes(countComparison, written)).toBe(false));

  it.each([
    [">= 95%", { operator: ">=", value: 0.95 }],
    ["= 100%", { operator: "=", value: 1 }],
    ["< 0.5", { operator: "<", value: 0.5 }],
    ["95%", { operator: ">=", value: 0.95 }],
    ["0.95", { operator: ">=", value: 0.95 }],
    [0.95, { operator: ">=", value: 0.95 }],
  ])("with a share: %j; the bare share is the least", (written, expected) => {
    expect(takes(shareComparison, written)).toBe(true);
    expect(readComparison(written, ">=")).toEqual(expected);
  });

  it.each([95, ">= 95", ">= 1.5", ">= 101%", "-5%", "> 95 %", "no rows"])("with a share is not %j", (written) =>
    expect(takes(shareComparison, written)).toBe(false),
  );

  it.each([
    ["= 0", { operator: "=", value: 0 }],
    ["<= -0.25", { operator: "<=", value: -0.25 }],
    [-3.5, { operator: "=", value: -3.5 }],
    [1e21, { operator: "=", value: 1e21 }],
  ])("with what a query yields: %j", (written, expected) => {
    expect(takes(queryExpectation, written)).toBe(true);
    expect(readComparison(written, "=")).toEqual(expected);
  });

  it.each(["no row", "No rows", "", "0", "= x", "= 5%", "= 1e3"])("with what a query yields is not %j", (written) =>
    expect(takes(queryExpectation, written)).toBe(false),
  );

  it("is read as it is written, with blanks or without", () => {
    const operator = fc.constantFrom(">=", ">", "<=", "<", "=" as const);
    fc.assert(
      fc.property(operator, fc.nat({ max: 1e15 - 1 }), fc.constantFrom("", " ", "  "), (said, value, blanks) => {
        const written = `${said}${blanks}${value}`;
        expect(takes(countComparison, written)).toBe(true);
        expect(readComparison(written, "=")).toEqual({ operator: said, value });
      }),
    );
  });
});

describe("a number that stands for a value", () => {
  it.each([0, -1.5, 9_007_199_254_740_991, 0.1])("%d is exact", (value) =>
    expect(takes(exactNumber, value)).toBe(true),
  );

  it.each([9_007_199_254_740_992, -1e20, Number.POSITIVE_INFINITY])(
    "%d may have lost digits, and is refused",
    (value) => expect(takes(exactNumber, value)).toBe(false),
  );
});
