import { describe, expect, it } from "vitest";
import { days, hasFlights, readDay } from "./flight/data.ts";
import { scoreRules } from "./flight/rules.ts";

describe.skipIf(!hasFlights)(
  "Flights of three days, sources aa, ua and CO left out (skipped without ../shared/data)",
  () => {
    const eachDay = hasFlights ? days.map((day) => readDay(day)) : [];
    const items = eachDay.flat();

    it("accuracy is right for .93 of the known values or more; majority for .81, identical feeds once for .857", () => {
      const { shares, accuracies } = scoreRules(items);
      expect(shares["truth among the claims"]).toBeCloseTo(0.97, 2);
      expect(Math.abs((shares["majority"] ?? 0) - 0.81)).toBeLessThan(0.02);
      expect(Math.abs((shares["identical feeds once, majority"] ?? 0) - 0.857)).toBeLessThan(0.02);
      expect(shares["accuracy"]).toBeGreaterThanOrEqual(0.93);
      expect(accuracies.feeds).toContainEqual({
        sources: ["allegiantair", "flightview", "foxbusiness", "gofox", "panynj"],
        shared: 9464,
        agreed: 9464,
      });
    });

    it.each([...days.entries()])("so it is when day %i (%s) is all there is", (at) => {
      expect(scoreRules(eachDay[at] ?? []).shares["accuracy"]).toBeGreaterThanOrEqual(0.93);
    });

    it("flightaware's scheduled arrival is told to have another meaning: 9 of 1,989 right", () => {
      const { misfits } = scoreRules(items).accuracies;
      const found = misfits.find((each) => each.source === "flightaware" && each.attribute === "scheduled arrival");
      expect(found?.here).toEqual({ checkable: 1989, right: 9 });
    });
  },
);
