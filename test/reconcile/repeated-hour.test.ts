/** What the clocks of Chicago showed on 2026-11-01 between 01:00 and 02:00 they showed twice: from 06:00 and from 07:00 UTC. */
import { describe, expect, it } from "vitest";
import type { Operation } from "../../src/extract/extractor.ts";
import type { Claim, ClaimGroup, RowObservation } from "../../src/reconcile/claims.ts";
import { decideExistence, isBefore } from "../../src/reconcile/existence.ts";
import earliest from "../../src/reconcile/rules/earliest.ts";
import latest from "../../src/reconcile/rules/latest.ts";
import { splitHistory } from "../../src/reconcile/timeline.ts";
import { observe } from "./events.ts";
import { makeStanding } from "./observations.ts";

const time = Date.parse("2026-12-01T00:00:00Z");

function event(id: string, zone: string, clock: string, operation: Operation = "update"): RowObservation {
  return observe(makeStanding({ id, time, zone }), operation, `2026-11-01 ${clock}:00.0000000`);
}

const chicago = (clock: string, operation?: Operation) => event("chicago", "America/Chicago", clock, operation);
const other = (clock: string, operation?: Operation) => event("other", "America/Chicago", clock, operation);
const utc = (clock: string, operation?: Operation) => event("utc", "UTC", clock, operation);

const claimOf = (observation: RowObservation): Claim => ({
  observation,
  value: 1,
  doubt: undefined,
  damage: undefined,
});
const groupOf = (observation: RowObservation): ClaimGroup => ({ value: 1, claims: [claimOf(observation)] });

interface Pair {
  readonly title: string;
  readonly pair: readonly [RowObservation, RowObservation];
  /** Which of them is the older one for sure. */
  readonly older: "first" | "neither";
}

const pairs: Pair[] = [
  { title: "before both readings", pair: [utc("05:59"), chicago("01:00")], older: "first" },
  { title: "after both readings", pair: [chicago("01:30"), utc("07:31")], older: "first" },
  { title: "between the two readings", pair: [chicago("01:30"), utc("07:00")], older: "neither" },
  { title: "at the later reading", pair: [chicago("01:30"), utc("07:30")], older: "neither" },
  { title: "both in the repeated hour", pair: [chicago("01:05"), other("01:55")], older: "neither" },
  { title: "before it on the same clock", pair: [chicago("00:59"), other("01:00")], older: "first" },
  { title: "after it on the same clock", pair: [chicago("01:59"), other("02:00")], older: "first" },
];

describe("an hour that a clock change repeats is a tie", () => {
  it.each(pairs)("of claims: $title", ({ pair, older }) => {
    const { past } = splitHistory(pair.map((observation) => claimOf(observation)));
    expect(past.map(({ observation }) => observation)).toEqual(older === "first" ? [pair[0]] : []);
  });

  it.each(pairs)("for the rules latest and earliest: $title", ({ pair, older }) => {
    const groups = pair.map((observation) => groupOf(observation));
    const context = { accuracies: undefined } as unknown as Parameters<typeof latest.narrow>[2];
    expect(latest.narrow(groups, undefined, context)).toEqual(older === "first" ? [groups[1]] : groups);
    expect(earliest.narrow(groups, undefined, context)).toEqual(older === "first" ? [groups[0]] : groups);
  });

  it.each([
    { title: "seen before, deleted in it", seen: utc("05:00"), gone: chicago("01:30", "delete"), verdict: "deleted" },
    { title: "seen in it, deleted after", seen: chicago("01:30"), gone: utc("07:31", "delete"), verdict: "deleted" },
    {
      title: "seen in it, deleted in it",
      seen: other("01:05"),
      gone: chicago("01:55", "delete"),
      verdict: "uncertain",
    },
    {
      title: "seen in it, deleted between",
      seen: chicago("01:30"),
      gone: utc("07:00", "delete"),
      verdict: "uncertain",
    },
    {
      title: "deleted in it, seen between",
      seen: utc("07:00"),
      gone: chicago("01:30", "delete"),
      verdict: "uncertain",
    },
    { title: "deleted in it, seen after", seen: utc("08:00"), gone: chicago("01:30", "delete"), verdict: "present" },
  ])("of existence: $title", ({ seen, gone, verdict }) => {
    expect(decideExistence([seen, gone], [], "infer").verdict).toBe(verdict);
    expect(decideExistence([gone, seen], [], "infer").verdict).toBe(verdict);
  });

  it("one source's own order tells, whatever its clock shows", () => {
    const [inserted, deleted] = [chicago("01:50", "insert"), chicago("01:10", "delete")];
    expect(decideExistence([inserted, deleted], [], "infer").verdict).toBe("deleted");
    const [removed, anew] = [chicago("01:50", "delete"), chicago("01:10", "insert")];
    expect(decideExistence([removed, anew], [], "infer").verdict).toBe("present");
  });

  it("what may be of before a removal gives nothing to the row that was inserted anew", () => {
    const removal = chicago("01:30", "delete");
    const { bornAfter } = decideExistence([removal, utc("09:00", "insert")], [], "infer");
    if (bornAfter === undefined) throw new Error("the row was inserted anew");
    const before = [utc("06:00"), utc("07:00"), utc("07:31")].map((one) => isBefore(one, bornAfter));
    expect(before).toEqual([true, true, false]);
  });
});
