/** Cuts the keys of a table into ranges that can be reconciled side by side. */
import { compareKeys } from "../values/key.ts";
import type { KeyRange, RowKey } from "../values/key.ts";

/**
 * At most `count` ranges, in key order, that together hold every key there is; equal keys are never parted. Where `samples` are drawn
 * evenly from the observations, the ranges hold about as many of them.
 */
export function cutRanges(samples: readonly RowKey[], count: number): KeyRange[] {
  const sorted = samples.toSorted(compareKeys);
  const quantiles = Array.from(
    { length: count - 1 },
    (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / count)],
  );
  const cuts = [...new Set(quantiles)].filter((key) => key !== undefined);
  return [undefined, ...cuts].map((from, index) => ({ from, below: cuts[index] }));
}
