import { describe, expect, it } from "vitest";
import { rules } from "../../src/reconcile/rules/registry.ts";
import { hasAddresses, readAddresses } from "./address/data.ts";
import { byFeed, scoreChains } from "./address/rules.ts";

/** They choose by what a value is, whatever speaks for it: a recipe names them for columns of which that is known. */
const byValue = new Set(["max", "min", "longest", "most-precise"]);
const point = 0.01;

describe.skipIf(!hasAddresses)("Addresses of 495 organisations (skipped without ../shared/data)", () => {
  const items = hasAddresses ? readAddresses() : [];
  const shares = hasAddresses ? scoreChains(items, byFeed) : {};
  const majority = shares["majority"] ?? Number.NaN;

  it("plain majority is right for .807 of the known values", () => {
    expect(items).toHaveLength(2982);
    expect(majority).toBeCloseTo(0.807, 3);
  });

  it.each(rules.map(({ id }) => id).filter((id) => id !== "ask" && !byValue.has(id)))(
    "%s before a majority vote does no worse: with nothing to go by it leaves the cell to the vote",
    (id) => expect(shares[`${id}, majority`]).toBeGreaterThanOrEqual(majority),
  );

  it("so it is with the chain that holds where the recipe says nothing", () => {
    expect(shares["latest, trust, majority, ask"]).toBe(majority);
  });

  it.each(rules.map(({ id }) => id))("%s costs no point where it is asked what the vote leaves open", (id) => {
    expect(shares[`majority, ${id}`]).toBeGreaterThanOrEqual(majority - point);
  });
});
