import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hasSharedData, runFiles, sharedData } from "../incident.ts";

const folder = path.join(sharedData, "adventureworks");
const tables = ["Sales.Currency", "Sales.CurrencyRate", "Sales.Customer", "Production.Product"];

function lines(table: string): number {
  const file = path.join(folder, `${table.split(".")[1]}.csv`);
  return fs
    .readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "").length;
}

const recipe = `
incident: adventureworks
target: { dialect: sqlserver, version: 2016, schema: ${folder}/instawdb.sql, tables: [${tables.join(", ")}] }
sources:
  files:
    extractor: csv
    path: [${tables.map((table) => `${folder}/${table.split(".")[1]}.csv`).join(", ")}]
    header: false
    delimiter: "\\t"
    quote: false
`;

describe.skipIf(!hasSharedData)("AdventureWorks from its CSV files (skipped without ../shared/data)", () => {
  it("stages every row of Currency, CurrencyRate, Customer and Product", { timeout: 120_000 }, async () => {
    const { report } = await runFiles({ "recipe.yaml": recipe });
    const [source] = report.summary.sources;
    const expected = tables.map((table) => lines(table));
    expect(report.summary.tables.map(({ keys }) => keys)).toEqual(expected);
    expect(source).toMatchObject({ quarantined: 0, staged: expected.reduce((sum, count) => sum + count, 0) });
    expect(report.notes.filter((note) => note.includes("kept as raw text"))).toEqual([]);
  });
});
