import { expect, it } from "vitest";
import { estimateAccuracies } from "../../src/reconcile/accuracy/accuracy.ts";
import { describeAccuracies } from "../../src/reconcile/accuracy/describe.ts";

const items = Array.from({ length: 1200 }, (_, index) => ({
  attribute: "dbo.T.Name",
  groups:
    index % 10 === 0
      ? [{ sources: ["a", "b"] }, { sources: ["c", "d", "e"] }]
      : [{ sources: index < 5 ? ["a", "b", "c", "d", "e", "rare"] : ["a", "b", "c", "d", "e"] }],
}));

it("tells how often each source is right, with no percentage of a few claims", () => {
  expect(describeAccuracies(estimateAccuracies(items))).toEqual([
    "accuracy: a: right in 1,080 of 1,200 claims that others make too (90 %)",
    "accuracy: b: right in 1,080 of 1,200 claims that others make too (90 %)",
    "accuracy: c: right in 1,200 of 1,200 claims that others make too (100 %)",
    "accuracy: d: right in 1,200 of 1,200 claims that others make too (100 %)",
    "accuracy: e: right in 1,200 of 1,200 claims that others make too (100 %)",
    "accuracy: rare: right in 4 of 4 claims that others make too",
  ]);
});

it("tells feeds that count once, and attributes that a source seems to mean otherwise", () => {
  const told = describeAccuracies({
    ...estimateAccuracies([]),
    feeds: [{ sources: ["x", "y"], shared: 4284, agreed: 4284 }],
    misfits: [
      {
        source: "z",
        attribute: "dbo.T.At",
        here: { right: 9, checkable: 1989 },
        elsewhere: { right: 20, checkable: 20 },
      },
    ],
  });
  expect(told).toEqual([
    "accuracy: x, y agreed 4,284 of 4,284 times; counted once",
    "accuracy: z may mean something else by dbo.T.At: right in 9 of 1,989 claims that others make too (0 %), elsewhere right in 20 of 20 claims that others make too",
  ]);
});
