import { describe, expect, it } from "vitest";
import { production } from "../../src/reconcile/moment.ts";
import { planTable } from "../../src/reconcile/plan.ts";
import { reconcileRow } from "../../src/reconcile/row.ts";
import type { RowObservation } from "../../src/reconcile/claims.ts";
import type { CanonicalValue } from "../../src/values/codec.ts";
import { makeTable } from "../model.ts";
import { makeStanding } from "./observations.ts";

const text = { name: "nvarchar", length: 40 } as const;
const table = makeTable("T", [{ name: "ID" }, { name: "Street", type: text }, { name: "City", type: text }], ["ID"]);
const plan = planTable(table, {
  default: [{ rule: "trust" }, { rule: "ask" }],
  contested: "provisional",
  uncertain: "withhold",
  deletes: "infer",
  inferredDeletes: 1,
  violations: {},
  tables: { [table.id]: { together: [["Street", "City"]], violations: {}, columns: {} } },
});

interface Address {
  readonly source: string;
  /** A day of 2026-01; undefined: unknown time. */
  readonly day?: number;
  readonly trust?: number;
  /** Undefined: the source does not say. */
  readonly street?: CanonicalValue;
  readonly city?: CanonicalValue;
  readonly operation?: "snapshot" | "update";
}

function observe(
  { source: id, day, trust = 50, street, city, operation = "snapshot" }: Address,
  index: number,
): RowObservation {
  const time = day === undefined ? undefined : Date.UTC(2026, 0, day);
  const source = makeStanding({ id, trust, time });
  const cells = [1, street, city];
  const told = { key: 1, operation, modifiedAt: undefined, place: 1, position: 1 } as const;
  const since = operation === "update" ? time : undefined;
  const moment = { line: time === undefined ? undefined : production, heldAt: time, since, ambiguity: 0 };
  return { source, moment, staged: { ...told, n: index + 1, cells, doubts: undefined } };
}

interface Case {
  readonly title: string;
  readonly said: readonly Address[];
  /** Value and class of street and city. */
  readonly expected: readonly [string, string];
  readonly verdict?: string;
}

