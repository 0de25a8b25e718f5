import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseByAccuracy, estimateAccuracies } from "../../src/reconcile/accuracy/accuracy.ts";
import type { Accuracies } from "../../src/reconcile/accuracy/accuracy.ts";
import { countBallots } from "../../src/reconcile/accuracy/ballots.ts";
import { estimateModel } from "../../src/reconcile/accuracy/estimate.ts";
import { gatherEvidence } from "../../src/reconcile/accuracy/evidence.ts";
import type { Item } from "../../src/reconcile/accuracy/evidence.ts";
import { findFeeds } from "../../src/reconcile/accuracy/feeds.ts";
import { createPairs, pairOf } from "../../src/reconcile/accuracy/pairs.ts";
import { alike, copyOf, erring, itemOf, makeItems, nearly, stand } from "./accuracy-worlds.ts";
import type { KnownItem } from "./accuracy-worlds.ts";

function share(items: readonly KnownItem[], standing: (item: KnownItem) => readonly number[]): number {
  const contested = items.filter((item) => item.groups.length > 1);
  const right = contested.filter((item) => {
    const [only, ...others] = standing(item);
    return others.length === 0 && item.values[only ?? -1] === 0;
  });
  return right.length / contested.length;
}

function byMajority({ groups }: Item): number[] {
  const most = Math.max(...groups.map(({ sources }) => sources.length));
  return [...groups.keys()].filter((at) => groups[at]?.sources.length === most);
}

const byAccuracy = (accuracies: Accuracies) => (item: Item) => chooseByAccuracy(item, accuracies).standing;

function accuracyOf(accuracies: Accuracies, source: string): number {
  return accuracies.sources.find((each) => each.source === source)?.accuracy ?? Number.NaN;
}

describe("independent sources", () => {
  const rates = { a: 0.97, b: 0.92, c: 0.7, d: 0.6, e: 0.55 };
  const sources = Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, erring(rate, 2)]));
  const items = makeItems("phone", sources, 2000);
  const accuracies = estimateAccuracies(items);

  it.each(Object.entries(rates))("%s is right at a rate of %d, and that is what comes out", (source, rate) => {
    expect(accuracyOf(accuracies, source)).toBeCloseTo(rate, 1);
    const counts = accuracies.sources.find((each) => each.source === source);
    expect(counts?.checkable).toBe(2000);
    expect((counts?.right ?? 0) / 2000).toBeCloseTo(rate, 1);
  });

  it("who is accurate decides more cells rightly than how many there are", () => {
    expect(share(items, byMajority)).toBeLessThan(0.92);
    expect(share(items, byAccuracy(accuracies))).toBeGreaterThan(0.97);
  });

  it("no group of feeds is found, nor another meaning", () => {
    expect(accuracies.feeds).toEqual([]);
    expect(accuracies.misfits).toEqual([]);
  });

  it("the two best outvote the three others", () => {
    expect(chooseByAccuracy(stand("ab|cde")[0] as Item, accuracies).standing).toEqual([0]);
    expect(chooseByAccuracy(stand("de|a")[0] as Item, accuracies).standing).toEqual([1]);
  });

  it("where voting is nearly right, a clear majority is not overturned", () => {
    const cells = makeItems("phone", alike("abcdefg", erring(0.9)), 1000);
    const estimated = estimateAccuracies(cells);
    const clear = cells.filter((item) => item.groups.some(({ sources: behind }) => behind.length >= 5));
    expect(clear.length).toBeGreaterThan(900);
    expect(clear.map(byAccuracy(estimated))).toEqual(clear.map(byMajority));
  });
});

