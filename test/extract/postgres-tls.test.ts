/** TLS and passwords, against a PostgreSQL of the test's own: the one that other tests read from may have neither. */
import { Client } from "pg";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import postgres from "../../src/extract/postgres/index.ts";
import { Interrupted } from "../../src/extract/server/kind.ts";
import { findPostgresPrograms, password, startTlsPostgres } from "../support/tls-servers.ts";
import type { TlsServer } from "../support/tls-servers.ts";
import { userErrorOf } from "./server-harness.ts";

const programs = findPostgresPrograms();
if (programs === undefined) console.log("skipped: PostgreSQL's server programs or openssl are not installed");
let own: TlsServer;

function connectWith(more: Readonly<Record<string, unknown>>) {
  const options = postgres.options.parse({
    host: "localhost",
    port: own.port,
    database: "postgres",
    user: "postgres",
    password,
    ...more,
  });
  return postgres.connect(options, { signal: new AbortController().signal });
}

async function administer(sql: string): Promise<readonly unknown[]> {
  const admin = new Client({
    host: "localhost",
    port: own.port,
    user: "postgres",
    password,
    ssl: { rejectUnauthorized: false },
  });
  await admin.connect();
  const { rows } = await admin.query<Record<string, unknown>>(sql);
  await admin.end();
  return rows;
}

describe.skipIf(programs === undefined)("postgres over TLS", () => {
  beforeAll(async () => {
    own = await startTlsPostgres(programs ?? "");
  }, 60_000);

  afterAll(() => own.close());

  test("a certificate that nobody known has signed is refused, and taken where the recipe says so", async () => {
    const error = await userErrorOf(connectWith({}));
    expect(error.message).toMatch(
      /certificate that is not trusted \(self-signed certificate\).*NODE_EXTRA_CA_CERTS.*`trustServerCertificate: true`/,
    );
    const server = await connectWith({ trustServerCertificate: true });
    onTestFinished(() => server.close());
    expect(await server.relations()).toEqual([]);
    const sessions = await administer(
      "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'salvage'",
    );
    expect(sessions).toEqual([{ ssl: true }]);
  });

  test("a certificate is trusted through NODE_EXTRA_CA_CERTS, for the names that stand in it", () => {
    const script = `import postgres from ${JSON.stringify(new URL("../../src/extract/postgres/index.ts", import.meta.url).href)};
      for (const host of ["localhost", "127.0.0.1"]) {
        const options = postgres.options.parse({ host, port: ${own.port}, database: "postgres", user: "postgres", password: "${password}" });
        await postgres.connect(options, { signal: new AbortController().signal }).then((server) => (console.log("in"), server.close()), (error) => console.log(error.message));
      }`;
    const output = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      env: { ...process.env, NODE_EXTRA_CA_CERTS: own.certificate },
      encoding: "utf8",
    });
    const [byName, byAddress] = output.trim().split("\n");
    expect(byName).toBe("in");
    expect(byAddress).toMatch(/certificate that is not trusted .*altnames: IP: 127\.0\.0\.1/);
  });

  test.each([
    ["a wrong password", { password: "wrong-8" }, /refuses the user or the password/],
    ["no password", { password: undefined }, /wants a password/],
    ["no TLS where the server wants it", { ssl: "disable" }, /Leave `ssl` at its default, `require`/],
  ])("%s", async (_what, more, message) => {
    const error = await userErrorOf(connectWith({ trustServerCertificate: true, ...more }));
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/right-7|wrong-8/);
  });

  test("too many connections interrupt", async () => {
    await administer("CREATE ROLE narrow LOGIN PASSWORD 'right-7' CONNECTION LIMIT 1");
    const first = await connectWith({ user: "narrow", trustServerCertificate: true });
    onTestFinished(() => first.close());
    await expect(connectWith({ user: "narrow", trustServerCertificate: true })).rejects.toThrow(Interrupted);
  });

  test("a server that went away after it was reached interrupts", async () => {
    const server = await connectWith({ trustServerCertificate: true });
    await own.close();
    await expect(server.relations()).rejects.toThrow(Interrupted);
    await expect(server.snapshot()).rejects.toThrow(Interrupted);
    await server.close();
  });
});
