import { spawnSync } from "node:child_process";
import { spawn } from "node:child_process";
import sql from "mssql";
import { Connection, Request, TYPES } from "tedious";
import { afterEach, describe, expect, it } from "vitest";
import type { SqlType } from "../../../src/schema/model.ts";
import type { Backend, Login, Result, TdsValue, TdsVersion } from "./backend.ts";
import { ServerError } from "./backend.ts";
import { localhost } from "./certificate.ts";
import { startTdsServer } from "./server.ts";
import type { TdsServer } from "./server.ts";
import type { Certificate } from "./tls.ts";

const servers: TdsServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

type Answer = (statement: string, parameters: ReadonlyMap<string, TdsValue>) => Iterable<Result>;

/** What drivers set up for themselves is none of the test's. */
function besideSetup(answer: Answer): Answer {
  return (statement, parameters) =>
    /^\s*set /i.test(statement) || statement === "SELECT 1;" ? [{ kind: "done" }] : answer(statement, parameters);
}

async function serve(answer: Answer, tls?: Certificate): Promise<TdsServer> {
  const backend: Backend = {
    version: [16, 0, 4135],
    connect(login: Login) {
      if (login.password !== "secret") throw new ServerError(18456, `Login failed for user '${login.user}'.`, 14);
      return { execute: besideSetup(answer), transaction: () => undefined, close: () => undefined };
    },
  };
  const server = await startTdsServer(backend, tls);
  servers.push(server);
  return server;
}

const tediousVersions: Record<TdsVersion, string> = { "7.1": "7_1", "7.2": "7_2", "7.3": "7_3_B", "7.4": "7_4" };

interface Settings {
  readonly version?: TdsVersion;
  readonly encrypt?: boolean;
  readonly trust?: boolean;
  readonly password?: string;
}

async function connect(server: TdsServer, settings: Settings = {}): Promise<sql.ConnectionPool> {
  const { version = "7.4", encrypt = false, trust = true, password = "secret" } = settings;
  const pool = new sql.ConnectionPool({
    server: "127.0.0.1",
    port: server.port,
    user: "reader",
    password,
    database: "Shop",
    pool: { max: 1 },
    options: {
      encrypt,
      trustServerCertificate: trust,
      tdsVersion: tediousVersions[version],
      useUTC: true,
      readOnlyIntent: true,
    },
  });
  return pool.connect();
}

function oneRow(type: SqlType, value: TdsValue): Result {
  return { kind: "rows", columns: [{ name: "v", type, nullable: true }], rows: [[value]] };
}

const max = { length: "max" } as const;
/** Type, value as the backend says it, value as the driver gives it; the lowest version that knows the type. */
const cases: readonly (readonly [SqlType, TdsValue, unknown, TdsVersion?])[] = [
  [{ name: "bit" }, true, true],
  [{ name: "tinyint" }, 255, 255],
  [{ name: "smallint" }, -32_768, -32_768],
  [{ name: "int" }, -2_147_483_648, -2_147_483_648],
  [{ name: "bigint" }, -9_223_372_036_854_775_808n, "-9223372036854775808"],
  [{ name: "real" }, 1.5, 1.5],
  [{ name: "float" }, -1.797_693_134_862_315_7e308, -1.797_693_134_862_315_7e308],
  [{ name: "decimal", precision: 38, scale: 10 }, "-12345.0000000001", -12_345.000_000_000_1],
  [{ name: "money" }, "-922337203685477.5808", -922_337_203_685_477.6],
  [{ name: "smallmoney" }, "214748.3647", 214_748.3647],
  [{ name: "datetime" }, "2026-03-14 09:26:53.997", new Date("2026-03-14T09:26:53.997Z")],
  [{ name: "smalldatetime" }, "2079-06-06 23:59", new Date("2079-06-06T23:59:00Z")],
  [{ name: "date" }, "0001-01-01", new Date("0001-01-01T00:00:00Z"), "7.3"],
  [{ name: "datetime2", scale: 7 }, "9999-12-31 23:59:59.999", new Date("9999-12-31T23:59:59.999Z"), "7.3"],
  [{ name: "datetime2", scale: 0 }, "2026-03-14 09:26:53", new Date("2026-03-14T09:26:53Z"), "7.3"],
  [{ name: "datetimeoffset", scale: 3 }, "2026-03-14 09:26:53.123 -05:30", new Date("2026-03-14T14:56:53.123Z"), "7.3"],
  [{ name: "char", length: 5 }, "ab € ", "ab € "],
  [{ name: "varchar", length: 20 }, "naïve", "naïve"],
  [{ name: "varchar", ...max }, "x".repeat(100_000), "x".repeat(100_000)],
  [{ name: "nchar", length: 3 }, "あ  ", "あ  "],
  [{ name: "nvarchar", length: 20 }, "😀 Ж", "😀 Ж"],
  [{ name: "nvarchar", ...max }, "é".repeat(100_000), "é".repeat(100_000)],
  [{ name: "nvarchar", length: 20 }, "", ""],
  [{ name: "text" }, "Grüße", "Grüße"],
  [{ name: "ntext" }, "あ", "あ"],
  [{ name: "image" }, Buffer.from([0, 255]), Buffer.from([0, 255])],
  [{ name: "binary", length: 4 }, Buffer.from([1, 2, 3, 0]), Buffer.from([1, 2, 3, 0])],
  [{ name: "varbinary", ...max }, Buffer.alloc(70_000, 7), Buffer.alloc(70_000, 7)],
  [{ name: "timestamp" }, Buffer.alloc(8, 9), Buffer.alloc(8, 9)],
  [{ name: "uniqueidentifier" }, "0C72492E-D496-4D01-B339-2DAF14070248", "0C72492E-D496-4D01-B339-2DAF14070248"],
  [{ name: "xml" }, "<a>ä</a>", "<a>ä</a>", "7.2"],
  [{ name: "sql_variant" }, { base: { name: "int" }, value: -5 }, -5],
  [{ name: "sql_variant" }, { base: { name: "nvarchar", length: 10 }, value: "あ" }, "あ"],
  [{ name: "hierarchyid" }, Buffer.from([0x5a, 0xc0]), Buffer.from([0x5a, 0xc0]), "7.2"],
];