describe("copies", () => {
  const items = makeItems(
    "phone",
    {
      bad: erring(0.5),
      copy1: copyOf("bad"),
      copy2: copyOf("bad"),
      good1: erring(0.95),
      good2: erring(0.93),
      fair: erring(0.8),
    },
    1000,
  );
  const accuracies = estimateAccuracies(items);

  it("three feeds of the same content are counted once, and said with their counts", () => {
    const contested = items.filter(({ groups }) => groups.length > 1).length;
    expect(accuracies.feeds).toEqual([{ sources: ["bad", "copy1", "copy2"], shared: contested, agreed: contested }]);
  });

  it("they do not decide by their number", () => {
    expect(share(items, byMajority)).toBeLessThan(0.6);
    expect(share(items, byAccuracy(accuracies))).toBeGreaterThan(0.95);
    const item: Item = { attribute: "phone", groups: [{ sources: ["bad", "copy1", "copy2"] }, { sources: ["good1"] }] };
    expect(chooseByAccuracy(item, accuracies)).toEqual({
      standing: [1],
      support: [
        { sources: 3, feeds: 1 },
        { sources: 1, feeds: 1 },
      ],
    });
  });

  it("near copies, too far apart to be one feed, are known by the mistakes they share", () => {
    const good = alike("abcd", erring(0.85));
    const evidence = gatherEvidence(makeItems("phone", { ...good, x: erring(0.5), y: nearly("x") }, 2000));
    expect(findFeeds(evidence).every((feed) => feed.sources.length === 1)).toBe(true);
    const ballots = countBallots(evidence, [0, 1, 2, 3, 4, 5]);
    const dependence = estimateModel(ballots, 6).model.attributes.get("phone")?.dependence ?? createPairs(0);
    expect(pairOf(dependence, 4, 5)).toBeGreaterThan(0.8);
    expect(pairOf(dependence, 0, 1)).toBeLessThan(0.15);
    expect(pairOf(dependence, 0, 4)).toBeLessThan(0.15);
  });
});

describe("another meaning", () => {
  it("a source that is right everywhere but in one attribute is named, with the counts", () => {
    const others = { a: erring(0.95), b: erring(0.95), c: erring(0.9) };
    const items = [
      ...makeItems("gate time", { ...others, odd: () => 11 }, 200),
      ...makeItems("gate", { ...others, odd: erring(0.97) }, 200),
      ...makeItems("flight", { ...others, odd: erring(0.97) }, 200),
    ];
    const { misfits } = estimateAccuracies(items);
    expect(misfits.map(({ source, attribute, here }) => ({ source, attribute, here }))).toEqual([
      { source: "odd", attribute: "gate time", here: { checkable: 200, right: 0 } },
    ]);
    expect(misfits[0]?.elsewhere.checkable).toBe(400);
    expect(misfits[0]?.elsewhere.right).toBeGreaterThan(360);
  });

  it("under 30 claims no warning", () => {
    const others = { a: erring(0.95), b: erring(0.95), c: erring(0.9) };
    const items = [
      ...makeItems("gate time", { ...others, odd: () => 11 }, 29),
      ...makeItems("gate", { ...others, odd: erring(0.97) }, 200),
    ];
    expect(estimateAccuracies(items).misfits).toEqual([]);
  });
});

describe("wrong values", () => {
  it("an attribute in which mistakes are alike has few of them", () => {
    const items = [
      ...makeItems("sex", alike("abcde", erring(0.7, 1)), 1000),
      ...makeItems("phone", alike("abcde", erring(0.7, 40)), 1000),
    ];
    const { wrongValues } = estimateAccuracies(items);
    expect(wrongValues.get("sex")).toBeLessThan(3);
    expect(wrongValues.get("phone")).toBeGreaterThan(10);
  });
});

