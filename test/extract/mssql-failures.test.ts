/** What may go wrong between salvage and a SQL Server; afterwards no connection is left open. */
import net from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import mssql from "../../src/extract/mssql/index.ts";
import { Interrupted } from "../../src/extract/server/kind.ts";
import type { Server } from "../../src/extract/server/kind.ts";
import type { Table } from "../../src/schema/model.ts";
import { createEngine } from "../support/sqlserver/engine.ts";
import type { EngineOptions } from "../support/sqlserver/options.ts";
import { localhost } from "../support/tds/certificate.ts";
import { ServerError } from "../support/tds/backend.ts";
import type { Backend, Result, TdsValue } from "../support/tds/backend.ts";
import { startTdsServer } from "../support/tds/server.ts";
import type { TdsServer } from "../support/tds/server.ts";
import { makeTable } from "./harness.ts";
import { readAll, userErrorOf } from "./server-harness.ts";

const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
});

const table: Table = {
  ...makeTable("dbo.T", {
    ID: { type: { name: "int" }, nullable: false },
    Text: { name: "nvarchar", length: 4000 },
  }),
  primaryKey: { columns: ["ID"] },
};
const rows = Array.from({ length: 20 }, (_, id) => [id, "x".repeat(1000)] as const);
const stocked: EngineOptions = {
  schema: { tables: [table], userTypes: [], boundObjects: [], skipped: {} },
  rows: new Map([["dbo.T", rows]]),
};

async function serve(backend: Backend, tls?: typeof localhost): Promise<TdsServer> {
  const tds = await startTdsServer(backend, tls);
  started.push(tds);
  return tds;
}

async function connect(port: number, more: Readonly<Record<string, unknown>> = {}): Promise<Server> {
  const address = { host: "127.0.0.1", port, database: "Shop", user: "reader", password: "secret", ssl: "disable" };
  const options = mssql.options.parse({ ...address, connections: 1, ...more });
  const server = await mssql.connect(options, { signal: new AbortController().signal });
  started.unshift(server);
  return server;
}

async function readTable(server: Server) {
  return readAll(server, await server.describe({ schema: "dbo", name: "T" }));
}

const isReading = (statement: string): boolean => statement.includes("FROM [dbo].[T]");

/** After `shown` rows of the table the server says nothing any more, once. */
function hanging(shown: number): Backend {
  const engine = createEngine(stocked);
  let hangs = true;
  return {
    ...engine,
    connect(login) {
      const session = engine.connect(login);
      return {
        ...session,
        async *execute(statement, parameters): AsyncGenerator<Result> {
          for await (const result of session.execute(statement, parameters)) {
            if (!hangs || !isReading(statement) || result.kind === "done") yield result;
            else yield { ...result, rows: stopping(result.rows) };
          }
        },
      };
    },
  };
  async function* stopping(all: Iterable<readonly TdsValue[]> | AsyncIterable<readonly TdsValue[]>) {
    hangs = false;
    let sent = 0;
    for await (const row of all) {
      if (sent++ === shown) await new Promise(() => undefined);
      yield row;
    }
  }
}

