import Database from "better-sqlite3";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openEvidence } from "../../src/files/sqlite.ts";
import { extract, fingerprint, lostTable, makeDatabase, mapTo, temporaryFolder } from "./sqlite-harness.ts";

const table = lostTable("dbo", "T", { a: "INTEGER", b: "TEXT" });
const made = "CREATE TABLE T (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO T VALUES (1, 'one')";

/** A copy of a database as it lies while somebody has it open: with its -wal, or with its rollback journal. */
function copyWhileOpen(mode: "wal" | "delete", change: (db: Database.Database) => void): string {
  const live = path.join(temporaryFolder(), "live.db");
  const db = new Database(live);
  onTestFinished(() => void db.close());
  db.pragma(`journal_mode = ${mode}`);
  db.pragma("wal_autocheckpoint = 0");
  db.exec(made);
  change(db);
  const folder = temporaryFolder();
  for (const name of fs.readdirSync(path.dirname(live)).filter((each) => !each.endsWith("-shm")))
    fs.copyFileSync(path.join(path.dirname(live), name), path.join(folder, name.replace("live", "copy")));
  return path.join(folder, "copy.db");
}

const leftInTemporaryFolder = () => fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith("salvage-sqlite-"));

describe("sources are only read", () => {
  it.each([
    ["in rollback mode", () => makeDatabase(made)],
    ["in WAL mode, checkpointed", () => makeDatabase((db) => void (db.pragma("journal_mode = wal"), db.exec(made)))],
    ["in WAL mode, with a pending -wal", () => copyWhileOpen("wal", () => undefined)],
  ])("leaves a database %s and its folder as they were", async (_, make) => {
    const file = make();
    const before = fingerprint(path.dirname(file));
    const left = leftInTemporaryFolder();
    const { rows } = await extract(file, [mapTo(table)]);
    expect(rows).toEqual([[1, "one"]]);
    expect(fingerprint(path.dirname(file))).toEqual(before);
    expect(leftInTemporaryFolder().filter((name) => !left.includes(name))).toEqual([]);
  });

  it("reads what is in the -wal only, and says that it did", async () => {
    const file = copyWhileOpen("wal", (db) => db.exec("UPDATE T SET b = 'newer'; INSERT INTO T VALUES (2, 'two')"));
    const result = await extract(file, [mapTo(table)]);
    expect(result.rows).toEqual([
      [1, "newer"],
      [2, "two"],
    ]);
    expect(result.warnings).toEqual(["copy.db-wal stood beside the database and was read with it"]);
  });

  it("rolls a half-written transaction back as SQLite would, in a copy", async () => {
    const file = copyWhileOpen("delete", (db) => {
      db.pragma("cache_size = 5");
      db.exec("BEGIN");
      // Enough to spill unfinished pages into the file.
      const insert = db.prepare("INSERT INTO T VALUES (?, ?)");
      for (let row = 2; row < 2000; row++) insert.run(row, "unfinished".repeat(50));
    });
    expect(fs.statSync(file).size).toBeGreaterThan(100_000);
    const before = fingerprint(path.dirname(file));
    expect(Object.keys(before)).toEqual(["copy.db", "copy.db-journal"]);
    expect((await extract(file, [mapTo(table)])).rows).toEqual([[1, "one"]]);
    expect(fingerprint(path.dirname(file))).toEqual(before);
  });

  it("cannot write to a database that it opened in place", () => {
    const { db, close } = openEvidence(makeDatabase(made), "copy.db");
    expect(() => db.exec("DELETE FROM T")).toThrow("readonly");
    close();
  });
});

const write = (bytes: Buffer | string) => {
  const file = path.join(temporaryFolder(), "copy.db");
  fs.writeFileSync(file, bytes);
  return file;
};
const header = () => fs.readFileSync(makeDatabase(made)).subarray(0, 4096);

describe("what is no readable database", () => {
  it.each([
    ["text", () => "hello, this is a CSV file\n", /not a SQLite 3 database.*compressed or encrypted/],
    ["an empty file", () => "", /not a SQLite 3 database/],
    ["a gzipped file", () => Buffer.from([0x1f, 0x8b, 8, 0]), /not a SQLite 3 database/],
    ["a header and noise", () => Buffer.concat([header().subarray(0, 20), Buffer.alloc(500, 0xa5)]), /SQLite/],
  ])("refuses %s with a remedy", async (_, bytes, message) => {
    await expect(extract(write(bytes()), [mapTo(table)])).rejects.toThrow(
      expect.objectContaining({ name: "UserError", message: expect.stringMatching(message) }),
    );
  });

  it("refuses a database whose first page is lost", async () => {
    const bytes = fs.readFileSync(makeDatabase(made));
    bytes.fill(0xff, 100, 4096);
    await expect(extract(write(bytes), [mapTo(table)])).rejects.toThrow(
      /copy\.db: the database cannot be read.*\.recover/,
    );
  });
});