describe.each(["7.1", "7.2", "7.3", "7.4"] as const)("TDS %s", (version) => {
  const known = cases.filter(([, , , since = "7.1"]) => since <= version);

  it.each(known.map(([type, value, seen]) => [type.name, type, value, seen] as const))(
    "%s",
    async (_, type, value, seen) => {
      const server = await serve(() => [oneRow(type, value)]);
      const pool = await connect(server, { version });
      const { recordset } = await pool.request().query("SELECT v");
      await pool.close();
      expect(recordset[0].v).toEqual(seen);
    },
  );

  it("NULL in every type, and between other cells", async () => {
    const columns = known.map(([type], index) => ({ name: `c${index}`, type, nullable: true }));
    const all = known.map(([, value]) => value);
    const rows = [all.map(() => null), all.map((value, index) => (index % 3 === 0 ? null : value)), all];
    const server = await serve(() => [{ kind: "rows", columns, rows }]);
    const pool = await connect(server, { version });
    const { recordset } = await pool.request().query("SELECT *");
    await pool.close();
    expect(recordset.map((row) => Object.values(row).map((cell) => cell === null))).toEqual(
      rows.map((row) => row.map((cell) => cell === null)),
    );
  });
});

describe("a client of the TDS server", () => {
  it.each([
    ["in the clear", undefined, false],
    ["through TLS", localhost, true],
  ] as const)("asks %s: batches, parameters, several results, transactions", async (_, tls, encrypt) => {
    const seen: (readonly [string, Record<string, TdsValue>])[] = [];
    const server = await serve((statement, parameters) => {
      seen.push([statement, Object.fromEntries(parameters)]);
      return [oneRow({ name: "int" }, 1), { kind: "done" }, oneRow({ name: "int" }, 2)];
    }, tls);
    const pool = await connect(server, { encrypt });
    const request = pool
      .request()
      .input("a", sql.NVarChar(sql.MAX), "é".repeat(5000))
      .input("b", sql.BigInt, "-9007199254740993");
    request.input("c", sql.Decimal(38, 4), null).input("d", sql.VarBinary(8), Buffer.from([1, 2]));
    const { recordsets } = await request.query("SELECT @a");
    expect((recordsets as unknown as { v: number }[][]).map(([row]) => row?.v)).toEqual([1, 2]);
    await pool.request().batch("SET LOCK_TIMEOUT 5000");
    const transaction = await pool.transaction().begin();
    await transaction.commit();
    await pool.close();
    expect(seen[0]).toEqual([
      "SELECT @a",
      { a: "é".repeat(5000), b: -9_007_199_254_740_993n, c: null, d: Buffer.from([1, 2]) },
    ]);
    expect(server.statements).toContain("SET LOCK_TIMEOUT 5000");
    expect(server.logins[0]).toMatchObject({ user: "reader", password: "secret", database: "Shop", isReadOnly: true });
  });

  it("is refused a certificate that nobody has signed, unless it trusts it", async () => {
    const server = await serve(() => [], localhost);
    await expect(connect(server, { encrypt: true, trust: false })).rejects.toThrow(/self-signed certificate/);
  });

  it("of the driver's kind logs in without TLS where the server has none, whatever it asked for", async () => {
    const server = await serve(() => []);
    const pool = await connect(server, { encrypt: true });
    await pool.close();
    expect(server.logins).toHaveLength(1);
  });

  it("is told of errors, and goes on", async () => {
    const server = await serve((statement) => {
      if (statement.includes("missing")) throw new ServerError(208, "Invalid object name 'missing'.");
      return [oneRow({ name: "int" }, 1)];
    });
    await expect(connect(server, { password: "wrong" })).rejects.toMatchObject({ code: "ELOGIN" });
    const pool = await connect(server);
    await expect(pool.request().query("SELECT * FROM missing")).rejects.toMatchObject({ number: 208 });
    expect((await pool.request().query("SELECT 1")).recordset).toHaveLength(1);
    await pool.close();
  });

  it("holds back a server whose rows it does not take, and may cancel", async () => {
    let made = 0;
    function* rows(): Generator<TdsValue[]> {
      for (; made < 1_000_000; made++) yield [made, "x".repeat(100)];
    }
    const columns = [
      { name: "n", type: { name: "int" }, nullable: false },
      { name: "t", type: { name: "varchar", length: 200 }, nullable: true },
    ] as const;
    const server = await serve(() => [{ kind: "rows", columns, rows: rows() }]);
    const connection = await tediousConnection(server);
    let taken = 0;
    const error = await new Promise<Error | null | undefined>((resolve) => {
      const request = new Request("SELECT", resolve);
      request.on("row", () => {
        if (++taken !== 10) return;
        request.pause();
        setTimeout(() => request.cancel(), 300);
      });
      connection.execSqlBatch(request);
    });
    expect(error).toMatchObject({ code: "ECANCEL" });
    expect(made).toBeLessThan(100_000);
    const answer = await new Promise<number | undefined>((resolve) => {
      connection.execSql(new Request("SELECT", (_, count) => resolve(count)).on("row", () => connection.cancel()));
    });
    expect(answer).toBeUndefined();
    connection.close();
  });

  it("gets a cell of 20 MB and a hundred thousand rows", async () => {
    const text = "x".repeat(10 << 20);
    const columns = [{ name: "n", type: { name: "int" }, nullable: false }] as const;
    const server = await serve((statement) => [
      statement.includes("big")
        ? oneRow({ name: "nvarchar", length: "max" }, text)
        : { kind: "rows", columns, rows: Array.from({ length: 100_000 }, (_, n) => [n]) },
    ]);
    const pool = await connect(server);
    expect((await pool.request().query("SELECT big")).recordset[0].v).toHaveLength(text.length);
    expect((await pool.request().query("SELECT n")).recordset.at(-1)).toEqual({ n: 99_999 });
    await pool.close();
  });
});

