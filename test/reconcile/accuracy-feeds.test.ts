import { describe, expect, it } from "vitest";
import { chooseByAccuracy, estimateAccuracies } from "../../src/reconcile/accuracy/accuracy.ts";
import type { Item } from "../../src/reconcile/accuracy/evidence.ts";
import { stand } from "./accuracy-worlds.ts";

/** Items on which a and b say the same, and are outvoted by others, no two of whom meet often. */
function outvoted(count: number): Item[] {
  return ["cd", "de", "ef", "fg", "gh"].slice(0, count).flatMap((others) => stand(`ab|${others}`));
}

/** 30 shared items, 99.9 % of them alike, on 5 outvoted: one feed. */
const feedCases: readonly (readonly [title: string, items: readonly Item[], feeds: readonly string[]])[] = [
  ["30 shared, 5 outvoted", [...stand("ab|c", 25), ...outvoted(5)], ["ab"]],
  ["29 shared", [...stand("ab|c", 24), ...outvoted(5)], []],
  ["4 outvoted", [...stand("ab|c", 26), ...outvoted(4)], []],
  ["999 of 1000 alike", [...stand("ab|c", 994), ...outvoted(5), ...stand("a|b")], ["ab"]],
  ["998 of 1000 alike", [...stand("ab|c", 993), ...outvoted(5), ...stand("a|b", 2)], []],
  ["agreement where nobody disagrees says nothing", [...stand("ab", 1000), ...outvoted(5)], []],
  [
    "x is as a, a as b, but x not as b: no chain",
    [...stand("ab|c", 994), ...outvoted(5), ...stand("ax|c", 40), ...stand("ax|de", 5), ...stand("b|x")],
    ["ab"],
  ],
  ["others that are a feed themselves outvote once", [...stand("ab|xyz", 500), ...stand("xyz|cd", 5)], ["xyz"]],
];

describe("feeds", () => {
  it.each(feedCases)("%s", (_, items, expected) => {
    expect(estimateAccuracies(items).feeds.map(({ sources }) => sources.join(""))).toEqual(expected);
  });

  it("the counts are those of the items that two of them claim", () => {
    const items = [...stand("ab|c", 994), ...outvoted(5), ...stand("a|b"), ...stand("a|c", 50), ...stand("ab", 7)];
    expect(estimateAccuracies(items).feeds).toEqual([{ sources: ["a", "b"], shared: 1000, agreed: 999 }]);
  });

  it("two that agree against a third every time are no copies: nothing shows which side errs, and two stand for it", () => {
    const items = [...stand("ab|c", 1000), ...stand("abc", 100)];
    const accuracies = estimateAccuracies(items);
    expect(accuracies.feeds).toEqual([]);
    expect(chooseByAccuracy(items[0] as Item, accuracies).standing).toEqual([0]);
  });

  it("where its sources are torn, a feed has no vote; else it says what most of them say", () => {
    const accuracies = estimateAccuracies([...stand("abx|c", 994), ...outvoted(5), ...stand("abx|de", 5)]);
    expect(accuracies.feeds.map(({ sources }) => sources.join(""))).toEqual(["abx"]);
    const standing = (form: string) => chooseByAccuracy(stand(form)[0] as Item, accuracies).standing;
    expect(standing("a|b|c")).toEqual([2]);
    expect(standing("a|b")).toEqual([0, 1]);
    expect(standing("b|ax")).toEqual([1]);
  });
});
