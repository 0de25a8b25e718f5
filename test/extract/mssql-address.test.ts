/** Where a SQL Server is, in every way that people write it. */
import { afterEach, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { addressOf, describeAddress, locate } from "../../src/extract/mssql/address.ts";
import mssql from "../../src/extract/mssql/index.ts";
import { createEngine } from "../support/sqlserver/engine.ts";
import { startBrowser } from "../support/tds/browser.ts";
import { startTdsServer } from "../support/tds/server.ts";
import { userErrorOf } from "./server-harness.ts";

type Given = Readonly<Record<string, unknown>>;

function read(given: Given) {
  return addressOf(mssql.options.parse(given));
}

function faultOf(given: Given): UserError {
  try {
    read(given);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  return expect.unreachable("it was taken");
}

const plain = {
  host: "db.example",
  port: 1433,
  instance: undefined,
  domain: undefined,
  database: "shop",
  user: "reader",
  password: "secret",
  tls: { verify: true },
};
const rest = "Database=shop;User ID=reader;Password=secret";

function options(server: string) {
  return mssql.options.parse({ connection: `Server=${server};${rest}` });
}

describe("a connection", () => {
  it.each<[string, Given, Given]>([
    ["a URL", { connection: "mssql://reader:secret@db.example/shop" }, {}],
    ["a URL's instance", { connection: "mssql://reader:secret@db.example/SALES/shop" }, { instance: "SALES" }],
    ["a URL's instance and port", { connection: "mssql://reader:secret@db.example:5000/SALES/shop" }, { port: 5000 }],
    [
      "fields",
      { host: "db.example", instance: "SALES", database: "shop", user: "reader", password: "secret" },
      { instance: "SALES" },
    ],
    ["a string", { connection: `Server=db.example;${rest}` }, {}],
    ["other names", { connection: "Data Source=db.example;Initial Catalog=shop;UID=reader;PWD=secret;" }, {}],
    ["a protocol and a port", { connection: `server = tcp:db.example,1500 ;;${rest}` }, { port: 1500 }],
    ["an instance", { connection: `Server=db.example\\SALES;${rest}` }, { instance: "SALES" }],
    ["an instance whose port is said", { connection: `Server=db.example\\SALES,1500;${rest}` }, { port: 1500 }],
    ["this machine", { connection: `Server=(local);${rest}` }, { host: "localhost" }],
    ["IPv6", { connection: `Server=[::1],1433;${rest}` }, { host: "::1" }],
    ["braces", { connection: "Server=db.example;Database=shop;UID=reader;PWD={p;w}}=}" }, { password: "p;w}=" }],
    ["quotes", { connection: `Server=db.example;Database=shop;UID=reader;PWD="p;""w'"` }, { password: `p;"w'` }],
    ["an equals sign", { connection: "Server=db.example;Database=shop;UID=reader;PWD=a=b==" }, { password: "a=b==" }],
    ["a domain", { connection: `Server=db.example;Database=shop;UID=CORP\\reader;PWD=secret` }, { domain: "CORP" }],
    ["Encrypt=True", { connection: `Server=db.example;${rest};Encrypt=True` }, {}],
    ["Encrypt=False", { connection: `Server=db.example;${rest};Encrypt=False` }, { tls: undefined }],
    [
      "TrustServerCertificate",
      { connection: `Server=db.example;${rest};TrustServerCertificate=yes` },
      { tls: { verify: false } },
    ],
    [
      "what has no bearing",
      {
        connection: `Server=db.example;${rest};ApplicationIntent=ReadOnly;Integrated Security=False;Pooling=no;App=x`,
      },
      {},
    ],
    [
      "a string that fields complete",
      { connection: "Server=db.example;Database=shop;UID=reader", password: "x" },
      { password: "x" },
    ],
    ["the same said twice", { connection: `Server=db.example;Data Source=db.example;${rest}` }, {}],
  ])("by %s", (_, given, differs) => {
    expect(read(given)).toEqual({ ...plain, ...differs });
  });

  it.each<[string, Given, RegExp]>([
    ["an unknown keyword", { connection: `Server=db.example;Databse=x;${rest}` }, /keyword Databse.*Write database/s],
    ["two servers", { connection: `Server=a;Data Source=b;${rest}` }, /Server and Data Source, which mean the same/],
    ["a keyword twice", { connection: `Server=a;${rest};Password=other` }, /says Password twice/],
    ["the rest of a password", { connection: "Server=a;Database=b;UID=c;PWD=secret;word=x" }, /follows the password/],
    ["a part without a value", { connection: `Server=a;${rest};secret` }, /no `keyword=value`/],
    ["quotes that do not end", { connection: "Server=a;Database=b;UID=c;PWD={secret" }, /value of PWD do not end/],
    ["quotes that end early", { connection: "Server=a;PWD={secret}word;Database=b" }, /value of PWD do not end/],
    ["Windows' login", { connection: `Server=a;${rest};Integrated Security=SSPI` }, /Integrated Security.*domain/s],
    ["Trusted_Connection", { connection: `Server=a;${rest};Trusted_Connection=yes` }, /Trusted_Connection.*domain/s],
    ["an Entra login", { connection: `Server=a;${rest};Authentication=Active Directory Default` }, /`authentication`/],
    ["an intent to write", { connection: `Server=a;${rest};ApplicationIntent=ReadWrite` }, /ApplicationIntent/],
    ["an encryption of no kind", { connection: `Server=a;${rest};Encrypt=Strict` }, /Encrypt.*neither True nor False/],
    ["named pipes", { connection: `Server=np:a;${rest}` }, /Server in `connection` is not reached over TCP/],
    ["a port that is none", { connection: `Server=a,99999;${rest}` }, /Server in `connection` is not host/],
    ["TLS, yes and no", { connection: `Server=a;${rest};Encrypt=yes`, ssl: "disable" }, /Encrypt.*`ssl: disable`/],
    [
      "trust, yes and no",
      { connection: `Server=a;${rest};TrustServerCertificate=no`, trustServerCertificate: true },
      /TrustServerCertificate.*contradicts/,
    ],
    ["a field twice", { connection: `Server=a;${rest}`, user: "x" }, /`connection` and `user`/],
    ["a URL's instance twice", { connection: "mssql://u:secret@h/I/d", instance: "J" }, /`instance`/],
    ["no database", { connection: "Server=a;UID=c;PWD=secret" }, /database/],
    [
      "two logins",
      { connection: `Server=a;${rest}`, domain: "CORP", authentication: { type: "azure-active-directory-default" } },
      /Windows/,
    ],
  ])("is refused for %s, and no password is shown", (_, given, message) => {
    const fault = faultOf(given);
    expect(`${fault.message}\n${fault.remedy}`).toMatch(message);
    expect(`${fault.message}\n${fault.remedy}`).not.toMatch(/secret|\bword\b|p;w/);
  });

  it("is called by its instance, however that is spelt", () => {
    expect(locate(options("db.example\\Sales"))).toBe("db.example\\SALES/shop");
    expect(locate(options("db.example\\Sales,1500"))).toBe("db.example:1500/shop");
    expect(describeAddress(addressOf(options("db.example\\Sales")))).toBe(
      "db.example\\Sales, database shop, user reader",
    );
  });
});

function connect(instance: string) {
  const connection = `Server=127.0.0.1\\${instance};Database=Shop;UID=reader;PWD=secret;Encrypt=no`;
  return mssql.connect(mssql.options.parse({ connection }), { signal: new AbortController().signal });
}

describe("a named instance", () => {
  const started: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of started.splice(0)) await each.close();
  });

  it("listens where the SQL Server Browser says, and only named ones do", async () => {
    const schema = { tables: [], userTypes: [], boundObjects: [], skipped: {} };
    const tds = await startTdsServer(createEngine({ schema, rows: new Map() }));
    const browser = await startBrowser({ SALES: tds.port, PIPES: undefined });
    started.push(tds, browser);
    const server = await connect("SALES");
    expect(server.description).toContain("at 127.0.0.1\\SALES, database Shop");
    await server.close();
    expect(new Set(browser.asked)).toEqual(new Set(["SALES"]));
    expect(tds.logins[0]?.user).toBe("reader");
    expect((await userErrorOf(connect("PIPES"))).message).toMatch(/names no TCP port of instance PIPES/);
    await expect.poll(() => tds.connections.open).toBe(0);
  });

  it("is not found where no browser answers: the port is asked for", async () => {
    started.push(await startBrowser({}));
    const fault = await userErrorOf(connect("SALES"));
    expect(fault.message).toMatch(
      /Browser of 127\.0\.0\.1 \(UDP port 1434\) does not say where instance SALES listens/,
    );
    expect(fault.remedy).toMatch(/Name the instance's `port`/);
  }, 20_000);
});
