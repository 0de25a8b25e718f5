/** Round trips through real servers and the tools that dump them: what was loaded is what is extracted. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import sqlScript from "../../src/extract/sql-script/index.ts";
import { Unparsable, type CanonicalValue, type RawValue } from "../../src/values/codec.ts";
import type { Table } from "../../src/schema/model.ts";
import { codecFor } from "../../src/values/registry.ts";
import { findTool, runTool } from "../support/dump-tools.ts";
import { findMysql, findPostgres, mysqlConnection, postgresClient, uniqueName } from "../support/servers.ts";
import { collect, evidenceFile, expectBalance, makeTable, mapTable, type Extraction } from "./harness.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sql-script-dumps-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function extract(dump: Uint8Array, tables: readonly Table[], options: object = {}): Promise<Extraction> {
  const file = path.join(folder, "dump.sql");
  writeFileSync(file, dump);
  const mappings = tables.map((table) => mapTable(table));
  const extraction = await collect(
    sqlScript,
    { path: "dump.sql", ...options },
    { files: [evidenceFile(file, folder)], mappings, context: { zone: "UTC" } },
  );
  expectBalance(extraction);
  return extraction;
}

/** The cells as they are staged, by the table's codecs; what does not parse is told. */
function typed({ rows }: Extraction, table: Table): Record<string, CanonicalValue>[] {
  const codecs = new Map(table.columns.map((column) => [column.name, codecFor(column)]));
  return rows.map(({ cells }) =>
    Object.fromEntries(
      Object.entries(cells).map(([name, raw]) => {
        const value = raw === null ? null : codecs.get(name)!.parse(raw, { dateOrder: "mdy" });
        return [name, value instanceof Unparsable ? `${String(raw)} ${value.reason}` : plain(value)];
      }),
    ),
  );
}

function plain(value: CanonicalValue): CanonicalValue {
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex")}`;
  return Object.is(value, -0) ? 0 : value;
}

const hostile = fc.constantFrom(
  ..."\0|\n|\r\n|\r|\t|\b|\u001A|'|''|\"|\\|\\n|\\\\|%|_|`|;|--|-- |/*|*/|/*!|#|$$|é|あ|😀|\\.|\\N|),(|&x|NULL|\u00A0|\u2028".split(
    "|",
  ),
);
const text = fc
  .array(fc.oneof(hostile, fc.string({ unit: "grapheme", maxLength: 3 })), { maxLength: 8 })
  .map((parts) => parts.join(""));
const bytes = fc
  .array(fc.oneof(fc.constantFrom(0, 9, 10, 13, 26, 34, 39, 92, 0xc3, 0xe2, 0xff), fc.nat(255)), { maxLength: 24 })
  .map((values) => Buffer.from(values));
