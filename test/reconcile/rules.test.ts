import { describe, expect, it } from "vitest";
import { equalityOf } from "../../src/reconcile/cell.ts";
import { groupClaims } from "../../src/reconcile/claims.ts";
import { rules } from "../../src/reconcile/rules/registry.ts";
import { codecFor } from "../../src/values/registry.ts";
import type { Column, TypeName } from "../../src/schema/model.ts";
import { makeTable } from "../model.ts";
import { claim } from "./observations.ts";
import type { Said } from "./observations.ts";

interface Case {
  readonly rule: string;
  readonly title: string;
  readonly type?: TypeName;
  readonly options?: readonly string[];
  readonly said: readonly Said[];
  /** The values that still stand. */
  readonly standing: readonly (string | number | null)[];
}

const [old, fresh, sheet] = [{ source: "a", day: 1 }, { source: "b", day: 9 }, { source: "c" }];
/** Sources a, b, c of unknown time and equal trust, one a value. */
function say(...values: readonly Said["value"][]): Said[] {
  return values.map((value, index) => ({ source: ["a", "b", "c"][index] ?? "d", value }));
}

const [low, high] = [
  { source: "a", trust: 20 },
  { source: "b", trust: 60 },
];

const trusted: Said[] = [
  { ...low, value: "x" },
  { ...high, value: "y" },
];

const cases: Case[] = [
  {
    rule: "latest",
    title: "drops what is older for sure",
    said: [
      { ...old, value: "x" },
      { ...fresh, value: "y" },
    ],
    standing: ["y"],
  },
  {
    rule: "latest",
    title: "abstains about an unknown time",
    said: [
      { ...sheet, value: "x" },
      { ...fresh, value: "y" },
    ],
    standing: ["x", "y"],
  },
  {
    rule: "latest",
    title: "drops the older beside an unknown time",
    said: [
      { ...old, value: "x" },
      { ...fresh, value: "y" },
      { ...sheet, value: "z" },
    ],
    standing: ["y", "z"],
  },
  {
    rule: "earliest",
    title: "keeps the oldest",
    said: [
      { ...old, value: "x" },
      { ...fresh, value: "y" },
    ],
    standing: ["x"],
  },
  {
    rule: "earliest",
    title: "abstains about an unknown time",
    said: [
      { ...old, value: "x" },
      { ...sheet, value: "y" },
    ],
    standing: ["x", "y"],
  },
  {
    rule: "trust",
    title: "keeps the most trusted",
    said: trusted,
    standing: ["y"],
  },
  {
    rule: "trust",
    title: "does not add up",
    said: [
      { ...low, value: "x" },
      { source: "c", trust: 50, value: "x" },
      { ...high, value: "y" },
    ],
    standing: ["y"],
  },
  {
    rule: "trust",
    title: "leaves equals",
    said: [
      { ...low, value: "x" },
      { source: "c", trust: 20, value: "y" },
    ],
    standing: ["x", "y"],
  },
  {
    rule: "prefer",
    title: "keeps the first listed that claims",
    options: ["z", "b", "a"],
    said: trusted,
    standing: ["y"],
  },
  {
    rule: "prefer",
    title: "leaves all where none is listed",
    options: ["z"],
    said: trusted,
    standing: ["x", "y"],
  },
  {
    rule: "majority",
    title: "keeps what most say",
    said: say("x", "y", "y"),
    standing: ["y"],
  },
  {
    rule: "majority",
    title: "leaves a draw",
    said: say("x", "y"),
    standing: ["x", "y"],
  },
  {
    rule: "max",
    title: "compares numbers as numbers",
    type: "int",
    said: say(9, 10),
    standing: [10],
  },
  {
    rule: "max",
    title: "compares decimals as numbers",
    type: "decimal",
    said: say("9.50", "10.00"),
    standing: ["10.00"],
  },
  {
    rule: "max",
    title: "drops NULL",
    type: "int",
    said: say(null, -1),
    standing: [-1],
  },
  {
    rule: "min",
    title: "compares numbers as numbers",
    type: "int",
    said: say(9, 10),
    standing: [9],
  },
  {
    rule: "min",
    title: "compares negative decimals",
    type: "decimal",
    said: say("-9.50", "-10.00"),
    standing: ["-10.00"],
  },
  {
    rule: "longest",
    title: "keeps the longest",
    said: say("xx", "yyy"),
    standing: ["yyy"],
  },
  {
    rule: "longest",
    title: "leaves equally long ones",
    said: say("xx", "yy"),
    standing: ["xx", "yy"],
  },
  {
    rule: "longest",
    title: "an empty text is longer than NULL",
    said: say(null, ""),
    standing: [""],
  },
  {
    rule: "non-null",
    title: "drops NULL",
    said: say(null, "", "x"),
    standing: ["", "x"],
  },
  {
    rule: "most-precise",
    title: "keeps more digits",
    type: "decimal",
    said: say("12.5000", "12.0625"),
    standing: ["12.0625"],
  },
  {
    rule: "most-precise",
    title: "keeps a time over a bare date",
    type: "datetime",
    said: say("2026-01-02 00:00:00.0000000", "2026-01-02 10:30:00.0000000"),
    standing: ["2026-01-02 10:30:00.0000000"],
  },
  {
    rule: "accuracy",
    title: "leaves all where nothing was estimated",
    said: trusted,
    standing: ["x", "y"],
  },
  {
    rule: "ask",
    title: "decides nothing",
    said: trusted,
    standing: ["x", "y"],
  },
];

function narrow({ rule: id, type = "nvarchar", options, said }: Case) {
  const table = makeTable(
    "T",
    [{ name: "C", type: type === "decimal" ? { name: type, precision: 9, scale: 4 } : { name: type } }],
    [],
  );
  const [column] = table.columns as [Column];
  const groups = groupClaims(claim(said), equalityOf(codecFor(column)));
  const rule = rules.find((one) => one.id === id);
  return rule
    ?.narrow(groups, options, { table, column, accuracies: undefined })
    .map(({ value }) => value)
    .toSorted();
}

describe("a rule", () => {
  it.each(cases)("$rule $title", (one) => {
    expect(new Set(narrow(one))).toEqual(new Set(one.standing));
  });

  it.each(cases)("$rule $title, in whatever order the claims arrive", (one) => {
    expect(new Set(narrow({ ...one, said: one.said.toReversed() }))).toEqual(new Set(one.standing));
  });

  it("is never without a case here", () => {
    expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(rules.map(({ id }) => id)));
  });
});
