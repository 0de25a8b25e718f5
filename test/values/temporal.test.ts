import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultConventions, type RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { hex, read, typeOf, type ReadOptions } from "./support.ts";

const dmy = { dateOrder: "dmy" } as const;
const ymd = { dateOrder: "ymd" } as const;

type Case = readonly [type: string, raw: RawValue, expected: unknown];

/** The same instant, 2005-03-04 10:15, in the forms that the server reads under `mdy` unless the case says otherwise. */
const forms: readonly (readonly [string, ReadOptions?])[] = [
  ["20050304 10:15"],
  ["20050304 10:15:00"],
  ["20050304 10:15:00.000"],
  ["20050304T10:15:00"],
  ["050304 10:15"],
  ["2005-03-04 10:15"],
  ["2005-03-04T10:15:00"],
  ["2005-03-04T10:15:00Z"],
  ["2005-03-04T10:15:00.0000000"],
  ["2005-3-4 10:15"],
  ["  2005-03-04 10:15:00  "],
  ["2005-03-04 10:15", dmy],
  ["2005-03-04 10:15", ymd],
  ["3/4/2005 10:15"],
  ["03/04/05 10:15"],
  ["03-04-2005 10:15"],
  ["03.04.2005 10:15:00:000"],
  ["4.3.2005 10:15", dmy],
  ["04/03/05 10:15", dmy],
  ["05/03/04 10:15", ymd],
  ["03/04/2005 10:15", ymd],
  ["2005/03/04 10:15"],
  ["2005/03/04 10:15", dmy],
  ["03/2005/04 10:15"],
  ["Mar  4 2005 10:15AM"],
  ["Mar  4 2005 10:15:00:000AM"],
  ["mar 4, 05 10:15 am"],
  ["4 March 2005 10:15"],
  ["04 Mar 2005 10:15:00:000"],
  ["4-MAR-2005 10:15"],
  ["2005 March 4 10:15"],
  ["05 Mar 4 10:15", ymd],
  ["March 4, 2005 10:15"],
  ["10:15 2005-03-04"],
  ["10:15AM Mar 4 2005"],
];

const refused = [
  "2005-02-29",
  "1900-02-29",
  "2005-13-01",
  "2005-00-10",
  "2005-04-31",
  "0000-01-01",
  "2005-03-04 24:00",
  "2005-03-04 10:60",
  "2005-03-04 10:15:60",
  "2005-03-04 10:15:00.12345678",
  "2005-03-04 10:15:00:1234",
  "2005-03-04 10:15:",
  "2005-03-04 10:15:00.",
  "2005",
  "2005-03",
  "Mar 2005",
  "13/13/2005",
  "005-03-04",
  "3/4",
  "3/4-2005",
  "4 Mars 2005",
  "Fri Mar 4 2005",
  "2005-03-04 13:15 AM",
  "2005-03-04 0:15 PM",
  "2005-03-04 10",
  "tomorrow",
  "42000.5",
  "2005-03-04T10:15:00+15:00",
  "２００５-03-04",
];

