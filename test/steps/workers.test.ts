/** Threads change nothing but the time that it takes. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../../src/errors.ts";
import { layoutOf } from "../../src/incident.ts";
import { extract, openIncident, reconcile } from "../../src/pipeline.ts";
import type { Incident, Services } from "../../src/pipeline.ts";
import { silentReporter } from "../../src/progress.ts";
import { outputBytes, runRecipe, services, temporaryFolder, writeFiles } from "../incident.ts";

/** No table is too small for them. */
function crew(workers: number, more: Partial<Services> = {}): Services {
  return { ...services, ...more, workforce: { workers, smallTable: 1 } };
}

function reconciledHash({ directory }: Incident): string {
  return createHash("sha256")
    .update(fs.readFileSync(layoutOf(directory).reconciled))
    .digest("hex");
}

async function stage(files: Readonly<Record<string, string>>): Promise<Incident> {
  const folder = temporaryFolder();
  writeFiles(files, folder);
  const recipe = path.join(folder, "recipe.yaml");
  const incident = await openIncident({ recipe, directory: path.join(folder, "incident"), environment: {} });
  await extract(incident, services);
  return incident;
}

/** What reconciliation leaves, by each number of workers. */
async function outcomes(incident: Incident, numbers: readonly number[]) {
  const all = [];
  for (const workers of numbers) {
    const tables = await reconcile(incident, crew(workers));
    all.push({ tables, hash: reconciledHash(incident), staging: stagingOf(incident) });
  }
  return all;
}

function stagingOf({ directory }: Incident): string[] {
  return fs.readdirSync(path.join(directory, "staging"), { recursive: true, encoding: "utf8" }).toSorted();
}

describe("the flagship by one, two and three workers", () => {
  it("comes to the same bytes: reconciled.db, scripts, lists, summary", async () => {
    const [one, ...others] = await Promise.all(
      [1, 2, 3].map(async (workers) => {
        const { incident } = await runRecipe("recipes/flagship.yaml", temporaryFolder(), crew(workers));
        return { hash: reconciledHash(incident), files: outputBytes(incident.directory) };
      }),
    );
    expect(one?.files.size).toBeGreaterThan(20);
    for (const other of others) expect(other).toEqual(one);
  });
});

const generatedSchema = `
CREATE TABLE Parts (Maker nvarchar(8) NOT NULL, No int NOT NULL, Name nvarchar(20) NULL, Price money NULL, PRIMARY KEY (Maker, No));
CREATE TABLE People (ID int IDENTITY(1,1) NOT NULL PRIMARY KEY, Mail nvarchar(20) NULL, Name nvarchar(20) NULL);
CREATE TABLE Visits (Mail nvarchar(20) NULL, Day int NULL);
`;

const generatedRecipe = `
incident: generated
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  old: { extractor: csv, path: old/*.csv, asOf: 2026-01-01T00:00:00Z, coverage: complete }
  new: { extractor: csv, path: new/*.csv, asOf: 2026-02-01T00:00:00Z, coverage: complete }
  sheet: { extractor: csv, path: sheet/*.csv }
  copy:
    extractor: csv
    path: copy/*.csv
    tables: { People: { crosswalk: { match: [Mail] } }, Visits: {} }
  log: { extractor: sql-script, path: log.sql, asOf: 2026-02-02T00:00:00Z }
rules:
  default: [latest, ask]
  inferredDeletes: 0.5
  tables:
    People: { identity: { natural: [Mail], stable: true }, columns: { Name: [longest, ask] } }
    Parts: { together: [[Name, Price]] }
`;

const anyName = fc.constantFrom("", "Ann", "ann ", "Bob", "Zoë", "Hélène");
const anyPart = fc.tuple(fc.constantFrom("a", "A", "b!", "ü"), fc.integer({ min: -3, max: 12 }), anyName, fc.nat(3));
const anyPerson = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom("x@a", "y@a", "z@a", ""), anyName);
const anyVisit = fc.tuple(fc.constantFrom("x@a", "y@a", "z@a"), fc.integer({ min: 1, max: 3 }));

const anySource = fc.record({
  parts: fc.array(anyPart, { minLength: 1, maxLength: 30 }),
  people: fc.array(anyPerson, { minLength: 1, maxLength: 40 }),
  visits: fc.array(anyVisit, { minLength: 1, maxLength: 30 }),
  isSorted: fc.boolean(),
});
const anyWorld = fc.record({
  old: anySource,
  new: anySource,
  sheet: anySource,
  copy: anySource,
  deleted: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 }),
});
type Source = typeof anySource extends fc.Arbitrary<infer Value> ? Value : never;

function csv(head: string, rows: readonly (readonly (string | number)[])[], isSorted: boolean): string {
  const ordered = isSorted ? rows.toSorted((left, right) => Number(left[0]) - Number(right[0])) : rows;
  return [head, ...ordered.map((row) => row.join(","))].map((line) => `${line}\n`).join("");
}

