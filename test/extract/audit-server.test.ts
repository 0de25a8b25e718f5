/** Audit tables on servers: the real ones of this machine, and SQL Server as the tests' own TDS server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openIncident, run } from "../../src/pipeline.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { explain } from "../../src/steps/explain.ts";
import { emittedRows, runFiles, services, temporaryFolder } from "../incident.ts";
import { createEngine } from "../support/sqlserver/engine.ts";
import { startTdsServer } from "../support/tds/server.ts";
import { findMysql, findPostgres, mysqlConnection, postgresClient, uniqueName } from "../support/servers.ts";
import path from "node:path";

const [postgres, mysql] = await Promise.all([findPostgres(), findMysql()]);
const database = uniqueName();

/** What an application wrote: `what` names a column; NULL is NULL. */
const trail = [
  [1, "Customers", "1", "City", "Oslo", 'Rome\'s "old" town; 京都', "2026-03-01 10:00:00", "U"],
  [2, "Customers", "2", "City", "Bern", null, "2026-03-01 10:00:01", "U"],
  [3, "Customers", "2", "Credit", "7.5000", "9.2500", "2026-03-01 10:00:02", "U"],
  [4, "Customers", "3", null, null, null, "2026-03-01 10:00:03", "D"],
  [5, "Elsewhere", "3", "City", null, "x", "2026-03-01 10:00:04", "U"],
] as const;

const schema = `CREATE TABLE dbo.Customers (ID int NOT NULL PRIMARY KEY, City nvarchar(60) NULL, Credit money NULL);`;
const backup = "ID,City,Credit\n1,Oslo,5\n2,Bern,7.5\n3,Wien,1\n";

function recipe(source: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    incident: "audited",
    target: { dialect: "sqlserver", version: 2016, schema: "schema.sql", timezone: "UTC" },
    sources: {
      backup: { extractor: "csv", path: "backup.csv", asOf: "2026-02-01T00:00:00Z", tables: { "dbo.Customers": {} } },
      audit: {
        tableName: "tablename",
        key: "recordid",
        column: "fieldname",
        old: "oldvalue",
        new: "newvalue",
        operation: "action",
        at: "changedat",
        timezone: "UTC",
        tables: { "dbo.Customers": {} },
        ...source,
      },
    },
  });
}

/** Rows that come back, what was counted, where a cell was taken from, and which sources another run need not ask again. */
async function rescue(source: Readonly<Record<string, unknown>>): Promise<object> {
  const folder = temporaryFolder();
  const files = { "schema.sql": schema, "backup.csv": backup, "recipe.yaml": recipe(source) };
  const ran = await runFiles(files, folder);
  const [table] = ran.incident.tables;
  if (table === undefined) throw new Error("no table");
  const [, audit] = ran.report.summary.sources;
  const told = await explain(ran.incident, "dbo.Customers", ["1"], "City");
  const recipeFile = path.join(folder, "recipe.yaml");
  const directory = path.join(folder, "incident");
  const again = await run(await openIncident({ recipe: recipeFile, directory, environment: {} }), services);
  return {
    rows: emittedRows(ran, table),
    counts: [audit?.read, audit?.staged, audit?.skipped, audit?.quarantined],
    place: told.cells[0]?.claims.find(({ outcome }) => outcome === "won")?.locator,
    unchanged: again.unchanged,
    isSame: JSON.stringify(again.summary) === JSON.stringify(ran.report.summary),
  };
}

/** The same from every server. */
const rescued = {
  rows: [
    [1, 'Rome\'s "old" town; 京都', "5.0000"],
    [2, null, "9.2500"],
  ],
  counts: [5, 4, 1, 0],
  place: expect.stringMatching(/^evidence\/captured\/audit\/.*line 2$/) as unknown,
  unchanged: ["backup", "audit"],
  isSame: true,
};

