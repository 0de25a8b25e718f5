import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { damageBetween } from "../../src/values/damage/between.ts";
import { codecFor } from "../../src/values/registry.ts";
import { defaultConventions } from "../../src/values/codec.ts";
import { typeOf } from "./support.ts";

type Case = readonly [type: string, candidate: string, intact: string, what: string | undefined];

const day = "2012-02-20";

const cases: readonly Case[] = [
  ["datetime", `${day} 00:00:00.0000000`, `${day} 10:15:30.1230000`, "date without its time"],
  ["smalldatetime", `${day} 00:00:00.0000000`, `${day} 10:15:00.0000000`, "date without its time"],
  ["datetime2", `${day} 00:00:00.0000000`, `${day} 00:00:20.0000000`, "date without its time"],
  ["datetime2", "2012-02-21 00:00:00.0000000", `${day} 10:15:30.1230000`, undefined],
  ["datetime2", `${day} 10:15:00.0000000`, `${day} 10:15:30.1230000`, "time to minutes"],
  ["datetime2", `${day} 10:16:00.0000000`, `${day} 10:15:30.0000000`, "time to minutes"],
  ["datetime2", `${day} 10:16:00.0000000`, `${day} 10:15:29.9000000`, undefined],
  ["datetime2", `${day} 10:00:00.0000000`, `${day} 10:15:30.0000000`, undefined],
  ["datetime2", `${day} 10:15:30.0000000`, `${day} 10:15:30.4000000`, "time to seconds"],
  ["datetime2", `${day} 10:15:31.0000000`, `${day} 10:15:30.5000000`, "time to seconds"],
  ["datetime2", `${day} 10:15:31.0000000`, `${day} 10:15:30.4000000`, undefined],
  ["datetime2", `${day} 11:00:00.0000000`, `${day} 10:59:59.9999999`, "time to seconds"],
  ["datetime2", "2012-03-01 00:00:00.0000000", "2012-02-29 23:59:59.9999999", "time to seconds"],
  ["datetime2", `${day} 10:15:30.1230000`, `${day} 10:15:30.1234567`, "time to milliseconds"],
  ["datetime2", `${day} 10:15:30.1240000`, `${day} 10:15:30.1235000`, "time to milliseconds"],
  ["datetime2", `${day} 10:15:30.1200000`, `${day} 10:15:30.1234567`, "time to hundredths of a second"],
  ["datetime2", `${day} 10:15:30.1234570`, `${day} 10:15:30.1234567`, "time to microseconds"],
  ["datetime2", `${day} 10:15:30.1234568`, `${day} 10:15:30.1234567`, undefined],
  ["datetime2", `${day} 10:15:30.1230000`, `${day} 10:15:30.1230000`, undefined],
  ["datetime2", `1700-${day.slice(5)} 10:15:00.0000000`, `1700-${day.slice(5)} 10:15:20.0000000`, "time to minutes"],
  ["time", "10:15:00.0000000", "10:15:20.0000000", "time to minutes"],
  ["time", "00:00:00.0000000", "10:15:20.0000000", undefined],
  ["time", "10:15:20.0000000", "10:15:20.3000000", "time to seconds"],
  ["datetimeoffset", `${day} 00:00:00.0000000 +00:00`, `${day} 10:15:30.0000000 -05:00`, "date without its time"],
  ["datetimeoffset", `${day} 00:00:00.0000000 -05:00`, `${day} 10:15:30.0000000 -05:00`, "date without its time"],
  ["datetimeoffset", `${day} 00:00:00.0000000 +00:00`, `${day} 00:00:00.0000000 -05:00`, undefined],
  ["datetimeoffset", `${day} 10:15:30.0000000 -05:00`, `${day} 10:15:30.1000000 -05:00`, "time to seconds"],
  ["datetimeoffset", `${day} 10:15:30.0000000 +00:00`, `${day} 10:15:30.1000000 -05:00`, undefined],
  ["datetimeoffset", `${day} 00:00:00.0000000 +02:00`, `${day} 10:15:30.0000000 -05:00`, undefined],
  ["date", "2012-02-20", "2012-02-21", undefined],
];

