/** Files that tell their own times, through whole runs: every night of an export is a snapshot by itself. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { explain, openIncident, run } from "../../src/pipeline.ts";
import { emittedRows, runFiles, services, temporaryFolder, writeFiles } from "../incident.ts";

const schema = "CREATE TABLE dbo.Orders (ID int NOT NULL PRIMARY KEY, Note varchar(20) NULL)";

interface Settings {
  readonly asOf?: string;
  readonly more?: string;
  readonly head?: string;
}

const byName = '{ fileName: "orders-{yyyy}-{MM}-{dd}*.csv", at: "02:00" }';

function recipe({
  asOf = byName,
  more = "coverage: complete, timezone: America/Chicago",
  head = "",
}: Settings): string {
  return `
incident: nightly
recoverTo: 2026-03-14T09:26:00-05:00
target: { dialect: sqlserver, version: 2016, schema: schema.sql }
rules: { inferredDeletes: 1 }
${head}
sources:
  nightly: { extractor: csv, path: night/*.csv, asOf: ${asOf}, tables: { dbo.Orders: {} }, ${more} }
`;
}

function csv(rows: Readonly<Record<number, string>>): string {
  return `ID,Note\n${Object.entries(rows)
    .map(([id, note]) => `${id},${note}\n`)
    .join("")}`;
}

function files(nights: Readonly<Record<string, string>>, settings: Settings = {}): Record<string, string> {
  const named = Object.entries(nights).map(([name, text]) => [`night/orders-${name}.csv`, text]);
  return { "schema.sql": schema, "recipe.yaml": recipe(settings), ...Object.fromEntries(named) };
}

async function rowsOf(nights: Readonly<Record<string, string>>, settings: Settings = {}): Promise<unknown[][]> {
  const ran = await runFiles(files(nights, settings));
  return emittedRows(ran, ran.incident.tables[0] as never);
}

/** Two hundred rows. */
function manyRows(from: number): Record<number, string> {
  return Object.fromEntries(Array.from({ length: 200 }, (_, index) => [index + from, `n${(index * from) % 7}`]));
}

describe("files that tell their own times by their names", () => {
  const nights = {
    "2026-03-10": csv({ 1: "old", 2: "gone on the 11th", 3: "same" }),
    "2026-03-11": csv({ 1: "new", 3: "same" }),
    "2026-03-12": csv({ 1: "newest", 3: "same", 4: "born on the 12th" }),
  };

  it("are history: the newest file says what a cell is, and what it lacks was deleted", async () => {
    expect(await rowsOf(nights)).toEqual([
      [1, "newest"],
      [3, "same"],
      [4, "born on the 12th"],
    ]);
  });

  it("are one source: what all its nights say is not corroborated by them", async () => {
    const { report } = await runFiles(files(nights));
    expect(report.summary.tables[0]).toMatchObject({
      emitted: 3,
      deleted: 1,
      recoveryPoint: "2026-03-12T07:00:00.000Z",
    });
    expect(report.summary.tables[0]?.cells).toMatchObject({ corroborated: 0, superseded: 1, contested: 0 });
  });

  it("show in explain with their own times and names", async () => {
    const { incident } = await runFiles(files(nights));
    const { cells } = await explain(incident, "dbo.Orders", ["1"], "Note");
    expect(cells[0]?.claims.map(({ time, value, locator }) => [time, value, locator])).toEqual([
      ["2026-03-12T07:00:00.000Z", "newest", "night/orders-2026-03-12.csv line 2"],
      ["2026-03-11T07:00:00.000Z", "new", "night/orders-2026-03-11.csv line 2"],
      ["2026-03-10T07:00:00.000Z", "old", "night/orders-2026-03-10.csv line 2"],
    ]);
  });

  it("give no values where they are of after the last good moment, and that is told", async () => {
    const { incident, report } = await runFiles(files({ ...nights, "2026-03-15": csv({ 9: "after the loss" }) }));
    expect(emittedRows({ incident }, incident.tables[0] as never).map(([id]) => id)).toEqual([1, 3, 4]);
    expect(report.notes.join("\n")).toContain(
      "nightly: its files of 1 time are of after the last good moment and give no values (from 2026-03-15T07:00:00.000Z on)",
    );
  });

  it("make one snapshot where several are of one time", async () => {
    const parts = {
      "2026-03-12-a": csv({ 1: "a", 2: "b" }),
      "2026-03-12-b": csv({ 3: "c" }),
      "2026-03-11": csv({ 4: "gone" }),
    };
    expect((await rowsOf(parts)).map(([id]) => id)).toEqual([1, 2, 3]);
  });

  it("prove no deletion where records of that very file could not be read; the other nights still do", async () => {
    const broken = { ...nights, "2026-03-13": csv({ 1: "x", 3: 'torn"' }) + "4,a,b,c\n" };
    const { incident, report } = await runFiles(files(broken));
    expect(emittedRows({ incident }, incident.tables[0] as never).map(([id]) => id)).toEqual([1, 3, 4]);
    expect(report.summary.tables[0]).toMatchObject({ deleted: 1 });
    expect(report.notes.join("\n")).toContain(
      "nightly: dbo.Orders: what its files of 2026-03-13T07:00:00.000Z lack deletes nothing, though the source is declared complete",
    );
  });

  it("delete nothing where the source is partial", async () => {
    expect((await rowsOf(nights, { more: "timezone: America/Chicago" })).map(([id]) => id)).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ["a name that does not fit the pattern", "2026-03", "night/orders-2026-03.csv"],
    ["a day that there is not", "2026-02-30", "night/orders-2026-02-30.csv"],
  ])("are refused: %s", async (_, name, file) => {
    await expect(runFiles(files({ [name]: csv({ 1: "a" }) }))).rejects.toThrow(
      `${file}, source nightly: the file holds rows, and says no time by its name, which does not fit`,
    );
  });

  it("are read again when the recipe reads their names otherwise", async () => {
    const folder = temporaryFolder();
    writeFiles(files(nights), folder);
    const open = () =>
      openIncident({ recipe: path.join(folder, "recipe.yaml"), directory: path.join(folder, "i"), environment: {} });
    await run(await open(), services);
    fs.writeFileSync(
      path.join(folder, "recipe.yaml"),
      recipe({ asOf: '{ fileName: "orders-{yyyy}-{MM}-{dd}.csv", at: "05:00" }' }),
    );
    const { summary } = await run(await open(), services);
    expect(summary.tables[0]?.recoveryPoint).toBe("2026-03-12T10:00:00.000Z");
  });

  it("lead back to the last night's state, whatever happened in between", async () => {
    const night = fc.dictionary(fc.constantFrom("1", "2", "3", "4", "5"), fc.constantFrom("a", "b", "c"), {
      minKeys: 1,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(night, { minLength: 1, maxLength: 6 }), async (history) => {
        const named = history.map((rows, index) => [`2026-03-0${index + 1}`, csv(rows)] as const);
        const last = Object.entries(history.at(-1) ?? {}).map(([id, note]) => [Number(id), note]);
        expect(await rowsOf(Object.fromEntries(named))).toEqual(last);
      }),
      { numRuns: 12 },
    );
  });
});