const date = fc.date({
  min: new Date("1971-01-02T00:00:00Z"),
  max: new Date("2037-12-31T00:00:00Z"),
  noInvalidDate: true,
});
const moment = date.map((at) => at.toISOString().slice(0, 23).replace("T", " "));
const seconds = date.map((at) => at.toISOString().slice(0, 19).replace("T", " "));
const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(99_999))
  .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(5, "0")}`);
const float = fc.oneof(fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e300, max: 1e300 }), fc.integer());
const bigint = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

interface Row {
  readonly s: string | null;
  readonly b: Buffer | null;
  readonly d: string | null;
  readonly ts: string | null;
  readonly n: string | null;
  readonly f: number | null;
  readonly i: bigint | null;
  readonly ok: boolean | null;
  readonly doc: string | null;
}

const row: fc.Arbitrary<Row> = fc.record({
  s: fc.option(text),
  b: fc.option(bytes),
  d: fc.option(moment),
  ts: fc.option(seconds),
  n: fc.option(decimal),
  f: fc.option(float),
  i: fc.option(bigint),
  ok: fc.option(fc.boolean()),
  doc: fc.option(text.map((each) => JSON.stringify({ each: each.replaceAll("\0", "") }))),
});
const rows = fc.array(row, { minLength: 1, maxLength: 40 });
const sample = fc.sample(rows, { numRuns: 6, seed: 7 });

const table = makeTable("dbo.t", {
  id: "int",
  s: { name: "nvarchar", length: "max" },
  b: { name: "varbinary", length: "max" },
  d: { name: "datetime2", scale: 6 },
  ts: { name: "datetimeoffset", scale: 0 },
  n: { name: "decimal", precision: 30, scale: 5 },
  f: "float",
  i: "bigint",
  ok: "bit",
  doc: { name: "nvarchar", length: "max" },
});

/** What was loaded, as it has to be staged. */
function expected(loaded: readonly Row[]): Record<string, CanonicalValue>[] {
  return loaded.map((each, id) => {
    const cells: Record<string, RawValue | null> = { id, ...each };
    if (each.ts !== null) cells["ts"] = `${each.ts}+00:00`;
    return typed({ rows: [{ cells }] } as unknown as Extraction, table)[0]!;
  });
}

const mysqlServer = await findMysql();
const mysqldump = findTool("mariadb-dump", "mysqldump");

describe.skipIf(mysqlServer.absent !== undefined || mysqldump === undefined)("dumps of MySQL or MariaDB", () => {
  const database = uniqueName();
  const { url } = mysqlServer;
  const login = [`-h${url.hostname}`, `-P${url.port || 3306}`, `-u${url.username}`];
  const secret = url.password === "" ? [] : [`-p${decodeURIComponent(url.password)}`];
  const dump = (...flags: string[]) => runTool(mysqldump ?? "", [...login, ...secret, ...flags, database]);

  beforeAll(async () => {
    const connection = await mysqlConnection();
    await connection.query(`CREATE DATABASE ${database} DEFAULT CHARACTER SET utf8mb4`);
    await connection.end();
  });
  afterAll(async () => {
    const connection = await mysqlConnection();
    await connection.query(`DROP DATABASE ${database}`);
    await connection.end();
  });

  async function load(loaded: readonly Row[]): Promise<void> {
    const connection = await mysqlConnection(database);
    await connection.query(
      "SET time_zone='+00:00'; DROP TABLE IF EXISTS t; CREATE TABLE t (id int PRIMARY KEY, s longtext, b longblob, d datetime(6), " +
        "ts timestamp NULL, n decimal(30,5), f double, i bigint, ok bit(1), doc json, g int GENERATED ALWAYS AS (id + 1) VIRTUAL)",
    );
    for (const [id, { s, b, d, ts, n, f, i, ok, doc }] of loaded.entries())
      await connection.query("INSERT INTO t (id, s, b, d, ts, n, f, i, ok, doc) VALUES (?,?,?,?,?,?,?,?,?,?)", [
        id,
        s,
        b,
        d,
        ts,
        n,
        f,
        i === null ? null : String(i),
        ok,
        doc,
      ]);
    await connection.end();
  }

  const flags: readonly (readonly string[])[] = [
    [],
    ["--hex-blob"],
    ["--complete-insert"],
    ["--skip-extended-insert"],
    ["--compact", "--no-create-info", "--complete-insert", "--hex-blob"],
    ["--insert-ignore", "--skip-comments"],
    ["--replace", "--skip-quote-names"],
    ["--compatible=ansi", "--default-character-set=utf8mb4"],
    ["--triggers", "--routines", "--events", "--add-drop-trigger"],
  ];

  it.each(flags.map((each) => [each.join(" ") || "no flags", each] as const))("%s", async (_, given) => {
    for (const loaded of sample) {
      await load(loaded);
      const isCompact = given.includes("--compact");
      const extraction = await extract(dump(...given), [table], isCompact ? { dialect: "mysql" } : {});
      // Without the header a TIMESTAMP is the clock of some zone.
      const wanted = expected(loaded);
      expect(extraction.quarantined).toEqual([]);
      if (isCompact) for (const each of wanted) delete each["ts"];
      const found = typed(extraction, table);
      if (isCompact) for (const each of found) delete each["ts"];
      expect(found).toEqual(wanted);
    }
  });

  it("passes over triggers, routines and views under DELIMITER", async () => {
    await load(sample[0]!);
    const connection = await mysqlConnection(database);
    await connection.query(
      "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.s = 'x;'; SET NEW.n = 1; END",
    );
    await connection.query(
      "CREATE PROCEDURE p() BEGIN INSERT INTO t (id) VALUES (999); DELETE FROM t WHERE id = 1; END",
    );
    await connection.query("CREATE OR REPLACE VIEW v AS SELECT id, s FROM t");
    await connection.end();
    const extraction = await extract(dump("--routines"), [table]);
    expect(extraction.quarantined).toEqual([]);
    expect(extraction.rows).toHaveLength(sample[0]!.length);
  });
});

const postgresServer = await findPostgres();
const pgDump = findTool("pg_dump");

describe.skipIf(postgresServer.absent !== undefined || pgDump === undefined)("dumps of PostgreSQL", () => {
  const database = uniqueName();
  const dump = (...flags: string[]) => {
    const url = new URL(postgresServer.url);
    url.pathname = `/${database}`;
    return runTool(pgDump ?? "", [...flags, url.href]);
  };

  beforeAll(async () => {
    const client = await postgresClient();
    await client.query(`CREATE DATABASE ${database} ENCODING 'UTF8' TEMPLATE template0`);
    await client.end();
  });
  afterAll(async () => {
    const client = await postgresClient();
    await client.query(`DROP DATABASE ${database}`);
    await client.end();
  });

  async function load(loaded: readonly Row[]): Promise<Row[]> {
    const client = await postgresClient(database);
    await client.query(
      "SET TIME ZONE 'UTC'; DROP TABLE IF EXISTS t; CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s text, b bytea, " +
        "d timestamp, ts timestamptz, n numeric(30,5), f float8, i bigint, ok boolean, doc json, g int GENERATED ALWAYS AS (id + 1) STORED)",
    );
    // Its texts hold no NUL.
    const possible = loaded.map((each) => ({ ...each, s: each.s?.replaceAll("\0", "") ?? null }));
    for (const [id, { s, b, d, ts, n, f, i, ok, doc }] of possible.entries())
      await client.query(
        "INSERT INTO t (id, s, b, d, ts, n, f, i, ok, doc) OVERRIDING SYSTEM VALUE VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)",
        [id, s, b, d, ts === null ? null : `${ts}+00`, n, f, i, ok, doc],
      );
    await client.end();
    return possible;
  }

  const flags: readonly (readonly string[])[] = [
    [],
    ["--inserts"],
    ["--column-inserts"],
    ["--rows-per-insert=7"],
    ["--data-only"],
    ["--inserts", "--on-conflict-do-nothing"],
    ["--clean", "--if-exists", "--create"],
    ["--quote-all-identifiers"],
  ];

  it.each(flags.map((each) => [each.join(" ") || "no flags", each] as const))("%s", async (_, given) => {
    for (const loaded of sample) {
      const possible = await load(loaded);
      const extraction = await extract(dump(...given), [table]);
      expect(extraction.quarantined).toEqual([]);
      expect(typed(extraction, table)).toEqual(expected(possible));
    }
  });

  it("in another encoding, which the dump names", async () => {
    const client = await postgresClient(database);
    await client.query(
      "DROP TABLE IF EXISTS t; CREATE TABLE t (id int, s text); INSERT INTO t VALUES (1, 'Grüße – €\t\\')",
    );
    await client.end();
    const { rows: found, warnings } = await extract(dump("--encoding=WIN1252"), [table]);
    expect(found.map(({ cells }) => cells)).toEqual([{ id: "1", s: "Grüße – €\t\\" }]);
    expect(warnings).toEqual([
      expect.stringMatching(/read as a script for PostgreSQL: line 2 is -- PostgreSQL database dump/),
    ]);
  });
});

const shell = findTool("sqlite3");

describe.skipIf(shell === undefined)("dumps of SQLite", () => {
  it("give back what was stored", async () => {
    for (const [number, loaded] of sample.entries()) {
      const file = path.join(folder, `${number}.db`);
      const db = new Database(file);
      db.exec(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT, b BLOB, d TEXT, ts TEXT, n TEXT, f REAL, i INTEGER, ok, doc TEXT, g AS (id + 1))",
      );
      db.exec(
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t WHERE id = 99999; SELECT CASE WHEN 1 THEN 2 END; END",
      );
      // The shell's texts end at a NUL.
      const possible = loaded.map((each) => ({ ...each, s: each.s?.replaceAll("\0", "") ?? null }));
      const insert = db.prepare("INSERT INTO t VALUES (?,?,?,?,?,?,?,?,?,?)");
      for (const [id, { s, b, d, ts, n, f, i, ok, doc }] of possible.entries())
        insert.run(id, s, b, d, ts === null ? null : `${ts}+00:00`, n, f, i, ok === null ? null : Number(ok), doc);
      db.close();
      const extraction = await extract(runTool(shell ?? "", [file, ".dump"]), [table]);
      expect(extraction.quarantined).toEqual([]);
      expect(typed(extraction, table)).toEqual(expected(possible));
    }
  });
});
