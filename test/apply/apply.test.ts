/** Scripts of every purpose, run in real databases: in order, stopped at the first failure, gone on with. */
import Database from "better-sqlite3";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyScripts, rehearse } from "../../src/apply/apply.ts";
import type { Applied } from "../../src/apply/apply.ts";
import { Journal } from "../../src/apply/journal.ts";
import { readScripts } from "../../src/apply/manifest.ts";
import { loaderFor } from "../../src/apply/registry.ts";
import { readTarget } from "../../src/verify/target/database.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { temporaryFolder } from "../incident.ts";
import { breakingProxy } from "../support/breaking-proxy.ts";
import { findMysql, findPostgres, mysqlConnection, postgresClient, uniqueName } from "../support/servers.ts";

const [postgres, mysql] = await Promise.all([findPostgres(), findMysql()]);
const database = uniqueName();

type Script = readonly [file: string, purpose: string, text: string];

/** A folder as an emitter leaves it. */
function emitted(dialect: string, scripts: readonly Script[]): string {
  const folder = temporaryFolder();
  const files = scripts.map(([file, purpose, text]) => {
    fs.writeFileSync(path.join(folder, file), text);
    const sha256 = createHash("sha256").update(text).digest("hex");
    return { file, purpose, rows: purpose === "data" ? 1 : undefined, bytes: Buffer.byteLength(text), sha256 };
  });
  fs.writeFileSync(path.join(folder, "manifest.json"), JSON.stringify({ incident: "i", dialect, files }));
  return folder;
}

interface Loading {
  readonly journal?: string;
  readonly signal?: AbortSignal;
}

function loadOf(folder: string, to: string) {
  const scripts = readScripts(folder);
  const found = readTarget(to, (file) => path.resolve(file));
  const { signal } = new AbortController();
  return { scripts, target: found, loader: loaderFor(scripts.dialect, found), signal, progress: () => undefined };
}

function load(folder: string, to: string, { journal, ...more }: Loading = {}): Promise<Applied[]> {
  const given = loadOf(folder, to);
  const file = journal ?? path.join(folder, "applied.json");
  return applyScripts({ ...given, journal: new Journal(file, given.target.location, given.scripts.sha256), ...more });
}

function rowsIn(file: string, table: string): unknown[] {
  const store = new Database(file, { readonly: true });
  try {
    return store.prepare(`SELECT * FROM ${table}`).raw().all();
  } finally {
    store.close();
  }
}

const create: Script = ["05-schema.sql", "schema", "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, note text);\n"];
const first: Script = ["10-t.001.sql", "data", "BEGIN;\nINSERT INTO t VALUES (1, 'a;b\n');\nCOMMIT;\n"];
const second: Script = ["10-t.002.sql", "data", "BEGIN;\nINSERT INTO t VALUES (2, 'x');\nCOMMIT;\n"];
const broken: Script = [
  "10-t.002.sql",
  "data",
  "BEGIN;\nINSERT INTO t VALUES (2, 'x');\nINSERT INTO t VALUES (1, 'again');\nCOMMIT;\n",
];
const rollback: Script = ["99-rollback.sql", "rollback", "DROP TABLE t;\n"];

const target = (): string => path.join(temporaryFolder(), "rebuilt.db");

