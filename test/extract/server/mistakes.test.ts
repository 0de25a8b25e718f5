/** What a tired person gets wrong in a recipe that reads servers: told at once, with the source and the table, and by `check` as by `run`. */
import net from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { checkIncident } from "../../../src/steps/check.ts";
import { extract, openIncident } from "../../../src/pipeline.ts";
import type { Incident } from "../../../src/pipeline.ts";
import { runFiles, services, temporaryFolder, writeFiles } from "../../incident.ts";
import { findMysql, findPostgres, mysqlConnection, postgresClient, uniqueName } from "../../support/servers.ts";
import { userErrorOf } from "../server-harness.ts";

const [postgres, mysql] = await Promise.all([findPostgres(), findMysql()]);
const database = uniqueName();
const create = "CREATE TABLE log (id int PRIMARY KEY, msg varchar(40)); INSERT INTO log VALUES (1, 'a'), (2, 'b')";

const servers = [
  { extractor: "postgres", server: postgres },
  { extractor: "mysql", server: mysql },
].filter(({ server }) => server.absent === undefined);

beforeAll(async () => {
  if (postgres.absent === undefined) {
    const client = await postgresClient();
    await client.query(`CREATE DATABASE ${database}`);
    await client.end();
    const own = await postgresClient(database);
    await own.query(create);
    await own.end();
  }
  if (mysql.absent === undefined) {
    const connection = await mysqlConnection();
    await connection.query(`CREATE DATABASE ${database}; USE ${database}; ${create}`);
    await connection.end();
  }
});

afterAll(async () => {
  if (postgres.absent === undefined) {
    const client = await postgresClient();
    await client.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await client.end();
  }
  if (mysql.absent === undefined) {
    const connection = await mysqlConnection();
    await connection.query(`DROP DATABASE ${database}`);
    await connection.end();
  }
});

const open: net.Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function incidentWith(extractor: string, url: string, table: object): Promise<Incident> {
  const folder = temporaryFolder();
  const source = { extractor, connection: url, ssl: "disable", tables: { "dbo.Log": table } };
  const recipe = {
    incident: "mistakes",
    target: { dialect: "sqlite", schema: "schema.sql" },
    sources: { live: source },
  };
  writeFiles(
    {
      "recipe.yaml": JSON.stringify(recipe),
      "schema.sql": "CREATE TABLE dbo.Log (Id int PRIMARY KEY, Msg nvarchar(40))",
    },
    folder,
  );
  return openIncident({
    recipe: path.join(folder, "recipe.yaml"),
    directory: path.join(folder, "incident"),
    environment: {},
  });
}

describe.each(servers)("$extractor", ({ extractor, server }) => {
  const url = new URL(server.url);
  url.pathname = `/${database}`;

  it.each([
    ["a table that is not there", { from: "logs" }, "has no table logs", "Did you mean"],
    ["a column that is not there", { columns: { Msg: "message" } }, "has no column message", "its columns are id, msg"],
    [
      "a query whose columns feed nothing",
      { query: "SELECT id AS nr, msg AS txt FROM log" },
      "no column of the query feeds the table: it has nr, txt",
      "Map them with `columns`",
    ],
    ["a query that is none", { query: "DELETE FROM log" }, "begins with DELETE", "exactly one SELECT"],
    ["a quote that is not closed", { where: "msg = 'a" }, "holds a quote that is not closed", "one condition"],
    ["a condition on a column that is not there", { where: "nosuch > 3" }, "refuses the `where`", "Correct `where`"],
  ])("%s is told by check as by extract, with its source and its table", async (_what, table, what, remedy) => {
    const incident = await incidentWith(extractor, url.href, table);
    const checked = await userErrorOf(checkIncident(incident, services));
    expect(checked.where).toMatchObject({ source: "live" });
    const extracted = await userErrorOf(extract(incident, services));
    for (const { message, where } of [checked, extracted]) {
      expect(message).toContain(what);
      expect(message).toContain(remedy);
      expect(where?.table).toBeDefined();
    }
  });
});

/** What a MariaDB says before anything is asked, and what a program of another kind says. */
const greeting = Buffer.from("5b0000000a352e352e352d31302e31312e31392d4d6172696144420003000000", "hex");

it.each(["postgres", "mysql"])("%s on the port of something else is no bug", async (extractor) => {
  const server = net.createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end(extractor === "postgres" ? greeting : Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  const incident = await incidentWith(extractor, `${extractor}://reader:secret@127.0.0.1:${port}/shop`, {});
  const error = await userErrorOf(checkIncident(incident, services));
  expect(error.message).toContain(`127.0.0.1:${port}`);
  expect(error.message).not.toContain("secret");
});

describe("values that hold less than the source says", () => {
  it("are told, column by column", async () => {
    const { report } = await runFiles({
      "recipe.yaml": JSON.stringify({
        incident: "less",
        target: { dialect: "sqlite", schema: "schema.sql" },
        sources: { export: { extractor: "csv", path: "T.csv", tables: { "dbo.T": {} } } },
      }),
      "schema.sql": "CREATE TABLE dbo.T (Id int PRIMARY KEY, D decimal(10, 2), M money, B bit)",
      "T.csv": "Id,D,M,B\n1,1.23987,1.5,2\n2,1.240,2.00005,1\n3,7,3,0\n4,0.001,4.0000,true\n",
    });
    expect(report.notes.filter((note) => note.startsWith("export: dbo.T."))).toEqual([
      "export: dbo.T.D: 2 values are rounded to decimal(10,2), as the server has it",
      "export: dbo.T.B: 1 value is other than 0 and 1, and 1 as a bit, as the server has it",
      "export: dbo.T.M: 1 value is rounded to money, as the server has it",
    ]);
  });
});
