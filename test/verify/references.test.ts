import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { runFiles } from "../incident.ts";

const schema = `
CREATE TABLE Customers (CustomerID nchar(5) NOT NULL PRIMARY KEY, Name nvarchar(40) NOT NULL)
CREATE TABLE Orders (OrderID int IDENTITY NOT NULL PRIMARY KEY, CustomerID nchar(5) NULL REFERENCES Customers)
CREATE TABLE Lines (OrderID int NOT NULL REFERENCES Orders (OrderID), Line int NOT NULL, PRIMARY KEY (OrderID, Line))
`;
const recipe = `
incident: orphans
target: { dialect: sqlserver, version: 2000, schema: schema.sql }
sources:
  files: { extractor: csv, path: "*.csv" }
`;

async function rescue(customers: string, orders: string, lines: string) {
  const ran = await runFiles({
    "schema.sql": schema,
    "recipe.yaml": recipe,
    "Customers.csv": `CustomerID,Name\n${customers}`,
    "Orders.csv": `OrderID,CustomerID\n${orders}`,
    "Lines.csv": `OrderID,Line\n${lines}`,
  });
  const reader = new ReconciledReader(layoutOf(ran.incident.directory).reconciled);
  const reasons = ran.incident.tables.map((table) => reader.withheldReasons(table));
  reader.close();
  return { tables: ran.report.summary.tables, reasons, scripts: ran.report.scripts };
}

describe("rows whose parent is not recovered", () => {
  it("are withheld with the reason, and so are their children; others are not", async () => {
    const { tables, reasons } = await rescue(
      "ALFKI,Alfred\nANATR,\n",
      "1,alfki\n2,ANATR\n3,\n4,LOST\n",
      "1,1\n2,1\n2,2\n4,1\n9,1\n",
    );
    expect(tables.map(({ keys, emitted, withheld }) => [keys, emitted, withheld])).toEqual([
      [2, 1, 1],
      [4, 2, 2],
      [5, 1, 4],
    ]);
    expect(reasons).toEqual([
      [{ reason: "not null: Name is NULL", rows: 1 }],
      [{ reason: "no parent: its row of dbo.Customers is not recovered", rows: 2 }],
      [{ reason: "no parent: its row of dbo.Orders is not recovered", rows: 4 }],
    ]);
  });

  it("GOTCHAS 32: a reference matches its parent under the collation, blanks and case aside", async () => {
    const { tables } = await rescue("ALFKI,Alfred\n", "1,alfki \n", "1,1\n");
    expect(tables.map(({ withheld }) => withheld)).toEqual([0, 0, 0]);
  });
});

describe("missing ids", () => {
  it("GOTCHAS 40: a gap is unknown; only what a child row proves is lost", async () => {
    const { tables } = await rescue("ALFKI,Alfred\n", "2,ALFKI\n5,ALFKI\n", "2,1\n4,1\n8,1\n");
    const orders = tables.find(({ table }) => table === "dbo.Orders");
    // Seen are 2, 5, and through their lines 4 and 8; of 1 to 8 remain 1, 3, 6, 7.
    expect(orders?.missing).toEqual({ lost: 2, unknown: 4 });
  });

  it("GOTCHAS 5: the next id lies beyond the highest that anything shows, a lost row's included", async () => {
    const { scripts } = await rescue("ALFKI,Alfred\n", "2,ALFKI\n5,ALFKI\n", "2,1\n8,1\n");
    expect(fs.readFileSync(path.join(scripts, "80-constraints.sql"), "utf16le")).toContain(
      "CHECKIDENT (N'[dbo].[Orders]', RESEED, 8)",
    );
  });

  it("GOTCHAS 5: a decimal identity goes on beyond the highest id too, and its gaps are counted", async () => {
    const ran = await runFiles({
      "schema.sql":
        "CREATE TABLE Big (ID numeric(18,0) IDENTITY PRIMARY KEY, V int NOT NULL)\nCREATE TABLE Small (ID int PRIMARY KEY, Big numeric(18,0) NOT NULL REFERENCES Big)",
      "recipe.yaml": recipe,
      "Big.csv": "ID,V\n9,1\n10,\n",
      "Small.csv": "ID,Big\n1,9\n2,12\n",
    });
    expect(ran.report.summary.tables[0]?.missing).toEqual({ lost: 1, unknown: 9 });
    expect(fs.readFileSync(path.join(ran.report.scripts, "80-constraints.sql"), "utf16le")).toContain(
      "CHECKIDENT (N'[dbo].[Big]', RESEED, 12)",
    );
  });

  it("counts gaps in steps of the increment, downwards too", async () => {
    const ran = await runFiles({
      "schema.sql": "CREATE TABLE Down (ID int IDENTITY(-1,-2) PRIMARY KEY, V int NULL)",
      "recipe.yaml": recipe,
      "Down.csv": "ID,V\n-3,1\n-9,1\n",
    });
    // -1, -3, -5, -7, -9: three of the five are missing.
    expect(ran.report.summary.tables[0]?.missing).toEqual({ lost: 0, unknown: 3 });
  });
});