describe("literal forms", () => {
  it.for(forms)("datetime reads %o", ([text, options]) => {
    expect(read("datetime", text, options)).toBe("2005-03-04 10:15:00.0000000");
  });

  it.each(refused)("datetime2 refuses %o", (text) => {
    expect(read("datetime2", text)).toBe("!is not a datetime2");
  });

  it("GOTCHAS 10: an export's year, month, day is never year, day, month, whatever the source's order", () => {
    for (const dateOrder of ["mdy", "dmy", "ymd"] as const) {
      expect(read("datetime", "2012-05-02", { dateOrder })).toBe("2012-05-02 00:00:00.0000000");
      expect(read("datetime", "2012/05/02", { dateOrder })).toBe("2012-05-02 00:00:00.0000000");
      expect(read("datetime", "2012-02-20", { dateOrder })).toBe("2012-02-20 00:00:00.0000000");
    }
  });

  it.each([
    ["datetime", "2012-05-02", "2012-02-05 00:00:00.0000000"],
    ["datetime", "2012/05/02 10:15", "2012-02-05 10:15:00.0000000"],
    ["datetime", "2012-05-02T10:15:00", "2012-05-02 10:15:00.0000000"],
    ["datetime", "20120502 10:15", "2012-05-02 10:15:00.0000000"],
    ["datetime", "2012-02-20", "!is not a datetime"],
    ["smalldatetime", "2012-05-02 10:15", "2012-02-05 10:15:00.0000000"],
    ["datetime2", "2012-05-02", "2012-05-02 00:00:00.0000000"],
    ["date", "2012-05-02", "2012-05-02"],
  ])("GOTCHAS 10: under dmy the server reads the %s literal %s as %s", (type, text, expected) => {
    expect(read(type, text, { ...dmy, isLiteral: true })).toBe(expected);
  });

  it.each([
    ["1/1/49", "2049-01-01"],
    ["1/1/50", "1950-01-01"],
    ["1/1/00", "2000-01-01"],
    ["1/1/99", "1999-01-01"],
  ])("a year of two digits: %s is %s", (text, expected) => {
    expect(read("date", text)).toBe(expected);
  });

  it.each([
    ["12:00AM", "00:00:00.0000000"],
    ["12:30 PM", "12:30:00.0000000"],
    ["11:59:59.5pm", "23:59:59.5000000"],
    ["4 PM", "16:00:00.0000000"],
    ["13:05 PM", "13:05:00.0000000"],
    ["10:15:30:5", "10:15:30.0050000"],
    ["10:15:30.5", "10:15:30.5000000"],
    ["10:15:30.123456700", "10:15:30.1234567"],
  ])("a time of day: %s is %s", (text, expected) => {
    expect(read("time", text)).toBe(expected);
  });

  it("does not hang on hostile text", () => {
    const hostile = [
      " 1".repeat(100_000),
      " ".repeat(200_000).concat("x"),
      "1".repeat(200_000),
      "10:15".repeat(50_000),
    ];
    for (const text of hostile) expect(read("datetime", text)).toBe("!is not a datetime");
  });
});

const cases: readonly Case[] = [
  ["date", "2005-03-04", "2005-03-04"],
  ["date", "2005-03-04 23:59:59.9999999", "2005-03-04"],
  ["date", "0001-01-01", "0001-01-01"],
  ["date", "9999-12-31", "9999-12-31"],
  ["date", "03/04/2005", "2005-03-04"],
  ["date", "10:15", "!has no date"],
  ["time", "2005-03-04", "!has no time of day"],
  ["time", "2005-03-04 10:15:30.1234567", "10:15:30.1234567"],
  ["time(0)", "10:15:30.5", "10:15:31.0000000"],
  ["time(0)", "23:59:59.5", "!rounds to 24:00, which time cannot hold"],
  ["datetime", "10:15", "1900-01-01 10:15:00.0000000"],
  ["datetime", "", "!is blank"],
  ["datetime", "   ", "!is blank"],
  ["datetime", 38414, "!is a number, whose meaning as a datetime is not known"],
  ["datetime", 38414n, "!is a number, whose meaning as a datetime is not known"],
  ["datetime", true, "!is a number, whose meaning as a datetime is not known"],
  ["datetime", "1753-01-01", "1753-01-01 00:00:00.0000000"],
  ["datetime", "1752-12-31", "!is outside the range of datetime (1753-01-01 to 9999-12-31)"],
  ["datetime", "9999-12-31 23:59:59.997", "9999-12-31 23:59:59.9970000"],
  ["datetime", "9999-12-31 23:59:59.999", "!is outside the range of datetime (1753-01-01 to 9999-12-31)"],
  ["datetime", "2005-03-04T10:15:00+05:00", "!carries a time zone, which datetime does not take"],
  ["smalldatetime", "2005-03-04 10:15:29.998", "2005-03-04 10:15:00.0000000"],
  ["smalldatetime", "2005-03-04 10:15:29.999", "2005-03-04 10:16:00.0000000"],
  ["smalldatetime", "2004-12-31 23:59:30", "2005-01-01 00:00:00.0000000"],
  ["smalldatetime", "1899-12-31", "!is outside the range of smalldatetime (1900-01-01 to 2079-06-06)"],
  ["smalldatetime", "2079-06-06 23:59", "2079-06-06 23:59:00.0000000"],
  ["smalldatetime", "2079-06-06 23:59:30", "!is outside the range of smalldatetime (1900-01-01 to 2079-06-06)"],
  ["datetime2", "2005-03-04 10:15:30.1234567", "2005-03-04 10:15:30.1234567"],
  ["datetime2(3)", "2005-03-04 10:15:30.1235", "2005-03-04 10:15:30.1240000"],
  ["datetime2(0)", "2004-12-31 23:59:59.5", "2005-01-01 00:00:00.0000000"],
  ["datetime2(0)", "9999-12-31 23:59:59.5", "!is outside the range of datetime2 (0001-01-01 to 9999-12-31)"],
  ["datetime2", "2005-03-04T10:15:00+05:00", "2005-03-04 10:15:00.0000000"],
  ["datetime2", "04/05/2005 10:15:00.1234567", "2005-04-05 10:15:00.1234567"],
  ["datetimeoffset", "2005-03-04 10:15:00 -08:00", "2005-03-04 10:15:00.0000000 -08:00"],
  ["datetimeoffset", "2005-03-04T10:15:00.5+05:30", "2005-03-04 10:15:00.5000000 +05:30"],
  ["datetimeoffset", "2005-03-04T10:15:00Z", "2005-03-04 10:15:00.0000000 +00:00"],
  ["datetimeoffset", "2005-03-04 10:15", "2005-03-04 10:15:00.0000000 +00:00"],
  ["datetimeoffset", "2005-03-04 10:15 -00:00", "2005-03-04 10:15:00.0000000 +00:00"],
  ["datetimeoffset", "0001-01-01 00:00 +01:00", "!is outside the range of datetimeoffset (0001-01-01 to 9999-12-31)"],
];

