/** The command line over the real pipeline, on a small incident. */
import fs from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import * as pipeline from "../../src/pipeline.ts";
import { temporaryFolder, writeFiles } from "../incident.ts";
import { salvage } from "./harness.ts";

const files = {
  "schema.sql": "CREATE TABLE dbo.Towns (TownID int NOT NULL PRIMARY KEY, Name nvarchar(40) NULL)\n",
  "old.csv": "TownID,Name\n1,Reims\n2,Lyon\n",
  "new.csv": "TownID,Name\n1,Reims-en-Champagne\n3,Graz\n",
  "sheet.csv": "TownID,Name\n2,Lyons\n",
  "rescue.yaml": `incident: towns
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  old: { extractor: csv, path: old.csv, asOf: 2026-01-01T00:00:00Z, tables: { Towns: {} } }
  new: { extractor: csv, path: new.csv, asOf: 2026-02-01T00:00:00Z, tables: { Towns: {} } }
  sheet: { extractor: csv, path: "\${env:SHEET}", tables: { Towns: {} } }
`,
};

const env = { SHEET: "sheet.csv" };
let cwd = "";

beforeEach(() => {
  cwd = temporaryFolder();
  writeFiles(files, cwd);
});

function run(...argv: readonly string[]) {
  return salvage([...argv, "--dir", "towns"], { cwd, env });
}

describe("a rescue by hand", () => {
  it("check, run, run again, status, explain", async () => {
    expect(await run("check", "rescue.yaml")).toMatchObject({ code: 0 });
    const first = await run("run", "rescue.yaml");
    expect(first).toMatchObject({ code: 1, stdout: expect.stringContaining("1 cell contested: salvage review") });
    expect(first.stdout).not.toContain("Read again");
    const second = await run("run", "rescue.yaml");
    expect(second.stdout).toContain("Read again: nothing; 3 sources unchanged.");
    expect(await run("status")).toMatchObject({ code: 0, stdout: expect.stringContaining("scripts written") });
    const explained = await run("explain", "Towns", "1", "name");
    expect(explained.stdout).toMatch(/\* +new .*Reims-en-Champagne +new\.csv line 2 +won/);
    expect(explained.stdout).toMatch(/old .*Reims +old\.csv line 2 +superseded by a newer/);
  });

  it("step by step it comes to the same summary, which is what --json prints", async () => {
    expect(await run("extract", "rescue.yaml")).toMatchObject({ code: 0 });
    expect(await run("reconcile")).toMatchObject({ code: 1 });
    const emitted = await run("emit", "--json");
    const summary = fs.readFileSync(path.join(cwd, "towns/summary.json"), "utf8");
    expect(emitted).toMatchObject({ code: 1, stdout: summary });
    expect((await run("run", "rescue.yaml", "--json")).stdout).toBe(emitted.stdout);
  });

  it("takes up an interrupted run", async () => {
    const interruption = new AbortController();
    const interrupted = await salvage(["run", "rescue.yaml", "--dir", "towns"], {
      cwd,
      env,
      signal: interruption.signal,
      pipeline: {
        run: async (incident, services) => {
          await pipeline.extract(incident, services);
          interruption.abort();
          return pipeline.run(incident, services);
        },
      },
    });
    expect(interrupted).toMatchObject({ code: 130, stdout: "" });
    const { code, stdout } = await run("run", "rescue.yaml");
    expect([code, stdout]).toEqual([1, expect.stringContaining("Read again: nothing; 3 sources unchanged.")]);
  });

  it.each([
    ["a source is missing", () => fs.rmSync(path.join(cwd, "old.csv")), "old.csv"],
    ["the schema is missing", () => fs.rmSync(path.join(cwd, "schema.sql")), "schema.sql"],
    [
      "a table is unknown",
      () => fs.writeFileSync(path.join(cwd, "schema.sql"), "CREATE TABLE Cities (A int)"),
      "Towns",
    ],
    [
      "a variable is not set",
      () => fs.appendFileSync(path.join(cwd, "rescue.yaml"), "rules: ${env:NO}\n"),
      "NO is not set",
    ],
  ])("where %s it says so, and writes nothing", async (_what, damage, said) => {
    damage();
    const { code, stdout, stderr } = await run("run", "rescue.yaml");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(fs.existsSync(path.join(cwd, "towns/out"))).toBe(false);
  });
});
