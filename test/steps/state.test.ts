import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { emit, explain, extract, openIncident, reconcile, run, status } from "../../src/pipeline.ts";
import { reconcile as reconcileStep } from "../../src/steps/reconcile.ts";
import type { Incident } from "../../src/pipeline.ts";
import { emittedRows, outputBytes, runFiles, services, temporaryFolder } from "../incident.ts";

const files = {
  "schema.sql":
    "CREATE TABLE P (Id int NOT NULL PRIMARY KEY, X int NULL)\nCREATE TABLE C (Id int NOT NULL PRIMARY KEY, P int NULL)",
  "recipe.yaml": `
incident: small
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  files:
    extractor: csv
    path: data/*.csv
    tables: { P: { columns: { X: Y } }, C: {} }
`,
  "data/P.csv": "Id,X,Y\n1,7,8\n",
  "data/C.csv": "Id,P\n1,1\n2,9\n",
};

/** Runs, then edits a file, and opens the incident by what then stands in the recipe and the schema. */
async function edited(file: "schema.sql" | "recipe.yaml", from: string, to: string) {
  const folder = temporaryFolder();
  const { incident } = await runFiles(files, folder);
  expect(files[file]).toContain(from);
  fs.writeFileSync(path.join(folder, file), files[file].replace(from, to));
  return openIncident({ recipe: path.join(folder, "recipe.yaml"), directory: incident.directory, environment: {} });
}

function stepsOf(incident: Incident): (() => Promise<unknown>)[] {
  return [() => reconcile(incident, services), () => emit(incident, services), () => explain(incident, "P", ["1"])];
}

const notStagedSo = /source files: the source is staged by other options, mappings or tables.*salvage extract/s;
const outOfDate = /sources, schema or rules changed.*salvage reconcile/s;

describe("what is out of date is not worked from", () => {
  it("a mapping that was edited after staging: reconcile, emit and explain refuse", async () => {
    const incident = await edited("recipe.yaml", "X: Y", "X: X");
    for (const step of stepsOf(incident)) await expect(step()).rejects.toThrow(notStagedSo);
    expect(await status(incident)).toMatchObject({ reconciled: false, emitted: false, verdict: null });
    await run(incident, services);
    expect(emittedRows({ incident }, incident.tables[0] as (typeof incident.tables)[0])).toEqual([[1, 7]]);
  });

  it("a column that the schema got after staging", async () => {
    const incident = await edited("schema.sql", "X int NULL", "X int NULL, Z int NULL");
    for (const step of stepsOf(incident)) await expect(step()).rejects.toThrow(notStagedSo);
  });

  it("a foreign key that the schema got after reconciliation", async () => {
    const incident = await edited("schema.sql", "P int NULL", "P int NULL REFERENCES P");
    expect(await status(incident)).toMatchObject({ reconciled: false, emitted: false });
    await expect(emit(incident, services)).rejects.toThrow(outOfDate);
    const tables = await reconcile(incident, services);
    expect(tables.map(({ withheld }) => withheld)).toEqual([0, 1]);
  });

  it("scripts for another version are not those of the recipe; the copy of the recipe is the one that ran last", async () => {
    const incident = await edited("recipe.yaml", "2008", "2000");
    expect(await status(incident)).toMatchObject({ reconciled: true, emitted: false, verdict: null });
    await emit(incident, services);
    expect(await status(incident)).toMatchObject({ emitted: true, verdict: "clean" });
    expect(fs.readFileSync(layoutOf(incident.directory).recipe, "utf8")).toContain("version: 2000");
  });

  it("rules that were edited run again from the incident's directory alone", async () => {
    const incident = await edited("recipe.yaml", "sources:", "rules: { default: [ask] }\nsources:");
    await reconcile(incident, services);
    const again = await openIncident({ directory: incident.directory, environment: {} });
    expect((await emit(again, services)).summary.verdict).toBe("clean");
  });

  it("a reconciliation that was killed between its rows and its summary counts as none", async () => {
    const { incident } = await runFiles(files);
    const { reconciled } = layoutOf(incident.directory);
    const before = fs.statSync(reconciled).ino;
    const dying: Incident = {
      ...incident,
      get tables() {
        if (fs.statSync(reconciled).ino !== before) throw new Error("killed");
        return incident.tables;
      },
    };
    await expect(reconcileStep(dying, services)).rejects.toThrow("killed");
    await expect(emit(incident, services)).rejects.toThrow(/nothing is reconciled yet/);
    await expect(explain(incident, "P", ["1"])).rejects.toThrow(/nothing is reconciled yet.*salvage reconcile/s);
    expect(await status(incident)).toMatchObject({ reconciled: false, emitted: false });
  });

  it("scripts whose summary is missing were not finished", async () => {
    const { incident } = await runFiles(files);
    fs.rmSync(layoutOf(incident.directory).summary);
    expect(await status(incident)).toMatchObject({ reconciled: true, emitted: false, verdict: null });
  });
});

describe("one command at a time", () => {
  it("writes to an incident; a second is told so, and the first ends as it would have", async () => {
    const { incident } = await runFiles(files);
    const before = outputBytes(incident.directory);
    const [first, ...others] = await Promise.allSettled([
      run(incident, services),
      extract(incident, services),
      reconcile(incident, services),
      emit(incident, services),
    ]);
    expect(first.status).toBe("fulfilled");
    for (const other of others)
      expect(other).toMatchObject({
        status: "rejected",
        reason: { message: expect.stringMatching(/another salvage/) },
      });
    expect(outputBytes(incident.directory)).toEqual(before);
    await run(incident, services);
  });

  it("a command that was killed keeps nobody out", async () => {
    const { incident } = await runFiles(files);
    const { lock } = layoutOf(incident.directory);
    const program = `new (require("better-sqlite3"))(process.argv[1]).exec("BEGIN EXCLUSIVE"); console.log("held"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["-e", program, lock], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    await expect(run(incident, services)).rejects.toThrow(/another salvage command is writing/);
    child.kill("SIGKILL");
    await once(child, "exit");
    await run(incident, services);
  });
});