const cases: Case[] = [
  {
    title: "the newest address is taken whole, though its street alone would do",
    said: [
      { source: "a", day: 1, street: "1 Old Road", city: "Oldham" },
      { source: "b", day: 9, street: "2 New Road", city: "Newton" },
    ],
    expected: ["2 New Road superseded", "Newton superseded"],
  },
  {
    title: "a newer half of an address does not mix with an older whole: nobody knows the other half",
    said: [
      { source: "a", day: 1, street: "1 Old Road", city: "Oldham" },
      { source: "b", day: 5, street: "2 New Road", city: "Newton" },
      { source: "half", day: 9, city: "Oldham" },
    ],
    expected: ["2 New Road contested", "Newton contested"],
    verdict: "contested: Street",
  },
  {
    title: "nor where there is one whole alone",
    said: [
      { source: "a", day: 1, street: "1 Old Road", city: "Oldham" },
      { source: "half", day: 9, city: "Newton" },
    ],
    expected: ["1 Old Road contested", "Oldham contested"],
    verdict: "contested: Street",
  },
  {
    title: "a newer half that says the same changes nothing",
    said: [
      { source: "a", day: 1, street: "1 Old Road", city: "Oldham" },
      { source: "half", day: 9, city: "Oldham" },
    ],
    expected: ["1 Old Road single", "Oldham corroborated"],
  },
  {
    title: "an older half is history",
    said: [
      { source: "half", day: 1, city: "Oldham" },
      { source: "a", day: 9, street: "2 New Road", city: "Newton" },
    ],
    expected: ["2 New Road single", "Newton single"],
  },
  {
    title: "a half that the rules pass over is passed over",
    said: [
      { source: "a", day: 1, trust: 60, street: "1 Old Road", city: "Oldham" },
      { source: "half", trust: 20, city: "Newton" },
    ],
    expected: ["1 Old Road single", "Oldham single"],
  },
  {
    title: "a half that the rules would take is not taken, and people are asked",
    said: [
      { source: "a", day: 1, trust: 20, street: "1 Old Road", city: "Oldham" },
      { source: "half", trust: 60, city: "Newton" },
    ],
    expected: ["1 Old Road contested", "Oldham contested"],
    verdict: "contested: Street",
  },
  {
    title: "an update of one half goes on from the whole before it",
    said: [
      { source: "a", day: 1, street: "1 Old Road", city: "Oldham" },
      { source: "b", day: 5, street: "2 New Road", city: "Newton" },
      { source: "log", day: 9, city: "Newham", operation: "update" },
    ],
    expected: ["2 New Road superseded", "Newham superseded"],
  },
  {
    title: "updates go on from each other, and a whole of later ends them",
    said: [
      { source: "a", day: 1, street: "1 Old Road", city: "Oldham" },
      { source: "log", day: 3, city: "Newham", operation: "update" },
      { source: "log", day: 4, street: "3 Long Road", operation: "update" },
    ],
    expected: ["3 Long Road superseded", "Newham superseded"],
  },
  {
    title: "an update that has no whole before it is a half",
    said: [
      { source: "log", day: 3, city: "Newham", operation: "update" },
      { source: "a", day: 9, street: "2 New Road", city: "Newton" },
    ],
    expected: ["2 New Road single", "Newton single"],
  },
  {
    title: "the rule chooses addresses, not streets",
    said: [
      { source: "a", trust: 60, street: "1 Old Road", city: null },
      { source: "b", trust: 40, street: "2 New Road", city: "Newton" },
    ],
    expected: ["1 Old Road resolved", "NULL resolved"],
  },
  {
    title: "equal under the collation is one address",
    said: [
      { source: "a", street: "1 Old Road", city: "Oldham" },
      { source: "b", street: "1 OLD ROAD", city: "oldham " },
    ],
    expected: ["1 Old Road corroborated", "Oldham corroborated"],
  },
  {
    title: "two addresses that share a street are two",
    said: [
      { source: "a", street: "1 Old Road", city: "Oldham" },
      { source: "b", street: "1 Old Road", city: "Newton" },
    ],
    expected: ["1 Old Road contested", "Oldham contested"],
    verdict: "contested: Street",
  },
  {
    title: "values do not run into one another",
    said: [
      { source: "a", trust: 60, street: 'x","sy', city: "z" },
      { source: "b", trust: 40, street: "x", city: 'y","sz' },
    ],
    expected: ['x","sy resolved', "z resolved"],
  },
  {
    title: "NULL is not the empty text",
    said: [
      { source: "a", trust: 60, street: "", city: "Oldham" },
      { source: "b", trust: 40, street: null, city: "Oldham" },
    ],
    expected: [" resolved", "Oldham resolved"],
  },
  {
    title: "where no source has all of it each cell stands by itself",
    said: [
      { source: "a", street: "1 Old Road" },
      { source: "b", city: "Newton" },
    ],
    expected: ["1 Old Road single", "Newton single"],
  },
];

describe("cells that must come from one observation", () => {
  it.each(cases)("$title", ({ said, expected, verdict }) => {
    const row = reconcileRow(plan, { observations: said.map(observe), setAside: [] }, []);
    const [, street, city] = row.cells.map((cell) => `${String(cell.value ?? "NULL")} ${cell.class}`);
    expect([street, city]).toEqual(expected);
    const expectedVerdict =
      verdict === undefined ? { kind: "emitted", uncertain: false } : { kind: "withheld", reason: verdict };
    expect(row.verdict).toEqual(expectedVerdict);
  });

  it("take both values from the same source, always", () => {
    for (const { said } of cases.filter((one) =>
      one.said.every(({ street, city }) => street !== undefined && city !== undefined),
    )) {
      const { cells } = reconcileRow(plan, { observations: said.map(observe), setAside: [] }, []);
      expect(cells[1]?.winner).toBe(cells[2]?.winner);
    }
  });
});
