/** `salvage verify`: a database against what was to be rebuilt. */
import Database from "better-sqlite3";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { layoutOf } from "../../src/incident.ts";
import type { Incident } from "../../src/pipeline.ts";
import { run, verify } from "../../src/pipeline.ts";
import type { VerifyReport } from "../../src/pipeline.ts";
import { readTarget } from "../../src/verify/target/database.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { runFiles, services, temporaryFolder } from "../incident.ts";
import { findMysql, findPostgres, mysqlConnection, postgresClient, uniqueName } from "../support/servers.ts";

const [postgres, mysql] = await Promise.all([findPostgres(), findMysql()]);
const database = uniqueName();

const schema = `
CREATE TABLE dbo.Customers (ID int NOT NULL PRIMARY KEY, Name nvarchar(40) NULL, Credit decimal(10, 2) NULL, Since datetime2(3) NULL, Photo varbinary(20) NULL);
CREATE TABLE dbo.Visits (Who nvarchar(20) NULL, Day date NULL);
`;
const customers = `ID,Name,Credit,Since,Photo
1,Änne,10.50,2026-01-02 03:04:05.678,0x00FF
2,Bob,,2026-01-03 00:00:00,
3,,0.00,,0x
`;
const visits = "Who,Day\nann,2026-01-01\nann,2026-01-01\nbob,2026-01-02\n";

async function incidentOf(): Promise<Incident> {
  const { incident } = await runFiles({
    "schema.sql": schema,
    "customers.csv": customers,
    "visits.csv": visits,
    "recipe.yaml": JSON.stringify({
      incident: "verified",
      target: { dialect: "sqlserver", version: 2016, schema: "schema.sql" },
      sources: {
        customers: { extractor: "csv", path: "customers.csv", null: "", tables: { "dbo.Customers": {} } },
        visits: { extractor: "csv", path: "visits.csv", tables: { "dbo.Visits": {} } },
      },
    }),
  });
  return incident;
}

const rebuilt = [
  "CREATE TABLE Customers (ID integer PRIMARY KEY, Name text, Credit text, Since text, Photo blob)",
  `INSERT INTO Customers VALUES (1, 'Änne', '10.50', '2026-01-02 03:04:05.678', x'00ff'), (2, 'Bob', NULL, '2026-01-03', NULL), (3, NULL, '0', NULL, x'')`,
  "CREATE TABLE Visits (Who text, Day text)",
  "INSERT INTO Visits VALUES ('bob', '2026-01-02'), ('ann', '2026-01-01'), ('ann', '2026-01-01')",
];

