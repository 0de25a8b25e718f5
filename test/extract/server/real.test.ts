/** The reading of servers on real ones, through the whole pipeline. */
import Database from "better-sqlite3";
import * as fc from "fast-check";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentsOf } from "../../../fixtures/flagship/servers/contents.ts";
import { loadMysql } from "../../../fixtures/flagship/servers/mysql.ts";
import { loadPostgres } from "../../../fixtures/flagship/servers/postgres.ts";
import { layoutOf } from "../../../src/incident.ts";
import { extract, openIncident } from "../../../src/pipeline.ts";
import { scriptTexts, runRecipe, services, temporaryFolder } from "../../incident.ts";
import { breakingProxy } from "../../support/breaking-proxy.ts";
import type { BreakingProxy } from "../../support/breaking-proxy.ts";
import { findMysql, findPostgres, mysqlConnection, postgresClient, uniqueName } from "../../support/servers.ts";

const [postgres, mysql] = await Promise.all([findPostgres(), findMysql()]);
const database = uniqueName();

beforeAll(async () => {
  if (postgres.absent === undefined) await withPostgres(`CREATE DATABASE ${database}`);
  if (mysql.absent === undefined) await withMysql(`CREATE DATABASE ${database}`);
});

afterAll(async () => {
  if (postgres.absent === undefined) await withPostgres(`DROP DATABASE ${database} WITH (FORCE)`);
  if (mysql.absent === undefined)
    await withMysql(`DROP DATABASE ${database}; DROP DATABASE IF EXISTS ${database}_nightly`);
});

async function withPostgres(sql: string, where?: string): Promise<void> {
  const client = await postgresClient(where);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function withMysql(sql: string, where?: string): Promise<void> {
  const connection = await mysqlConnection(where);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

describe.skipIf(postgres.absent !== undefined || mysql.absent !== undefined)(
  "the flagship's evidence on servers",
  () => {
    it("is rescued to the same scripts as from its files", async () => {
      const postgresUrl = new URL(postgres.url);
      postgresUrl.pathname = `/${database}`;
      await loadPostgres(postgresUrl.href, "flagship_reporting", await contentsOf("reporting"));
      await loadMysql(new URL("/", mysql.url).href, `${database}_nightly`, await contentsOf("nightly-12"));
      const folder = temporaryFolder();
      const recipe = path.join(folder, "flagship.yaml");
      fs.writeFileSync(recipe, recipeForServers(postgresUrl.href, new URL("/", mysql.url).href));
      const fromFiles = await runRecipe("recipes/flagship.yaml", path.join(folder, "files"));
      const fromServers = await runRecipe(recipe, path.join(folder, "servers"));
      expect(fromServers.report.summary.tables).toEqual(fromFiles.report.summary.tables);
      expect(scriptTexts(fromServers.incident.directory)).toEqual(scriptTexts(fromFiles.incident.directory));
    });
  },
);

/** `recipes/flagship-servers.yaml` on the test's servers; the backup, which needs a SQL Server, stays the file that it is. */
function recipeForServers(postgresUrl: string, mysqlUrl: string): string {
  const backup = path.resolve("fixtures/flagship/backup-2025-11-30.sql.gz");
  return fs
    .readFileSync("recipes/flagship-servers.yaml", "utf8")
    .replace("incident: flagship-servers", "incident: flagship")
    .replaceAll("../fixtures", path.resolve("fixtures"))
    .replace(/extractor: mssql\n[\s\S]*?(?= {4}asOf)/, `extractor: sql-script\n    path: ${backup}\n`)
    .replace("${env:FLAGSHIP_POSTGRES_URL}", postgresUrl)
    .replace("${env:FLAGSHIP_MYSQL_URL}", mysqlUrl)
    .replace("flagship_nightly", `${database}_nightly`);
}

const rows = 6000;
const cases = [
  {
    extractor: "postgres",
    server: postgres,
    port: 5432,
    load: async () => {
      await withPostgres(
        `CREATE TABLE big AS SELECT g AS id, 'text ' || repeat(chr(192 + g % 60), g % 80) AS t, g / 7.0 AS n FROM generate_series(1, ${rows}) g;
         ALTER TABLE big ADD PRIMARY KEY (id)`,
        database,
      );
    },
  },
  {
    extractor: "mysql",
    server: mysql,
    port: 3306,
    load: async () => {
      await withMysql(
        `CREATE TABLE big (id int PRIMARY KEY, t varchar(200), n decimal(20, 10)) CHARACTER SET utf8mb4 ENGINE InnoDB;
         INSERT INTO big SELECT seq, concat('text ', repeat(char(192 + seq % 60 USING latin1), seq % 80)), seq / 7 FROM seq_1_to_${rows}`,
        database,
      );
    },
  },
] as const;

describe.each(cases)("a connection to $extractor that breaks", ({ extractor, server, port, load }) => {
  let proxy: BreakingProxy;

  beforeAll(async () => {
    if (server.absent !== undefined) return;
    await load();
    proxy = await breakingProxy({ host: server.url.hostname, port: Number(server.url.port || port) });
  });
  afterAll(() => proxy?.close());

  async function staged(cuts: readonly number[]): Promise<{ readonly rows: string; readonly captured: string }> {
    const folder = temporaryFolder();
    const url = new URL(server.url);
    url.host = `127.0.0.1:${proxy.port}`;
    url.pathname = `/${database}`;
    const recipe = {
      incident: "breaking",
      target: { dialect: "sqlserver", version: 2016, schema: "schema.sql" },
      sources: { server: { extractor, connection: url.href, ssl: "disable" } },
    };
    fs.writeFileSync(path.join(folder, "recipe.yaml"), JSON.stringify(recipe));
    fs.writeFileSync(
      path.join(folder, "schema.sql"),
      "CREATE TABLE dbo.big (id int NOT NULL PRIMARY KEY, t nvarchar(200), n decimal(20, 10));",
    );
    proxy.cutAfter(cuts);
    const directory = path.join(folder, "incident");
    const incident = await openIncident({ recipe: path.join(folder, "recipe.yaml"), directory, environment: {} });
    await extract(incident, services);
    const layout = layoutOf(directory);
    return { rows: dump(layout.staged("server")), captured: hashes(layout.captured("server").folder) };
  }

  it.skipIf(server.absent !== undefined)("is made anew, and the same is staged, wherever it breaks", async () => {
    const whole = await staged([]);
    expect(JSON.parse(whole.rows)).toHaveLength(rows);
    const before = proxy.cuts();
    // Up to the whole table's bytes; the first connections may be those that ask for the catalog.
    const cut = fc.integer({ min: 0, max: 600_000 });
    for (const cuts of fc.sample(fc.array(cut, { minLength: 2, maxLength: 4 }), 60)) {
      expect(await staged(cuts), `cut after ${cuts.join(", ")} bytes`).toEqual(whole);
      if (proxy.cuts() - before >= 50) return;
    }
    expect.unreachable("the connections were cut fewer than 50 times");
  });
});

function dump(file: string): string {
  const store = new Database(file, { readonly: true });
  const all = store.prepare('SELECT "#n", "#key", "#position", id, t, n FROM "dbo.big" ORDER BY "#n"').raw().all();
  store.close();
  return JSON.stringify(all);
}

function hashes(folder: string): string {
  const { tables } = JSON.parse(fs.readFileSync(path.join(folder, "capture.json"), "utf8")) as {
    tables: Record<string, { files: unknown }>;
  };
  return JSON.stringify(tables["dbo.big"]?.files);
}
