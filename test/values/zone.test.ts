import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantOf } from "../../src/values/zone.ts";

/** What a clock shows, its zone, the instant. */
const cases: readonly (readonly [string, string, string, string])[] = [
  ["UTC", "2026-03-08 02:30:00.0000000", "UTC", "2026-03-08T02:30:00.000Z"],
  ["milliseconds are kept, what is finer is not", "2026-03-08 02:30:00.1239999", "UTC", "2026-03-08T02:30:00.123Z"],
  ["winter", "2026-01-15 12:00:00.0000000", "America/Chicago", "2026-01-15T18:00:00.000Z"],
  ["summer", "2026-07-15 12:00:00.5000000", "America/Chicago", "2026-07-15T17:00:00.500Z"],
  ["east of Greenwich", "2026-07-15 00:30:00.0000000", "Europe/Berlin", "2026-07-14T22:30:00.000Z"],
  ["half an hour off", "2026-07-15 12:00:00.0000000", "Asia/Kolkata", "2026-07-15T06:30:00.000Z"],
  ["just before the gap", "2026-03-08 01:59:59.0000000", "America/Chicago", "2026-03-08T07:59:59.000Z"],
  [
    "in the gap: as the clocks would go on",
    "2026-03-08 02:30:00.0000000",
    "America/Chicago",
    "2026-03-08T08:30:00.000Z",
  ],
  ["just after the gap", "2026-03-08 03:00:00.0000000", "America/Chicago", "2026-03-08T08:00:00.000Z"],
  ["repeated hour: the earlier", "2026-11-01 01:30:00.0000000", "America/Chicago", "2026-11-01T06:30:00.000Z"],
  ["just after the repeated hour", "2026-11-01 02:00:00.0000000", "America/Chicago", "2026-11-01T08:00:00.000Z"],
  ["gap east of Greenwich", "2026-03-29 02:30:00.0000000", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  ["repeated hour east of Greenwich", "2026-10-25 02:30:00.0000000", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
  ["an offset beats the zone", "2026-07-15 12:00:00.0000000 +02:00", "America/Chicago", "2026-07-15T10:00:00.000Z"],
  ["before 1970", "1966-01-01 00:00:00.0000000", "America/Chicago", "1966-01-01T06:00:00.000Z"],
];

describe("a clock's time as an instant", () => {
  it.each(cases)("%s: %s in %s", (_, text, zone, instant) => {
    expect(new Date(instantOf(text, zone).at).toISOString()).toBe(instant);
  });

  it.each([
    ["before the change", "2026-11-01 00:59:59.9990000", 0],
    ["the first time of the repeated hour", "2026-11-01 01:00:00.0000000", 60],
    ["its last time", "2026-11-01 01:59:59.9990000", 60],
    ["after it", "2026-11-01 02:00:00.0000000", 0],
    ["in the hour that is skipped", "2026-03-08 02:30:00.0000000", 0],
    ["with an offset", "2026-11-01 01:30:00.0000000 -06:00", 0],
  ])("%s (%s) comes again after %i minutes", (_, text, minutes) => {
    expect(instantOf(text, "America/Chicago").ambiguity).toBe(minutes * 60_000);
  });

  it("half an hour is repeated on Lord Howe Island", () => {
    const { at, ambiguity } = instantOf("2026-04-05 01:45:00.0000000", "Australia/Lord_Howe");
    expect([new Date(at).toISOString(), ambiguity]).toEqual(["2026-04-04T14:45:00.000Z", 30 * 60_000]);
  });

  it("is in a zone without clock changes its distance from UTC, whatever the time", () => {
    const times = fc.date({ min: new Date("1975-01-01"), max: new Date("2080-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(times, (time) => {
        const text = `${time.toISOString().slice(0, 10)} ${time.toISOString().slice(11, 23)}0000`;
        expect(instantOf(text, "Asia/Tokyo")).toEqual({ at: time.getTime() - 9 * 3_600_000, ambiguity: 0 });
      }),
    );
  });
});
