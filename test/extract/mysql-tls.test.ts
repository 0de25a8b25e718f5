/** TLS and passwords, against a MariaDB of the test's own: the one that other tests read from may have neither. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import mysql from "../../src/extract/mysql/index.ts";
import { Interrupted } from "../../src/extract/server/kind.ts";
import { hasMariadbPrograms, password, startTlsMariadb } from "../support/tls-servers.ts";
import type { TlsServer } from "../support/tls-servers.ts";
import { readAll, userErrorOf } from "./server-harness.ts";

const isInstalled = hasMariadbPrograms();
if (!isInstalled) console.log("skipped: MariaDB's server programs or openssl are not installed");
let own: TlsServer;

function connectWith(more: Readonly<Record<string, unknown>>) {
  const options = mysql.options.parse({
    host: "localhost",
    port: own.port,
    database: "shop",
    user: "root",
    password,
    ...more,
  });
  return mysql.connect(options, { signal: new AbortController().signal });
}

describe.skipIf(!isInstalled)("mysql over TLS", () => {
  beforeAll(async () => {
    own = await startTlsMariadb();
  }, 60_000);

  afterAll(() => own.close());

  test("a certificate that nobody known has signed is refused, and taken where the recipe says so", async () => {
    const error = await userErrorOf(connectWith({}));
    expect(error.message).toMatch(
      /certificate that is not trusted.*self-signed certificate.*NODE_EXTRA_CA_CERTS.*`trustServerCertificate: true`/,
    );
    const server = await connectWith({ trustServerCertificate: true });
    onTestFinished(() => server.close());
    const query = await server.describeQuery(
      "SELECT VARIABLE_VALUE AS v FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_version'",
    );
    expect(await readAll(server, query)).toEqual([[expect.stringMatching(/^TLSv1\.[23]$/)]]);
  });

  test("a certificate is trusted through NODE_EXTRA_CA_CERTS", () => {
    const script = `import mysql from ${JSON.stringify(new URL("../../src/extract/mysql/index.ts", import.meta.url).href)};
      const options = mysql.options.parse({ host: "localhost", port: ${own.port}, database: "shop", user: "root", password: "${password}" });
      const server = await mysql.connect(options, { signal: new AbortController().signal });
      console.log("in");
      await server.close();`;
    const output = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      env: { ...process.env, NODE_EXTRA_CA_CERTS: own.certificate },
      encoding: "utf8",
    });
    expect(output).toBe("in\n");
  });

  test.each([
    ["a wrong password", { password: "wrong-8" }, /refuses the user or the password/],
    ["no password", { password: undefined }, /refuses the user or the password/],
    [
      "no TLS where the server wants it",
      { ssl: "disable" },
      /refuses the user or the password|Leave `ssl` at its default/,
    ],
  ])("%s", async (_what, more, message) => {
    const error = await userErrorOf(connectWith({ trustServerCertificate: true, ...more }));
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/right-7|wrong-8/);
  });

  test("rows stream over TLS, and leaving early frees the connection", async () => {
    const server = await connectWith({ trustServerCertificate: true, connections: 1 });
    onTestFinished(() => server.close());
    const query = await server.describeQuery("SELECT seq, REPEAT('x', 1000) AS v FROM seq_1_to_50000");
    expect(await readAll(server, query)).toHaveLength(50_000);
    const snapshot = await server.snapshot();
    for await (const batch of snapshot.rows({
      relation: query,
      columns: query.columns,
      where: undefined,
      after: undefined,
      upTo: undefined,
    })) {
      expect(batch.length).toBeLessThan(50_000);
      break;
    }
    await snapshot.close();
    expect(await readAll(server, query, { where: "seq < 3" })).toHaveLength(2);
  });

  test("a server that went away after it was reached interrupts", async () => {
    const server = await connectWith({ trustServerCertificate: true });
    await own.close();
    await expect(server.relations()).rejects.toThrow(Interrupted);
    await expect(server.snapshot()).rejects.toThrow(Interrupted);
    await server.close();
  });
});
