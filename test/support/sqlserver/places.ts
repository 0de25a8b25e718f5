/**
 * Where the suite for SQL Server runs: on the stand-in, and on a real server where `SALVAGE_TEST_MSSQL_URL` says one (a login that may create
 * databases; `?trust` behind the URL takes any certificate).
 */
import sql from "mssql";
import type { MssqlOptions } from "../../../src/extract/mssql/options.ts";
import mssql from "../../../src/extract/mssql/index.ts";
import type { CanonicalValue } from "../../../src/values/codec.ts";
import { makeTable } from "../../extract/harness.ts";
import { uniqueName } from "../servers.ts";
import { startTdsServer } from "../tds/server.ts";
import { createEngine } from "./engine.ts";
import { everyType, keyedRow, keyedRows, setupBatches } from "./every-type.ts";
import type { TypeCase } from "./every-type.ts";

export interface Place {
  readonly options: MssqlOptions;
  /** The types that the server knows. */
  readonly cases: readonly TypeCase[];
  /** Ends every connection of salvage's. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

const variable = "SALVAGE_TEST_MSSQL_URL";
const given = process.env[variable];

export const places: Readonly<Record<string, (() => Promise<Place>) | undefined>> = {
  "the stand-in": standIn,
  "a real server": given === undefined ? undefined : () => realServer(new URL(given)),
};
if (given === undefined) console.log(`skipped: the suite on a real SQL Server (set ${variable})`);

async function standIn(): Promise<Place> {
  const every = makeTable("dbo.Every", {
    ID: { type: { name: "int" }, declaredType: "int", nullable: false },
    ...Object.fromEntries(everyType.map(({ column, type }) => [column, type])),
  });
  const keyed = makeTable("dbo.Keyed", {
    T: { type: { name: "nvarchar", length: 20 }, nullable: false },
    A: { type: { name: "int" }, nullable: false },
  });
  const tables = [
    { ...every, primaryKey: { columns: ["ID"] } },
    { ...keyed, primaryKey: { columns: ["T", "A"] } },
  ];
  const rows = new Map<string, (readonly CanonicalValue[])[]>([
    [
      "dbo.Every",
      [
        [1, ...everyType.map(({ read }) => read)],
        [2, ...everyType.map(() => null)],
      ],
    ],
    ["dbo.Keyed", Array.from({ length: keyedRows }, (_, at) => keyedRow(at))],
  ]);
  const tds = await startTdsServer(
    createEngine({ schema: { tables, userTypes: [], boundObjects: [], skipped: {} }, rows }),
  );
  const address = { host: "127.0.0.1", port: tds.port, database: "Shop", user: "reader", password: "secret" };
  return {
    options: mssql.options.parse({ ...address, ssl: "disable" }),
    cases: everyType,
    kill: async () => tds.drop(),
    close: () => tds.close(),
  };
}

async function realServer(url: URL): Promise<Place> {
  const trust = url.searchParams.has("trust");
  const login = {
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  const server = { host: url.hostname, port: Number(url.port || 1433) };
  const pool = new sql.ConnectionPool({
    ...login,
    server: server.host,
    port: server.port,
    database: "master",
    options: { trustServerCertificate: trust, appName: "salvage tests" },
    pool: { max: 1 },
  });
  await pool.connect();
  const database = uniqueName();
  const run = (batch: string) => pool.request().batch<{ version: string; spid: number }>(batch);
  const { recordset } = await run("SELECT CONVERT(varchar(128), SERVERPROPERTY('ProductVersion')) AS [version]");
  const cases = everyType.filter(({ since = 9 }) => since <= Number.parseInt(recordset[0]?.version ?? "9", 10));
  await run(`CREATE DATABASE [${database}]`);
  const kill = async (): Promise<void> => {
    const open = await run(
      `SELECT CONVERT(int, [spid]) AS [spid] FROM sys.sysprocesses WHERE [program_name] = 'salvage' AND [dbid] = DB_ID('${database}')`,
    );
    for (const { spid } of open.recordset) await run(`KILL ${spid}`);
  };
  // One connection, so that the database stays chosen.
  await run(`USE [${database}]`);
  for (const batch of setupBatches(cases)) await run(batch);
  await run("USE [master]");
  return {
    options: mssql.options.parse({ ...server, ...login, database, trustServerCertificate: trust }),
    cases,
    kill,
    close: async () => {
      await kill();
      await run(`DROP DATABASE [${database}]`);
      await pool.close();
    },
  };
}
