/** Runs whole incidents in temporary folders, and reads what came of them. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { layoutOf } from "../src/incident.ts";
import type { ServerVersion } from "../src/emit/emitter.ts";
import { emit, openIncident, run } from "../src/pipeline.ts";
import type { Incident, RunReport, Services } from "../src/pipeline.ts";
import { silentReporter } from "../src/progress.ts";
import type { Table } from "../src/schema/model.ts";
import { ReconciledReader } from "../src/stage/reconciled-reader.ts";
import type { CanonicalValue } from "../src/values/codec.ts";

export const services: Services = { reporter: silentReporter, signal: new AbortController().signal };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-test-"));
  folders.push(folder);
  return folder;
}

export interface Ran {
  readonly incident: Incident;
  readonly report: RunReport;
}

export function writeFiles(files: Readonly<Record<string, string | Buffer>>, folder: string): void {
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
  }
}

/** Writes files (the recipe among them, as `recipe.yaml`) into a folder and runs the recipe; the incident lies in `incident`. */
export async function runFiles(
  files: Readonly<Record<string, string | Buffer>>,
  folder = temporaryFolder(),
): Promise<Ran> {
  writeFiles(files, folder);
  return runRecipe(path.join(folder, "recipe.yaml"), path.join(folder, "incident"));
}

/** Runs a recipe file as it lies; the incident goes into `directory`. */
export async function runRecipe(recipe: string, directory: string, used = services): Promise<Ran> {
  const incident = await openIncident({ recipe, directory, environment: {} });
  return { incident, report: await run(incident, used) };
}

/** The emitted rows of a table in key order; binary as hex, so that they compare as values. */
export function emittedRows({ incident }: Pick<Ran, "incident">, table: Table): CanonicalValue[][] {
  const reader = new ReconciledReader(layoutOf(incident.directory).reconciled);
  try {
    return [...reader.rows(table)]
      .flat()
      .map((row) => row.map((cell) => (cell instanceof Uint8Array ? `0x${Buffer.from(cell).toString("hex")}` : cell)));
  } finally {
    reader.close();
  }
}

/** Every file below a folder with its bytes, but for those that hold clock readings and the staging. */
export function outputBytes(directory: string): Map<string, string> {
  const names = fs.readdirSync(directory, { recursive: true, encoding: "utf8" }).toSorted();
  const timed = new Set(["timings.json", "run.log", "journal.ndjson"]);
  return new Map(
    names
      .filter(
        (name) => !timed.has(name) && !name.startsWith("staging") && fs.statSync(path.join(directory, name)).isFile(),
      )
      .map((name) => [name, fs.readFileSync(path.join(directory, name)).toString("base64")]),
  );
}

/** The scripts' texts, without the hash that says which evidence they were made from. */
export function scriptTexts(directory: string): Map<string, string> {
  const files = [...outputBytes(directory)].filter(([name]) => name.startsWith("out") && name.endsWith(".sql"));
  return new Map(
    files.map(([name, base64]) => {
      const bytes = Buffer.from(base64, "base64");
      const text = bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? "utf16le" : "utf8");
      return [name, text.replaceAll(/\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b/g, "(evidence)")];
    }),
  );
}

/** The scripts of another version of SQL Server from what is reconciled already; they take the place of the others. */
export async function emitFor(ran: Ran, version: ServerVersion): Promise<Ran> {
  const { recipe } = ran.incident;
  const incident = { ...ran.incident, recipe: { ...recipe, target: { ...recipe.target, version } } };
  await emit(incident, services);
  return { ...ran, incident };
}

/** Rescues the tables once more, from nothing but the scripts that a run emitted. */
export async function readBack(ran: Ran): Promise<Ran> {
  const { incident } = ran;
  const target = incident.recipe.target;
  const folder = temporaryFolder();
  const recipe = {
    incident: "read-back",
    target: {
      dialect: target.dialect,
      version: target.version,
      schema: target.schema,
      collation: target.collation,
      tables: incident.tables.map(({ id }) => id),
    },
    sources: { scripts: { extractor: "sql-script", path: path.join(layoutOf(incident.directory).out, "*.sql") } },
  };
  return runFiles({ "recipe.yaml": JSON.stringify(recipe) }, folder);
}

export const sharedData = path.resolve("../shared/data");
/** Real data lies beside the project on some machines only; its tests say when they are skipped for want of it. */
export const hasSharedData = fs.existsSync(sharedData);
