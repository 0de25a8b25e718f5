import { describe, expect, it } from "vitest";
import { placeInTime } from "../../src/reconcile/moment.ts";
import type { Operation } from "../../src/extract/extractor.ts";
import type { SourceStanding } from "../../src/reconcile/claims.ts";
import { makeStanding } from "./observations.ts";

const day = (date: string): number => Date.parse(`${date}T00:00:00Z`);

const backup = makeStanding({ id: "backup", time: day("2026-03-01") });
const qa = makeStanding({ id: "qa", time: day("2026-03-01"), line: "test", branchedAt: day("2026-01-05") });
const sheet = makeStanding({ id: "sheet" });
const chicago = makeStanding({ id: "log", time: day("2026-12-01"), zone: "America/Chicago" });

interface Case {
  readonly title: string;
  readonly source: SourceStanding;
  readonly operation?: Operation;
  readonly modifiedAt?: string;
  readonly recoverTo?: number;
  readonly expected: ReturnType<typeof placeInTime>;
}

const [production, since] = ["production", day("2026-02-01")];
const february = "2026-02-01 00:00:00.0000000";
const repeated = "2026-11-01 01:30:00.0000000";
const first = Date.parse("2026-11-01T06:30:00Z");
const hour = 3_600_000;
const december = "2025-12-01 00:00:00.0000000";

const cases: Case[] = [
  {
    title: "a snapshot holds at its source's time",
    source: backup,
    expected: { line: production, heldAt: day("2026-03-01"), since: undefined, ambiguity: 0 },
  },
  {
    title: "a snapshot's row of an older time still held at its source's time",
    source: backup,
    modifiedAt: february,
    expected: { line: production, heldAt: day("2026-03-01"), since, ambiguity: 0 },
  },
  {
    title: "an event holds at its own time",
    source: backup,
    operation: "update",
    modifiedAt: february,
    expected: { line: production, heldAt: since, since, ambiguity: 0 },
  },
  {
    title: "an event without a time holds at its source's",
    source: backup,
    operation: "delete",
    expected: { line: production, heldAt: day("2026-03-01"), since: undefined, ambiguity: 0 },
  },
  {
    title: "a source of unknown time is on no line",
    source: sheet,
    expected: { line: undefined, heldAt: undefined, since: undefined, ambiguity: 0 },
  },
  {
    title: "a row that times itself does not tell until when it held",
    source: sheet,
    modifiedAt: february,
    expected: { line: undefined, heldAt: undefined, since, ambiguity: 0 },
  },
  {
    title: "another line's row without a time stays on that line",
    source: qa,
    expected: { line: "test", heldAt: day("2026-03-01"), since: undefined, ambiguity: 0 },
  },
  {
    title: "another line's row of before the branch is what production had then",
    source: qa,
    modifiedAt: december,
    expected: { line: production, heldAt: day("2026-01-05"), since: day("2025-12-01"), ambiguity: 0 },
  },
  {
    title: "another line's row of the very branch is production's",
    source: qa,
    modifiedAt: "2026-01-05 00:00:00.0000000",
    expected: { line: production, heldAt: day("2026-01-05"), since: day("2026-01-05"), ambiguity: 0 },
  },
  { title: "another line's row of after the branch is foreign", source: qa, modifiedAt: february, expected: "foreign" },
  {
    title: "another line's event of before the branch holds at its own time",
    source: qa,
    operation: "update",
    modifiedAt: december,
    expected: { line: production, heldAt: day("2025-12-01"), since: day("2025-12-01"), ambiguity: 0 },
  },
  {
    title: "what changed after the last good moment is late",
    source: backup,
    modifiedAt: february,
    recoverTo: since - 1,
    expected: "late",
  },
  {
    title: "what changed at the last good moment is not",
    source: backup,
    modifiedAt: february,
    recoverTo: since,
    expected: { line: production, heldAt: day("2026-03-01"), since, ambiguity: 0 },
  },
  {
    title: "the clock of a row is that of its source's zone: late in Chicago, not in UTC",
    source: chicago,
    modifiedAt: february,
    recoverTo: since,
    expected: "late",
  },
  {
    title: "an hour that the clocks repeat: an event may have been an hour later",
    source: chicago,
    operation: "update",
    modifiedAt: repeated,
    expected: { line: production, heldAt: first, since: first, ambiguity: hour },
  },
  {
    title: "an hour that the clocks repeat: what may be of after the last good moment is late",
    source: chicago,
    modifiedAt: repeated,
    recoverTo: first + hour - 1,
    expected: "late",
  },
  {
    title: "an hour that the clocks repeat: both readings at or before the last good moment are not",
    source: chicago,
    modifiedAt: repeated,
    recoverTo: first + hour,
    expected: { line: production, heldAt: day("2026-12-01"), since: first, ambiguity: hour },
  },
  {
    title: "an hour that the clocks repeat: what may be of after the branch is foreign",
    source: makeStanding({ ...chicago, line: "test", branchedAt: first }),
    modifiedAt: repeated,
    expected: "foreign",
  },
];

describe("where an observation stands in time", () => {
  it.each(cases)("$title", ({ source, operation = "snapshot", modifiedAt, recoverTo, expected }) => {
    const staged = { n: 1, key: 1, operation, modifiedAt, cells: [], place: 1, position: 1, doubts: undefined };
    expect(placeInTime(source, staged, recoverTo)).toEqual(expected);
  });
});
