import { describe, expect, it } from "vitest";
import { decideCell } from "../../src/reconcile/cell.ts";
import { compileChain } from "../../src/reconcile/rules/registry.ts";
import type { RuleUse } from "../../src/recipe/recipe.ts";
import { codecFor } from "../../src/values/registry.ts";
import type { Column } from "../../src/schema/model.ts";
import { damageBetween } from "../../src/values/damage/between.ts";
import { makeTable } from "../model.ts";
import { claim } from "./observations.ts";
import type { Said } from "./observations.ts";

const table = makeTable(
  "Customers",
  [{ name: "City", type: { name: "nvarchar", length: 40 }, collation: "SQL_Latin1_General_CP1_CI_AS" }],
  [],
);
const [column] = table.columns as [Column];
const codec = codecFor(column);
const defaultChain: RuleUse[] = [{ rule: "latest" }, { rule: "trust" }, { rule: "majority" }, { rule: "ask" }];

function decide(said: readonly Said[], chain = defaultChain) {
  const outcome = decideCell(claim(said), {
    codec,
    chain: compileChain(chain, { table, column, accuracies: undefined }),
    damage: damageBetween(column),
  });
  const { class: kind, rule, reason } = outcome;
  return {
    class: kind,
    value: outcome.winner.value,
    source: outcome.winner.claims[0]?.observation.source.id,
    rule,
    reason,
  };
}

interface Case {
  readonly title: string;
  readonly said: readonly Said[];
  readonly chain?: RuleUse[];
  readonly expected: Partial<ReturnType<typeof decide>>;
}