describe("a SQLite file", () => {
  it("gets the scripts in order, without the one that undoes them", async () => {
    const file = target();
    const applied = await load(emitted("sqlite", [create, first, second, rollback]), file);
    expect(applied.map((each) => [each.file, each.rows, each.wasThere])).toEqual([
      ["05-schema.sql", 0, false],
      ["10-t.001.sql", 1, false],
      ["10-t.002.sql", 1, false],
    ]);
    expect(rowsIn(file, "t")).toEqual([
      [1, "a;b\n"],
      [2, "x"],
    ]);
  });

  it("stops at the first failure with nothing of that script, and goes on there", async () => {
    const [file, journal] = [target(), path.join(temporaryFolder(), "applied.json")];
    const folder = emitted("sqlite", [create, first, broken]);
    const error = await userErrorOf(load(folder, file, { journal }));
    expect(error.message).toContain("UNIQUE constraint failed");
    expect(error.where).toEqual({ file: path.join(folder, "10-t.002.sql") });
    expect(rowsIn(file, "t")).toEqual([[1, "a;b\n"]]);
    const store = new Database(file);
    store.exec("DELETE FROM t");
    store.close();
    // The cause is gone; the scripts are the same, and so is what ran.
    const applied = await load(folder, file, { journal });
    expect(applied.map(({ wasThere }) => wasThere)).toEqual([true, true, false]);
    expect(rowsIn(file, "t")).toEqual([
      [2, "x"],
      [1, "again"],
    ]);
  });

  it("is another load where file or scripts are others", async () => {
    const journal = path.join(temporaryFolder(), "applied.json");
    const folder = emitted("sqlite", [create, first]);
    await load(folder, target(), { journal });
    const other = await load(folder, target(), { journal });
    expect(other.map(({ wasThere }) => wasThere)).toEqual([false, false]);
  });

  it("takes no script that was changed or is gone", async () => {
    const folder = emitted("sqlite", [create, first]);
    fs.appendFileSync(path.join(folder, "10-t.001.sql"), "-- harmless\n");
    expect((await userErrorOf(load(folder, target()))).message).toContain("not as it was emitted");
    fs.rmSync(path.join(folder, "10-t.001.sql"));
    expect((await userErrorOf(load(folder, target()))).message).toContain("cannot be read");
    fs.rmSync(path.join(folder, "manifest.json"));
    expect(() => readScripts(folder)).toThrow("there are no rebuild scripts");
  });

  it("takes no scripts of another dialect", () => {
    expect(() => load(emitted("postgres", [create]), target())).toThrow("the scripts are for postgres");
  });

  it("stops between scripts where it is interrupted", async () => {
    const stop = new AbortController();
    stop.abort(new Error("interrupted"));
    await expect(load(emitted("sqlite", [create]), target(), { signal: stop.signal })).rejects.toThrow("interrupted");
  });

  it("takes a script as kept that was begun, and finds its rows", async () => {
    const [file, folder] = [target(), emitted("sqlite", [create, first])];
    const found = "SELECT RAISE(ABORT, 'tablesalvage: rows of this file are in t already');";
    const told = `CREATE TEMP TRIGGER told BEFORE INSERT ON t BEGIN ${found} END;\nINSERT INTO t VALUES (1, '');\n`;
    const scripts = emitted("sqlite", [create, ["10-t.001.sql", "data", told]]);
    const journal = path.join(folder, "applied.json");
    // Nobody had begun it: somebody else's rows.
    expect((await userErrorOf(load(scripts, file))).message).toContain("already");
    const { sha256 } = readScripts(scripts);
    const before = new Journal(journal, file, sha256);
    before.finish("05-schema.sql");
    before.begin("10-t.001.sql");
    const applied = await load(scripts, file, { journal });
    expect(applied.map(({ wasThere }) => wasThere)).toEqual([true, true]);
  });
});

function postgresUrl(port?: number): string {
  const own = new URL(postgres.url);
  [own.pathname, own.search] = [`/${database}`, "?ssl=disable"];
  if (port !== undefined) own.host = `127.0.0.1:${port}`;
  return own.href;
}

describe("a rehearsal", () => {
  it("leaves nothing in a SQLite file, and stops where the load would", async () => {
    const file = target();
    await rehearse(loadOf(emitted("sqlite", [create, first, second, rollback]), file));
    expect(rowsIn(file, "sqlite_master")).toEqual([]);
    const error = await userErrorOf(rehearse(loadOf(emitted("sqlite", [create, first, broken]), file)));
    expect(error.message).toContain("UNIQUE constraint failed");
    expect(rowsIn(file, "sqlite_master")).toEqual([]);
  });

  it.skipIf(postgres.absent !== undefined)("leaves nothing in a PostgreSQL database", async () => {
    const name = uniqueName();
    await askPostgres(`CREATE DATABASE ${name}`);
    const copied: Script = ["10-t.002.sql", "data", "BEGIN;\nCOPY t (id, note) FROM stdin;\n7\tBEGIN;\n\\.\nCOMMIT;\n"];
    await rehearse(loadOf(emitted("postgres", [create, first, copied]), postgresUrl().replace(database, name)));
    expect(await askPostgres("SELECT relname FROM pg_class WHERE relname = 't'", name)).toEqual([]);
    await askPostgres(`DROP DATABASE ${name}`);
  });

  it.skipIf(mysql.absent !== undefined)("is refused where a database keeps its tables", async () => {
    const url = new URL("/mysql?ssl=disable", mysql.url);
    const error = await userErrorOf(rehearse(loadOf(emitted("mysql", [create]), url.href)));
    expect(error.message).toContain("keeps what CREATE TABLE does");
  });
});

