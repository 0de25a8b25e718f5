import { describe, expect, it } from "vitest";
import type { RowObservation } from "../../src/reconcile/claims.ts";
import { splitHistory } from "../../src/reconcile/timeline.ts";
import { hour, observe, snapshot } from "./events.ts";

interface Case {
  readonly title: string;
  readonly observations: readonly RowObservation[];
  /** The sources whose claims a newer one of their line replaced. */
  readonly past: readonly string[];
}

const at = (id: string, hours: number | undefined, more?: Parameters<typeof snapshot>[2]): RowObservation =>
  observe(snapshot(id, hours, more));
const skew = { skew: hour };
const test = { line: "test" };

const cases: Case[] = [
  {
    title: "a newer claim of the line replaces an older one",
    observations: [at("old", 1), at("new", 2)],
    past: ["old"],
  },
  { title: "in whatever order", observations: [at("new", 2), at("old", 1)], past: ["old"] },
  { title: "one moment is no history", observations: [at("a", 2), at("b", 2)], past: [] },
  { title: "an unknown time replaces nothing", observations: [at("a", 1), at("sheet", undefined)], past: [] },
  { title: "another line replaces nothing", observations: [at("a", 1), at("qa", 2, test)], past: [] },
  {
    title: "every line has its own history",
    observations: [at("a", 1), at("b", 3), at("qa", 2, test), at("qa2", 4, test)],
    past: ["a", "qa"],
  },
  {
    title: "GOTCHAS 42: within the skew of the newest's clock is a tie",
    observations: [at("a", 1.5), at("b", 2, skew)],
    past: [],
  },
  {
    title: "GOTCHAS 42: within the skew of its own clock is a tie",
    observations: [at("a", 1.5, skew), at("b", 2)],
    past: [],
  },
  { title: "GOTCHAS 42: exactly the skew is a tie", observations: [at("a", 1, skew), at("b", 2)], past: [] },
  { title: "GOTCHAS 42: more than the skew is history", observations: [at("a", 0.9, skew), at("b", 2)], past: ["a"] },
  {
    title: "GOTCHAS 42: ties are the claims within the skew of the newest, not pairwise",
    observations: [at("a", 0.5, skew), at("b", 1.25, skew), at("c", 2, skew)],
    past: ["a"],
  },
  {
    title: "GOTCHAS 42: of two newest at one moment the worse clock counts",
    observations: [at("a", 1.5), at("b", 2), at("c", 2, skew)],
    past: [],
  },
];

describe("history within a line", () => {
  it.each(cases)("$title", ({ observations, past }) => {
    const claims = observations.map((observation) => ({ observation, value: 1, doubt: undefined, damage: undefined }));
    const split = splitHistory(claims);
    expect(split.past.map((claim) => claim.observation.source.id)).toEqual(past);
    expect(new Set([...split.past, ...split.current])).toEqual(new Set(claims));
    expect(split.current.length + split.past.length).toBe(claims.length);
  });
});