function sourceFiles(name: string, { parts, people, visits, isSorted }: Source): Record<string, string> {
  return {
    ...(name === "copy" ? {} : { [`${name}/Parts.csv`]: csv("Maker,No,Name,Price", parts, isSorted) }),
    [`${name}/People.csv`]: csv("ID,Mail,Name", people, isSorted),
    [`${name}/Visits.csv`]: csv("Mail,Day", visits, isSorted),
  };
}

describe("generated incidents by one, two and three workers", () => {
  it("come to the same bytes", async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, async ({ deleted, ...sources }) => {
        const incident = await stage({
          "schema.sql": generatedSchema,
          "recipe.yaml": generatedRecipe,
          "log.sql": deleted.map((id) => `DELETE FROM People WHERE ID = ${id};\nGO\n`).join("") || "-- nothing\n",
          ...Object.fromEntries(
            Object.entries(sources).flatMap(([name, source]) => Object.entries(sourceFiles(name, source))),
          ),
        });
        const [one, ...others] = await outcomes(incident, [1, 2, 3]);
        for (const other of others) expect(other).toEqual(one);
      }),
      { numRuns: 6 },
    );
  }, 300_000);
});

const ownRecipe = (chain: string): string => `
incident: own
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources: ${JSON.stringify(
  Object.fromEntries(["a", "b", "c"].map((id) => [id, { extractor: "csv", path: `${id}.csv`, tables: { T: {} } }])),
)}
rules: { tables: { T: { columns: { Name: ${chain} } } } }
`;

function named(name: (id: number) => string): string {
  return `ID,Name\n${Array.from({ length: 300 }, (_, id) => `${id},${name(id)}\n`).join("")}`;
}

/** Source c stands alone in every tenth row, and in some others says what nobody says. */
function ownFiles(chain: string, rule: string): Record<string, string> {
  return {
    "schema.sql": "CREATE TABLE T (ID int PRIMARY KEY, Name nvarchar(40) NULL)",
    "recipe.yaml": ownRecipe(chain),
    "rule.mjs": `export default { id: "own", summary: "", example: "", options: undefined, narrow: (groups) => { ${rule} } };`,
    "a.csv": named((id) => (id % 10 === 0 ? `wrong ${id}` : `name ${id}`)),
    "b.csv": named((id) => (id % 10 === 0 ? `WRONG ${id}` : `name ${id}`)),
    "c.csv": named((id) => (id % 7 === 0 ? `c ${id}` : `name ${id}`)),
  };
}

describe("rules that a worker has to make anew", () => {
  it("decide alike: a module of the user's own, and accuracies that were estimated once", async () => {
    const loud =
      "const loud = groups.filter(({ value }) => value.startsWith('c ')); return loud.length > 0 && Number(loud[0].value.slice(2)) % 2 ? loud : groups;";
    const incident = await stage(ownFiles("[{ rule: ./rule.mjs }, accuracy, ask]", loud));
    const [one, ...others] = await outcomes(incident, [1, 2, 3]);
    expect(one?.tables[0]?.cells.resolved).toBeGreaterThan(40);
    for (const other of others) expect(other).toEqual(one);
  });

  it("fail alike: with the error of the first key in order", async () => {
    const incident = await stage(
      ownFiles("[{ rule: ./rule.mjs }]", "throw new RangeError(`no rule for ${groups[0].value}`);"),
    );
    for (const workers of [1, 2, 3]) {
      const failing = reconcile(incident, crew(workers));
      await expect(failing).rejects.toMatchObject({ name: "RangeError", message: "no rule for wrong 0" });
      expect(stagingOf(incident)).toEqual(["a.db", "b.db", "c.db", "catalog.db", "lock"]);
    }
  });

  it("that return nothing are a Fault", async () => {
    const incident = await stage(ownFiles("[{ rule: ./rule.mjs }]", "return [];"));
    await expect(reconcile(incident, crew(2))).rejects.toThrow(Fault);
  });

  it("that end their thread end the reconciliation", async () => {
    const incident = await stage(ownFiles("[{ rule: ./rule.mjs }]", "process.exit(7);"));
    await expect(reconcile(incident, crew(2))).rejects.toThrow("a worker thread ended with code 7");
  });
});

describe("an interruption while workers are at it", () => {
  it("leaves nothing behind, and the next run is as good as the first", async () => {
    const incident = await stage(ownFiles("[majority, ask]", ""));
    const interruption = new AbortController();
    const task = { update: () => interruption.abort(), log: () => undefined, finish: () => undefined };
    const reporter = { ...silentReporter, task: () => task };
    const interrupted = reconcile(incident, crew(2, { reporter, signal: interruption.signal }));
    await expect(interrupted).rejects.toThrow(/abort/i);
    expect(stagingOf(incident)).toEqual(["a.db", "b.db", "c.db", "catalog.db", "lock"]);
    const [again, one] = await outcomes(incident, [2, 1]);
    expect(again).toEqual(one);
  });
});