describe("editions by several threads", () => {
  it("come to the same bytes", async () => {
    const folder = temporaryFolder();
    writeFiles(
      files({ "2026-03-10": csv(manyRows(1)), "2026-03-11": csv(manyRows(5)), "2026-03-15": csv(manyRows(9)) }),
      folder,
    );
    const hashes = [];
    for (const workers of [1, 3]) {
      const directory = path.join(folder, `by-${workers}`);
      const incident = await openIncident({ recipe: path.join(folder, "recipe.yaml"), directory, environment: {} });
      await run(incident, { ...services, workforce: { workers, smallTable: 1 } });
      const reconciled = fs.readFileSync(layoutOf(directory).reconciled);
      hashes.push(createHash("sha256").update(reconciled).digest("hex"));
      expect(emittedRows({ incident }, incident.tables[0] as never)).toHaveLength(200);
    }
    expect(hashes[1]).toBe(hashes[0]);
  });
});

describe("modification times", () => {
  it("are taken where the recipe says so, and are part of the evidence", async () => {
    const folder = temporaryFolder();
    const asOf = "{ modified: true }";
    writeFiles(files({ b: csv({ 1: "older" }), a: csv({ 1: "newer" }) }, { asOf }), folder);
    fs.utimesSync(path.join(folder, "night/orders-b.csv"), 1_773_000_000, 1_773_000_000);
    fs.utimesSync(path.join(folder, "night/orders-a.csv"), 1_773_100_000, 1_773_100_000);
    const incident = await openIncident({
      recipe: path.join(folder, "recipe.yaml"),
      directory: path.join(folder, "i"),
      environment: {},
    });
    await run(incident, services);
    expect(emittedRows({ incident }, incident.tables[0] as never)).toEqual([[1, "newer"]]);
    const evidence = JSON.parse(fs.readFileSync(path.join(folder, "i/evidence.json"), "utf8")) as { asOf: string }[];
    expect(evidence.map((file) => file.asOf)).toEqual(["2026-03-09T23:46:40.000Z", "2026-03-08T20:00:00.000Z"]);
  });
});

describe("a recipe", () => {
  it.each([
    ["{ fileName: orders.csv }", "it says no day"],
    ['{ fileName: "o-{yyyy}-{MM}-{DD}.csv" }', "{DD} is none of {yyyy}, {yy}, {MM}, {dd}, {HH}, {mm}, {ss}"],
    ['{ fileName: "o-{yyyy}{MM}{dd}{dd}.csv" }', "{dd} stands there twice"],
    ['{ fileName: "o-{yyyy}{MM}{dd}{HH}.csv", at: "02:00" }', "is for names that say the day and no hour"],
    ['{ fileName: "o-{yyyy}{MM}{dd}.csv", at: "2am" }', 'a time of day as in "02:00"'],
    ['{ modified: true, fileName: "{yyyy}{MM}{dd}" }', "expected `fileName` with a pattern, or `modified: true`"],
    ["2026-03-12T02:00:00", "the time says no offset"],
  ])("is refused with asOf: %s", async (asOf, message) => {
    await expect(runFiles(files({}, { asOf }))).rejects.toThrow(message);
  });

  it("says on whose clock names are read", async () => {
    await expect(runFiles(files({}, { more: "coverage: complete" }))).rejects.toThrow("say on whose clock");
  });
});
