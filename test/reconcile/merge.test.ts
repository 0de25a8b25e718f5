import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeByKey, numberEqualRows } from "../../src/reconcile/merge.ts";
import type { StagedObservation } from "../../src/stage/staged-observation.ts";
import { makeStanding } from "./observations.ts";
import { compareKeys } from "../../src/values/key.ts";
import type { RowKey } from "../../src/values/key.ts";

function staged(keys: readonly RowKey[]): StagedObservation[] {
  return keys.map((key, index) => ({
    n: index + 1,
    key,
    operation: "snapshot",
    modifiedAt: undefined,
    cells: [],
    place: 1,
    position: 1,
    doubts: undefined,
    noKey: undefined,
  }));
}

function sourcesOf(keysBySource: readonly (readonly number[])[]) {
  return keysBySource.map((keys, index) => ({
    source: { standing: makeStanding({ id: `s${index}` }) },
    observations: staged(keys.toSorted((left, right) => left - right)),
  }));
}

describe("mergeByKey", () => {
  it("yields every key once, in order, with every observation of it", () => {
    const anySources = fc.array(fc.array(fc.integer({ min: -5, max: 20 })), { maxLength: 5 });
    fc.assert(
      fc.property(anySources, (keysBySource) => {
        const merged = [...mergeByKey(sourcesOf(keysBySource), undefined)];
        const expected = [...new Set(keysBySource.flat())].toSorted((left, right) => left - right);
        expect(merged.map(({ key }) => key)).toEqual(expected);
        for (const { key, evidence } of merged)
          expect(evidence.observations.map(({ source }) => source.id)).toEqual(
            keysBySource.flatMap((keys, index) => keys.filter((one) => one === key).map(() => `s${index}`)),
          );
      }),
    );
  });
});

describe("numberEqualRows", () => {
  it("tells equal rows apart and keeps the order of the keys", () => {
    const keys = ["1a", "1a", "1a!1b", "1ab", "1ab"];
    const numbered = [...numberEqualRows(staged(keys))].map(({ key }) => key);
    expect(new Set(numbered).size).toBe(keys.length);
    expect(numbered).toEqual(numbered.toSorted(compareKeys));
    expect(numbered.map((key) => String(key).split(" ")[0])).toEqual(keys);
  });
});
