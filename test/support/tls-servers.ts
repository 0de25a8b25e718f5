/** Servers of a test's own, with TLS under a certificate that nobody known has signed and with a login that has a password. */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

export interface TlsServer {
  readonly port: number;
  /** File of the certificate, which is its own authority; it names localhost. */
  readonly certificate: string;
  readonly close: () => Promise<void>;
}

export const password = "right-7";

/** The folder of PostgreSQL's server programs; undefined where they, or openssl, are not installed. */
export function findPostgresPrograms(): string | undefined {
  const root = "/usr/lib/postgresql";
  const versions = fs.existsSync(root) ? fs.readdirSync(root) : [];
  const folders = versions
    .toSorted((left, right) => Number(right) - Number(left))
    .map((version) => path.join(root, version, "bin"));
  return folders.find((folder) => fs.existsSync(path.join(folder, "initdb")) && hasOpenssl());
}

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** The server programs refuse to run as root. */
function asUser(name: string): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? { uid: idOf(name, "-u"), gid: idOf(name, "-g") } : {};
}

function idOf(name: string, flag: string): number {
  return Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
}

/** PostgreSQL that lets `postgres` in from this machine, with {@link password} and TLS alone. */
export async function startTlsPostgres(programs: string): Promise<TlsServer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-test-pg-"));
  const user = asUser("postgres");
  if (user.uid !== undefined && user.gid !== undefined) fs.chownSync(folder, user.uid, user.gid);
  const run = (program: string, ...parameters: string[]) =>
    execFileSync(program, parameters, { ...user, cwd: folder, stdio: "ignore" });
  const data = path.join(folder, "data");
  fs.writeFileSync(path.join(folder, "password"), password, { mode: 0o644 });
  run(
    path.join(programs, "initdb"),
    "-D",
    data,
    "-U",
    "postgres",
    "-A",
    "scram-sha-256",
    "--pwfile",
    path.join(folder, "password"),
    "--no-sync",
  );
  fs.writeFileSync(
    path.join(data, "pg_hba.conf"),
    "hostssl all all 127.0.0.1/32 scram-sha-256\nhostssl all all ::1/128 scram-sha-256\n",
  );
  const certificate = path.join(folder, "server.crt");
  const key = path.join(folder, "server.key");
  run(
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost",
    "-keyout",
    key,
    "-out",
    certificate,
  );
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "localhost",
    unix_socket_directories: folder,
    fsync: "off",
    ssl: "on",
    ssl_cert_file: certificate,
    ssl_key_file: key,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(path.join(programs, "postgres"), ["-D", data, ...flags], {
    ...user,
    cwd: folder,
    stdio: "ignore",
  });
  const close = async () => {
    await stop(server);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  await answers(port, server);
  return { port, certificate, close };
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const stopped = new Promise((resolve) => void server.once("exit", resolve));
  server.kill("SIGINT");
  await stopped;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** Resolves when something listens at the port. */
async function answers(port: number, server: ChildProcess): Promise<void> {
  while (!(await listens(port))) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}
