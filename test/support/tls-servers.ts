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

/** Of the servers' first logins, `postgres` and `root`. */
export const password = "right-7";

/** The folder of PostgreSQL's server programs; undefined where they, or openssl, are not installed. */
export function findPostgresPrograms(): string | undefined {
  const root = "/usr/lib/postgresql";
  const versions = fs.existsSync(root) ? fs.readdirSync(root) : [];
  const folders = versions
    .toSorted((left, right) => Number(right) - Number(left))
    .map((each) => path.join(root, each, "bin"));
  return folders.find((folder) => fs.existsSync(path.join(folder, "initdb")) && runs("openssl", "version"));
}

/** Are MariaDB's server programs and openssl installed? */
export function hasMariadbPrograms(): boolean {
  return runs("mariadbd", "--version") && runs("mariadb-install-db", "--help") && runs("openssl", "version");
}

function runs(program: string, parameter: string): boolean {
  try {
    execFileSync(program, [parameter], { stdio: "ignore" });
    return true;
  } catch (error) {
    // Some print their help and end with 1.
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

/** A folder for one server, and how its programs run there: those of PostgreSQL refuse to run as root. */
class Workshop {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-test-server-"));
  readonly certificate = path.join(this.folder, "server.crt");
  readonly key = path.join(this.folder, "server.key");
  readonly #user: { readonly uid?: number; readonly gid?: number };

  constructor(account: string) {
    this.#user = process.getuid?.() === 0 ? { uid: idOf(account, "-u"), gid: idOf(account, "-g") } : {};
    if (this.#user.uid !== undefined && this.#user.gid !== undefined)
      fs.chownSync(this.folder, this.#user.uid, this.#user.gid);
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    this.run(
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "2",
      ...subject,
      "-keyout",
      this.key,
      "-out",
      this.certificate,
    );
  }

  run(program: string, ...parameters: string[]): void {
    execFileSync(program, parameters, { ...this.#user, cwd: this.folder, stdio: "ignore" });
  }

  /** Starts the server, which is to listen at the port, and goes away with the signal though others are connected. */
  async serve(port: number, farewell: NodeJS.Signals, program: string, ...parameters: string[]): Promise<TlsServer> {
    const server = spawn(program, parameters, { ...this.#user, cwd: this.folder, stdio: "ignore" });
    const close = async () => {
      await stop(server, farewell);
      fs.rmSync(this.folder, { recursive: true, force: true });
    };
    await answers(port, server);
    return { port, certificate: this.certificate, close };
  }
}

function idOf(name: string, flag: string): number {
  return Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
}

/** PostgreSQL that lets `postgres` in from this machine, over TLS alone. */
export async function startTlsPostgres(programs: string): Promise<TlsServer> {
  const shop = new Workshop("postgres");
  const data = path.join(shop.folder, "data");
  const passwordFile = path.join(shop.folder, "password");
  fs.writeFileSync(passwordFile, password);
  shop.run(
    path.join(programs, "initdb"),
    "-D",
    data,
    "-U",
    "postgres",
    "-A",
    "scram-sha-256",
    "--pwfile",
    passwordFile,
    "--no-sync",
  );
  const lines = ["127.0.0.1/32", "::1/128"].map((address) => `hostssl all all ${address} scram-sha-256\n`);
  fs.writeFileSync(path.join(data, "pg_hba.conf"), lines.join(""));
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: "localhost",
    unix_socket_directories: shop.folder,
    fsync: "off",
    ssl: "on",
    ssl_cert_file: shop.certificate,
    ssl_key_file: shop.key,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return shop.serve(port, "SIGINT", path.join(programs, "postgres"), "-D", data, ...flags);
}

/** MariaDB that lets `root` in from this machine, over TLS alone. */
export async function startTlsMariadb(): Promise<TlsServer> {
  const shop = new Workshop("mysql");
  const data = path.join(shop.folder, "data");
  shop.run(
    "mariadb-install-db",
    "--no-defaults",
    `--datadir=${data}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
  );
  const start = path.join(shop.folder, "start.sql");
  fs.writeFileSync(
    start,
    `CREATE DATABASE shop;\nALTER USER root@localhost IDENTIFIED BY '${password}' REQUIRE SSL;\n`,
  );
  const port = await freePort();
  return shop.serve(
    port,
    "SIGTERM",
    "mariadbd",
    "--no-defaults",
    `--datadir=${data}`,
    `--port=${port}`,
    "--bind-address=localhost",
    `--socket=${path.join(shop.folder, "socket")}`,
    `--init-file=${start}`,
    `--ssl-cert=${shop.certificate}`,
    `--ssl-key=${shop.key}`,
    "--innodb-flush-log-at-trx-commit=0",
  );
}

async function stop(server: ChildProcess, farewell: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null) return;
  const stopped = new Promise((resolve) => void server.once("exit", resolve));
  server.kill(farewell);
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
