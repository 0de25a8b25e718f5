/** A server's rows are staged by a thread of their own while they come. */
import Database from "better-sqlite3";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { extract, openIncident } from "../../src/pipeline.ts";
import type { Incident, Services } from "../../src/pipeline.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { services, temporaryFolder } from "../incident.ts";
import { breakingProxy } from "../support/breaking-proxy.ts";
import { findPostgres, postgresClient, uniqueName } from "../support/servers.ts";

const postgres = await findPostgres();
const database = uniqueName();
/** More than two captured files hold. */
const rows = 120_000;

async function ask(sql: string, where?: string): Promise<void> {
  const client = await postgresClient(where);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  if (postgres.absent !== undefined) return;
  await ask(`CREATE DATABASE ${database}`);
  await ask(
    `CREATE TABLE big AS SELECT g AS id, CASE WHEN g % 40000 = 39999 THEN 'x' ELSE g::text END AS n, 'text ' || g AS t FROM generate_series(1, ${rows}) g;
     ALTER TABLE big ADD PRIMARY KEY (id); CREATE TABLE small AS SELECT 1 AS id; ALTER TABLE small ADD PRIMARY KEY (id)`,
    database,
  );
});

afterAll(async () => {
  if (postgres.absent === undefined) await ask(`DROP DATABASE ${database} WITH (FORCE)`);
});

interface Setting {
  readonly port?: number;
  readonly columns?: Readonly<Record<string, string>>;
}

async function incidentOf({ port, columns = {} }: Setting = {}): Promise<Incident> {
  const folder = temporaryFolder();
  const url = new URL(postgres.url);
  url.pathname = `/${database}`;
  if (port !== undefined) url.host = `127.0.0.1:${port}`;
  const source = { extractor: "postgres", connection: url.href, ssl: "disable", retries: 0 };
  const tables = { "dbo.small": {}, "dbo.big": { columns } };
  const target = { dialect: "sqlserver", version: 2016, schema: "schema.sql" };
  const recipe = path.join(folder, "recipe.yaml");
  fs.writeFileSync(recipe, JSON.stringify({ incident: "i", target, sources: { server: { ...source, tables } } }));
  fs.writeFileSync(
    path.join(folder, "schema.sql"),
    `CREATE TABLE dbo.big (id int NOT NULL PRIMARY KEY, n int, t nvarchar(40));
     CREATE TABLE dbo.small (id int NOT NULL PRIMARY KEY);`,
  );
  return openIncident({ recipe, directory: path.join(folder, "incident"), environment: {} });
}

function crew(workers: number, more: Partial<Services> = {}): Services {
  return { ...services, ...more, workforce: { workers, smallTable: 1 } };
}

/** All that the staging file holds. */
function staged({ directory }: Incident): unknown {
  const store = new Database(layoutOf(directory).staged("server"), { readonly: true });
  const names = store.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all();
  const all = names.map((name) => [
    name,
    store
      .prepare(`SELECT * FROM "${String(name)}"`)
      .raw()
      .all(),
  ]);
  store.close();
  return all;
}

function filesIn({ directory }: Incident): string[] {
  return fs.readdirSync(path.join(directory, "staging")).toSorted();
}

describe.skipIf(postgres.absent !== undefined)("staging beside the capture", () => {
  it("leaves what one thread leaves", async () => {
    const [one, two] = [await incidentOf(), await incidentOf()];
    const byOne = await extract(one, crew(1));
    const byTwo = await extract(two, crew(2));
    expect(byTwo).toEqual(byOne);
    expect(byTwo.sources[0]).toMatchObject({ read: rows + 1, staged: rows + 1, quarantined: 0 });
    expect(byTwo.notes.join("\n")).toContain("n: 3 cells kept as raw text");
    expect(staged(two)).toEqual(staged(one));
  });

  it("ends with the capture where that fails, and leaves nothing; the next run goes on", async () => {
    const proxy = await breakingProxy({ host: postgres.url.hostname, port: Number(postgres.url.port || 5432) });
    const incident = await incidentOf({ port: proxy.port });
    proxy.cutAfter([2_200_000, 2_200_000]);
    const error = await userErrorOf(extract(incident, crew(2)));
    expect(error.message).toContain("was tried 1 times in a row");
    expect(filesIn(incident)).toEqual(["catalog.db", "lock"]);
    const captured = fs.readdirSync(layoutOf(incident.directory).captured("server").folder);
    expect(captured.filter((name) => name.startsWith("dbo.big"))).not.toEqual([]);
    const { sources } = await extract(incident, crew(2));
    expect(sources[0]).toMatchObject({ staged: rows + 1 });
    await proxy.close();
  });

  it("stops the capture where it fails itself", async () => {
    const incident = await incidentOf({ columns: { t: "no_such_column" } });
    const error = await userErrorOf(extract(incident, crew(2)));
    expect(error.message).toContain("has no column no_such_column");
    expect(filesIn(incident)).toEqual(["catalog.db", "lock"]);
  });

  it("is interrupted with it", async () => {
    const interruption = new AbortController();
    const reporter = {
      ...services.reporter,
      task: () => ({
        update: (done: number) => {
          if (done > 60_000) interruption.abort();
        },
        log: () => undefined,
        finish: () => undefined,
      }),
    };
    const incident = await incidentOf();
    const work = extract(incident, crew(2, { signal: interruption.signal, reporter }));
    await expect(work).rejects.toThrow("aborted");
    expect(filesIn(incident)).toEqual(["catalog.db", "lock"]);
  });
});
