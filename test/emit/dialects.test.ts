/** Scripts for PostgreSQL, MariaDB and SQLite: run by the databases' own clients and by `apply`, read back, held against what was to be rebuilt. */
import Database from "better-sqlite3";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { defaultEmitOptions } from "../../src/emit/options.ts";
import { apply, emit, openIncident, run, verify } from "../../src/pipeline.ts";
import type { Incident, VerifyReport } from "../../src/pipeline.ts";
import type { Table } from "../../src/schema/model.ts";
import { readTarget } from "../../src/verify/target/database.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { outputBytes, runFiles, runRecipe, services, temporaryFolder } from "../incident.ts";
import { findMysql, findPostgres, mysqlConnection, postgresClient, uniqueName } from "../support/servers.ts";
import { findEmitter } from "../../src/emit/registry.ts";
import { makeTable } from "../model.ts";
import { emitTable, hostileTexts, request } from "./world.ts";

const [postgres, mysql] = await Promise.all([findPostgres(), findMysql()]);
const used: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const drop of used) await drop();
});

interface Place {
  /** As `--target` takes it. */
  readonly target: string;
  /** Runs a script with the database's own client; throws what it says. */
  client(file: string): void;
}

interface Case {
  readonly dialect: "sqlite" | "postgres" | "mysql";
  readonly absent: string | undefined;
  /** Of the client, which reads the scripts. */
  readonly program: string;
  create(): Promise<Place>;
}

const settings = { TZ: "Asia/Kathmandu", PGDATESTYLE: "SQL, DMY", PGCLIENTENCODING: "LATIN1", LC_ALL: "C" };

function piped(program: string, args: readonly string[], file?: string): void {
  const input = file === undefined ? undefined : fs.readFileSync(file);
  const env = { ...process.env, ...settings };
  const { status, stderr, error } = spawnSync(program, args, { input, env, encoding: "utf8", maxBuffer: 1 << 28 });
  if (error !== undefined || status !== 0) throw new Error(`${program}: ${error?.message ?? stderr}`);
}

const cases: readonly Case[] = [
  {
    dialect: "sqlite",
    absent: undefined,
    program: "sqlite3",
    create: async () => {
      const target = path.join(temporaryFolder(), "rebuilt.db");
      new Database(target).close();
      return { target, client: (file) => piped("sqlite3", ["-bail", target], file) };
    },
  },
  {
    dialect: "postgres",
    absent: postgres.absent,
    program: "psql",
    create: async () => {
      const name = uniqueName();
      await askPostgres(`CREATE DATABASE ${name}`);
      used.push(() => askPostgres(`DROP DATABASE ${name} WITH (FORCE)`));
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      const args = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url.href];
      return { target: `${url.href}?ssl=disable`, client: (file) => piped("psql", [...args, "--file", file]) };
    },
  },
  {
    dialect: "mysql",
    absent: mysql.absent,
    program: "mariadb",
    create: async () => {
      const name = uniqueName();
      await askMysql(`CREATE DATABASE ${name} CHARACTER SET latin1`);
      used.push(() => askMysql(`DROP DATABASE ${name}`));
      const url = new URL(mysql.url);
      url.pathname = `/${name}`;
      const args = [
        `--host=${url.hostname}`,
        `--port=${url.port || 3306}`,
        `--user=${url.username}`,
        "--default-character-set=latin1",
        name,
      ];
      return { target: `${url.href}?ssl=disable`, client: (file) => piped("mariadb", args, file) };
    },
  },
];

