import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { committed, generate } from "../../fixtures/flagship/generate/generate.ts";
import type { Value } from "../../fixtures/flagship/generate/model.ts";
import { findExtractor } from "../../src/extract/registry.ts";
import { layoutOf } from "../../src/incident.ts";
import { type Incident, openIncident, run, type RunReport } from "../../src/pipeline.ts";
import { silentReporter } from "../../src/progress.ts";
import { assertSourceBalances, assertTableBalances } from "../../src/report/summary.ts";
import { type Column, storedColumns, type Table } from "../../src/schema/model.ts";
import { explain } from "../../src/steps/explain.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import type { CanonicalValue } from "../../src/values/codec.ts";
import { collect, evidenceFile, mapTable } from "../extract/harness.ts";
import { comparable, comparableCanonical, heldRows, keyColumns, truthRows } from "./expected.ts";

const flagship = generate(committed);
const fixture = path.resolve("fixtures/flagship");
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "flagship-demo-"));

interface Rescue {
  readonly incident: Incident;
  readonly report: RunReport;
  readonly reader: ReconciledReader;
}

async function rescue(recipe: string, folder: string): Promise<Rescue> {
  const directory = path.join(temporary, folder);
  const incident = await openIncident({ recipe, directory, environment: {} });
  const report = await run(incident, { reporter: silentReporter, signal: new AbortController().signal });
  return { incident, report, reader: new ReconciledReader(layoutOf(directory).reconciled) };
}

function hashes(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted()
    .map(
      (file) => `${path.relative(folder, file)} ${createHash("sha256").update(fs.readFileSync(file)).digest("hex")}`,
    );
}

/** Emitted rows by key; each cell as it compares. */
function emittedRows({ reader }: Rescue, table: Table): Map<string, Map<Column, CanonicalValue>> {
  const columns = storedColumns(table);
  const keys = keyColumns(table);
  const rows = new Map<string, Map<Column, CanonicalValue>>();
  for (const batch of reader.rows(table))
    for (const row of batch) {
      const cells = new Map(columns.map((column, index) => [column, row[index] ?? null]));
      rows.set(keys.map((column) => comparableCanonical(column, cells.get(column) ?? null)).join(" "), cells);
    }
  return rows;
}

interface Score {
  readonly rows: number;
  readonly cells: number;
  /** From the truth. */
  readonly differing: number;
}

function scoreOf(rescued: Rescue): Score {
  let [rows, cellCount, differing] = [0, 0, 0];
  for (const table of rescued.incident.tables) {
    const truth = truthRows(flagship, table);
    for (const [key, cells] of emittedRows(rescued, table)) {
      rows++;
      for (const [column, value] of cells) {
        cellCount++;
        const right = truth.get(key)?.[column.name] ?? null;
        if (comparable(column, right) !== comparableCanonical(column, value)) differing++;
      }
    }
  }
  return { rows, cells: cellCount, differing };
}

/** Columns whose chains in the recipe do not simply take the newest. */
const settledOtherwise = new Set(["dbo.Customers.Email", "dbo.Customers.Phone"]);

let first: Rescue;
let untouched: string[];

beforeAll(async () => {
  untouched = hashes(fixture);
  first = await rescue("recipes/flagship.yaml", "first");
});

afterAll(() => {
  first?.reader.close();
  fs.rmSync(temporary, { recursive: true, force: true });
});

