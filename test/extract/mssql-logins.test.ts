/** How the login reaches a SQL Server: by password, by NTLM, by a token of Entra ID. */
import { afterEach, describe, expect, it } from "vitest";
import mssql from "../../src/extract/mssql/index.ts";
import { createEngine } from "../support/sqlserver/engine.ts";
import { localhost } from "../support/tds/certificate.ts";
import { startTdsServer } from "../support/tds/server.ts";
import { userErrorOf } from "./server-harness.ts";

const started: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
});

async function serve() {
  const schema = { tables: [], userTypes: [], boundObjects: [], skipped: {} };
  const tds = await startTdsServer(createEngine({ schema, rows: new Map() }), localhost);
  started.push(tds);
  return tds;
}

type Given = Readonly<Record<string, unknown>>;

function connect(port: number, more: Given) {
  const address = { host: "127.0.0.1", port, database: "Shop", trustServerCertificate: true };
  return mssql.connect(mssql.options.parse({ ...address, ...more }), { signal: new AbortController().signal });
}

const entra = (token: string) => ({ authentication: { type: "azure-active-directory-access-token", token } });

describe("a login", () => {
  it.each<[string, Given, Given]>([
    ["by password", { user: "reader", password: "secret" }, { user: "reader", password: "secret" }],
    [
      "by NTLM, which never sends the password",
      { user: "reader", password: "secret", domain: "Corp" },
      { user: "reader", domain: "CORP", negotiate: expect.any(Buffer) },
    ],
    ["by an Entra token", entra("secret"), { user: "", password: "", token: "secret" }],
  ])("%s", async (_, given, seen) => {
    const tds = await serve();
    const server = await connect(tds.port, given);
    expect(server.description).toContain("SQL Server 16");
    await server.close();
    expect(tds.logins[0]).toMatchObject(seen);
    await expect.poll(() => tds.connections.open).toBe(0);
  });

  it.each<[string, Given]>([
    ["by password", { user: "reader", password: "wr0ng" }],
    ["by NTLM", { user: "reader", password: "wr0ng", domain: "Corp" }],
    ["by an Entra token", entra("wr0ng")],
  ])("%s is refused with what does not prove it", async (_, given) => {
    const tds = await serve();
    const fault = await userErrorOf(connect(tds.port, given));
    expect(fault.message).toMatch(/refuses the login \(Login failed/);
    expect(fault.message).not.toContain("wr0ng");
    await expect.poll(() => tds.connections.open).toBe(0);
  });

  it.each<[string, Given, string[]]>([
    ["azure-active-directory-default", {}, []],
    ["azure-active-directory-msi-vm", {}, []],
    ["azure-active-directory-msi-app-service", { clientId: "c" }, []],
    ["azure-active-directory-password", { tenantId: "t" }, ["clientId"]],
    ["azure-active-directory-access-token", {}, ["token"]],
    ["azure-active-directory-service-principal-secret", { clientId: "c" }, ["tenantId", "clientSecret"]],
    ["azure-active-directory-default", { token: "x" }, [""]],
    ["ntlm", {}, ["type"]],
  ])("by %s with %o lacks or may not have %o", (type, given, wrong) => {
    const read = mssql.options.safeParse({ authentication: { type, ...given } });
    expect(read.error?.issues.map(({ path }) => path.slice(1).join(".")) ?? []).toEqual(wrong);
  });
});
