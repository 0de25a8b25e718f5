import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { runFiles } from "../incident.ts";

it("report/absence.csv lists every missing id once, and its counts are those of the summary", async () => {
  const { incident, report } = await runFiles({
    "schema.sql": `CREATE TABLE Orders (OrderID int IDENTITY PRIMARY KEY, Note varchar(9) NULL)
      CREATE TABLE Lines (LineID int NOT NULL PRIMARY KEY, OrderID int NULL REFERENCES Orders)`,
    "recipe.yaml": `
incident: ledger
target: { dialect: sqlserver, version: 2016, schema: schema.sql }
rules: { inferredDeletes: 0.5 }
sources:
  old: { extractor: csv, path: old/*.csv, asOf: 2026-01-01T00:00:00Z }
  new: { extractor: csv, path: new/*.csv, asOf: 2026-02-01T00:00:00Z, coverage: complete }
`,
    "old/Orders.csv": "OrderID,Note\n1,a\n2,b\n3,c\n",
    "new/Orders.csv": "OrderID,Note\n1,a\n3,c\n1001,d\n",
    "new/Lines.csv": "LineID,OrderID\n7,5\n8,3\n",
  });
  expect(report.summary.tables[0]).toMatchObject({ deleted: 1, missing: { lost: 1, unknown: 996 } });
  const cache = "no source shows them; looks like a cache loss at a restart: the server takes 1000 ids ahead";
  const unseen = "no source shows them: lost rows, or ids that never came to be";
  expect(fs.readFileSync(path.join(incident.directory, "report/absence.csv"), "utf8").split("\r\n")).toEqual([
    '"table","from","to","count","class","evidence"',
    '"dbo.Orders",2,2,1,"deleted","absent from new, complete as of 2026-02-01T00:00:00.000Z"',
    `"dbo.Orders",4,4,1,"unknown","${unseen}"`,
    '"dbo.Orders",5,5,1,"lost","referred to by dbo.Lines.OrderID of 7"',
    `"dbo.Orders",6,1000,995,"unknown","${cache}"`,
    "",
  ]);
  expect(report.summary.outputs.map((output) => output.path)).toContain("report/absence.csv");
});