describe.skipIf(postgres.absent !== undefined)("a PostgreSQL database", () => {
  const copied = "a\\tb\\\\\\n;\n";
  const data: Script = [
    "10-t.001.sql",
    "data",
    `\\set ON_ERROR_STOP on\nBEGIN;\nCOPY t (id, note) FROM stdin;\n1\t${copied}2\t\\N\n\\.\nCOMMIT;\n`,
  ];

  beforeAll(() => askPostgres(`CREATE DATABASE ${database}`));
  afterAll(async () => void (await askPostgres(`DROP DATABASE ${database} WITH (FORCE)`)));

  it("gets COPY blocks; what fails leaves nothing", async () => {
    const folder = emitted("postgres", [create, data, ["10-t.002.sql", "data", data[2]]]);
    const error = await userErrorOf(load(folder, postgresUrl()));
    expect(error.message).toContain("duplicate key");
    expect(await askPostgres("SELECT * FROM t ORDER BY id", database)).toEqual([
      { id: 1, note: "a\tb\\\n;" },
      { id: 2, note: null },
    ]);
    await askPostgres("DROP TABLE t", database);
  });

  it("that is lost in the middle of a script says so, and the load goes on", async () => {
    const proxy = await breakingProxy({ host: postgres.url.hostname, port: Number(postgres.url.port || 5432) });
    const check = `DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN RAISE 'tablesalvage: rows of this file are in t already'; END IF; END $$;\n`;
    const many = Array.from(
      { length: 20 },
      (_, index) => `INSERT INTO t VALUES (${index + 10}, '');\nSELECT pg_sleep(0.01);\n`,
    );
    const folder = emitted("postgres", [create, ["10-t.001.sql", "data", `${check}BEGIN;\n${many.join("")}COMMIT;\n`]]);
    proxy.cutAfter([100_000, 700]);
    const error = await userErrorOf(load(folder, postgresUrl(proxy.port)));
    expect(error.remedy).toContain("finds out whether it was kept");
    const applied = await load(folder, postgresUrl(proxy.port));
    expect(applied[0]?.wasThere).toBe(true);
    expect(await askPostgres("SELECT count(*)::int AS n FROM t", database)).toEqual([{ n: 20 }]);
    await proxy.close();
  });

  it("that cannot be reached shows no password", async () => {
    const failing = postgresUrl().replace("//postgres", "//nobody:hunter22").replace(database, "no_such_database");
    const error = await userErrorOf(load(emitted("postgres", [create]), failing));
    expect(error.message).toContain("cannot be reached");
    expect(error.message).not.toContain("hunter22");
  });
});

describe.skipIf(mysql.absent !== undefined)("a MariaDB database", () => {
  beforeAll(() => askMysql(`CREATE DATABASE ${database}`));
  afterAll(async () => void (await askMysql(`DROP DATABASE ${database}`)));

  it("gets statements one by one; what fails leaves nothing", async () => {
    const scripts = [create, first, broken].map(([file, purpose, text]): Script => {
      return [file, purpose, text.replace("BEGIN;", "START TRANSACTION;").replace("a;b\n", "a;b")];
    });
    const url = new URL(mysql.url);
    [url.pathname, url.search] = [`/${database}`, "?ssl=disable"];
    const error = await userErrorOf(load(emitted("mysql", scripts), url.href));
    expect(error.message).toContain("Duplicate entry");
    expect(await askMysql(`SELECT * FROM ${database}.t`)).toEqual([{ id: 1, note: "a;b" }]);
  });
});

async function askPostgres(sql: string, where?: string): Promise<unknown> {
  const client = await postgresClient(where);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function askMysql(sql: string): Promise<unknown> {
  const connection = await mysqlConnection();
  try {
    return (await connection.query(sql))[0];
  } finally {
    await connection.end();
  }
}