describe("a server that says nothing any more", () => {
  it.each([
    ["before the first row", 0],
    ["in the middle", 10],
  ])(
    "%s is given up, and read again on a connection of its own",
    async (_, shown) => {
      const tds = await serve(hanging(shown));
      const server = await connect(tds.port, { statementTimeout: "1s" });
      const fault = await readTable(server).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      expect(fault).toBeInstanceOf(Interrupted);
      expect(fault?.message).toMatch(/1000 ?ms/);
      expect(await readTable(server)).toHaveLength(rows.length);
      await server.close();
      await expect.poll(() => tds.connections.open).toBe(0);
    },
    20_000,
  );

  it("is not one whose rows are taken slowly", async () => {
    const tds = await serve(createEngine({ ...stocked, rows: new Map([["dbo.T", manyRows()]]) }));
    const server = await connect(tds.port, { statementTimeout: "1500ms" });
    const relation = await server.describe({ schema: "dbo", name: "T" });
    const snapshot = await server.snapshot();
    let read = 0;
    let pauses = 3;
    const request = { relation, columns: relation.columns, where: undefined, after: undefined, upTo: undefined };
    for await (const batch of snapshot.rows(request)) {
      read += batch.length;
      if (pauses-- > 0) await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    expect(read).toBe(3500);
    await snapshot.close();
  });
});

function manyRows(): (readonly [number, string])[] {
  return Array.from({ length: 3500 }, (_, id) => [id, "x".repeat(1000)] as const);
}

describe("bad input", () => {
  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ["a wrong password", { password: "wr0ng" }, /refuses the login/],
    ["no such database", { database: "Shp" }, /may not open the database/],
    ["no such host", { host: "no-such-host.invalid" }, /no host of this name/],
    ["a certificate that nobody has signed", { ssl: "require" }, /its certificate is not one to trust/],
  ])("%s leaves no connection open", async (_, more, message) => {
    const tds = await serve(createEngine(stocked), localhost);
    const given = { ssl: "require", trustServerCertificate: more["ssl"] === undefined, ...more };
    const fault = await userErrorOf(connect(tds.port, given));
    expect(fault.message).toMatch(message);
    expect(fault.message).not.toMatch(/secret|wr0ng/);
    await expect.poll(() => tds.connections.open).toBe(0);
  });

  it("a server without TLS gets no login and keeps no connection", async () => {
    const tds = await serve(createEngine(stocked));
    expect((await userErrorOf(connect(tds.port, { ssl: "require" }))).message).toMatch(/it has no TLS/);
    expect(tds.logins).toEqual([]);
    await expect.poll(() => tds.connections.open).toBe(0);
  });

  it("a port at which nothing listens is said", async () => {
    const listener = net.createServer();
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as AddressInfo;
    await new Promise((resolve) => listener.close(resolve));
    expect((await userErrorOf(connect(port))).message).toMatch(/nothing listens there/);
  });

  it("a port at which nothing listens any more is one to come back to", async () => {
    const tds = await serve(createEngine(stocked));
    const server = await connect(tds.port);
    const relation = await server.describe({ schema: "dbo", name: "T" });
    expect(await readAll(server, relation)).toHaveLength(rows.length);
    await tds.close();
    await expect(readAll(server, relation)).rejects.toThrow(Interrupted);
  });

  it("a server that is no SQL Server is left", async () => {
    const sockets = new Set<net.Socket>();
    const listener = net.createServer((socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
      socket.resume().end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    started.push({ close: async () => void listener.close() });
    await expect(connect((listener.address() as AddressInfo).port)).rejects.toThrow(/SQL Server at 127/);
    await expect.poll(() => sockets.size, { timeout: 5000 }).toBe(0);
  }, 20_000);

  it("a table that vanishes between two readings is named, and the connection goes on", async () => {
    let isGone = false;
    const before = (statement: string): void => {
      if (isGone && isReading(statement)) throw new ServerError(208, "Invalid object name 'dbo.T'.");
    };
    const tds = await serve(createEngine({ ...stocked, before }));
    const server = await connect(tds.port);
    expect(await readTable(server)).toHaveLength(rows.length);
    isGone = true;
    const fault = await userErrorOf(readTable(server));
    expect(fault.message).toMatch(/the table is not there any more/);
    expect(fault.where).toEqual({ table: "dbo.T" });
    isGone = false;
    expect(await readTable(server)).toHaveLength(rows.length);
    expect(tds.connections.most).toBe(1);
    await server.close();
    await expect.poll(() => tds.connections.open).toBe(0);
  });

  it("a server that dies in the middle may be asked again, and holds no connection", async () => {
    const tds: TdsServer = await serve(hanging(10));
    const server = await connect(tds.port);
    const reading = readTable(server).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    await expect.poll(() => tds.statements.some((statement) => isReading(statement))).toBe(true);
    await tds.close();
    expect(await reading).toBeInstanceOf(Interrupted);
    await server.close();
    await expect.poll(() => tds.connections.open).toBe(0);
    started.splice(started.indexOf(tds), 1);
  });
});