describe("choice", () => {
  const none = estimateAccuracies([]);

  it.each([
    ["nothing known of anybody: one against one", "a|b", [0, 1]],
    ["nothing known of anybody: two against one", "c|ab", [1]],
    ["one value", "a", [0]],
    ["a source that says both has no vote", "ab|a", [0]],
    ["nor do two such", "ab|ab", [0, 1]],
    ["a value that nobody votes for does not stand", "a|ab|c", [1, 2]],
    ["a source named twice votes once", "aa|b", [0, 1]],
  ])("%s: %s", (_, form, standing) => {
    expect(chooseByAccuracy(stand(form)[0] as Item, none).standing).toEqual(standing);
  });

  it("nothing at all gives an estimate of nothing", () => {
    expect(none).toMatchObject({ sources: [], feeds: [], misfits: [] });
  });

  it("what nobody can check is not counted", () => {
    const { sources } = estimateAccuracies([...stand("a", 50), ...stand("ab", 2), ...stand("a|b")]);
    expect(sources.map(({ source, checkable, right }) => [source, checkable, right])).toEqual([
      ["a", 3, 2],
      ["b", 3, 2],
    ]);
  });

  it("equal evidence ties, and so does what differs by less than the rounds can tell", () => {
    const both = [...stand("ac|b", 3000), ...stand("bc|a", 3000), ...stand("abc", 3000)];
    const form = stand("a|b")[0] as Item;
    for (const more of [0, 1]) {
      const accuracies = estimateAccuracies([...both, ...stand("ac|b", more)]);
      expect(chooseByAccuracy(form, accuracies).standing).toEqual([0, 1]);
    }
    expect(chooseByAccuracy(form, estimateAccuracies([...both, ...stand("ac|b", 600)])).standing).toEqual([0]);
  });
});

/** Up to six sources, each with a value or without a claim, in one of two attributes. */
const anyItem = fc
  .tuple(fc.constantFrom("phone", "street"), fc.array(fc.option(fc.nat({ max: 3 })), { minLength: 6, maxLength: 6 }))
  .map(([attribute, values]) =>
    itemOf(attribute, Object.fromEntries(values.map((value, at) => [`s${at}`, value ?? undefined]))),
  )
  .filter(({ groups }) => groups.length > 0);
const anyItems = fc.array(anyItem, { minLength: 1, maxLength: 120 });

function shuffle<Element>(list: readonly Element[]): fc.Arbitrary<Element[]> {
  return fc.shuffledSubarray([...list], { minLength: list.length });
}

function scrambled(items: readonly Item[]): fc.Arbitrary<Item[]> {
  const shuffleItem = ({ attribute, groups }: Item): fc.Arbitrary<Item> =>
    fc
      .tuple(...groups.map(({ sources }) => shuffle(sources).map((order) => ({ sources: order }))))
      .chain(shuffle)
      .map((order) => ({ attribute, groups: order }));
  return shuffle(items).chain((order) => fc.tuple(...order.map(shuffleItem)));
}

function standingSources(item: Item, accuracies: Accuracies): string[] {
  return chooseByAccuracy(item, accuracies)
    .standing.map((at) => (item.groups[at]?.sources ?? []).toSorted().join())
    .toSorted();
}

function choices(items: readonly Item[], accuracies: Accuracies): string[] {
  return items.map((item) => standingSources(item, accuracies).join("|")).toSorted();
}

describe("any items", () => {
  it("the order of items, groups and sources changes nothing, to the last bit", () => {
    const both = anyItems.chain((items) => fc.tuple(fc.constant(items), scrambled(items)));
    fc.assert(
      fc.property(both, ([items, other]) => {
        const accuracies = estimateAccuracies(items);
        const again = estimateAccuracies(other);
        expect(again).toEqual(accuracies);
        expect(choices(other, again)).toEqual(choices(items, accuracies));
      }),
    );
  });

  it("accuracies are shares, counts add up, and something always stands", () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const accuracies = estimateAccuracies(items);
        for (const { accuracy, checkable, right } of accuracies.sources) {
          expect(accuracy > 0 && accuracy < 1).toBe(true);
          expect(right >= 0 && right <= checkable && checkable <= items.length).toBe(true);
        }
        for (const item of items) {
          const { standing, support } = chooseByAccuracy(item, accuracies);
          expect(standing.length).toBeGreaterThan(0);
          expect(standing.every((at) => item.groups[at] !== undefined)).toBe(true);
          expect(support.map(({ sources }) => sources)).toEqual(item.groups.map(({ sources }) => sources.length));
          expect(support.every(({ feeds, sources }) => feeds >= 1 && feeds <= sources)).toBe(true);
        }
      }),
    );
  });
});