async function askPostgres(sql: string, where?: string): Promise<void> {
  const client = await postgresClient(where);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function askMysql(sql: string): Promise<void> {
  const connection = await mysqlConnection();
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

const absolute = (file: string): string => path.resolve(file);

/** A SQLite file in which the statements were run. */
function sqlite(statements: readonly string[]): string {
  const file = path.join(temporaryFolder(), "rebuilt.db");
  const store = new Database(file);
  for (const statement of statements) store.exec(statement);
  store.close();
  return file;
}

function verified(incident: Incident, target: string, only?: readonly string[]): Promise<VerifyReport> {
  return verify(incident, services, { target: readTarget(target, absolute), only });
}

/** Without the header. */
function listed({ list }: VerifyReport): string[] {
  return fs.readFileSync(list.path, "utf8").split("\r\n").slice(1, -1);
}

describe("a SQLite file", () => {
  it("that holds what was to be rebuilt is the same, in whatever order its rows lie", async () => {
    const report = await verified(await incidentOf(), sqlite(rebuilt));
    expect(listed(report)).toEqual([]);
    expect(report).toMatchObject({ isSame: true, first: [], notes: [] });
    expect(report.tables).toEqual([
      {
        table: "dbo.Customers",
        expected: 3,
        found: 3,
        missing: 0,
        extra: 0,
        different: 0,
        cells: 0,
        lackingColumns: [],
      },
      { table: "dbo.Visits", expected: 3, found: 3, missing: 0, extra: 0, different: 0, cells: 0, lackingColumns: [] },
    ]);
  });

  it.each<[string, string, string[]]>([
    ["a row that is missing", "DELETE FROM Customers WHERE ID = 2", ['"dbo.Customers","2","missing",,,']],
    ["a row too many", "INSERT INTO Customers (ID) VALUES (7)", ['"dbo.Customers","7","extra",,,']],
    [
      "letters in another case",
      "UPDATE Customers SET Name = 'BOB' WHERE ID = 2",
      ['"dbo.Customers","2","differs","Name","Bob","BOB"'],
    ],
    [
      "trailing blanks",
      "UPDATE Customers SET Name = 'Bob ' WHERE ID = 2",
      ['"dbo.Customers","2","differs","Name","Bob","Bob "'],
    ],
    [
      "an empty text for NULL",
      "UPDATE Customers SET Name = '' WHERE ID = 3",
      ['"dbo.Customers","3","differs","Name",,""'],
    ],
    [
      "NULL for a value, and another value",
      "UPDATE Customers SET Photo = NULL, Credit = '10.51' WHERE ID = 1",
      ['"dbo.Customers","1","differs","Credit","10.50","10.51"', '"dbo.Customers","1","differs","Photo","0x00FF",'],
    ],
    [
      "a millisecond",
      "UPDATE Customers SET Since = '2026-01-02 03:04:05.679' WHERE ID = 1",
      ['"dbo.Customers","1","differs","Since","2026-01-02 03:04:05.6780000","2026-01-02 03:04:05.6790000"'],
    ],
    [
      "what the type cannot hold",
      "UPDATE Customers SET Credit = 'much' WHERE ID = 1",
      [`"dbo.Customers","1","differs","Credit","10.50","(not readable as the column's type)"`],
    ],
    [
      "one of two equal rows without a key",
      "DELETE FROM Visits WHERE rowid = 2",
      ['"dbo.Visits","ann, 2026-01-01","missing",,,'],
    ],
    [
      "another row without a key",
      "UPDATE Visits SET Who = 'eve' WHERE Who = 'bob'",
      ['"dbo.Visits","bob, 2026-01-02","missing",,,', '"dbo.Visits","eve, 2026-01-02","extra",,,'],
    ],
    [
      "an empty table",
      "DELETE FROM Visits",
      Array(2)
        .fill('"dbo.Visits","ann, 2026-01-01","missing",,,')
        .concat('"dbo.Visits","bob, 2026-01-02","missing",,,'),
    ],
    [
      "no table",
      "DROP TABLE Visits",
      Array(2)
        .fill('"dbo.Visits","ann, 2026-01-01","missing",,,')
        .concat('"dbo.Visits","bob, 2026-01-02","missing",,,'),
    ],
  ])("differs by %s", async (_name, change, differences) => {
    const report = await verified(await incidentOf(), sqlite([...rebuilt, change]));
    expect(report.isSame).toBe(false);
    expect(listed(report)).toEqual(differences);
    expect(report.first).toHaveLength(differences.length);
  });

  it("tells a column that it lacks once", async () => {
    const report = await verified(await incidentOf(), sqlite([...rebuilt, "ALTER TABLE Customers DROP COLUMN Photo"]));
    expect(listed(report)).toEqual([]);
    expect(report.tables[0]).toMatchObject({ lackingColumns: ["Photo"], different: 0 });
    expect(report.isSame).toBe(false);
  });

  it("is compared in the tables that are asked for", async () => {
    const report = await verified(await incidentOf(), sqlite([...rebuilt, "DELETE FROM Visits"]), ["Customers"]);
    expect(report).toMatchObject({ isSame: true, tables: [{ table: "dbo.Customers" }] });
  });

  it("is not changed, and nothing of it stays", async () => {
    const [incident, file] = [await incidentOf(), sqlite(rebuilt)];
    const before = fs.readFileSync(file);
    await verified(incident, file);
    expect(fs.readFileSync(file).equals(before)).toBe(true);
    expect(fs.existsSync(layoutOf(incident.directory).verifying)).toBe(false);
    // The incident is as it was: nothing is read or reconciled anew.
    const { unchanged } = await run(incident, services);
    expect(unchanged).toEqual(["customers", "visits"]);
  });
});

describe.skipIf(postgres.absent !== undefined)("a PostgreSQL database", () => {
  const url = new URL(postgres.url);
  url.pathname = `/${database}`;
  url.search = "?ssl=disable";

  beforeAll(async () => {
    await askPostgres(`CREATE DATABASE ${database}`);
    await askPostgres(
      `CREATE SCHEMA dbo;
       CREATE TABLE dbo."Customers" ("ID" int PRIMARY KEY, "Name" text, "Credit" numeric(10, 2), "Since" timestamp(3), "Photo" bytea);
       INSERT INTO dbo."Customers" VALUES (1, 'Änne', 10.50, '2026-01-02 03:04:05.678', '\\x00ff'), (2, 'Bob', NULL, '2026-01-03', NULL), (3, NULL, 0, NULL, '');
       CREATE TABLE dbo."Visits" ("Who" text, "Day" date);
       INSERT INTO dbo."Visits" VALUES ('bob', '2026-01-02'), ('ann', '2026-01-01'), ('ann', '2026-01-01')`,
      database,
    );
  });
  afterAll(() => askPostgres(`DROP DATABASE ${database} WITH (FORCE)`));

  it("is the same, and then differs by a cell", async () => {
    const incident = await incidentOf();
    const same = await verified(incident, url.href);
    expect(listed(same)).toEqual([]);
    expect(same.isSame).toBe(true);
    await askPostgres(`UPDATE dbo."Customers" SET "Credit" = 10.49 WHERE "ID" = 1`, database);
    expect(listed(await verified(incident, url.href))).toEqual([
      '"dbo.Customers","1","differs","Credit","10.50","10.49"',
    ]);
  });

  it("that is not there stops the comparison, and shows no password", async () => {
    const wrong = new URL(url);
    [wrong.pathname, wrong.password] = ["/no_such_database", "hunter22"];
    const error = await userErrorOf(verified(await incidentOf(), wrong.href));
    expect(error.message).toContain("no_such_database");
    expect(error.message).not.toContain("hunter22");
  });
});

describe.skipIf(mysql.absent !== undefined)("a MariaDB database", () => {
  beforeAll(() =>
    askMysql(`CREATE DATABASE ${database}; USE ${database};
      CREATE TABLE Customers (ID int PRIMARY KEY, Name varchar(40), Credit decimal(10, 2), Since datetime(3), Photo varbinary(20)) CHARACTER SET utf8mb4;
      INSERT INTO Customers VALUES (1, 'Änne', 10.50, '2026-01-02 03:04:05.678', x'00ff'), (2, 'Bob', NULL, '2026-01-03', NULL), (3, NULL, 0, NULL, '');
      CREATE TABLE Visits (Who varchar(20), Day date);
      INSERT INTO Visits VALUES ('bob', '2026-01-02'), ('ann', '2026-01-01'), ('ann', '2026-01-01')`),
  );
  afterAll(() => askMysql(`DROP DATABASE ${database}`));

  it("is the same", async () => {
    const url = new URL(mysql.url);
    [url.pathname, url.search] = [`/${database}`, "?ssl=disable"];
    const report = await verified(await incidentOf(), url.href);
    expect(listed(report)).toEqual([]);
    expect(report.isSame).toBe(true);
  });
});

describe("a target that cannot be read", () => {
  it.each([
    ["oracle://db.example/shop", "begins with oracle://"],
    ["postgres://u:hunter22@db.example/shop?sslmode=require", "holds the parameter sslmode"],
    ["postgres://u:hunter22@db.example/shop?ssl=perhaps", "the target cannot be read"],
    ["mssql://db.example:notaport/shop", "no URL"],
  ])("%s", (text, what) => {
    expect(() => readTarget(text, absolute)).toThrow(UserError);
    expect(() => readTarget(text, absolute)).toThrow(what);
    expect(() => readTarget(text, absolute)).not.toThrow("hunter22");
  });

  it("stops where the file is not there", async () => {
    const error = await userErrorOf(verified(await incidentOf(), "/no/such/file.db"));
    expect(error.message).toContain("file.db");
  });
});