const pageSize = 4096;
interface Pages {
  readonly leaf: readonly number[];
  readonly internal: readonly number[];
  readonly overflow: readonly number[];
}

/** A database of 2,000 rows in T, a page of which `harm` then writes over; `pages` are T's own, in tree order. */
function damagedDatabase(
  sql: string,
  harm: (pages: Pages) => readonly number[],
): { file: string; harmed: readonly number[] } {
  let harmed: readonly number[] = [];
  const file = makeDatabase((db) => {
    db.pragma(`page_size = ${pageSize}`);
    db.exec(sql);
    const of = (type: string) =>
      db
        .prepare<[string], number>("SELECT pageno FROM dbstat WHERE name = 'T' AND pagetype = ? ORDER BY path")
        .pluck()
        .all(type);
    harmed = harm({ leaf: of("leaf"), internal: of("internal"), overflow: of("overflow") });
  });
  const descriptor = fs.openSync(file, "r+");
  for (const page of harmed) fs.writeSync(descriptor, Buffer.alloc(pageSize, 0x5a), 0, pageSize, (page - 1) * pageSize);
  fs.closeSync(descriptor);
  return { file, harmed };
}

const twoThousand = (values = "i, 'row ' || i || ' ' || hex(zeroblob(20))") =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO T SELECT ${values} FROM n`;
const rowidTable = `CREATE TABLE T (a INTEGER PRIMARY KEY, b TEXT); ${twoThousand()}`;

/** The runs of positions that are missing from 1..2000. */
function holes(positions: readonly number[]): [from: number, to: number][] {
  const bounds = [0, ...positions, 2001];
  return bounds.flatMap((at, index) => {
    const next = bounds[index + 1] ?? at;
    return next - at > 1 ? [[at + 1, next - 1] as [number, number]] : [];
  });
}

describe("damaged pages", () => {
  it("keeps every row but those of the damaged leaves, whose bytes go to quarantine", async () => {
    const { file, harmed } = damagedDatabase(rowidTable, ({ leaf }) => [leaf[3] ?? 0, leaf[4] ?? 0, leaf[12] ?? 0]);
    const result = await extract(file, [mapTo(table)]);
    const lost = holes(result.positions);
    expect(lost).toHaveLength(2);
    expect(result.rows.length).toBeGreaterThan(1500);
    expect(result.rows.every(([a, b]) => String(b).startsWith(`row ${Number(a)} `))).toBe(true);
    expect(result.quarantined.map(({ locator }) => (locator.offset ?? 0) / pageSize + 1)).toEqual(harmed);
    expect(result.quarantined.map(({ raw }) => Buffer.from(raw as Uint8Array))).toEqual(
      harmed.map(() => Buffer.alloc(pageSize, 0x5a)),
    );
    expect(result.quarantined[0]?.reason).toMatch(/^page \d+ of table T is damaged: /);
    expect(result.warnings.slice(0, 2)).toEqual(
      lost.map(
        ([from, to]) =>
          `table T: rows behind row ${from - 1} up to row ${to} cannot be read (database disk image is malformed)`,
      ),
    );
  });

  it("says so where nothing behind the damage can be read", async () => {
    const { file } = damagedDatabase(rowidTable, ({ leaf }) => [leaf.at(-1) ?? 0]);
    const { rows, warnings, quarantined } = await extract(file, [mapTo(table)]);
    expect(rows.length).toBeGreaterThan(1500);
    expect(warnings).toEqual([
      `table T: rows behind row ${rows.length} to its end cannot be read (database disk image is malformed)`,
    ]);
    expect(quarantined).toHaveLength(1);
  });

  it("keeps the other tables where the root of one is lost", async () => {
    const { file } = damagedDatabase(
      `${rowidTable}; CREATE TABLE U (x); INSERT INTO U VALUES (5)`,
      ({ internal }) => internal,
    );
    const other = lostTable("dbo", "U", { x: "" });
    const { rows, quarantined, warnings } = await extract(file, [mapTo(table), mapTo(other)]);
    expect(rows).toEqual([[5]]);
    expect(warnings).toEqual([expect.stringContaining("table T: rows from its first row to its end")]);
    expect(quarantined).toHaveLength(1);
  });

  it("loses one row only where its overflow page is out of the file's bounds", async () => {
    const { file, harmed } = damagedDatabase(
      `CREATE TABLE T (a INTEGER PRIMARY KEY, b TEXT);
       INSERT INTO T VALUES (1, 'before'), (2, hex(zeroblob(20000))), (3, 'after')`,
      ({ overflow }) => overflow.slice(0, 1),
    );
    const { positions, quarantined, warnings } = await extract(file, [mapTo(table)]);
    expect(harmed).toHaveLength(1);
    expect(positions).toEqual([1, 3]);
    expect(quarantined).toHaveLength(1);
    expect(quarantined[0]?.locator.part).toBe("T");
    expect(warnings[0]).toContain("rows behind row 1 up to row 2 cannot be read");
  });

  it("keeps what stands before the damage of a table without row ids", async () => {
    const { file } = damagedDatabase(
      `CREATE TABLE T (a INTEGER PRIMARY KEY, b TEXT) WITHOUT ROWID; ${twoThousand()}`,
      ({ leaf }) => [leaf[5] ?? 0],
    );
    const { rows, positions, quarantined } = await extract(file, [mapTo(table)]);
    expect(rows.length).toBeGreaterThan(100);
    expect(positions.at(-1)).toBe(rows.length);
    expect(quarantined).toHaveLength(1);
  });

  it("quarantines a damaged table that feeds nothing", async () => {
    const { file } = damagedDatabase(`${rowidTable}; CREATE TABLE U (x); INSERT INTO U VALUES (5)`, ({ leaf }) => [
      leaf[2] ?? 0,
    ]);
    const { rows, quarantined, skipped } = await extract(file, [mapTo(lostTable("dbo", "U", { x: "" }))]);
    expect(rows).toEqual([[5]]);
    expect(skipped).toEqual({});
    expect(quarantined).toMatchObject([{ locator: { part: "T" } }]);
  });

  it("GOTCHAS 37: reads a file that was cut short up to the cut", async () => {
    const { file } = damagedDatabase(rowidTable, () => []);
    fs.truncateSync(file, 20 * pageSize);
    const before = fingerprint(path.dirname(file));
    const { rows, quarantined, warnings } = await extract(file, [mapTo(table)]);
    expect(rows.length).toBeGreaterThan(500);
    expect(rows.length).toBeLessThan(2000);
    expect(warnings[0]).toBe("the file is damaged or cut short; what can be read of it is");
    expect(quarantined.length).toBeGreaterThan(0);
    expect(fingerprint(path.dirname(file))).toEqual(before);
  });

  it("quarantines a table whose statement is malformed, and reads the others", async () => {
    const file = makeDatabase((db) => {
      db.exec(`${made}; CREATE TABLE Garbled (x); INSERT INTO Garbled VALUES (1)`);
      db.unsafeMode(true);
      db.pragma("writable_schema = ON");
      db.exec("UPDATE sqlite_master SET sql = 'CREATE TABLE Garbled (x' WHERE name = 'Garbled'");
    });
    const { rows, quarantined, warnings } = await extract(file, [mapTo(table)]);
    expect(rows).toEqual([[1, "one"]]);
    expect(quarantined).toMatchObject([{ raw: "CREATE TABLE Garbled (x", locator: { part: "Garbled" } }]);
    expect(warnings).toHaveLength(2);
  });

  it("keeps hostile schemas data: a generated column that fails costs its rows, not the run", async () => {
    const file = makeDatabase(
      `${made}; CREATE TABLE H (a); INSERT INTO H VALUES ('{"x":1}'), ('not json'), ('{"x":3}');
       ALTER TABLE H ADD COLUMN b AS (json_extract(a, '$.x'))`,
    );
    const hostile = lostTable("dbo", "H", { a: "", b: "" });
    const { rows, quarantined } = await extract(file, [mapTo(hostile), mapTo(table)]);
    expect(rows).toEqual([
      ['{"x":1}', 1],
      ['{"x":3}', 3],
      [1, "one"],
    ]);
    expect(quarantined).toMatchObject([
      { reason: "table H cannot be read whole: malformed JSON", locator: { part: "H", row: 1 } },
    ]);
  });
});
