/**
 * The rebuild on a real SQL Server, named by `SALVAGE_TEST_MSSQL_URL` (mssql://sa:…@host:1433?trust): every file as sqlcmd would run it, in a database of its
 * own, read back and compared.
 */
import fs from "node:fs";
import path from "node:path";
import sql from "mssql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BatchConnection } from "../../src/apply/sqlserver-connection.ts";
import type { ServerVersion } from "../../src/emit/emitter.ts";
import { defaultEmitOptions } from "../../src/emit/options.ts";
import { layoutOf } from "../../src/incident.ts";
import { apply, emit, verify } from "../../src/pipeline.ts";
import { readTarget } from "../../src/verify/target/database.ts";
import { emitFor, runRecipe, services, temporaryFolder } from "../incident.ts";
import type { Ran } from "../incident.ts";
import { uniqueName } from "../support/servers.ts";
import { batchesForServer } from "../support/sqlcmd.ts";

const given = process.env["SALVAGE_TEST_MSSQL_URL"];
const versions: readonly (readonly [major: number, version: ServerVersion])[] = [
  [16, "2022"],
  [13, "2016"],
  [11, "2012"],
  [10, "2008"],
  [9, "2005"],
];

const confirm = (): Promise<void> => Promise.resolve();

describe.skipIf(given === undefined)("a real SQL Server (skipped without SALVAGE_TEST_MSSQL_URL)", () => {
  const url = new URL(given ?? "mssql://none");
  const settings = {
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    server: url.hostname,
    port: Number(url.port || 1433),
    options: { trustServerCertificate: url.searchParams.has("trust") },
  };
  const databases: string[] = [];
  let pool: sql.ConnectionPool;
  let ran: Ran;

  beforeAll(async () => {
    pool = new sql.ConnectionPool({ ...settings, database: "master", pool: { max: 1 } });
    await pool.connect();
    const { recordset } = await pool
      .request()
      .query<{ version: string }>("SELECT CONVERT(varchar(128), SERVERPROPERTY('ProductVersion')) AS [version]");
    const major = Number.parseInt(recordset[0]?.version ?? "9", 10);
    const version = versions.find(([known]) => known <= major)?.[1] ?? "2005";
    ran = await emitFor(await runRecipe("recipes/flagship.yaml", path.join(temporaryFolder(), "incident")), version);
  });

  afterAll(async () => {
    for (const database of databases) await pool.request().batch(`DROP DATABASE [${database}]`);
    await pool.close();
  });

  async function newDatabase(): Promise<string> {
    const database = uniqueName();
    await pool.request().batch(`CREATE DATABASE [${database}] COLLATE SQL_Latin1_General_CP1_CI_AS`);
    databases.push(database);
    for (const user of ["reporting", "order_entry"])
      await pool.request().batch(`EXEC (N'USE [${database}]; CREATE ROLE [${user}]')`);
    return database;
  }

  function targetOf(database: string) {
    const own = new URL(url);
    own.pathname = `/${database}`;
    own.search = url.searchParams.has("trust") ? "?trustServerCertificate=true" : "";
    return readTarget(own.href, (file) => file);
  }

  /** Each file in a session of its own; the first error ends it, as with -b. */
  async function runFile(name: string, database: string): Promise<void> {
    const connection = await BatchConnection.open({ ...settings, database });
    try {
      const file = path.join(layoutOf(ran.incident.directory).out, name);
      for (const batch of batchesForServer(fs.readFileSync(file))) await connection.batch(batch);
    } finally {
      await connection.close();
    }
  }

  function scripts(): string[] {
    return fs
      .readdirSync(layoutOf(ran.incident.directory).out)
      .filter((name) => /^\d.*\.sql$/.test(name))
      .toSorted();
  }

  it("is rebuilt by every file as sqlcmd runs it, and again without harm", async () => {
    const database = await newDatabase();
    for (const name of scripts()) await runFile(name, database);
    expect((await verify(ran.incident, services, { target: targetOf(database) })).isSame).toBe(true);
    for (const name of scripts()) await runFile(name, database);
    expect((await verify(ran.incident, services, { target: targetOf(database) })).isSame).toBe(true);
  }, 600_000);

  it("goes on after a stop, and takes a load back", async () => {
    const database = await newDatabase();
    const all = scripts();
    for (const name of all.slice(0, 6)) await runFile(name, database);
    await runFile("rollback.sql", database);
    for (const name of all) await runFile(name, database);
    expect((await verify(ran.incident, services, { target: targetOf(database) })).isSame).toBe(true);
  }, 600_000);

  it("is rebuilt by apply, rehearsed before, and with rows that are there already", async () => {
    const database = await newDatabase();
    const target = targetOf(database);
    await apply(ran.incident, services, { target, isRehearsal: true, confirm });
    await apply(ran.incident, services, { target, isRehearsal: false, confirm });
    expect((await verify(ran.incident, services, { target })).isSame).toBe(true);
    await emit(ran.incident, services, { ...defaultEmitOptions, ifExists: "skip" });
    await apply(ran.incident, services, { target, isRehearsal: false, confirm });
    expect((await verify(ran.incident, services, { target })).isSame).toBe(true);
  }, 600_000);
});
