import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import textLog from "../../src/extract/text-log/index.ts";
import { splitPattern } from "../../src/extract/text-log/split-pattern.ts";
import { finalState, type HistoryEvent, histories, historyColumns, replay, wallOf } from "../support/history.ts";
import { type Changes, collectCase, collectChanges, goldenText, timedTable } from "./change-harness.ts";
import { evidenceFile, mapTable } from "./harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/text-log");

async function extractCase(name: string): Promise<Changes> {
  return collectCase(textLog, path.join(fixtures, name));
}

describe("golden", () => {
  test.each(readdirSync(fixtures))("%s", async (name) => {
    const golden = path.join(import.meta.dirname, `golden/text-log/${name}.txt`);
    await expect(goldenText(await extractCase(name))).toMatchFileSnapshot(golden);
  });
});

test.each([
  [150, 1, true],
  [150, 2, false],
  [50, 0.5, false],
])("%i records that nearly match, %d %% that do: told %s", async (near, percent, isTold) => {
  const folder = mkdtempSync(path.join(tmpdir(), "text-log-"));
  const all = 20_000;
  const matching = Math.round((all * percent) / 100) - 1;
  const text = [
    ..."x"
      .repeat(near)
      .split("")
      .map((_, at) => `Customer ${at} moved to 'Rome'`),
    ..."x"
      .repeat(matching)
      .split("")
      .map((_, at) => `Customer ${at} moved to "Rome"`),
    ..."x".repeat(all - near - matching).split(""),
    "",
  ].join("\n");
  writeFileSync(path.join(folder, "app.log"), text);
  const match = String.raw`^Customer (?<CustomerID>\d+) moved to "(?<City>[^"]*)"`;
  const table = timedTable("dbo.Customers", { CustomerID: "int", City: "nvarchar" });
  const { warnings } = await collectChanges(
    textLog,
    { path: "*", patterns: [{ match, table: "dbo.Customers", operation: "update" }] },
    { files: [evidenceFile(path.join(folder, "app.log"), folder)], mappings: [mapTable(table)] },
  );
  const told = warnings.filter((warning) =>
    warning.includes(`matches only ${matching} of ${all} records, and others nearly`),
  );
  expect(told.map((warning) => warning.includes("the nearest: app.log:1 fits"))).toEqual(isTold ? [true] : []);
});

describe("what the golden files must say", () => {
  test("NULL is as declared; what takes nothing claims nothing; times are on the source's clock", async () => {
    const { changes } = await extractCase("lines");
    expect(changes.map(({ operation, cells }) => [operation, Object.values(cells)]).slice(0, 3)).toEqual([
      ["insert", ["1", "Ann", "Oslo", "app", "2026-03-01 10:00:00.1230000"]],
      ["insert", ["2", null, "app", "2026-03-01 10:00:01.0000000"]],
      ["update", ["1", "Rome", "app", "2026-03-01 10:00:02.5000000"]],
    ]);
  });

  test("a row without its key is evidence; a time that no calendar has goes to quarantine", async () => {
    const { evidence, quarantined } = await extractCase("lines");
    expect(evidence?.map(({ proof }) => proof)).toEqual([
      "dbo.Orders 2026-03-01 10:00:09.0000000: update of a row that is not named: the record does not say its key",
    ]);
    expect(quarantined.map(({ reason }) => reason)).toEqual([
      'its time "2026-02-30 10:00:10" is not of the declared form',
    ]);
  });

  test("a value of several lines keeps its own line ends, whatever the patterns see", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "text-log-"));
    const file = path.join(folder, "app.log");
    writeFileSync(file, "#1 was: a\r\nb\nc\r\n now: d\r\ne\r\n#2 was: f\n now: g\r\n");
    const match = "^#(?<CustomerID>[0-9]+) was: (?s:.*)\n now: (?s:(?<City>.*))$";
    const patterns = [{ match, table: "dbo.Customers", operation: "update" }];
    const input = { files: [evidenceFile(file, folder)], mappings: [mapTable(table)] };
    const { changes } = await collectChanges(textLog, { path: "app.log", record: { start: "^#" }, patterns }, input);
    expect(changes.map(({ cells }) => cells["City"])).toEqual(["d\r\ne", "g"]);
  });

  test("rotated files are read from the oldest, and December is followed by January", async () => {
    const { changes } = await extractCase("rotated");
    expect(changes.map(({ cells }) => String(cells["#modifiedAt"]).slice(0, 10))).toEqual([
      "2024-12-01",
      "2024-12-31",
      "2025-01-01",
      "2024-12-31",
      "2025-01-02",
    ]);
  });

  test("the lines that nearly matched are shown, and where they part", async () => {
    const { warnings } = await extractCase("nearly");
    expect(warnings[1]).toMatch(
      /the nearest: app\.log:3 fits .* moved to ", then "\\"" does not fit "'Rome'"; app\.log:4/,
    );
    expect(warnings[2]).toMatch(/matches no record; no record even begins as it does/);
  });
});

