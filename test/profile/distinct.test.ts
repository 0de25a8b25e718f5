import { describe, expect, it } from "vitest";
import { Distinct } from "../../src/profile/distinct.ts";
import { joinHashes, TextHash } from "../../src/profile/hash.ts";

function feed(values: Iterable<string>, capacity = 1 << 20): Distinct {
  const [distinct, hash] = [new Distinct(capacity), new TextHash()];
  for (const value of values) {
    hash.of(value);
    distinct.add(hash.value);
  }
  return distinct;
}

function* numbers(count: number, different = count): Generator<string> {
  for (let at = 0; at < count; at++) yield `value ${at % different}`;
}

describe("different values", () => {
  it.each([
    ["none", 0, 0],
    ["few", 1000, 7],
    ["as many as are counted", 20_000, 4096],
    ["all of them different", 100_000, 100_000],
  ])("are counted: %s", (_what, count, different) => {
    const distinct = feed(numbers(count, different));
    expect([distinct.count, distinct.isExact]).toEqual([different, true]);
    expect(distinct.isUnique).toBe(count === different);
  });

  it.each([5000, 30_000, 200_000])("are estimated within 5 %% where they are %i and repeat", (different) => {
    const distinct = feed(numbers(different * 2, different));
    expect(Math.abs(distinct.count - different) / different).toBeLessThan(0.05);
    expect(distinct.isExact).toBe(different <= 4096);
    expect(distinct.isUnique).toBe(false);
  });

  it("leave open whether they repeat where more are there than can be held", () => {
    const distinct = feed(numbers(20_000), 10_000);
    expect(distinct.isUnique).toBeUndefined();
    expect(distinct.isExact).toBe(false);
  });

  it("come out the same every time", () => {
    expect(feed(numbers(60_000, 30_000)).count).toBe(feed(numbers(60_000, 30_000)).count);
  });
});

describe("hashes", () => {
  it("lie between 1 and 2^53, and hardly collide, alone or joined", () => {
    const [hash, seen] = [new TextHash(), new Set<number>()];
    const all: number[] = [];
    for (const value of numbers(50_000)) {
      hash.of(value);
      all.push(hash.value);
    }
    for (const [at, one] of all.entries()) seen.add(one).add(joinHashes(one, all[(at * 7 + 1) % all.length] ?? 1));
    expect(seen.size).toBe(100_000);
    for (const each of seen) expect(each >= 1 && each < 2 ** 53 && Number.isInteger(each)).toBe(true);
  });

  it("of a pair depend on their order", () => {
    expect(joinHashes(5, 9)).not.toBe(joinHashes(9, 5));
  });
});
