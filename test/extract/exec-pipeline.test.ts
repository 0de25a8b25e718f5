/** Programs as sources of whole incidents. */
import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { explain, extract, openIncident, reconcile, run } from "../../src/pipeline.ts";
import type { Incident } from "../../src/pipeline.ts";
import { emittedRows, outputBytes, services, temporaryFolder } from "../incident.ts";

const secret = "correct horse battery";
const environment = { TOKEN: secret };

const program = `
const fs = require("fs");
fs.appendFileSync("runs", "ran\\n");
console.error("connecting with " + process.env.TOKEN);
console.log(JSON.stringify({ table: "Customers", CustomerID: 1, Name: "Ada", Limit: 1 }));
console.log(JSON.stringify({ table: "Customers", CustomerID: 2, Name: fs.readFileSync("name.txt", "utf8") }));
`;

const recipe = `
incident: program
target: { dialect: sqlserver, version: 2016, schema: schema.sql }
sources:
  crm:
    extractor: exec
    command: [${JSON.stringify(process.execPath)}, crm.cjs]
    stream: table
    env: { TOKEN: "\${env:TOKEN}" }
    asOf: 2026-03-01T00:00:00Z
    tables: { dbo.Customers: {} }
`;

function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  const schema = "CREATE TABLE dbo.Customers (CustomerID int NOT NULL PRIMARY KEY, Name nvarchar(40), [Limit] money)";
  const all = { "recipe.yaml": recipe, "crm.cjs": program, "schema.sql": schema, "name.txt": "Bo", ...files };
  for (const [name, content] of Object.entries(all)) fs.writeFileSync(path.join(folder, name), content);
  return folder;
}

function open(folder: string, offline = false): Promise<Incident> {
  const directory = path.join(folder, "incident");
  return openIncident({ recipe: path.join(folder, "recipe.yaml"), directory, environment, offline });
}

const runsOf = (folder: string): number => fs.readFileSync(path.join(folder, "runs"), "utf8").split("\n").length - 1;

it("a program's records are rescued, each traced to its line, and the program does not run twice", async () => {
  const folder = folderWith();
  const incident = await open(folder);
  const { summary } = await run(incident, services);
  const [customers] = incident.tables;
  expect(summary.sources).toMatchObject([{ id: "crm", read: 2, staged: 2, skipped: 0, quarantined: 0 }]);
  expect(emittedRows({ incident }, customers!)).toEqual([
    [1, "Ada", "1.0000"],
    [2, "Bo", null],
  ]);
  const told = JSON.stringify(await explain(incident, "dbo.Customers", ["2"], "Name"));
  expect(told).toContain("evidence/captured/crm/output.0001.ndjson.gz");
  const before = outputBytes(incident.directory);
  expect((await run(incident, services)).unchanged).toEqual(["crm"]);
  fs.rmSync(path.join(incident.directory, "staging"), { recursive: true });
  await run(await open(folder, true), services, { offline: true });
  expect(outputBytes(incident.directory)).toEqual(before);
  expect(runsOf(folder)).toBe(1);
});

it("what it says goes to run.log; a secret of the environment goes nowhere", async () => {
  const incident = await open(folderWith());
  await extract(incident, services);
  const log = fs.readFileSync(layoutOf(incident.directory).log, "utf8");
  expect(log).toContain('"event":"log","stage":"extract","label":"crm","message":"connecting with ${env:TOKEN}"');
  const files = fs.readdirSync(incident.directory, { recursive: true, withFileTypes: true });
  const telling = files.filter(
    (file) => file.isFile() && fs.readFileSync(path.join(file.parentPath, file.name)).includes(secret),
  );
  expect(telling).toEqual([]);
});

it("--recapture runs it again, and keeps what it had said", async () => {
  const folder = folderWith();
  const incident = await open(folder);
  await extract(incident, services);
  fs.writeFileSync(path.join(folder, "name.txt"), "Bob");
  const { unchanged } = await extract(incident, services, { recapture: true });
  expect(unchanged).toEqual([]);
  expect(runsOf(folder)).toBe(2);
  const { earlier } = layoutOf(incident.directory);
  expect(fs.existsSync(path.join(`${earlier("crm")}-1`, "output.0001.ndjson.gz"))).toBe(true);
  await run(incident, services);
  expect(emittedRows({ incident }, incident.tables[0]!)[1]).toEqual([2, "Bob", null]);
});

it("another mapping is read from the capture; a program that fails leaves no source staged", async () => {
  const folder = folderWith();
  await extract(await open(folder), services);
  const mapped = recipe.replace("dbo.Customers: {}", "dbo.Customers: { columns: { Name: table2 } }");
  fs.writeFileSync(path.join(folder, "recipe.yaml"), mapped);
  await expect(extract(await open(folder), services)).rejects.toThrow(/no record has the field table2/);
  expect(runsOf(folder)).toBe(1);
  fs.writeFileSync(path.join(folder, "recipe.yaml"), recipe.replace("crm.cjs]", "crm.cjs, now]"));
  fs.rmSync(path.join(folder, "name.txt"));
  const failing = await open(folder);
  await expect(extract(failing, services)).rejects.toThrow(/failed \(exit code 1\)[^]*ENOENT/);
  await expect(reconcile(failing, services)).rejects.toThrow(/the source is not staged yet/);
});
