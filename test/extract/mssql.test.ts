/** SQL Server over the wire: the real driver against the tests' own TDS server, with SQLite behind it. */
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import mssql from "../../src/extract/mssql/index.ts";
import { Interrupted } from "../../src/extract/server/kind.ts";
import type { Server } from "../../src/extract/server/kind.ts";
import { layoutOf } from "../../src/incident.ts";
import { extract, openIncident } from "../../src/pipeline.ts";
import { loadSchema } from "../../src/schema/load.ts";
import type { DatabaseSchema, Table } from "../../src/schema/model.ts";
import { storedColumns } from "../../src/schema/model.ts";
import { SourceReader } from "../../src/stage/source-reader.ts";
import type { CanonicalValue } from "../../src/values/codec.ts";
import { scriptTexts, runRecipe, services, temporaryFolder } from "../incident.ts";
import { breakingProxy } from "../support/breaking-proxy.ts";
import { createEngine } from "../support/sqlserver/engine.ts";
import type { EngineOptions } from "../support/sqlserver/options.ts";
import { localhost } from "../support/tds/certificate.ts";
import { ServerError } from "../support/tds/backend.ts";
import { startTdsServer } from "../support/tds/server.ts";
import type { TdsServer } from "../support/tds/server.ts";
import type { Certificate } from "../support/tds/tls.ts";
import { makeTable } from "./harness.ts";

const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
});

async function serve(options: EngineOptions, tls?: Certificate): Promise<TdsServer> {
  const server = await startTdsServer(createEngine(options), tls);
  started.push(server);
  return server;
}

function optionsFor(port: number, more: Readonly<Record<string, unknown>> = {}) {
  const address = { host: "127.0.0.1", port, database: "Shop", user: "reader", password: "secret", ssl: "disable" };
  return mssql.options.parse({ ...address, ...more });
}

async function connect(port: number, more: Readonly<Record<string, unknown>> = {}): Promise<Server> {
  const server = await mssql.connect(optionsFor(port, more), { signal: new AbortController().signal });
  started.unshift(server);
  return server;
}

async function rowsOf(server: Server, name: string, where?: string): Promise<unknown[][]> {
  const relation = await server.describe({ schema: "dbo", name });
  const columns = relation.columns.filter(({ unread }) => unread === undefined);
  const snapshot = await server.snapshot();
  const rows: unknown[][] = [];
  for await (const batch of snapshot.rows({ relation, columns, where, after: undefined, upTo: undefined }))
    rows.push(...batch.map((row) => [...row]));
  await snapshot.close();
  return rows;
}

async function faultOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => expect.unreachable("nothing was thrown"),
    (error: unknown) => error as Error,
  );
}

function schemaOf(...tables: readonly Table[]): DatabaseSchema {
  return { tables, userTypes: [], boundObjects: [], skipped: {} };
}

const wide = makeTable("dbo.Wide", {
  ID: { type: { name: "int" }, declaredType: "int", nullable: false },
  Big: "bigint",
  Exact: { name: "decimal", precision: 38, scale: 10 },
  Price: "money",
  At: { name: "datetime2", scale: 7 },
  Offset: { name: "datetimeoffset", scale: 7 },
  Old: "datetime",
  Day: "date",
  Ratio: "float",
  Flag: "bit",
  Guid: "uniqueidentifier",
  Text: { name: "nvarchar", length: "max" },
  Note: "ntext",
  Bytes: { name: "varbinary", length: "max" },
  Picture: "image",
  Doc: "xml",
  Node: "hierarchyid",
  Stamp: "timestamp",
});
const keyed: Table = { ...wide, primaryKey: { name: "PK_Wide", columns: ["ID"] } };
const wideRow = [
  1,
  "-9223372036854775808",
  "1234567890123456789012345678.0123456789",
  "-922337203685477.5808",
  "9999-12-31 23:59:59.9999999",
  "2026-03-14 09:26:53.1234567 -05:30",
  "2026-03-14 09:26:53.997",
  "0001-01-01",
  0.1,
  1,
  "0C72492E-D496-4D01-B339-2DAF14070248",
  "あ😀\u0000",
  "Ж",
  Buffer.from([0, 255]),
  Buffer.alloc(9000, 7),
  "<a/>",
  Buffer.from([0x5a]),
] as const;