describe("the flagship rescue", () => {
  test("every record, key and cell is accounted for", () => {
    const { sources, tables } = first.report.summary;
    expect(sources.map((source) => source.id)).toEqual(first.incident.recipe.sources.map((source) => source.id));
    for (const source of sources) assertSourceBalances(source);
    for (const [index, table] of first.incident.tables.entries()) {
      const summary = tables[index];
      expect(summary?.table).toBe(table.id);
      if (summary) assertTableBalances(summary, storedColumns(table).length);
    }
  });

  test("GOTCHAS 37: only the records in which the morning's export and the log of a full disk break off are quarantined", () => {
    const quarantined = first.report.summary.sources.map((source) => [source.id, source.quarantined]);
    expect(quarantined.filter(([, records]) => records !== 0)).toEqual([
      ["morning", 1],
      ["orders-log", 1],
    ]);
  });

  test("no row that a source held whole is lost, and no other row is there", () => {
    const wrong = first.incident.tables.filter((table) => {
      const totals = first.reader.totals(table);
      const held = heldRows(flagship, table);
      return totals.keys !== held.size || [...emittedRows(first, table).keys()].some((key) => !held.has(key));
    });
    expect(wrong.map((table) => table.id)).toEqual([]);
  });

  test("three rows are withheld: one without a salary in any source, an order that was only seen, and its payment", () => {
    const reasons = first.incident.tables.flatMap((table) =>
      first.reader.withheldReasons(table).map(({ reason, rows }) => `${table.id} ${rows}: ${reason}`),
    );
    expect(reasons).toEqual([
      "dbo.Employees 1: not null: Salary has no value in any source",
      "dbo.Orders 1: evidence only: web-log shows that it was there at 2026-03-14T05:36:42.000Z",
      "dbo.Payments 1: no parent: its row of dbo.Orders is not recovered",
    ]);
    const orders = first.report.summary.tables.find((table) => table.table === "dbo.Orders");
    expect(orders?.missing).toEqual({ lost: 1, unknown: 6 });
    const ledger = fs.readFileSync(path.join(layoutOf(first.incident.directory).report, "absence.csv"), "utf8");
    const lost = ledger.split("\r\n").filter((line) => line.startsWith('"dbo.Orders"') && line.includes('"lost"'));
    expect(lost).toEqual(['"dbo.Orders",11130,11130,1,"lost","referred to by dbo.Payments.OrderID of 771"']);
  });

  test("how far back the columns fall", () => {
    const lagging = first.report.notes.filter((note) => note.includes("(the table:"));
    const table = "(the table: 2026-03-14T04:00:00.000Z)";
    expect(lagging).toEqual([
      `nothing newer than 2026-03-12T07:00:00.000Z for dbo.Employees.Salary ${table}`,
      `nothing newer than 2025-11-30T08:00:00.000Z for dbo.Employees.Photo, dbo.Employees.Remarks ${table}`,
      `nothing newer than 2026-03-13T16:53:45.830Z for dbo.Customers.Rating ${table}`,
      `nothing newer than 2026-03-12T07:00:00.000Z for dbo.Customers.CreditLimit ${table}`,
      `nothing newer than 2025-11-30T08:00:00.000Z for dbo.Categories.Picture ${table}`,
      `nothing newer than 2026-02-28T10:00:00.000Z for dbo.Products.Barcode ${table}`,
    ]);
  });

  test("what each source alone gives", () => {
    expect(first.report.summary.sources.map(({ id, alone }) => [id, alone.rows, alone.cells])).toEqual([
      ["backup", 612, 5001],
      ["reporting", 62, 565],
      ["nightly-11", 0, 0],
      ["nightly-12", 13, 84],
      ["legacy", 0, 22],
      ["morning", 0, 55],
      ["contacts", 0, 0],
      ["orders-log", 19, 181],
      ["web-log", 1, 1],
      ["audit", 0, 0],
    ]);
  });

  test("every emitted cell is what the newest source held; where people are asked, what one of them held", () => {
    const invented: string[] = [];
    for (const table of first.incident.tables) {
      const held = heldRows(flagship, table);
      for (const [key, cells] of emittedRows(first, table))
        for (const [column, value] of cells) {
          const cell = held.get(key)?.get(column.name);
          const asked = settledOtherwise.has(`${table.id}.${column.name}`);
          const allowed: readonly Value[] = cell === undefined ? [null] : asked ? cell.all : [cell.newest ?? null];
          if (!allowed.some((candidate) => comparable(column, candidate) === comparableCanonical(column, value)))
            invented.push(`${table.id} ${key} ${column.name}`);
        }
    }
    expect(invented).toEqual([]);
  });

  test("what differs from the truth is at most one cell in two hundred", () => {
    const { cells, differing } = scoreOf(first);
    expect(cells).toBeGreaterThan(30_000);
    expect(differing / cells).toBeLessThan(0.005);
  });

  test("without the logs fewer rows come back, and more cells are wrong", async () => {
    const recipe = path.join(temporary, "without-logs.yaml");
    const text = fs.readFileSync("recipes/flagship.yaml", "utf8").replaceAll("../fixtures", path.resolve("fixtures"));
    fs.writeFileSync(
      recipe,
      text.replace(/\n {2}# What the applications wrote down[\s\S]*(?=\n# How contradictions)/, ""),
    );
    const without = await rescue(recipe, "without-logs");
    expect(without.incident.recipe.sources.length).toBe(first.incident.recipe.sources.length - 3);
    const scores = [scoreOf(first), scoreOf(without)];
    without.reader.close();
    const entered = first.incident.tables.flatMap((table) => {
      const held = heldRows(flagship, table, { logs: false });
      return [...heldRows(flagship, table)].filter(
        ([key, cells]) => !held.has(key) && cells.size > keyColumns(table).length,
      );
    });
    expect(entered.length).toBeGreaterThan(20);
    expect((scores[0]?.rows ?? 0) - (scores[1]?.rows ?? 0)).toBe(entered.length);
    expect(scores[0]?.differing).toBeLessThan((scores[1]?.differing ?? 0) / 1.5);
  });

  test("the log's line is shown as what a cell was taken from", async () => {
    const [newest] = flagship.truth.Orders.toReversed();
    const log = fs.readFileSync(path.join(fixture, "logs/orderly.log"), "utf8").split("\r\n");
    const line = log.findIndex((text) => text.includes(`Order ${String(newest?.["OrderID"])} entered`)) + 1;
    expect(line).toBeGreaterThan(0);
    const told = await explain(first.incident, "dbo.Orders", [String(newest?.["OrderID"])], "Freight");
    expect(told).toMatchObject({ verdict: "emitted", cells: [{ column: "Freight", value: newest?.["Freight"] }] });
    expect(told.cells[0]?.claims).toMatchObject([
      { source: "orders-log", locator: `../fixtures/flagship/logs/orderly.log line ${line}` },
    ]);
  });

  test("only telephone numbers are contested, those that the sales list tells otherwise", () => {
    const contested = first.incident.tables.flatMap((table) => [...first.reader.conflicts(["contested"], table)]);
    expect(new Set(contested.map((conflict) => `${conflict.table}.${conflict.column}`))).toEqual(
      new Set(["dbo.Customers.Phone"]),
    );
    const customers = first.incident.tables.find((table) => table.id === "dbo.Customers");
    if (customers === undefined) throw new Error("dbo.Customers is not there");
    const phone = storedColumns(customers).find((column) => column.name === "Phone") as Column;
    const sheet = new Map(flagship.held["contacts"]?.[0]?.rows.map((row) => [row["CustomerID"], row["Phone"]]));
    const differing = [...heldRows(flagship, customers).values()].filter((cells) => {
      const id = cells.get("CustomerID")?.all[0] ?? null;
      const newest = cells.get("Phone")?.newest ?? null;
      return sheet.has(id) && comparable(phone, sheet.get(id) ?? null) !== comparable(phone, newest);
    });
    expect(contested.length).toBe(differing.length);
    expect(first.report.summary.verdict).toBe("needs-review");
  });

  test("the same evidence gives the same bytes in another directory", async () => {
    const second = await rescue("recipes/flagship.yaml", "second");
    second.reader.close();
    expect(second.report.summary).toEqual(first.report.summary);
    expect(hashes(second.report.scripts)).toEqual(hashes(first.report.scripts));
    expect(hashes(layoutOf(second.incident.directory).report)).toEqual(
      hashes(layoutOf(first.incident.directory).report),
    );
  });

  test("a second run reads nothing again and writes the same", async () => {
    const before = hashes(first.report.scripts);
    const again = await rescue("recipes/flagship.yaml", "first");
    again.reader.close();
    expect(again.report.unchanged).toEqual(first.incident.recipe.sources.map((source) => source.id));
    expect(hashes(again.report.scripts)).toEqual(before);
    expect(again.report.summary).toEqual(first.report.summary);
  });

  test("the sources are as they were", () => {
    expect(hashes(fixture)).toEqual(untouched);
  });
});

/** The recipe for another server version, with its paths made absolute. */
function recipeFor(version: number): string {
  const file = path.join(temporary, `for-${version}.yaml`);
  const text = fs.readFileSync("recipes/flagship.yaml", "utf8");
  fs.writeFileSync(
    file,
    text.replace("version: 2000", `version: ${version}`).replaceAll("../fixtures", path.resolve("fixtures")),
  );
  return file;
}

/** SQL Server 2000 takes longer texts only in parts, by statements that no reader of plain INSERTs follows. */
const firstPart = 4000;

describe("the scripts read back as the rows that were reconciled", () => {
  test.each([2000, 2008])("version %i", async (version) => {
    const rescued = await rescue(recipeFor(version), `version-${version}`);
    const { incident, report, reader } = rescued;
    const scripts = report.summary.outputs
      .map((output) => path.resolve(incident.directory, output.path))
      .filter((file) => file.endsWith(".sql"));
    const files = scripts.map((file) => evidenceFile(file, incident.directory));
    const mappings = incident.tables.map((table) => mapTable(table));
    const read = await collect(findExtractor("sql-script"), { path: scripts }, { files, mappings });

    for (const table of incident.tables) {
      const columns = storedColumns(table);
      const expected = [...reader.rows(table)].flat().map((row) =>
        row
          .map((value) => (version === 2000 && typeof value === "string" ? value.slice(0, firstPart) : value))
          .map((value, index) => comparableCanonical(columns[index] as Column, value))
          .join(" "),
      );
      const found = read.rows
        .filter((row) => row.table === table.id)
        .map((row) => columns.map((column) => comparable(column, row.cells[column.name] ?? null)).join(" "));
      expect(found.toSorted()).toEqual(expected.toSorted());
    }
    reader.close();
  });
});
