/** What extractors of logs have in common: order of files, times, records, patterns. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogClock } from "../../src/extract/events/clock.ts";
import { compileGrok } from "../../src/extract/events/grok.ts";
import { grokLibrary } from "../../src/extract/events/grok-library.ts";
import { compilePattern } from "../../src/extract/events/patterns.ts";
import { LogRecords, type RecordSettings } from "../../src/extract/events/records.ts";
import { inTimeOrder } from "../../src/extract/events/rotation.ts";
import { timeFormat } from "../../src/extract/events/time-format.ts";
import type { EvidenceFile } from "../../src/extract/extractor.ts";

function fileNamed(name: string, asOf?: number): EvidenceFile {
  return { path: `/nowhere/${name}`, name, bytes: 0, sha256: "", ...(asOf === undefined ? {} : { asOf }) };
}

function readAll(clock: LogClock, texts: readonly string[]): (string | undefined)[] {
  const format = timeFormat("syslog");
  return texts.map((text) => clock.read(`${text} 10:00:00`, format)?.slice(0, 10));
}

function split(pieces: readonly string[], settings: RecordSettings = {}) {
  const records = new LogRecords(settings);
  return [...pieces.flatMap((piece) => [...records.write(piece)]), ...records.end()];
}

describe("rotated files", () => {
  it.each<[string, readonly string[]]>([
    ["by number, the highest first", ["app.log.10.gz", "app.log.3.gz", "app.log.2", "app.log.1", "app.log"]],
    ["by date", ["app-2026-03-09.log", "app-2026-03-10.log.gz", "app-2026-03-12.log"]],
    ["by logrotate's dateext", ["syslog-20260101", "syslog-20260301.gz", "syslog"]],
    ["by number, then by date", ["app.log.2", "app.log.1", "app.log-20260301", "app.log"]],
    ["by part of a day", ["app-20260312.log", "app-20260312_001.log", "app-20260312_002.log", "app-20260313.log"]],
    ["by IIS's day and hour", ["u_ex26031122.log", "u_ex26031123.log", "u_ex26031200.log"]],
    ["set by set", ["a/app.log.1", "a/app.log", "b/app.log.1", "b/app.log"]],
  ])("come %s", (_, names) => {
    for (const given of [names, names.toReversed(), names.toSorted()])
      expect(inTimeOrder(given.map((name) => fileNamed(name))).map(({ name }) => name)).toEqual(names);
  });
});

describe("times", () => {
  it.each<[string, string, string | undefined]>([
    ["iso", "2026-03-12T10:00:00.123Z", "2026-03-12 05:00:00.1230000"],
    ["iso", "2026-03-12 10:00:00,5", "2026-03-12 10:00:00.5000000"],
    ["iso", "20260312T100000-0500", "2026-03-12 10:00:00.0000000"],
    ["iso", "2026-02-30 10:00:00", undefined],
    ["sql", "2026-03-12 10:00:00.1234567", "2026-03-12 10:00:00.1234567"],
    ["apache", "12/Mar/2026:10:00:00 +0000", "2026-03-12 05:00:00.0000000"],
    ["apacheError", "Thu Mar 12 10:00:00.123456 2026", "2026-03-12 10:00:00.1234560"],
    ["log4j", "2026-03-12 10:00:00,042", "2026-03-12 10:00:00.0420000"],
    ["log4j", "2026-03-12 10:00:00.042", "2026-03-12 10:00:00.0420000"],
    ["epoch", "1773309600.25", "2026-03-12 05:00:00.2500000"],
    ["epochMillis", "1773309600042", "2026-03-12 05:00:00.0420000"],
    ["M/d/yyyy h:mm:ss a", "3/2/2026 12:05:09 AM", "2026-03-02 00:05:09.0000000"],
    ["M/d/yyyy h:mm:ss a", "3/2/2026 1:05:09 PM", "2026-03-02 13:05:09.0000000"],
    ["M/d/yyyy h:mm:ss a", "3/2/2026 13:05:09 PM", undefined],
    ["dd.MM.yy HH:mm", "12.03.26 10:00", "2026-03-12 10:00:00.0000000"],
    ["yyyy-MM-dd'T'HH:mm:ssxxx", "2026-03-12T10:00:00+01:00", "2026-03-12 04:00:00.0000000"],
    ["yyyy-MM-dd", "12 March", undefined],
  ])("in the form %s: %s", (format, text, time) => {
    expect(new LogClock({ zone: "America/Chicago" }).read(text, timeFormat(format))).toBe(time);
  });

  it.each(["HH:mm:ss", "yyyy-MM", "yyyy-MM-dd QQ"])("cannot be of the form %s", (format) => {
    expect(() => timeFormat(format)).toThrow(/time format/);
  });

  it("without a year follow the file's order over the turn of a year, and a straggler goes back", () => {
    const clock = new LogClock({ zone: "UTC", year: 2024 });
    expect(readAll(clock, ["Nov 30", "Dec 31", "Jan  1", "Dec 31", "Jan  2", "Feb 29", "Jan 15"])).toEqual([
      "2024-11-30",
      "2024-12-31",
      "2025-01-01",
      "2024-12-31",
      "2025-01-02",
      undefined,
      "2025-01-15",
    ]);
  });

  it("without a year are anchored by the day of the file, never by the machine's clock", () => {
    const file = { ...fileNamed("syslog"), asOf: Date.UTC(2021, 0, 3) };
    const clock = new LogClock({ zone: "UTC" });
    clock.enter(file);
    expect(readAll(clock, ["Dec 30", "Jan  2"])).toEqual(["2020-12-30", "2021-01-02"]);
    const dated = new LogClock({ zone: "UTC" });
    dated.enter(fileNamed("syslog-20190301.gz"));
    expect(readAll(dated, ["Feb 28"])).toEqual(["2019-02-28"]);
    const unknown = new LogClock({ zone: "UTC" });
    unknown.enter(fileNamed("syslog"));
    expect(() => readAll(unknown, ["Feb 28"])).toThrow(/syslog: the times leave the year out.*Set `year`/);
  });

  it("that jump back are told once", () => {
    const clock = new LogClock({ zone: "UTC" });
    const jumps = ["10:00:30", "10:00:00", "11:00:00", "10:00:00", "09:00:00"].map((time) =>
      clock.jump(`2026-03-12 ${time}.0000000`),
    );
    expect(jumps).toEqual([
      undefined,
      undefined,
      undefined,
      "the clock jumps back, from 2026-03-12 11:00:00 to 2026-03-12 10:00:00: each record counts at the time that it states",
      undefined,
    ]);
  });
});

describe("records", () => {
  const start = compilePattern("^\\d");

  it("are lines, or lines from one that begins a record to the next", () => {
    const text = "stray\n1 a\r\n  b\r\n2 c\n\n3 d";
    expect(split([text]).map((record) => record.text)).toEqual(["stray", "1 a", "  b", "2 c", "", "3 d"]);
    expect(split([text], { start }).map((record) => [record.line, record.at, record.text, record.isEnded])).toEqual([
      [1, 0, "stray", true],
      [2, 6, "1 a\n  b", true],
      [4, 16, "2 c\n", true],
      [6, 21, "3 d", false],
    ]);
  });

  it("do not depend on how the text is cut, and lose nothing of it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("1", "x", "\n", "\r\n", "long text"), { maxLength: 40 }),
        fc.array(fc.nat(12), { maxLength: 8 }),
        fc.constantFrom(undefined, start),
        fc.constantFrom(6, 1000),
        (parts, cuts, pattern, longest) => {
          const text = parts.join("");
          const pieces: string[] = [];
          let rest = text;
          for (const cut of cuts) {
            pieces.push(rest.slice(0, cut));
            rest = rest.slice(cut);
          }
          const records = split([...pieces, rest], { start: pattern, longest });
          expect(records.map(({ raw }) => raw).join("")).toBe(text);
          for (const { at, raw, line } of records) {
            expect(text.slice(at, at + raw.length)).toBe(raw);
            expect(line).toBe(text.slice(0, at).split("\n").length);
          }
          const whole = split([text], { start: pattern });
          expect(longest === 1000 ? records : whole).toEqual(whole);
        },
      ),
    );
  });

  it("that are too long come in pieces, and the next one is whole", () => {
    const records = split(["1 aaaa", "aaaaaa", "aaaaaa\n2 b\n"], { longest: 8, start });
    expect(records.map(({ raw, goesOn }) => [raw, goesOn])).toEqual([
      ["1 aaaaaaaaaa", true],
      ["aaaaaa\n", false],
      ["2 b\n", false],
    ]);
  });
});

describe("patterns", () => {
  it.each<[string, string]>([
    ["(?<=a)b", "a lookahead or lookbehind"],
    ["a(?!b)", "a lookahead or lookbehind"],
    ["(a)\\1", "a back-reference"],
    ["(?>a)b", "an atomic group"],
    ["a++b", "a possessive quantifier"],
    ["(a", "missing closing"],
    ["%{NOPE}", "no pattern is called NOPE"],
    ["%{IPORHOTS:x}", "Did you mean %{IPORHOST}"],
  ])("%s are refused with the reason", (source, reason) => {
    expect(() => compileGrok(source)).toThrow(reason);
  });

  it("that lead back to themselves, or double without end, are refused", () => {
    expect(() => compileGrok("%{A}", { A: "%{B}", B: "x%{A}" })).toThrow(/lead back to themselves/);
    const doubling = Object.fromEntries(
      Array.from({ length: 18 }, (_, level) => [`L${level}`, `%{L${level + 1}}%{L${level + 1}}`]),
    );
    expect(() => compileGrok("%{L0}", { ...doubling, L18: "x" })).toThrow(/64 Ki/);
  });

  it("do not hang", () => {
    const begun = Date.now();
    expect(compileGrok("^(a+)+$").test(`${"a".repeat(5000)}!`)).toBe(false);
    expect(Date.now() - begun).toBeLessThan(5000);
  });

  it("of the library all compile", () => {
    for (const name of Object.keys(grokLibrary)) expect(() => compileGrok(`^%{${name}:it}$`)).not.toThrow();
  });

  it.each<[string, string, Readonly<Record<string, string | undefined>>]>([
    ["%{IPORHOST:client} %{WORD:verb}", "10.0.0.7 GET", { client: "10.0.0.7", verb: "GET" }],
    ["id=%{INT:id:int} mail=%{EMAILADDRESS:mail}", "id=-7 mail=a.b@c.example", { id: "-7", mail: "a.b@c.example" }],
    ["%{INT:n}|'(?<n>[^']*)'", "'x'", { n: "x" }],
    ["(?<customer.id>\\d+)(?<rest>z)?", "47", { "customer.id": "47", rest: undefined }],
    [
      "%{COMBINEDAPACHELOG}",
      '10.0.0.1 - ann [12/Mar/2026:10:00:00 +0000] "GET /a?b=1 HTTP/1.1" 200 12 "-" "curl/8"',
      { clientip: "10.0.0.1", request: "/a?b=1", response: "200", timestamp: "12/Mar/2026:10:00:00 +0000" },
    ],
    [
      "%{SYSLOGBASE} %{GREEDYDATA:message}",
      "Mar  1 10:00:00 web1 app[7]: hi",
      { program: "app", pid: "7", message: "hi" },
    ],
    ["^%{TIMESTAMP_ISO8601:t} %{LOGLEVEL:l} %{QS:q}$", "2026-03-12 10:00:00,123 WARN 'a b'", { l: "WARN", q: "'a b'" }],
    [
      "^%{UUID:u} %{URI:w}$",
      "0A0b0c0d-0000-1111-2222-333344445555 https://x.example:8080/a/b?c=d",
      { w: "https://x.example:8080/a/b?c=d" },
    ],
  ])("%s names its fields", (source, line, fields) => {
    const match = compileGrok(source).find(line);
    for (const [field, text] of Object.entries(fields)) expect(match?.get(field)?.text).toBe(text);
  });
});