async function tediousConnection(server: TdsServer): Promise<Connection> {
  const connection = new Connection({
    server: "127.0.0.1",
    authentication: { type: "default", options: { userName: "reader", password: "secret" } },
    options: { port: server.port, encrypt: false, trustServerCertificate: true },
  });
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
  expect(TYPES.Int.name).toBe("Int");
  return connection;
}

const hasTsql = spawnSync("tsql", ["-C"]).status === 0;
if (!hasTsql) {
  if (process.env["SALVAGE_TEST_TSQL"] === "required") throw new Error("tsql is not installed (Debian: freetds-bin)");
  console.log("skipped: FreeTDS's tsql is not installed, so the TDS server is checked by one client only");
}

describe.skipIf(!hasTsql)("FreeTDS's tsql", () => {
  it.each(["7.1", "7.2", "7.3", "7.4"])("reads every type over TDS %s", async (version) => {
    const known = cases.filter(([type, , , since = "7.1"]) => since <= version && type.length !== "max");
    const columns = known.map(([type], index) => ({ name: `c${index}`, type, nullable: true }));
    const row = known.map(([, value]) => value);
    const server = await serve(() => [{ kind: "rows", columns, rows: [row, row.map(() => null)] }]);
    const printed = await tsql(server, version, "SELECT everything");
    const [names, cells, nulls] = printed.split("\n").filter((line) => line.includes("\t"));
    expect(names?.split("\t")).toEqual(columns.map(({ name }) => name));
    expect(nulls?.split("\t")).toEqual(columns.map(() => "NULL"));
    const texts = ["255", "-32768", "-9223372036854775808", "naïve", "あ  ", "Grüße"];
    expect(cells?.split("\t")).toEqual(expect.arrayContaining(texts));
    expect(cells).toContain("-12345.0000000001");
    expect(cells).toContain("0C72492E-D496-4D01-B339-2DAF14070248");
  });

  it("is told of errors", async () => {
    const server = await serve(() => {
      throw new ServerError(208, "Invalid object name 'missing'.");
    });
    expect(await tsql(server, "7.4", "SELECT * FROM missing")).toContain("Msg 208");
  });
});

async function tsql(server: TdsServer, version: string, statement: string): Promise<string> {
  const args = ["-H", "127.0.0.1", "-p", String(server.port), "-U", "reader", "-P", "secret", "-J", "UTF-8", "-o", "q"];
  const child = spawn("tsql", args, { env: { ...process.env, TDSVER: version, LC_ALL: "C.UTF-8" } });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stdin.end(`${statement}\ngo\nexit\n`);
  await new Promise((resolve) => child.on("close", resolve));
  return printed;
}
