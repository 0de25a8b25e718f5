/**
 * Real servers that tests read from. `SALVAGE_TEST_POSTGRES_URL` and `SALVAGE_TEST_MYSQL_URL` say where they are (a login that may create databases
 * and roles); without them the usual ports of this machine are tried. Where none answers the tests are skipped, unless
 * `SALVAGE_TEST_SERVERS=required`.
 */
import mysql from "mysql2/promise";
import { Client } from "pg";
import { randomBytes } from "node:crypto";

export interface TestServer {
  readonly url: URL;
  /** Why it cannot be tested with; undefined where it can. */
  readonly absent: string | undefined;
}

const postgresUrl = new URL(process.env["SALVAGE_TEST_POSTGRES_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres");
const mysqlUrl = new URL(process.env["SALVAGE_TEST_MYSQL_URL"] ?? "mysql://root@127.0.0.1:3306/mysql");

export function findPostgres(): Promise<TestServer> {
  return find("PostgreSQL", "SALVAGE_TEST_POSTGRES_URL", postgresUrl, async () => {
    const client = await postgresClient();
    await client.end();
  });
}

export function findMysql(): Promise<TestServer> {
  return find("MySQL or MariaDB", "SALVAGE_TEST_MYSQL_URL", mysqlUrl, async () => {
    const connection = await mysqlConnection();
    await connection.end();
  });
}

async function find(what: string, variable: string, url: URL, probe: () => Promise<void>): Promise<TestServer> {
  try {
    await probe();
    return { url, absent: undefined };
  } catch (error) {
    const absent = `no ${what} answers at ${url.host} (set ${variable}): ${String(error)}`;
    if (process.env["SALVAGE_TEST_SERVERS"] === "required") throw new Error(absent, { cause: error });
    console.log(`skipped: ${absent}`);
    return { url, absent };
  }
}

/** A connection as the login that may do everything; to `database`, or the URL's own. */
export async function postgresClient(database?: string): Promise<Client> {
  const url = new URL(postgresUrl);
  if (database !== undefined) url.pathname = `/${database}`;
  const client = new Client({ connectionString: url.href });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

export function mysqlConnection(database?: string): Promise<mysql.Connection> {
  const url = new URL(mysqlUrl);
  return mysql.createConnection({
    host: url.hostname,
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: database ?? url.pathname.slice(1),
    multipleStatements: true,
    charset: "utf8mb4",
  });
}

/** No two runs share a database. */
export function uniqueName(): string {
  return `salvage_test_${randomBytes(6).toString("hex")}`;
}
