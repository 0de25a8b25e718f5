import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readClock } from "../../src/values/clock-text.ts";

function two(number: number): string {
  return String(number).padStart(2, "0");
}

function show(text: string): string | undefined {
  const clock = readClock(text);
  if (clock === undefined) return undefined;
  const { hours, minutes, seconds, fraction } = clock;
  return `${hours}:${minutes}:${seconds}+${fraction}`;
}

const afternoon = [
  "12/1/11 2:06 PM (-05:00)",
  "12/1/11 2:06 PM (+05:30)",
  "2:06 PM, Dec 01",
  "2:06pDec 1",
  "2:06pMar 1",
  "2:06p Apr 1",
  "2:06 PMDec 01",
  "Dec 01 - 2:06pm",
  "Dec 01 - 2:06pm*",
  "2:06 PM  Thu 01-Dec-2011",
  "2011-12-01 02:06PM EST",
  "Thu, Dec 1 2:06 PM",
  "Thu., Dec.01, 2011 2:06 p.m.",
  "Thu, Dec 1 2:06 PM            On Time",
  "2:06 PM, Dec 01&nbsp(Estimated)",
  "2011-12-01 12/1 2:06 PM",
  "2011-12-01  2:06P",
  "2:06P 12-01-11",
  "2011-12-01 Thu  14:06",
  "2011-12-01 14:06 Uhr",
  "2011-12-01T14:06:00-05:00 (local)",
  "14:06, Dec 1, UTC+01:00",
  "1 de dic. 2:06 p. m., 01/12/2011",
  "2:06 PM (14:06) Dec 1",
  "2:06 p.m.",
];

const others: readonly (readonly [string, string])[] = [
  ["Dec 01 - 12:00noon", "12:0:0+0"],
  ["Dec 01 - 12:00 midnight", "0:0:0+0"],
  ["12:05 AM, Dec 01", "0:5:0+0"],
  ["12:05 PM, Dec 01", "12:5:0+0"],
  ["12:05aDec 1", "0:5:0+0"],
  ["Thu 2011-12-01 00:00", "0:0:0+0"],
  ["Thu 2011-12-01 02:07", "2:7:0+0"],
  ["Thu 2011-12-01 02:07 CET", "2:7:0+0"],
  ["Thu 2011-12-01 14:07:30.25", "14:7:30+2500000"],
  ["Thu 2011-12-01 14:07:30.1234567", "14:7:30+1234567"],
];

const refused = [
  "",
  "Dec 01 - Not Available",
  "2011-12-01",
  "2:06 PM or 3:06 PM, Dec 01",
  "10:00 - 11:00, Dec 01",
  "10:00-11:00 Dec 01",
  "Dec 01 10:00 -05:00",
  "call me at 2:06 PM",
  "Dec 01, 2:06 abends",
  "2011年12月1日 下午2:06 2011-12-01",
  "2:06 PMEST, Dec 01",
  "Dec 01, 14:06 AM",
  "Dec 01, 0:06 PM",
  "Dec 01, 24:00",
  "Dec 01, 10:60",
  "Dec 01, 10:15:60",
  "Dec 01, 2:06 PM, 25:00",
  "Dec 01, 10:5",
  "Dec 01, 10:15:5",
  "Dec 01, 10:15:30:500",
  "Dec 01, 10:15:30,500",
  "Dec 01, 10:15:30.12345678",
  "Dec 01, 110:15",
  "Dec 01, 1:10:15:20",
  "Dec 01, １2:06 PM",
  "Dec 01, 12:06noon",
  `Dec 01, 2:06 PM ${"x".repeat(64)}`,
];

describe("readClock", () => {
  it.each(afternoon)("14:06 in %o", (text) => {
    expect(show(text)).toBe("14:6:0+0");
  });

  it.each(others)("%o", (text, expected) => {
    expect(show(text)).toBe(expected);
  });

  it.each(refused)("none, or not one for sure, in %o", (text) => {
    expect(show(text)).toBeUndefined();
  });

  it("finds any time of day again, whatever form and side of the date it is written in", () => {
    const dates = fc.constantFrom("Thu, Dec 1", "Thu 01-Dec-2011", "2011-12-01", "12/1/11");
    const clocks = fc.record({
      hours: fc.nat({ max: 23 }),
      minutes: fc.nat({ max: 59 }),
      seconds: fc.nat({ max: 59 }),
    });
    fc.assert(
      fc.property(dates, clocks, fc.boolean(), fc.boolean(), (date, clock, isShort, isFirst) => {
        const rest = `${two(clock.minutes)}:${two(clock.seconds)}`;
        const half = clock.hours < 12 ? "AM" : "PM";
        const text = isShort ? `${clock.hours % 12 || 12}:${rest} ${half}` : `${two(clock.hours)}:${rest}`;
        expect(readClock(isFirst ? `${text}, ${date}` : `${date} ${text}`)).toEqual({ ...clock, fraction: 0 });
      }),
    );
  });

  it("does not hang on hostile text, and never gives a time that no clock shows", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."0129:.+-() apmDecThu,/Z".split("")), maxLength: 64 }),
        (text) => {
          const clock = readClock(text);
          if (clock === undefined) return;
          expect(clock.hours <= 23 && clock.minutes <= 59 && clock.seconds <= 59 && clock.fraction < 1e7).toBe(true);
        },
      ),
    );
    expect(readClock("1:".repeat(500_000))).toBeUndefined();
  });
});
