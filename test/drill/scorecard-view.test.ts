import colors from "picocolors";
import { describe, expect, it } from "vitest";
import { drillView } from "../../src/cli/views/drill.ts";
import { failing, hostile, passing, scorecard } from "./sample.ts";

const plain = colors.createColors(false);
const timings = {
  phases: [
    { name: "truth", milliseconds: 1_240 },
    { name: "extract", milliseconds: 61_800 },
    { name: "rebuild on sqlite", milliseconds: 940 },
  ],
  people: 5_460_000,
  total: 5_523_980,
};

describe("a scorecard in the terminal", () => {
  it.each([
    ["below", scorecard, timings],
    ["passed", passing, undefined],
    ["failed", failing, timings],
  ] as const)("%s", async (name, card, times) => {
    const view = drillView(card, times, plain);
    await expect(`${view}\n`).toMatchFileSnapshot(`golden/view-${name}.txt`);
    for (const line of view.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("obeys no name", () => {
    const colour = new RegExp(String.raw`\u001B\[\d+m`, "g");
    const coloured = drillView(hostile, timings, colors.createColors(true));
    expect(coloured.replaceAll(colour, "").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cs}\u202E]/u);
  });
});
