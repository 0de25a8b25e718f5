import path from "node:path";
import { describe, expect, it } from "vitest";
import type { CheckedSource } from "../../src/pipeline.ts";
import { salvage } from "../cli/harness.ts";
import { temporaryFolder } from "../emit/world.ts";
import { writeFiles } from "../incident.ts";

const recipe = (source: string, rest = "") => `incident: towns
recoverTo: 2026-03-14T09:26:00-05:00
target: { dialect: sqlserver, version: 2000, schema: schema.sql }
sources:
  a: { extractor: csv, path: towns.csv, asOf: 2026-03-12T02:00:00-05:00${source} }
${rest}`;
const schema =
  "CREATE TABLE dbo.Towns (TownID int NOT NULL PRIMARY KEY, Name nvarchar(40) NOT NULL, Founded datetime NULL)\n";

async function tablesOf(files: Record<string, string>): Promise<NonNullable<CheckedSource["tables"]>> {
  const folder = temporaryFolder();
  writeFiles({ "schema.sql": schema, ...files }, folder);
  const outcome = await salvage(["check", "recipe.yaml", "--json", "--dir", path.join(folder, "incident")], {
    cwd: folder,
  });
  expect([outcome.code, outcome.stderr.includes("salvage:")]).toEqual([0, false]);
  return (JSON.parse(outcome.stdout) as { sources: [CheckedSource] }).sources[0].tables ?? [];
}

describe("what a recipe's files hold", () => {
  it("is matched with the table that they feed, under the recipe's own names", async () => {
    const [table] = await tablesOf({
      "recipe.yaml": recipe(", tables: { dbo.Towns: { columns: { Name: town } } }"),
      "towns.csv": "TownID,town,Extra\n1,Oslo,x\n2,Bergen,y\n",
    });
    expect(table?.match).toMatchObject({
      table: "dbo.Towns",
      isByRecipe: true,
      columns: [
        { field: "TownID", column: "TownID" },
        { field: "town", column: "Name" },
      ],
      fieldsLeft: ["Extra"],
      columnsLeft: ["Founded"],
    });
  });

  it("tells of dates that contradict the recipe", async () => {
    const [table] = await tablesOf({
      "recipe.yaml": recipe(", dateFormat: mdy"),
      "towns.csv": "TownID,Name,Founded\n1,Oslo,13/10/1048\n",
    });
    expect(table?.damage).toContain("the recipe reads dates as mdy, and those of Founded are dmy");
  });

  it.each([
    ["repeats", "1,Oslo\n1,Bergen\n", "it is the key of dbo.Towns, and 2 records have 1 values of it"],
    ["is missing", "1,Oslo\n,Bergen\n", "it is the key of dbo.Towns, and 1 of 2 records lack it"],
  ])("tells of a key that %s", async (_what, rows, what) => {
    const [table] = await tablesOf({ "recipe.yaml": recipe(""), "towns.csv": `TownID,Name\n${rows}` });
    expect(table?.columns[0]?.signs[0]).toMatchObject({ sign: "key-repeats", what });
  });

  it("shows no value of a column that the recipe masks", async () => {
    const tables = await tablesOf({
      "recipe.yaml": recipe("", "report: { mask: [Name, Founded] }\n"),
      "towns.csv": "TownID,Name,Founded\n1,Zo\uFFFDsecret,13/10/1948\n2,secret ,14/10/1948\n",
    });
    expect(JSON.stringify(tables)).not.toMatch(/secret|1948/);
    expect(tables[0]?.columns[1]?.signs.map(({ sign }) => sign)).toEqual(["replacement-character", "outer-blanks"]);
  });
});