describe("what each type makes of it", () => {
  it.each(cases)("%s: %o", (type, raw, expected) => {
    expect(read(type, raw)).toBe(expected);
  });
});

/** Pairs that the server itself printed, from Microsoft's documentation, its install scripts and published experiments. */
const binary: readonly (readonly [type: string, digits: string, expected: string])[] = [
  ["datetime", "00008A5F00000000", "1996-12-26 00:00:00.0000000"],
  ["datetime", "00009B8F018B81FF", "2009-01-12 23:59:59.9970000"],
  ["datetime", "000098FA00000000", "2007-03-23 00:00:00.0000000"],
  ["datetime", "FFFF2E4600000000", "1753-01-01 00:00:00.0000000"],
  ["datetime", "00009B8F018B8200", "!is not a datetime"],
  ["datetime", "FFFF2E4500000000", "!is outside the range of datetime (1753-01-01 to 9999-12-31)"],
  ["datetime", "", "!is not a datetime"],
  ["smalldatetime", "98FA0267", "2007-03-23 10:15:00.0000000"],
  ["smalldatetime", "98FA05A0", "!is not a smalldatetime"],
  ["date", "681B0B00", "1993-12-16"],
  ["date", "963D0B00", "2017-11-30"],
  ["date", "963D0B", "2017-11-30"],
  ["date", "963D0B01", "!is not a date"],
  ["date", "FFFFFF", "!is outside the range of date (0001-01-01 to 9999-12-31)"],
  ["datetime2", "070000000000143B0B", "2016-02-27 00:00:00.0000000"],
  ["datetime2", "0709000000006D0100", "0002-01-01 00:00:00.0000009"],
  ["datetime2", "0608000000006D0100", "0002-01-01 00:00:00.0000080"],
  ["datetime2", "0780E667E0969F420B", "2021-06-11 18:00:01.0000000"],
  ["datetime2", "08000000000000143B0B", "!is not a datetime2"],
  ["datetime2", "0700000000143B0B", "!is not a datetime2"],
  ["time", "0700E0349564", "12:00:00.0000000"],
  ["time", "000CF700", "17:34:04.0000000"],
  ["datetimeoffset", "000CF700A8330BD200", "2010-12-15 21:04:04.0000000 +03:30"],
  ["datetimeoffset", "03AD05C503A8330BD200", "2010-12-15 21:04:03.6930000 +03:30"],
  ["datetimeoffset", "0757C62D4093A8330BD200", "2010-12-15 21:04:03.6934231 +03:30"],
  ["datetimeoffset", "078096980000A0420B98FE", "2021-06-11 18:00:01.0000000 -06:00"],
  ["datetimeoffset", "0700E034956400000030FD", "0001-01-01 00:00:00.0000000 -12:00"],
];

describe("the server's binary conversion", () => {
  it.each(binary)("%s: 0x%s", (type, digits, expected) => {
    expect(read(type, hex(digits))).toBe(expected);
  });
});