const table = timedTable("dbo.Customers", { CustomerID: "int", City: "nvarchar" });

async function refuse(pattern: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) {
  const options = textLog.options.parse({
    path: "app.log",
    patterns: [
      { match: "%{INT:id}", table: "dbo.Customers", operation: "delete", columns: { CustomerID: "id" }, ...pattern },
    ],
    ...more,
  });
  const context = { files: [], folder: "/nowhere", mappings: [mapTable(table)], signal: new AbortController().signal };
  return textLog.check?.(options, context);
}

describe("a recipe that cannot be read by is told", () => {
  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    [
      "a field that is not there",
      { time: "tiem", match: "%{INT:id} %{WORD:time}" },
      /has no field tiem.*Did you mean time/,
    ],
    ["a table", { table: "dbo.Customer" }, /feeds dbo.Customer, .*Did you mean dbo.Customers/],
    ["a column", { columns: { CustomerId: "id", Citty: { value: 1 } } }, /Customers.Citty, .*Did you mean City/],
    ["a time format", { timeFormat: "HH:mm" }, /says no month/],
    ["what looks around", { match: "(?<=a)(?<id>b)" }, /lookahead or lookbehind/],
  ])("%s", async (_, pattern, message) => {
    await expect(refuse(pattern)).rejects.toThrow(message);
  });

  it("the start of a record", async () => {
    await expect(refuse({}, { record: { start: "%{TIMESTAMP}" } })).rejects.toThrow(/no pattern is called TIMESTAMP/);
  });
});

it.each<[string, readonly string[]]>([
  ["^a+?%{INT:x}\\d{2,}$", ["^", "a+?", "%{INT:x}", "\\d{2,}", "$"]],
  ["([)]|\\)(b))*[]a[:alpha:]]\\p{L}", ["([)]|\\)(b))*", "[]a[:alpha:]]", "\\p{L}"]],
  ["a|b", ["a|b"]],
  ["(a", ["(a"]],
])("the pattern %s falls into parts", (source, parts) => {
  expect(splitPattern(source)).toEqual(parts);
});

const rows = timedTable("dbo.Rows", historyColumns);
/** Empty texts claim nothing, and a value cannot hold what ends it. */
const writable = histories.map((events) => events.map((event) => ({ ...event, after: withText(event.after) })));

function withText(row: HistoryEvent["after"]): HistoryEvent["after"] {
  if (row === undefined || row.name === null) return row;
  return { ...row, name: `${row.name.replaceAll(/[^ -;=?-~]/g, "").trim()}.` };
}

function recordOf({ operation, at, before, after }: HistoryEvent): string {
  const cells = after === undefined ? [] : [after.name, after.price, after.made];
  const names = ["name", "price", "made"];
  const lines = cells.map((value, index) => `  ${names[index]}=<${value ?? "(null)"}>\n`);
  return `${wallOf(at)} ${operation} row ${(after ?? before)?.id}\n${lines.join("")}`;
}

it("random histories that were written as text are replayed to the same end", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "text-log-"));
  const file = path.join(folder, "app.log");
  const options = {
    path: "app.log",
    record: { start: "^\\d{4}-" },
    null: "(null)",
    patterns: [
      {
        match:
          "^%{TIMESTAMP_ISO8601:time} %{WORD:verb} row %{INT:id}(?:\n  name=<(?<name>[^>]*)>\n  price=<(?<price>[^>]*)>\n  made=<(?<made>[^>]*)>)?$",
        table: "dbo.Rows",
        operation: { group: "verb", map: { insert: "insert", update: "update", delete: "delete" } },
        time: "time",
      },
    ],
  };
  await fc.assert(
    fc.asyncProperty(writable, async (events) => {
      writeFileSync(file, events.map((event) => recordOf(event)).join(""));
      const input = { files: [evidenceFile(file, folder)], mappings: [mapTable(rows)] };
      const { changes, quarantined } = await collectChanges(textLog, options, input);
      expect(quarantined).toEqual([]);
      expect(changes.map(({ cells }) => cells["#modifiedAt"])).toEqual(events.map(({ at }) => wallOf(at)));
      expect(replay(changes, rows)).toEqual(finalState(events));
    }),
    { numRuns: 50 },
  );
});
