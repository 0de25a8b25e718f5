/** An audit table through whole runs. */
import { expect, it } from "vitest";
import { explain } from "../../src/pipeline.ts";
import { emittedRows, runFiles } from "../incident.ts";

it("an audit carries the rows of a backup on to the last change", async () => {
  const ran = await runFiles({
    "schema.sql": "CREATE TABLE dbo.Goods (ID int NOT NULL PRIMARY KEY, Name nvarchar(20) NULL, Price money NULL)",
    "Goods.csv": "ID,Name,Price\n1,Ann,10\n2,Bob,20\n",
    "audit.csv": `TableName,RowID,Field,OldValue,NewValue,Action,At
Goods,1,Name,Ann,Anna,U,2026-02-01 10:00:00
Goods,1,Price,10.0000,11.5000,U,2026-02-01 10:00:00
Goods,2,Name,Bob,,D,2026-02-02 10:00:00
Goods,2,Price,20.0000,,D,2026-02-02 10:00:00
Goods,3,Name,,Cid,I,2026-02-03 10:00:00
Goods,3,Price,,"3.0000",I,2026-02-03 10:00:00
Orders,3,Price,,"3.0000",I,2026-02-03 10:00:00
`,
    "recipe.yaml": `
incident: audited
recoverTo: 2026-03-14T00:00:00Z
target: { dialect: sqlserver, version: 2016, schema: schema.sql }
sources:
  backup: { extractor: csv, path: Goods.csv, asOf: 2026-01-01T00:00:00Z }
  audit:
    extractor: audit
    path: audit.csv
    tableName: TableName
    key: RowID
    column: Field
    old: OldValue
    new: NewValue
    operation: Action
    at: At
`,
  });
  expect(emittedRows(ran, ran.incident.tables[0] as never)).toEqual([
    [1, "Anna", "11.5000"],
    [3, "Cid", "3.0000"],
  ]);
  const { cells } = await explain(ran.incident, "dbo.Goods", ["1"], "Price");
  expect(JSON.stringify(cells)).toContain("audit.csv");
});
