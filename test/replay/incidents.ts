/** A small incident that has run, in a folder of its own. */
import fs from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import type { ReplayReport } from "../../src/pipeline.ts";
import { temporaryFolder, writeFiles } from "../incident.ts";
import { salvage } from "../cli/harness.ts";

export const towns = {
  "evidence/schema.sql": "CREATE TABLE dbo.Towns (TownID int NOT NULL PRIMARY KEY, Name nvarchar(40) NULL)\n",
  "evidence/old.csv": "TownID,Name\n1,Reims\n2,Lyon\n",
  "evidence/sheet.csv": "TownID,Name\n2,Lyons\n3,Graz\n",
  "recipes/rescue.yaml": `incident: towns
target: { dialect: sqlserver, version: 2008, schema: ../evidence/schema.sql }
sources:
  old: { extractor: csv, path: ../evidence/old.csv, tables: { Towns: {} } }
  sheet: { extractor: csv, path: "../evidence/sheet*.csv", tables: { Towns: {} } }
`,
};

/** Runs `recipes/rescue.yaml`; the incident lies in `incidents/towns`. Returns the folder. */
export async function ranTowns(files: Readonly<Record<string, string>> = {}, env = {}): Promise<string> {
  const cwd = fs.realpathSync(temporaryFolder());
  writeFiles({ ...towns, ...files }, cwd);
  const argv = ["run", "recipes/rescue.yaml", "--dir", "incidents/towns"];
  const { code, stderr } = await salvage(argv, { cwd, env });
  expect([0, 1], stderr).toContain(code);
  return cwd;
}

/** What `replay --json` says. */
export async function replayed(
  cwd: string,
  argv: readonly string[] = ["incidents/towns"],
  env = {},
): Promise<{ readonly code: number; readonly report: ReplayReport; readonly stderr: string }> {
  const { code, stdout, stderr } = await salvage(["replay", ...argv, "--json"], { cwd, env });
  return { code, stderr, report: JSON.parse(stdout) as ReplayReport };
}

/** Every file below a folder with its bytes and the time at which it was last written. */
export function stateOf(folder: string): Map<string, string> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  const files = names.filter((name) => fs.statSync(path.join(folder, name)).isFile());
  return new Map(
    files.map((name) => {
      const file = path.join(folder, name);
      return [name, `${fs.statSync(file).mtimeMs} ${fs.readFileSync(file).toString("base64")}`];
    }),
  );
}
