import { describe, expect, it } from "vitest";
import { runFiles } from "../incident.ts";

const recipe = {
  incident: "duplicates",
  target: { dialect: "sqlserver", version: 2016, schema: "schema.sql" },
  sources: { export: { extractor: "csv", path: "T.csv", asOf: "2026-03-12T02:00:00Z" } },
};

function rescue(rows: string) {
  return runFiles({
    "recipe.yaml": JSON.stringify(recipe),
    "schema.sql": "CREATE TABLE dbo.T (ID int NOT NULL PRIMARY KEY, Name varchar(20) NULL);",
    "T.csv": `ID,Name\n${rows}`,
  });
}

describe("a source with several rows under one key", () => {
  it("is told of; rows that say the same are one", async () => {
    const { report } = await rescue("1,a\n1,a\n2,b\n2,b\n2,b\n3,c\n");
    expect(report.notes).toContain("dbo.T: export has 2 keys in more than one row");
    expect(report.summary.tables[0]).toMatchObject({ keys: 3, emitted: 3, cells: { contested: 0, single: 6 } });
  });

  it("conflicts with itself where they differ: neither replaces the other", async () => {
    const { report } = await rescue("1,a\n1,b\n");
    expect(report.notes).toContain("dbo.T: export has 1 key in more than one row");
    expect(report.summary.tables[0]).toMatchObject({ keys: 1, emitted: 1, cells: { contested: 1 } });
  });

  it("is not told of where there are none", async () => {
    const { report } = await rescue("1,a\n2,a\n");
    expect(report.notes.join()).not.toContain("more than one row");
  });
});