describe.skipIf(postgres.absent !== undefined)("PostgreSQL", () => {
  beforeAll(async () => {
    const server = await postgresClient();
    await server.query(`CREATE DATABASE ${database}`);
    await server.end();
    const client = await postgresClient(database);
    await client.query(
      "CREATE TABLE auditlog (id int PRIMARY KEY, tablename text, recordid text, fieldname text, oldvalue text, newvalue text, changedat timestamptz, action char(1))",
    );
    for (const row of trail)
      await client.query("INSERT INTO auditlog VALUES ($1, $2, $3, $4, $5, $6, ($7 || '+00')::timestamptz, $8)", [
        ...row,
      ]);
    await client.end();
  });

  afterAll(async () => {
    const server = await postgresClient();
    await server.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await server.end();
  });

  const url = new URL(postgres.url);
  url.pathname = `/${database}`;

  it("its audit table is read as a file's", async () => {
    const source = { extractor: "postgres-audit", connection: url.href, ssl: "disable", table: "auditlog" };
    expect(await rescue(source)).toEqual(rescued);
  });

  it("copies of rows are read, too; an audit that is not in the order of its times is told", async () => {
    const client = await postgresClient(database);
    await client.query(
      "CREATE TABLE customers_audit (auditid int PRIMARY KEY, id int, city text, credit numeric(10, 2), action text, changedat timestamp)",
    );
    await client.query(
      "INSERT INTO customers_audit VALUES (1, 2, 'Bonn', 8, 'UPDATE', '2026-03-01 10:05:00'), (2, 1, 'O''Slo; 京都', NULL, 'UPDATE', '2026-03-01 10:00:00'), (3, 3, 'Wien', 1, 'DELETE', '2026-03-01 10:06:00')",
    );
    await client.end();
    const cells = { tableName: undefined, key: undefined, column: undefined, old: undefined, new: undefined };
    const source = { extractor: "postgres-audit", connection: url.href, ssl: "disable", ...cells };
    const ran = await runFiles({
      "schema.sql": schema,
      "backup.csv": backup,
      "recipe.yaml": recipe({ ...source, tables: { "dbo.Customers": { from: "customers_audit" } } }),
    });
    const [table] = ran.incident.tables;
    expect(table && emittedRows(ran, table)).toEqual([
      [1, "O'Slo; 京都", null],
      [2, "Bonn", "8.0000"],
    ]);
    expect(ran.report.notes.join("\n")).toContain("2026-03-01 10:00:00 comes behind 2026-03-01 10:05:00");
  });

  it("a column that is not there is told before anything is read", async () => {
    const wrong = {
      extractor: "postgres-audit",
      connection: url.href,
      ssl: "disable",
      table: "auditlog",
      new: "newvalu",
    };
    await expect(
      runFiles({ "schema.sql": schema, "backup.csv": backup, "recipe.yaml": recipe(wrong) }),
    ).rejects.toThrow(/the audit has no column "newvalu", which `new` names/);
  });
});

describe.skipIf(mysql.absent !== undefined)("MySQL", () => {
  beforeAll(async () => {
    const server = await mysqlConnection();
    await server.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
    await server.end();
    const client = await mysqlConnection(database);
    await client.query(
      "CREATE TABLE auditlog (id int PRIMARY KEY, tablename varchar(50), recordid varchar(20), fieldname varchar(50), oldvalue varchar(200), newvalue varchar(200), changedat datetime, action char(1)) CHARACTER SET utf8mb4",
    );
    for (const row of trail) await client.query("INSERT INTO auditlog VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [...row]);
    await client.end();
  });

  afterAll(async () => {
    const server = await mysqlConnection();
    await server.query(`DROP DATABASE ${database}`);
    await server.end();
  });

  it("its audit table is read as a file's", async () => {
    const source = {
      extractor: "mysql-audit",
      connection: new URL("/", mysql.url).href,
      database,
      ssl: "disable",
      table: "auditlog",
    };
    expect(await rescue(source)).toEqual(rescued);
  });
});

describe("SQL Server, as the tests' own", () => {
  const audited = readTsqlSchema(
    "CREATE TABLE dbo.AuditLog (Id int NOT NULL PRIMARY KEY, TableName varchar(50), RecordID varchar(20), FieldName varchar(50) NULL, OldValue nvarchar(200) NULL, NewValue nvarchar(200) NULL, ChangedAt datetime, Action char(1))",
    { file: "audit.sql" },
  );
  const rows = trail.map(([id, table, key, column, old, now, at, action]) => [
    id,
    table,
    key,
    column,
    old,
    now,
    `${at}.0000000`,
    action,
  ]);

  it("its audit table is read as a file's", async () => {
    const server = await startTdsServer(createEngine({ schema: audited, rows: new Map([["dbo.AuditLog", rows]]) }));
    try {
      const source = {
        extractor: "mssql-audit",
        host: "127.0.0.1",
        port: server.port,
        database: "Shop",
        user: "reader",
        password: "secret",
        ssl: "disable",
        table: "dbo.AuditLog",
      };
      expect(await rescue(source)).toEqual(rescued);
    } finally {
      await server.close();
    }
  });
});

it("an audit of cells has to be named", async () => {
  const source = { extractor: "mysql-audit", connection: "mysql://nobody@127.0.0.1:1/x" };
  await expect(runFiles({ "schema.sql": schema, "backup.csv": backup, "recipe.yaml": recipe(source) })).rejects.toThrow(
    /nothing says which of the server's tables is the audit/,
  );
});