async function askPostgres(sql: string): Promise<void> {
  const client = await postgresClient();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function askMysql(sql: string): Promise<void> {
  const connection = await mysqlConnection();
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

/** Where servers are required their clients are, too. */
function hasProgram(program: string): boolean {
  if (process.env["SALVAGE_TEST_SERVERS"] === "required") return true;
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** In the order of running. */
function scriptsOf(incident: Incident): string[] {
  const { out } = layoutOf(incident.directory);
  const { files } = JSON.parse(fs.readFileSync(path.join(out, "manifest.json"), "utf8")) as {
    files: { file: string }[];
  };
  return files.map(({ file }) => path.join(out, file));
}

const absolute = (file: string): string => path.resolve(file);

function verified(incident: Incident, { target }: Place): Promise<VerifyReport> {
  return verify(incident, services, { target: readTarget(target, absolute) });
}

function applied(incident: Incident, { target }: Place) {
  const options = { target: readTarget(target, absolute), isRehearsal: false, confirm: () => Promise.resolve() };
  return apply(incident, services, options);
}

function differences({ list }: VerifyReport): string[] {
  return fs.readFileSync(list.path, "utf8").split("\r\n").slice(1, -1);
}

/** The recipe of the flagship, for another database. */
function flagship(dialect: string): string {
  const file = path.join(temporaryFolder(), "flagship.yaml");
  const text = fs.readFileSync("recipes/flagship.yaml", "utf8").replaceAll("../fixtures", path.resolve("fixtures"));
  fs.writeFileSync(file, text.replace(/dialect: sqlserver.*/, `dialect: ${dialect}`));
  return file;
}

const schema = `
CREATE TABLE dbo.Types (ID bigint NOT NULL PRIMARY KEY, B bit NULL, T tinyint NULL, I int NULL, D decimal(28, 10) NULL, M money NULL, F float NULL,
  R real NULL, Old datetime NULL, Small smalldatetime NULL, At datetime2(6) NULL, Day date NULL, Clock time(3) NULL, G uniqueidentifier NULL,
  Code char(5) NULL, Bytes varbinary(max) NULL, Fixed binary(3) NULL, X xml NULL);
CREATE TABLE dbo.Texts (ID int IDENTITY(1, 1) NOT NULL PRIMARY KEY, Short nvarchar(100) NULL, Long nvarchar(max) NULL);
CREATE TABLE dbo.Bag (Word nvarchar(20) NULL, N int NULL);
CREATE TABLE dbo.Tree (ID int NOT NULL PRIMARY KEY, Parent int NULL CONSTRAINT FK_Tree REFERENCES dbo.Tree (ID), Note nvarchar(20) NOT NULL DEFAULT (N'none'));
`;

/** A SQLite file with the rows, as a source. */
function source(texts: readonly string[]): Buffer {
  const file = path.join(temporaryFolder(), "source.db");
  const store = new Database(file);
  store.exec(`CREATE TABLE Types (ID, B, T, I, D, M, F, R, Old, Small, At, Day, Clock, G, Code, Bytes, Fixed, X);
    CREATE TABLE Texts (ID, Short, Long); CREATE TABLE Bag (Word, N); CREATE TABLE Tree (ID, Parent, Note)`);
  const types = store.prepare(`INSERT INTO Types VALUES (${Array(18).fill("?").join(", ")})`);
  const guid = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
  types.run(
    "9223372036854775807",
    1,
    255,
    -2147483648,
    "-123456789012345678.0123456789",
    "922337203685477.5807",
    0.1,
    1.5,
    "2026-03-14 09:26:53.997",
    "2026-03-14 09:26",
    "9999-12-31 23:59:59.999999",
    "2000-02-29",
    "23:59:59.123",
    guid,
    "ab",
    Buffer.from([0, 255, 10]),
    Buffer.from([1, 0, 0]),
    "<a>é</a>",
  );
  types.run(
    -1,
    0,
    0,
    0,
    "0",
    "-0.0001",
    1e-300,
    -3.5,
    "1753-01-01 00:00:00",
    "1900-01-01",
    "1000-01-01",
    "1000-01-01",
    "00:00:00",
    null,
    "",
    Buffer.alloc(0),
    null,
    "",
  );
  types.run(2, ...Array<null>(17).fill(null));
  const text = store.prepare("INSERT INTO Texts VALUES (?, ?, ?)");
  texts.forEach((value, index) => text.run(index + 1, value.slice(0, 100), value.repeat(index % 3)));
  store.exec(
    "INSERT INTO Bag VALUES ('a', 1), ('a', 1), (NULL, 2); INSERT INTO Tree VALUES (1, 3, 'x'), (2, 1, 'y'), (3, NULL, 'z')",
  );
  store.close();
  return fs.readFileSync(file);
}

function recipe(dialect: string, more: object = {}): string {
  return JSON.stringify({
    incident: "hostile",
    target: { dialect, schema: "schema.sql", ...more },
    sources: { all: { extractor: "sqlite", path: "source.db" } },
  });
}

const tolerable = hostileTexts.filter((text) => text.isWellFormed());

function rescued(dialect: string, texts: readonly string[], more: object = {}) {
  const files = { "schema.sql": schema, "source.db": source(texts), "recipe.yaml": recipe(dialect, more) };
  return runFiles(files);
}

describe.each(cases)("$dialect", ({ dialect, absent, program, ...its }) => {
  const texts = dialect === "postgres" ? tolerable.filter((text) => !text.includes("\0")) : tolerable;

  it.skipIf(absent !== undefined || !hasProgram(program))(
    "the flagship, loaded by the database's own client",
    async () => {
      const place = await its.create();
      const { incident } = await runRecipe(flagship(dialect), path.join(temporaryFolder(), "incident"));
      for (const file of scriptsOf(incident).filter((name) => name.endsWith(".sql"))) place.client(file);
      const report = await verified(incident, place);
      expect(differences(report)).toEqual([]);
      expect(report.isSame).toBe(true);
      expect(report.tables.reduce((sum, { found }) => sum + found, 0)).toBeGreaterThan(5000);
    },
  );

  it.skipIf(absent !== undefined)("hostile values and every type, by apply; a second load is refused", async () => {
    const place = await its.create();
    const { incident } = await rescued(dialect, texts);
    await applied(incident, place);
    const report = await verified(incident, place);
    expect(differences(report)).toEqual([]);
    expect(report.tables.map(({ found }) => found)).toEqual([3, texts.length, 3, 3]);
    fs.rmSync(layoutOf(incident.directory).applied);
    const error = await userErrorOf(applied(incident, place));
    expect(error.message).toContain("rows of this file are already in");
    expect(error.remedy).toContain("Somebody loaded it before");
  });

  it.skipIf(absent !== undefined || !hasProgram(program))("hostile values by the database's own client", async () => {
    const place = await its.create();
    const { incident } = await rescued(dialect, texts);
    for (const file of scriptsOf(incident).filter((name) => name.endsWith(".sql"))) place.client(file);
    expect(differences(await verified(incident, place))).toEqual([]);
  });

  it.skipIf(absent !== undefined)("ifExists: skip leaves rows that are there", async () => {
    const place = await its.create();
    const { incident } = await rescued(dialect, ["one", "two"], { ifExists: "skip", tables: ["dbo.Texts"] });
    await applied(incident, place);
    fs.rmSync(layoutOf(incident.directory).applied);
    await applied(incident, place);
    expect((await verified(incident, place)).tables).toMatchObject([{ found: 2, different: 0 }]);
  });

  it.skipIf(absent !== undefined)("a second wave changes every hostile value and every type", async () => {
    const place = await its.create();
    const tables = ["dbo.Types", "dbo.Texts", "dbo.Tree"];
    const { incident } = await rescued(dialect, texts, { tables });
    await applied(incident, place);
    const manifest = path.join(temporaryFolder(), "manifest.json");
    fs.copyFileSync(path.join(layoutOf(incident.directory).out, "manifest.json"), manifest);
    const file = path.join(incident.recipe.folder, "source.db");
    fs.writeFileSync(file, source([...texts.toReversed(), "one more"]));
    const store = new Database(file);
    // Each row gets the values of the one before it, NULLs among them.
    store.exec(`CREATE TABLE Turned AS SELECT * FROM Types; UPDATE Turned SET ID = CASE ID WHEN -1 THEN 2 WHEN 2 THEN 9223372036854775807 ELSE -1 END;
      DROP TABLE Types; ALTER TABLE Turned RENAME TO Types; INSERT INTO Tree VALUES (4, 2, 'new')`);
    store.close();
    const { recipe: known, directory } = incident;
    const again = await openIncident({ recipe: known.file, directory, environment: {} });
    await run(again, services);
    await emit(again, services, { ...defaultEmitOptions, since: manifest });
    await applied(again, place);
    expect(differences(await verified(again, place))).toEqual([]);
  });

  it("the same scripts on every run", async () => {
    const { incident } = await rescued(dialect, texts);
    const before = outputBytes(incident.directory);
    await run(incident, services);
    expect(outputBytes(incident.directory)).toEqual(before);
  });
});

/** What has its own way to go wrong: long names, counters, defaults, keys that are SQL. */
const awkward = `
CREATE TABLE dbo.Parent (ID int IDENTITY(0, 1) NOT NULL PRIMARY KEY, Flag bit NOT NULL DEFAULT ('False'), Since datetime NULL DEFAULT (0), N int NULL DEFAULT (''),
  Word nvarchar(30) NULL DEFAULT (N'it''s'), Price money NULL DEFAULT ((-1.5)), Stamp datetime NULL DEFAULT (getdate()));
CREATE TABLE dbo.Down (ID int IDENTITY(100, -1) NOT NULL PRIMARY KEY, P int NULL, Q int NULL,
  CONSTRAINT FK_A_name_that_is_so_long_that_it_has_to_be_cut_somewhere_in_the_middle_1 FOREIGN KEY (P) REFERENCES dbo.Parent (ID),
  CONSTRAINT FK_A_name_that_is_so_long_that_it_has_to_be_cut_somewhere_in_the_middle_2 FOREIGN KEY (Q) REFERENCES dbo.Parent (ID));
CREATE TABLE dbo.Keyed (K nvarchar(200) NOT NULL PRIMARY KEY, Filling nvarchar(max) NULL);
`;

async function awkwardIncident(dialect: string, down: readonly (readonly unknown[])[]): Promise<Incident> {
  const file = path.join(temporaryFolder(), "source.db");
  const store = new Database(file);
  store.exec(`CREATE TABLE Parent (ID, Flag, Since, N, Word, Price, Stamp); CREATE TABLE Down (ID, P, Q); CREATE TABLE Keyed (K, Filling);
    INSERT INTO Parent VALUES (0, 1, NULL, NULL, NULL, NULL, NULL), (7, 0, NULL, 1, 'x', '2', NULL)`);
  for (const row of down) store.prepare("INSERT INTO Down VALUES (?, ?, ?)").run(row);
  const insert = store.prepare("INSERT INTO Keyed VALUES (?, ?)");
  // More than one file, so that a key stands in the check at the head of the second.
  for (let row = 0; row < 17; row++) insert.run(`k${String(row).padStart(2, "0")}`, "x".repeat(1 << 20));
  insert.run("k99 $tablesalvage$; DROP TABLE public.victim; -- ' \\", `${"line\n".repeat(700)}${"\n".repeat(1500)}`);
  store.close();
  const target = { dialect, schema: "schema.sql" };
  const sources = { all: { extractor: "sqlite", path: "source.db" } };
  const rules = { tables: { "dbo.Down": { violations: { foreignKey: "keep" } } } };
  const { incident } = await runFiles({
    "schema.sql": awkward,
    "source.db": fs.readFileSync(file),
    "recipe.yaml": JSON.stringify({
      incident: "awkward",
      target,
      sources,
      rules: down.some(([, p]) => p === 5) ? rules : {},
    }),
  });
  return incident;
}

describe.each(cases)("$dialect, where it is awkward", ({ dialect, absent, program, ...its }) => {
  it.skipIf(absent !== undefined || !hasProgram(program))("loads all the same, by client and by apply", async () => {
    const incident = await awkwardIncident(dialect, [
      [100, 0, 7],
      [99, 7, null],
    ]);
    const [byClient, byApply] = [await its.create(), await its.create()];
    expect(scriptsOf(incident).filter((name) => name.includes("dbo.Keyed")).length).toBeGreaterThan(1);
    for (const file of scriptsOf(incident).filter((name) => name.endsWith(".sql"))) byClient.client(file);
    await applied(incident, byApply);
    for (const place of [byClient, byApply]) {
      const report = await verified(incident, place);
      expect(differences(report)).toEqual([]);
      expect(report.isSame).toBe(true);
    }
  });

  it("keeps both foreign keys, and a default only where it means the same", async () => {
    const incident = await awkwardIncident(dialect, []);
    const text = scriptsOf(incident)
      .filter((name) => /05-|80-/.test(name))
      .map((name) => fs.readFileSync(name, "utf8"))
      .join("\n");
    const names = new Set([...text.matchAll(/ADD CONSTRAINT "([^"]+)"/g)].map(([, name]) => name));
    expect(dialect === "postgres" ? names.size : text.match(/FOREIGN KEY/g)?.length).toBe(2);
    expect(text).toContain("DEFAULT 'it''s'");
    expect(text).not.toMatch(/Flag\S* \S+ DEFAULT|Since\S* \S+ DEFAULT|DEFAULT ''(?!')/);
  });
});

describe("rows that refer to nothing", () => {
  it.each(cases)("stop $dialect in 80-constraints", async ({ dialect, absent, ...its }) => {
    if (absent !== undefined) return;
    const incident = await awkwardIncident(dialect, [[100, 5, null]]);
    const error = await userErrorOf(applied(incident, await its.create()));
    expect(error.where?.file).toContain("80-constraints.sql");
    expect(error.message).toMatch(/refer to no row of dbo.Parent|violates foreign key constraint/);
  });
});

function one(schemaName: string, name: string): Table {
  return { ...makeTable(name, [{ name: "ID" }], ["ID"]), schema: schemaName };
}

describe("tables that a database cannot have", () => {
  const wide = makeTable(
    "Wide",
    Array.from({ length: 24 }, (_, index) => ({ name: `C${index}`, type: { name: "nvarchar" as const, length: 700 } })),
    [],
  );
  const keyed = makeTable("K", [{ name: "Long", type: { name: "varchar", length: 800 }, nullable: false }], ["Long"]);

  it("are refused before anything is read", () => {
    const mysqlEmitter = findEmitter("mysql");
    expect(() => mysqlEmitter.check([wide], "2022")).toThrow("whose rows may have");
    expect(() => mysqlEmitter.check([keyed], "2022")).toThrow("too long for an index");
    for (const dialect of ["mysql", "sqlite"])
      expect(() => findEmitter(dialect).check([one("dbo", "O"), one("s", "O"), one("dbo", "dbo_O")], "2022")).toThrow(
        "would have one name",
      );
  });
});

describe("values that a database cannot hold are told, with table, key and column", () => {
  const text = makeTable("T", [{ name: "ID" }, { name: "V", type: { name: "nvarchar", length: 50 } }], ["ID"]);
  const time = makeTable("T", [{ name: "ID" }, { name: "V", type: { name: "datetime2", scale: 7 } }], ["ID"]);
  const float = makeTable("T", [{ name: "ID" }, { name: "V", type: "float" }], ["ID"]);
  const fine = "2026-03-14 09:26:53.1234567";

  it.each([
    ["postgres", text, "a\0b", "a NUL character"],
    ["postgres", text, "lone \ud83d half", "a lone surrogate"],
    ["mysql", text, "lone \ud83d half", "a lone surrogate"],
    ["sqlite", text, "lone \ud83d half", "a lone surrogate"],
    ["postgres", time, fine, "more than 6 fraction digits"],
    ["mysql", time, fine, "more than 6 fraction digits"],
    ["mysql", float, Number.NaN, "the number NaN"],
    ["sqlite", float, Number.NaN, "the number NaN"],
  ] as const)("%s: case %#", async (dialect, table, value, said) => {
    const tables = [
      emitTable(table, [
        [41, null],
        [42, value],
      ]),
    ];
    const asked = request(tables);
    const error = await userErrorOf(findEmitter(dialect).emit(asked));
    expect(error.message).toContain(said);
    expect(error.where).toEqual({ table: "dbo.T", key: "42, column V" });
    expect(fs.readdirSync(asked.folder)).toEqual([]);
  });

  it("names that are too long, or hold control characters, are refused before anything is read", () => {
    const long = makeTable("x".repeat(70), [{ name: "ID" }], ["ID"]);
    expect(() => findEmitter("postgres").check([long], "2022")).toThrow("has 70 bytes (at most 63)");
    const wild = makeTable("T", [{ name: "a\nb" }], []);
    for (const dialect of ["postgres", "mysql", "sqlite"])
      expect(() => findEmitter(dialect).check([wild], "2022")).toThrow("control characters");
  });
});