const ticks: readonly Case[] = [
  ["datetime2", `${day} 10:15:30.1270000`, `${day} 10:15:30.1250000`, "time to datetime's ticks of 1/300 s"],
  ["datetime2", `${day} 10:15:30.1266667`, `${day} 10:15:30.1250000`, "time to datetime's ticks of 1/300 s"],
  ["datetime2", `${day} 10:15:30.1233333`, `${day} 10:15:30.1234567`, "time to datetime's ticks of 1/300 s"],
  ["datetime2", `${day} 10:15:30.1230000`, `${day} 10:15:30.1233333`, "time to milliseconds"],
  ["datetime2", `${day} 10:15:30.1233333`, `${day} 10:15:30.1230000`, undefined],
  ["datetime2", `${day} 10:15:30.1250000`, `${day} 10:15:30.1270000`, undefined],
  ["datetime2", "2012-02-21 00:00:00.0000000", `${day} 23:59:59.9990000`, "time to seconds"],
  ["datetime", `${day} 10:15:30.0030000`, `${day} 10:15:30.0070000`, undefined],
  ["datetime", `${day} 10:15:30.0000000`, `${day} 10:15:30.0030000`, "time to seconds"],
  ["datetime2", `${day} 10:16:00.0000000`, `${day} 10:15:29.9990000`, "time to minutes"],
];

function what([type, candidate, intact]: Case): string | undefined {
  return damageBetween({ type: typeOf(type) })(candidate, intact)?.what;
}

describe("times at a coarser precision", () => {
  it.each(cases)("%s: %s of %s", (...given) => {
    expect(what(given)).toBe(given[3]);
  });

  it.each(ticks)("GOTCHAS 31: %s: %s of %s", (...given) => {
    expect(what(given)).toBe(given[3]);
  });
});

const text = fc
  .tuple(
    fc.date({ min: new Date("1901-01-01"), max: new Date("2078-12-30"), noInvalidDate: true }),
    fc.integer({ min: 0, max: 9999 }),
  )
  .map(([date, rest]) => `${date.toISOString().replace("T", " ").slice(0, 23)}${String(rest).padStart(4, "0")}`);

const coarser = ["datetime2(0)", "datetime2(1)", "datetime2(3)", "datetime2(6)", "datetime", "smalldatetime", "date"];
const test = damageBetween({ type: typeOf("datetime2") });

function through(type: string, value: string): string {
  const kept = codecFor({ type: typeOf(type) }).parse(value, defaultConventions) as string;
  return kept.length === 10 ? `${kept} 00:00:00.0000000` : kept;
}

/** .1533333 is what .1533330 may have been as a datetime, and the other way round as datetime2(6). */
function isTick(moment: string): boolean {
  const fraction = Number(moment.slice(20));
  return Math.round((Math.round((fraction * 3) / 100_000) * 100_000) / 3) === fraction;
}

describe("times: properties", () => {
  it("recognises what any coarser type keeps, and never the other way round", () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...coarser), (intact, type) => {
        const candidate = through(type, intact);
        fc.pre(candidate !== intact && !isTick(intact));
        expect(test(candidate, intact)).toBeDefined();
        expect(test(intact, candidate)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it("recognises what is cut at any place", () => {
    fc.assert(
      fc.property(text, fc.constantFrom(10, 16, 19, 21, 22, 23, 24, 25, 26), (intact, end) => {
        const candidate = intact.slice(0, end) + " 00:00:00.0000000".slice(end - 10);
        fc.pre(candidate !== intact);
        expect(test(candidate, intact)).toBeDefined();
      }),
    );
  });

  it("tells apart moments with sub-seconds of their own", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        // No type but the finest writes these as its last digit; ticks end in 3 and 7.
        fc.pre(/[124589]$/.test(one) && /[124589]$/.test(other) && one !== other);
        expect(test(one, other)).toBeUndefined();
      }),
    );
  });
});
