/** The ready drills along scales of damage: nothing is made up at any rate, and what is there is recovered. */
import { describe, expect, it } from "vitest";
import { hold, readyDrills, scoreOf } from "./harness.ts";

/** What is left of the recall where half of a survivor's rows were changed by hand: a newer copy that lies is believed. */
const leastRecall: Readonly<Record<string, number>> = { "partial-delete": 0.94, "renumbered-keys": 0.97 };

describe("at every rate of conflicts nothing is made up, and what is there is recovered", () => {
  it.each(readyDrills)("%s", async (drill) => {
    const { scorecard } = await hold(drill, ["--sweep", "conflictRate=0..0.5:3"]);
    const points = scorecard.sweep?.points ?? [];
    expect(points.map(({ value }) => value)).toEqual([0, 0.25, 0.5]);
    for (const { name, score } of points) {
      const { rows, cells } = scoreOf(name, score);
      expect([name, rows.fabricated, cells.fabricated]).toEqual([name, 0, 0]);
      expect(rows.recoveredOfRecoverable / rows.recoverable).toBeGreaterThan(0.99);
      expect(cells.recoveredOfRecoverable / cells.recoverable).toBeGreaterThan(leastRecall[drill] ?? 0.995);
    }
  });

  it.each([
    ["lost-reporting", "sampleRows=0.5..1:3"],
    ["lost-reporting", "foreignRows=0..1:3"],
    ["lost-reporting", "cutAt=0.2..1:3"],
    ["lost-reporting", "clockSkew=0s..1m:3"],
    ["bad-update", "corrupt=0..1:3"],
    ["partial-delete", "duplicates=0..1:3"],
  ])("%s along %s", async (drill, sweep) => {
    const { scorecard } = await hold(drill, ["--sweep", sweep]);
    for (const { name, score } of scorecard.sweep?.points ?? []) {
      const { rows, cells } = scoreOf(name, score);
      expect([name, rows.fabricated, cells.fabricated]).toEqual([name, 0, 0]);
      expect(rows.recoveredOfRecoverable / rows.recoverable).toBeGreaterThan(0.99);
      expect(cells.recoveredOfRecoverable / cells.recoverable).toBeGreaterThan(0.97);
    }
    expect(scorecard.sweep?.points).toHaveLength(3);
  });
});
