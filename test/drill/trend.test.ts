import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { readTrend } from "../../src/drill/report/trend.ts";
import { temporaryFolder } from "../incident.ts";

const score = {
  rowRecall: 0.99,
  cellRecall: 0.97,
  wronglySilent: 3,
  fabricated: 0,
  barsPassed: 5,
  bars: 6,
  seed: 7,
};
const end = {
  run: "a",
  kind: "drill",
  event: "end",
  who: "ada",
  at: "2026-03-14T09:26:00.000Z",
  versions: { tablesalvage: "0.1.0", node: "20.19.0" },
  recipe: "f00d",
  status: "completed",
  verdict: "below",
  score,
};
const point = { when: end.at, version: "0.1.0", status: "completed", verdict: "below", ...score };

function trendOf(...lines: readonly string[]): unknown {
  const file = path.join(temporaryFolder(), "journal.ndjson");
  fs.writeFileSync(file, lines.join("\n"));
  return readTrend(file);
}

it("has the ends of drills, as they stand", () => {
  const failed = { ...end, run: "b", status: "failed", verdict: null, versions: undefined };
  expect(
    trendOf(
      JSON.stringify({ ...end, event: "begin", score: undefined }),
      JSON.stringify({ ...end, event: "phase" }),
      JSON.stringify(end),
      JSON.stringify(failed),
      "",
    ),
  ).toEqual([point, { ...point, version: "unknown", status: "failed", verdict: null }]);
});

it("passes over what is cut, foreign, or without a score", () => {
  const whole = JSON.stringify(end);
  expect(
    trendOf(
      "\uFEFFgarbage",
      "null",
      "[]",
      JSON.stringify({ ...end, kind: "run" }),
      JSON.stringify({ ...end, score: undefined }),
      JSON.stringify({ ...end, score: { ...score, rowRecall: 99 } }),
      whole,
      whole.slice(0, -20),
    ),
  ).toEqual([point]);
});

it("a journal that is not there has none", () => {
  expect(readTrend(path.join(temporaryFolder(), "journal.ndjson"))).toEqual([]);
});
