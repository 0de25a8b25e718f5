/** What the formats of survivors write is what the real extractors read, cell by cell. */
import { setTimeout } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Copy, Format, Log, LoggedChange, WriteOptions } from "../../src/drill/survivors/model.ts";
import { storedColumns } from "../../src/schema/model.ts";
import {
  comparable,
  copies,
  expectCopy,
  expected,
  formatOf,
  gapsOf,
  logs,
  longValues,
  plain,
  readBack,
  type ReadRow,
} from "./format-harness.ts";

interface Case {
  readonly id: string;
  readonly options?: Partial<WriteOptions>;
}

const copyCases: readonly Case[] = [
  { id: "csv" },
  { id: "csv", options: { encoding: "windows-1252" } },
  { id: "csv", options: { encoding: "utf-16le" } },
  { id: "csv", options: { excel: true } },
  { id: "csv", options: { excel: true, encoding: "windows-1252" } },
  { id: "json" },
  { id: "sql-script" },
  { id: "sql-script", options: { encoding: "utf-16le" } },
  { id: "sql-script", options: { encoding: "windows-1252" } },
  { id: "sqlite" },
  { id: "xlsx" },
];

const logCases: readonly Case[] = [
  { id: "trace" },
  { id: "trace", options: { encoding: "windows-1252" } },
  { id: "debezium" },
];

const labelled = (cases: readonly Case[]) =>
  cases.map((each) => ({ ...each, label: `${each.id} ${JSON.stringify(each.options ?? {})}` }));

describe("a copy is read as it is said to be written", () => {
  it.each(["csv", "json", "sql-script", "sqlite", "xlsx"])("%s with long texts", async (id) => {
    await expect(expectCopy(formatOf(id), longValues, plain)).resolves.toBeUndefined();
  });

  it.each(labelled(copyCases))("$label", async ({ id, options }) => {
    const property = fc.asyncProperty(copies(), (copy) => expectCopy(formatOf(id), copy, { ...plain, ...options }));
    await expect(fc.assert(property, { numRuns: 60 })).resolves.toBeUndefined();
  });
});

/** Cells that the change is read with, those that it has to have, and those that they have to be. */
function compareChange(format: Format, change: LoggedChange, row: ReadRow | undefined, options: WriteOptions) {
  const columns = storedColumns(change.table);
  const [before, after] = [change.before, change.after].map((cells) =>
    cells === undefined ? undefined : expected(format, columns, cells, options),
  );
  const truth = after ?? before ?? {};
  const read = Object.entries(row?.cells ?? {}).filter(([name]) => name !== "#modifiedAt");
  const wrong = read.filter(([name, value]) => comparable(value) !== truth[name]).map(([name]) => name);
  const owed = after === undefined ? [] : Object.keys(after).filter((name) => after[name] !== before?.[name]);
  const missing = owed.filter((name) => row?.cells[name] === undefined);
  return { operation: row?.operation, wrong, missing };
}

async function expectLog(format: Format, log: Log, options: WriteOptions): Promise<void> {
  const read = (await readBack(format, log, options)).filter(({ isBefore }) => !isBefore);
  expect(read).toHaveLength(log.changes.length);
  for (const change of log.changes) {
    const wall = new Date(change.at).toLocaleString("sv-SE", { timeZone: options.timezone });
    const row = read.find(({ cells }) => String(cells["#modifiedAt"]).startsWith(wall));
    const found = compareChange(format, change, row, options);
    expect(found).toEqual({ operation: change.kind, wrong: [], missing: [] });
  }
}

describe("a log is read as it is said to be written", () => {
  it.each(labelled(logCases))("$label", async ({ id, options }) => {
    const property = fc.asyncProperty(logs(), (log) => expectLog(formatOf(id), log, { ...plain, ...options }));
    await expect(fc.assert(property, { numRuns: 60 })).resolves.toBeUndefined();
  });
});

const between: Readonly<Record<string, RegExp>> = {
  "sql-script": /^(?:(?:GO|print '[^']*'|SET IDENTITY_INSERT .* O(?:N|FF))\r\n)*$/s,
};

async function expectPlaces(format: Format, content: Copy | Log): Promise<void> {
  const files = await format.write(content, plain);
  expect(files).toEqual(await format.write(content, plain));
  for (const file of files) {
    const gaps = gapsOf(file).slice(1, format.id === "trace" ? -1 : undefined);
    expect(gaps.filter((gap) => !(between[format.id] ?? /^$/).test(gap))).toEqual([]);
  }
  const keys = files.flatMap(({ records }) => records.map(({ table, key }) => `${table.id} ${key}`));
  const told =
    content.kind === "rows"
      ? content.tables.flatMap(({ table, rows }) => rows.map(({ key }) => ({ table, key })))
      : content.changes;
  expect(keys).toEqual(told.map(({ table, key }) => `${table.id} ${key}`));
}

describe("files without places of records", () => {
  it.each(["sqlite", "xlsx"])("%s: two writings are the same bytes", async (id) => {
    const [copy] = fc.sample(copies(), 1) as [Copy];
    const [first] = await formatOf(id).write(copy, plain);
    await setTimeout(2100);
    const [second] = await formatOf(id).write(copy, plain);
    expect(second?.bytes.equals(first?.bytes ?? Buffer.alloc(0))).toBe(true);
  });
});

describe("records stand one behind the other, and two writings are the same bytes", () => {
  it.each(["csv", "json", "sql-script", "trace", "debezium"])("%s", async (id) => {
    const format = formatOf(id);
    const content: fc.Arbitrary<Copy | Log> = format.content === "rows" ? copies() : logs();
    const property = fc.asyncProperty(content, (written) => expectPlaces(format, written));
    await expect(fc.assert(property, { numRuns: 30 })).resolves.toBeUndefined();
  });
});