const cases: Case[] = [
  {
    title: "one source alone",
    said: [{ source: "a", value: "Oslo" }],
    expected: { class: "single", value: "Oslo", source: "a" },
  },
  {
    title: "two sources agree: the more trusted is shown",
    said: [
      { source: "a", value: "Oslo", trust: 10 },
      { source: "b", value: "Oslo", trust: 60 },
    ],
    expected: { class: "corroborated", value: "Oslo", source: "b" },
  },
  {
    title: "equal under the collation is agreement: case and trailing blanks",
    said: [
      { source: "a", value: "OSLO " },
      { source: "b", value: "Oslo" },
    ],
    expected: { class: "corroborated", value: "OSLO " },
  },
  {
    title: "a newer value on production's line replaces an older one: history, not conflict",
    said: [
      { source: "backup", day: 1, value: "Oslo", trust: 100 },
      { source: "export", day: 9, value: "Bergen", trust: 1 },
    ],
    expected: { class: "superseded", value: "Bergen", source: "export", rule: undefined },
  },
  {
    title: "superseded wins over corroborated in the order of classes",
    said: [
      { source: "backup", day: 1, value: "Oslo" },
      { source: "export", day: 9, value: "Bergen" },
      { source: "replica", day: 9, value: "Bergen" },
    ],
    expected: { class: "superseded", value: "Bergen" },
  },
  {
    title: "an older source that already said the same corroborates",
    said: [
      { source: "backup", day: 1, value: "Oslo" },
      { source: "export", day: 9, value: "Oslo" },
    ],
    expected: { class: "corroborated", value: "Oslo" },
  },
  {
    title: "a value that came back is not superseded by itself",
    said: [
      { source: "a", day: 1, value: "Oslo" },
      { source: "b", day: 5, value: "Bergen" },
      { source: "c", day: 9, value: "Oslo" },
    ],
    expected: { class: "superseded", value: "Oslo" },
  },
  {
    title: "unknown time against known: latest abstains, trust decides",
    said: [
      { source: "sheet", value: "Bergen", trust: 20 },
      { source: "export", day: 9, value: "Oslo", trust: 60 },
    ],
    expected: { class: "resolved", value: "Oslo", rule: "trust" },
  },
  {
    title: "equal trust: the majority decides",
    said: [
      { source: "a", value: "Oslo" },
      { source: "b", value: "Bergen" },
      { source: "c", value: "Bergen" },
    ],
    expected: { class: "resolved", value: "Bergen", rule: "majority" },
  },
  {
    title: "a source has one vote, however often it says it",
    said: [
      { source: "a", value: "Oslo" },
      { source: "a", value: "Oslo" },
      { source: "b", value: "Bergen" },
    ],
    expected: { class: "contested", reason: "2 values, no rule decided" },
  },
  {
    title: "nothing decides: contested, the best-ranked claim stands meanwhile",
    said: [
      { source: "b", value: "Bergen" },
      { source: "a", value: "Oslo" },
    ],
    expected: { class: "contested", value: "Oslo", source: "a", reason: "2 values, no rule decided" },
  },
  {
    title: "prefer takes the first listed source that claims anything",
    said: [
      { source: "a", value: "Oslo", trust: 90 },
      { source: "crm", value: "Bergen", trust: 1 },
    ],
    chain: [{ rule: "prefer", sources: ["missing", "crm", "a"] }],
    expected: { class: "resolved", value: "Bergen", rule: "prefer" },
  },
  {
    title: "rules after ask are not reached",
    said: [
      { source: "a", value: "Oslo", trust: 90 },
      { source: "b", value: "Bergen", trust: 1 },
    ],
    chain: [{ rule: "ask" }, { rule: "trust" }],
    expected: { class: "contested" },
  },
  {
    title: "the same moment on production's line is a conflict",
    said: [
      { source: "a", day: 9, value: "Oslo", trust: 60 },
      { source: "b", day: 9, value: "Bergen", trust: 40 },
    ],
    expected: { class: "resolved", value: "Oslo", rule: "trust" },
  },
  {
    title: "NULL is a claim: a newer NULL replaces a value",
    said: [
      { source: "a", day: 1, value: "Oslo" },
      { source: "b", day: 9, value: null },
    ],
    expected: { class: "superseded", value: null, source: "b" },
  },
  {
    title: "NULL and the empty string are different values",
    said: [
      { source: "a", value: null },
      { source: "b", value: "" },
    ],
    expected: { class: "contested" },
  },
  {
    title: "a newer copy that lost its letters supports the older value, which is traced to the source that holds it",
    said: [
      { source: "backup", day: 1, value: "Zoë" },
      { source: "export", day: 9, value: "Zo?", trust: 90 },
    ],
    expected: { class: "corroborated", value: "Zoë", source: "backup" },
  },
  {
    title: "so it is where another value of unknown time has to be settled by a rule",
    said: [
      { source: "backup", day: 1, value: "Zoë" },
      { source: "export", day: 9, value: "Zo?", trust: 90 },
      { source: "sheet", value: "Anna", trust: 10 },
    ],
    expected: { class: "resolved", rule: "trust", value: "Zoë", source: "backup" },
  },
  {
    title: "GOTCHAS 37: a cell that may be cut supports the whole one",
    said: [
      { source: "a", day: 1, value: "Shipped" },
      { source: "cut", day: 9, value: "Ship", doubt: "cut" },
    ],
    expected: { class: "single", value: "Shipped", source: "a" },
  },
  {
    title: "GOTCHAS 37: a cell that may be cut and fits nothing never beats an intact one silently",
    said: [
      { source: "a", day: 1, value: "Pending" },
      { source: "cut", day: 9, value: "Ship", doubt: "cut" },
    ],
    expected: { class: "contested", value: "Pending", reason: "damaged" },
  },
  {
    title: "GOTCHAS 36: a number in doubt, because its last digits are zeros, supports the one that has them",
    said: [
      { source: "a", value: "1914310000010100016" },
      { source: "sheet", value: "1914310000010100000", doubt: "15 digits" },
    ],
    expected: { class: "single", value: "1914310000010100016", source: "a" },
  },
  {
    title: "GOTCHAS 37: a cell that may be cut, alone, stands for now and is asked about",
    said: [{ source: "cut", day: 9, value: "Ship", doubt: "cut" }],
    expected: { class: "contested", value: "Ship", reason: "damaged" },
  },
  {
    title: "an old cell that may be cut is history once a newer intact value is there",
    said: [
      { source: "cut", day: 1, value: "Ship", doubt: "cut" },
      { source: "b", day: 9, value: "Paid" },
    ],
    expected: { class: "single", value: "Paid" },
  },
];

describe("a cell's verdict", () => {
  it.each(cases)("$title", ({ said, chain, expected }) => {
    expect(decide(said, chain)).toMatchObject(expected);
  });

  it.each(cases)("$title, in whatever order the claims arrive", ({ said, chain, expected }) => {
    expect(decide([...said].toReversed(), chain)).toMatchObject({ class: expected.class ?? "contested" });
  });
});
