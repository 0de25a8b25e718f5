import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutRanges } from "../../src/reconcile/ranges.ts";
import { compareKeys } from "../../src/values/key.ts";
import type { KeyRange, RowKey } from "../../src/values/key.ts";

const anyKey = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom("~a 1", "~a 2", "~b 1"));

function holds({ from, below }: KeyRange, key: RowKey): boolean {
  return (from === undefined || compareKeys(from, key) <= 0) && (below === undefined || compareKeys(key, below) < 0);
}

describe("ranges of keys", () => {
  it("hold every key once, in order, whatever the samples", () => {
    fc.assert(
      fc.property(fc.array(anyKey), fc.integer({ min: 1, max: 9 }), fc.array(anyKey), (samples, count, keys) => {
        const ranges = cutRanges(samples, count);
        expect(ranges.length).toBeLessThanOrEqual(count);
        for (const key of keys) expect(ranges.filter((range) => holds(range, key))).toHaveLength(1);
        const places = keys.toSorted(compareKeys).map((key) => ranges.findIndex((range) => holds(range, key)));
        expect(places).toEqual(places.toSorted((left, right) => left - right));
      }),
    );
  });

  it("are of about one size where the samples are those of the data", () => {
    const keys = Array.from({ length: 1000 }, (_, index) => (index * 7919) % 100_000);
    const sizes = cutRanges(keys, 8).map((range) => keys.filter((key) => holds(range, key)).length);
    expect(sizes).toEqual([125, 125, 125, 125, 125, 125, 125, 125]);
  });

  it("are fewer where there are fewer keys", () => {
    expect(cutRanges([], 4)).toEqual([{ from: undefined, below: undefined }]);
    expect(cutRanges([5, 5, 5], 4)).toHaveLength(2);
  });
});
