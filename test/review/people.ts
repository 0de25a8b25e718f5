/** A small incident with something of everything that people decide. */
import { layoutOf } from "../../src/incident.ts";
import { openIncident, openReview, run } from "../../src/pipeline.ts";
import type { Incident } from "../../src/pipeline.ts";
import { runFiles, services } from "../incident.ts";
import type { Ran } from "../incident.ts";

function csv(id: string, more: Readonly<Record<string, string>> = {}) {
  return { extractor: "csv", path: `${id}.csv`, null: "", tables: { "dbo.People": {} }, ...more };
}

/**
 * 1 to 6: crm and shop differ in Name; of 7 nobody says the Salary; 8 to 10 are in the backup, but not in the later replica (more
 * than 5 %: uncertain).
 */
const people = {
  "recipe.yaml": JSON.stringify({
    incident: "people",
    target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
    sources: {
      crm: csv("crm"),
      shop: csv("shop"),
      backup: csv("backup", { asOf: "2026-01-01T00:00:00Z" }),
      replica: csv("replica", { asOf: "2026-02-01T00:00:00Z", coverage: "complete" }),
    },
    rules: { default: ["ask"] },
  }),
  "schema.sql":
    "CREATE TABLE dbo.People (ID nvarchar(10) NOT NULL PRIMARY KEY, Name nvarchar(60), Salary money NOT NULL)",
  "crm.csv": "ID,Name\n001,Ada\n002,Grace\n003,Tony\n004,Edsger\n005,Barbara\n006,Donald\n",
  "shop.csv": "ID,Name\n001,Ada L.\n002,Grace H\n003,Tony H\n004,Dijkstra\n005,Liskov\n006,Knuth\n",
  "backup.csv": "ID,Salary\n001,1\n002,2\n003,3\n004,4\n005,5\n006,6\n007,\n008,8\n009,9\n010,10\n",
  "replica.csv": "ID,Salary\n001,1\n002,2\n003,3\n004,4\n005,5\n006,6\n007,\n",
};

export async function runPeople(files: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return runFiles({ ...people, ...files });
}

export async function again({ recipe, directory }: Incident): Promise<Ran> {
  const incident = await openIncident({ recipe: recipe.file, directory, environment: {} });
  return { incident, report: await run(incident, services) };
}

/** Reviews the incident as it stands; the session is closed behind it. */
export async function review<Result>(
  incident: Incident,
  use: (session: Awaited<ReturnType<typeof openReview>>) => Result | Promise<Result>,
): Promise<Result> {
  const session = await openReview(incident, services);
  try {
    return await use(session);
  } finally {
    session.close();
  }
}

export const decisionsOf = (incident: Incident): string => layoutOf(incident.directory).decisions;
export const anna = { by: "anna", why: "called them" };
export const bob = { by: "bob", why: "crm is kept by hand" };