/** Microsoft's table "Rounding of datetime fractional second precision". */
const ticks = [
  ["2023-12-31 23:59:59.999", "2024-01-01 00:00:00.0000000"],
  ["2024-01-01 23:59:59.998", "2024-01-01 23:59:59.9970000"],
  ["2024-01-01 23:59:59.997", "2024-01-01 23:59:59.9970000"],
  ["2024-01-01 23:59:59.996", "2024-01-01 23:59:59.9970000"],
  ["2024-01-01 23:59:59.995", "2024-01-01 23:59:59.9970000"],
  ["2024-01-01 23:59:59.994", "2024-01-01 23:59:59.9930000"],
  ["2024-01-01 23:59:59.993", "2024-01-01 23:59:59.9930000"],
  ["2024-01-01 23:59:59.992", "2024-01-01 23:59:59.9930000"],
  ["2024-01-01 23:59:59.991", "2024-01-01 23:59:59.9900000"],
  ["2024-01-01 23:59:59.990", "2024-01-01 23:59:59.9900000"],
] as const;

const moments = fc.date({
  min: new Date("1753-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:58Z"),
  noInvalidDate: true,
});

const smallMoments = fc.date({ min: new Date("1900-01-01"), max: new Date("2079-06-06"), noInvalidDate: true });

describe("datetime ticks", () => {
  it.each(ticks)("GOTCHAS 10: %s becomes %s", (text, expected) => {
    expect(read("datetime", text)).toBe(expected);
  });

  it("GOTCHAS 31: a tick is .000, .003 or .007, at most 2 ms from what was written, and stays as it is", () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const value = read("datetime", moment.toISOString()) as string;
        const distance = Date.parse(`${value.slice(0, 23).replace(" ", "T")}Z`) - moment.getTime();
        expect(value).toMatch(/[037]0000$/);
        expect(Math.abs(distance)).toBeLessThanOrEqual(2);
        expect(read("datetime", value)).toBe(value);
      }),
    );
  });

  it("GOTCHAS 31: copies of one datetime that differ within its tick are equal", () => {
    const codec = codecFor({ type: typeOf("datetime") });
    const keys = ["10:15:00.003", "10:15:00.0033333", "10:15:00.002", "10:15:00.0040000"].map((clock) =>
      codec.equalityKey(codec.parse(`2005-03-04 ${clock}`, defaultConventions) as string),
    );
    expect(new Set(keys).size).toBe(1);
  });
});

describe("calendar", () => {
  const anyMoment = fc.date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });

  it("agrees with the Gregorian calendar of JavaScript, by text and by binary", () => {
    const dayOne = Date.UTC(2000, 0, 1) - 730_119 * 86_400_000;
    fc.assert(
      fc.property(anyMoment, (moment) => {
        const iso = moment.toISOString();
        expect(read("datetime2", iso)).toBe(`${iso.slice(0, 10)} ${iso.slice(11, 23)}0000`);
        const days = Math.floor((moment.getTime() - dayOne) / 86_400_000);
        expect(read("date", Uint8Array.of(days & 255, (days >> 8) & 255, days >> 16))).toBe(iso.slice(0, 10));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(["date", "datetime", "smalldatetime", "datetime2(7)", "datetimeoffset(7)", "time(7)"])(
    "%s comes back from its own text",
    (type) => {
      const codec = codecFor({ type: typeOf(type) });
      const dates = type === "smalldatetime" ? smallMoments : moments;
      fc.assert(
        fc.property(dates, fc.constantFrom("mdy" as const, "dmy" as const, "ymd" as const), (date, dateOrder) => {
          const value = codec.parse(date.toISOString(), defaultConventions) as string;
          expect(typeof value).toBe("string");
          expect(codec.parse(codec.format(value), { dateOrder })).toBe(value);
        }),
      );
    },
  );
});

describe("equality of datetimeoffset", () => {
  const codec = codecFor({ type: typeOf("datetimeoffset") });
  const key = (text: string) => codec.equalityKey(codec.parse(text, defaultConventions) as string);

  it("is that of the instant in UTC", () => {
    expect(key("2005-03-04 10:15 +02:00")).toBe(key("2005-03-04 08:15 +00:00"));
    expect(key("2005-01-01 00:30 +01:00")).toBe(key("2004-12-31 23:30 +00:00"));
    expect(key("2005-03-04 10:15 +02:00")).not.toBe(key("2005-03-04 10:15 +00:00"));
    expect(key("2005-03-04 10:15:00.0000001")).not.toBe(key("2005-03-04 10:15:00.0000002"));
  });
});
