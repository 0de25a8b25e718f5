/** What is set aside still has the row. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { explain } from "../../src/pipeline.ts";
import { runFiles } from "../incident.ts";

const files = {
  "schema.sql": "CREATE TABLE dbo.T (ID int NOT NULL PRIMARY KEY, Name nvarchar(10) NULL)",
  "recipe.yaml": `
incident: ahead
recoverTo: 2026-03-02T00:00:00Z
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  backup: { extractor: csv, path: backup/T.csv, asOf: 2026-02-01T00:00:00Z }
  export: { extractor: csv, path: export/T.csv, asOf: 2026-03-01T00:00:00Z, coverage: complete, tables: { dbo.T: { modifiedAt: Changed } } }
  log: { extractor: csv, path: log/T.csv, tables: { dbo.T: { modifiedAt: Changed } } }
rules: { inferredDeletes: 100% }
`,
  "log/T.csv": "ID,Name,Changed\n3,Cyd,2026-03-05 10:00:00\n",
  "backup/T.csv": "ID,Name\n1,Ann\n2,Bob\n",
  "export/T.csv": "ID,Name,Changed\n1,Anna,2027-02-28 10:00:00\n",
};

describe("a complete source whose clock is a year ahead", () => {
  it("does not delete the rows that it has, though none of its values is used", async () => {
    const { incident } = await runFiles(files);
    const ann = await explain(incident, "T", ["1"], "Name");
    expect(ann).toMatchObject({ verdict: "emitted", cells: [{ value: "Ann" }] });
    expect(ann.cells[0]?.claims.map(({ source, outcome }) => [source, outcome])).toEqual([
      ["backup", "agrees"],
      ["export", "not used: it is of after the last good moment"],
    ]);
    // Born after the last good moment: not deleted, as it never was there.
    expect((await explain(incident, "T", ["3"])).verdict).toBe("withheld: late evidence only");
    const withheld = fs.readFileSync(path.join(layoutOf(incident.directory).report, "withheld.csv"), "utf8");
    expect(withheld).toContain('"dbo.T","3","late evidence only"');
    expect((await explain(incident, "T", ["2"])).verdict).toMatch(/^deleted: absent from export/);
  });
});
