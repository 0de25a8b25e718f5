import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import csv from "../../src/extract/csv/index.ts";
import type { Column, SqlType } from "../../src/schema/model.ts";
import { collect, evidenceFile, expectBalance, makeTable, mapTable } from "./harness.ts";

const data = path.join(import.meta.dirname, "../../../shared/data/adventureworks");
const plain = { header: false, quote: false, delimiter: "\t" };
const computed: Partial<Column> = { computed: { expression: "('AW'+[CustomerID])", persisted: false } };

/** Column names in the order of the install script; types do not matter to this extractor. */
const files: readonly (readonly [string, string, Record<string, SqlType["name"] | Partial<Column>>])[] = [
  ["Currency", "Sales.Currency", columns("CurrencyCode Name ModifiedDate")],
  [
    "CurrencyRate",
    "Sales.CurrencyRate",
    columns("CurrencyRateID CurrencyRateDate FromCurrencyCode ToCurrencyCode AverageRate EndOfDayRate ModifiedDate"),
  ],
  [
    "Customer",
    "Sales.Customer",
    {
      ...columns("CustomerID PersonID StoreID TerritoryID AccountNumber rowguid ModifiedDate"),
      AccountNumber: computed,
    },
  ],
  [
    "Product",
    "Production.Product",
    columns(
      "ProductID Name ProductNumber MakeFlag FinishedGoodsFlag Color SafetyStockLevel ReorderPoint StandardCost ListPrice " +
        "Size SizeUnitMeasureCode WeightUnitMeasureCode Weight DaysToManufacture ProductLine Class Style " +
        "ProductSubcategoryID ProductModelID SellStartDate SellEndDate DiscontinuedDate rowguid ModifiedDate",
    ),
  ],
];

function columns(names: string): Record<string, "nvarchar"> {
  return Object.fromEntries(names.split(" ").map((name) => [name, "nvarchar" as const]));
}

describe.skipIf(!existsSync(data))("AdventureWorks (skipped where ../shared/data does not exist)", () => {
  test.each(files)("%s.csv: every line is a row", async (name, table, of) => {
    const file = path.join(data, `${name}.csv`);
    const source = { files: [evidenceFile(file, data)], mappings: [mapTable(makeTable(table, of))] };
    const extraction = await collect(csv, { path: `${name}.csv`, ...plain }, source);
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    expectBalance(extraction);
    expect(extraction.quarantined).toEqual([]);
    expect(extraction.rows.map(({ raw }) => raw)).toEqual(lines.map((line) => `${line}\n`));
    expect(extraction.rows.map(({ position }) => position)).toEqual(lines.map((_, index) => index + 1));
    const claimed = new Set(Object.keys(of).filter((column) => of[column] !== computed));
    for (const [index, line] of lines.entries()) {
      const cells = Object.entries(extraction.rows[index]?.cells ?? {});
      const all = line.replace(/\r$/, "").split("\t");
      const expected = Object.keys(of).map((column, at) => [column, all[at] === "" ? null : all[at]]);
      expect(cells).toEqual(expected.filter(([column]) => claimed.has(column ?? "")));
    }
  });

  test("ProductModel.csv: `+|` and `&|`, XML of several lines: every record is a row", async () => {
    const file = path.join(data, "ProductModel.csv");
    const names = "ProductModelID Name CatalogDescription Instructions rowguid ModifiedDate";
    const source = {
      files: [evidenceFile(file, data)],
      mappings: [mapTable(makeTable("Production.ProductModel", columns(names)))],
    };
    const options = { path: file, header: false, quote: false, delimiter: "+|", recordDelimiter: "&|\n" };
    const extraction = await collect(csv, options, source);
    const records = readFileSync(file, "utf8").split("&|\n").slice(0, -1);
    expectBalance(extraction);
    expect(extraction.quarantined).toEqual([]);
    expect(extraction.rows.map(({ raw }) => raw)).toEqual(records.map((record) => `${record}&|\n`));
    expect(extraction.rows.map(({ cells }) => Object.values(cells).map((cell) => cell ?? ""))).toEqual(
      records.map((record) => record.split("+|")),
    );
  });
});