describe("reading SQL Server", () => {
  it("GOTCHAS 27: reads every type without loss, and says what it does not read", async () => {
    const rows = new Map([["dbo.Wide", [[...wideRow], [2, ...Array.from({ length: 16 }, () => null)]]]]);
    const server = await connect((await serve({ schema: schemaOf(keyed), rows })).port);
    const read = await rowsOf(server, "Wide");
    expect(read).toEqual(
      [
        wideRow.map((cell) => (cell === 1 && cell !== wideRow[0] ? true : cell)),
        [2, ...Array.from({ length: 16 }, () => null)],
      ].map((row, at) => row.map((cell, index) => (at === 0 && index === 9 ? true : cell))),
    );
    const { columns } = await server.describe({ schema: "dbo", name: "Wide" });
    expect(columns.filter(({ unread }) => unread !== undefined).map(({ name }) => name)).toEqual(["Stamp"]);
  });

  it("sends nothing but SELECT and SET, says that it only reads, and asks the server to convert", async () => {
    const tds = await serve({ schema: schemaOf(keyed), rows: new Map([["dbo.Wide", [[...wideRow]]]]) });
    const server = await connect(tds.port);
    await rowsOf(server, "Wide", "[ID] > 0");
    await server.schema();
    await server.describeQuery("SELECT [ID] FROM dbo.Wide");
    expect(tds.statements.filter((statement) => !/^\s*(?:SELECT|SET)\s/i.test(statement))).toEqual([]);
    expect(tds.logins.every(({ isReadOnly, application }) => isReadOnly && application === "salvage")).toBe(true);
    expect(tds.statements.join("\n")).toContain("CONVERT(varchar(41), [Wide].[Exact]) AS [Exact]");
  });

  it.each([
    ["one int", ["A"]],
    ["int and text", ["A", "T"]],
    ["text and int", ["T", "A"]],
  ])("goes on behind a key of %s", async (_, key) => {
    const table: Table = {
      ...makeTable("dbo.K", {
        A: { type: { name: "int" }, nullable: false },
        T: { type: { name: "nvarchar", length: 20 }, nullable: false },
      }),
      primaryKey: { name: "PK", columns: key },
    };
    const values = Array.from({ length: 60 }, (__, index) => [
      key[0] === "T" || key.length > 1 ? index % 7 : index,
      `t${index % 13}x${index}`,
    ]);
    const rows = new Map([["dbo.K", values]]);
    const server = await connect((await serve({ schema: schemaOf(table), rows })).port);
    const relation = await server.describe({ schema: "dbo", name: "K" });
    expect(relation.key).toEqual(key);
    const whole = await rowsOf(server, "K");
    const snapshot = await server.snapshot();
    for (const at of [0, 17, 58]) {
      const after = key.map((name) => whole[at]?.[name === "A" ? 0 : 1] as string | number);
      const rest: unknown[] = [];
      const request = { relation, columns: relation.columns, where: undefined, after, upTo: undefined };
      for await (const batch of snapshot.rows(request)) rest.push(...batch);
      expect(rest).toEqual(whole.slice(at + 1));
      const first: unknown[] = [];
      for await (const batch of snapshot.rows({ ...request, after: undefined, upTo: after })) first.push(...batch);
      expect(first).toEqual(whole.slice(0, at + 1));
    }
  });

  it("GOTCHAS 29: says what is masked, filtered or denied", async () => {
    const hidden = { masked: ["dbo.Wide.Text"], filtered: ["dbo.Wide"], denied: ["dbo.Wide.Price"] };
    const server = await connect((await serve({ schema: schemaOf(keyed), rows: new Map(), ...hidden })).port);
    const { limits, columns } = await server.describe({ schema: "dbo", name: "Wide" });
    expect(limits).toEqual([
      "the login may not read column Price",
      "column Text is masked for this login",
      "the security policy RowFilter may hide rows",
    ]);
    expect(columns.find(({ name }) => name === "Price")?.unread).toBe("the login may not read it");
  });

  it("says whether the database gives snapshots", async () => {
    const rows = new Map<string, never[]>();
    for (const allowsSnapshots of [true, false]) {
      const server = await connect((await serve({ schema: schemaOf(keyed), rows, allowsSnapshots })).port);
      const snapshot = await server.snapshot();
      expect(snapshot.isConsistent).toBe(allowsSnapshots);
      expect(snapshot.readAt).toBe("2026-03-14T09:26:53.997Z");
      await snapshot.close();
      expect(server.warnings).toHaveLength(allowsSnapshots ? 0 : 1);
    }
  });

  it("GOTCHAS 28: reads SQL Server 2000 over TDS 7.1, which has no sys views and no snapshots", async () => {
    const old: Table = {
      ...makeTable("dbo.Old", { ID: { type: { name: "int" }, nullable: false }, Note: "ntext", At: "datetime" }),
      primaryKey: { columns: ["ID"] },
    };
    const rows = new Map([["dbo.Old", [[1, "あ", "2026-03-14 09:26:53.997"]]]]);
    const tds = await serve({ schema: schemaOf(old), rows, version: [8, 0, 2039] });
    const server = await connect(tds.port, { tdsVersion: "7.1" });
    expect(await rowsOf(server, "Old")).toEqual([[1, "あ", "2026-03-14 09:26:53.997"]]);
    expect(server.description).toContain("SQL Server 8.0.2039 (2000)");
    expect(tds.statements.join("\n")).not.toMatch(/\bsys\./);
    expect(tds.logins[0]?.version).toBe("7.1");
  });

  it("yields the same model as the DDL does", async () => {
    const ddl = await loadSchema("fixtures/flagship/schema.sql");
    const server = await connect((await serve({ schema: ddl, rows: new Map() })).port);
    const read = await server.schema();
    expect(read.tables.map(modelOf)).toEqual(
      ddl.tables.map(modelOf).toSorted((left, right) => (left.id < right.id ? -1 : 1)),
    );
  });
});

function sorted<Named extends { readonly name?: string }>(all: readonly Named[]): Named[] {
  return all.toSorted((left, right) => ((left.name ?? "") < (right.name ?? "") ? -1 : 1));
}

/** What a rescue needs of a table; what is only text about it is spelt in two ways. */
function modelOf({ id, columns, primaryKey, unique, foreignKeys, checks }: Table) {
  return {
    id,
    columns: columns.map(({ name, ordinal, type, nullable, collation, identity, computed, default: preset }) => ({
      name,
      ordinal,
      nullable,
      collation,
      identity,
      computed,
      default: preset?.expression,
      type: computed === undefined ? type : undefined,
    })),
    primaryKey: primaryKey?.columns,
    unique: sorted(unique).map((key) => key.columns),
    foreignKeys: sorted(foreignKeys).map((key) => [key.columns, key.references, key.referencedColumns, key.disabled]),
    checks: sorted(checks).map(({ expression, disabled }) => [expression, disabled]),
  };
}

describe("what may go wrong with SQL Server", () => {
  const empty: EngineOptions = { schema: schemaOf(keyed), rows: new Map() };

  it.each([
    ["a wrong password", { password: "wrong" }, /refuses the login \(Login failed for user 'reader'/],
    ["an unknown database", { database: "Shp" }, /may not open the database/],
    ["an unknown host", { host: "no-such-host.invalid" }, /no host of this name/],
  ])("%s", async (_, more, message) => {
    const tds = await serve(empty);
    const fault = await faultOf(connect(tds.port, more));
    expect(fault).toBeInstanceOf(UserError);
    expect(fault.message).toMatch(message);
    expect(fault.message).not.toContain("secret");
    await expect.poll(() => tds.connections.open).toBe(0);
  });

  it("a server without TLS gets no login, unless the recipe does without", async () => {
    const tds = await serve(empty);
    const fault = await faultOf(connect(tds.port, { ssl: "require" }));
    expect(fault).toBeInstanceOf(UserError);
    expect(fault.message).toMatch(/it has no TLS, so nothing was sent, not even the login/);
    expect(tds.logins).toEqual([]);
  });

  it("a certificate that nobody has signed is refused, unless the recipe trusts it", async () => {
    const tds = await serve(empty, localhost);
    const fault = await faultOf(connect(tds.port, { ssl: "require" }));
    expect(fault).toBeInstanceOf(UserError);
    expect(fault.message).toMatch(/its certificate is not one to trust/);
    expect(tds.logins).toEqual([]);
    await connect(tds.port, { ssl: "require", trustServerCertificate: true });
    expect(tds.logins).not.toEqual([]);
  });

  it.each([
    ["a table that vanished", 208, UserError],
    ["a missing permission", 229, UserError],
    ["a deadlock", 1205, Interrupted],
    ["a lock that lasts", 1222, Interrupted],
  ])("%s", async (_, number, kind) => {
    const before = (statement: string): void => {
      if (statement.includes("FROM [dbo].[Wide]")) throw new ServerError(number, "said by the server");
    };
    const server = await connect((await serve({ ...empty, before })).port);
    const fault = await faultOf(rowsOf(server, "Wide"));
    expect(fault).toBeInstanceOf(kind);
    expect(fault.message).toContain("said by the server");
    expect(fault instanceof UserError ? fault.where?.table : "dbo.Wide").toBe("dbo.Wide");
  });

  it.each([
    ["query", "DELETE FROM dbo.Wide", /begins with|only reading/],
    ["query", "SELECT 1) AS q; DROP TABLE dbo.Wide --", /comment/],
    ["query", "SELECT 1) AS q; DROP TABLE dbo.Wide", /`\)` that nothing opens|DROP|`;`/],
    ["query", "SELECT * INTO dbo.Copy FROM dbo.Wide", /holds INTO/],
    ["query", "SELECT * FROM OPENQUERY(other, 'DELETE FROM t')", /holds OPENQUERY/],
    ["query", "EXEC sp_who", /EXEC/],
    ["where", "1 = 1) OR (1 = 1; DROP TABLE dbo.Wide", /`\)` that nothing opens/],
    ["where", "x = @y", /holds @?y/],
  ])("a %s that does more than read: %s", async (kind, sql, message) => {
    const tds = await serve(empty);
    const server = await connect(tds.port);
    const sent = tds.statements.length;
    const fault = await faultOf(kind === "query" ? server.describeQuery(sql) : rowsOf(server, "Wide", sql));
    expect(fault).toBeInstanceOf(UserError);
    expect(fault.message).toMatch(message);
    expect(tds.statements.slice(sent).join("\n")).not.toContain("DROP");
  });

  it("keeps what is refused out, not what is quoted", async () => {
    const rows = new Map([["dbo.Wide", [[...wideRow]]]]);
    const server = await connect((await serve({ ...empty, rows })).port);
    expect(await rowsOf(server, "Wide", "[Text] <> 'DROP; -- it'")).toHaveLength(1);
  });
});

function recipeFor(port: number, folder: string): string {
  const text = fs
    .readFileSync("recipes/flagship.yaml", "utf8")
    .replaceAll("../fixtures", path.resolve("fixtures"))
    .replace(
      /extractor: sql-script\n.*path: .*\n/,
      `extractor: mssql\n    connection: mssql://reader:secret@127.0.0.1:${port}/Shop\n    ssl: disable\n`,
    );
  const file = path.join(folder, "flagship.yaml");
  fs.writeFileSync(file, text);
  return file;
}

describe("a rescue from SQL Server", () => {
  let backup: EngineOptions;

  beforeAll(async () => {
    const directory = temporaryFolder();
    const incident = await openIncident({ recipe: "recipes/flagship.yaml", directory, environment: {} });
    await extract(incident, services, { only: ["backup"] });
    const reader = new SourceReader(layoutOf(directory).staged("backup"));
    const rows = new Map<string, CanonicalValue[][]>();
    for (const table of incident.tables)
      rows.set(
        table.id,
        [...reader.observations(table)].map(({ cells }) =>
          storedColumns(table).map((_, index) => cells[index] ?? null),
        ),
      );
    reader.close();
    backup = { schema: incident.schema, rows };
  });

  it("comes to the same scripts as from the backup's own file, and again without the server", async () => {
    const folder = temporaryFolder();
    const tds = await serve(backup);
    const fromFile = await runRecipe("recipes/flagship.yaml", path.join(folder, "file"));
    const fromServer = await runRecipe(recipeFor(tds.port, folder), path.join(folder, "server"));
    expect(scriptTexts(fromServer.incident.directory)).toEqual(scriptTexts(fromFile.incident.directory));
    expect(tds.connections.most).toBeLessThanOrEqual(2);
    await expect.poll(() => tds.connections.open).toBe(0);
  });

  it("stages the same wherever the connection breaks", async () => {
    const tds = await serve(backup);
    const proxy = await breakingProxy({ host: "127.0.0.1", port: tds.port });
    started.unshift(proxy);
    const captured = async (cuts: readonly number[]): Promise<string> => {
      const folder = temporaryFolder();
      proxy.cutAfter(cuts);
      const directory = path.join(folder, "incident");
      const incident = await openIncident({ recipe: recipeFor(proxy.port, folder), directory, environment: {} });
      await extract(incident, services, { only: ["backup"] });
      const { tables } = JSON.parse(
        fs.readFileSync(path.join(layoutOf(directory).captured("backup").folder, "capture.json"), "utf8"),
      ) as {
        tables: Record<string, { files: unknown }>;
      };
      return JSON.stringify(
        Object.entries(tables)
          .toSorted(([left], [right]) => (left < right ? -1 : 1))
          .map(([id, { files }]) => [id, files]),
      );
    };
    const whole = await captured([]);
    for (let step = 0; proxy.cuts() < 50; step++)
      expect(await captured([9000 + step * 7919, 20_000 + step * 4001, 60_000 + step * 101])).toEqual(whole);
  });
});
