/** What a drill does besides passing: other truths, other engines, what fails, what is remembered. */
import fs from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { readJournal } from "../../src/report/journal.ts";
import { salvage } from "../cli/harness.ts";
import { findMysql, findPostgres, mysqlConnection, postgresClient, uniqueName } from "../support/servers.ts";
import { bytesOf, hold, holdIn, scoreOf, writePlan } from "./harness.ts";

const [postgres, mysql] = [await findPostgres(), await findMysql()];

const small = (truth: string, more = ""): string => `drill: small
truth: ${truth}
history: { days: 30, inserted: 20%, updated: 40%, deleted: 5% }
disaster: { at: 2026-03-14T09:26:00Z, strikes: [{ drop: all }] }
survivors:
  backup: { before: 9d, format: sql-script, source: { coverage: complete, trust: 60 } }
  changes: { since: 10d, format: debezium, source: { trust: 70 } }
bars: { rowRecall: 1, cellRecall: 1, wronglySilent: 0 }
${more}`;

const copies = (damage: string, more = "truth: { generate: shop, scale: 0.5 }"): string => `drill: counted
${more}
history: { days: 30, inserted: 0%, updated: 0%, deleted: 0% }
disaster: { at: 2026-03-14T09:26:00Z, strikes: [{ drop: all }] }
survivors:
  one: { format: csv, damage: { ${damage} } }
  other: { before: 1d, format: json, damage: { sampleRows: 50% } }
`;

const struck = (strike: string, damage: string): string => `drill: refused
truth: { generate: shop, scale: 0.1 }
disaster: { at: 2026-03-14T09:26:00Z, strikes: [{ ${strike} }] }
survivors: { one: { format: csv, damage: { ${damage} } } }
`;

const townsSql = `CREATE TABLE Towns (Id INTEGER PRIMARY KEY, Name VARCHAR(40) NOT NULL, "Größe" DECIMAL(9,2), Note TEXT);
CREATE TABLE Shops (Id INTEGER PRIMARY KEY, TownId INTEGER NOT NULL REFERENCES Towns (Id), Opened DATETIME);`;

function rowSql(id: number): string {
  const opened = `2025-01-${String((id % 27) + 1).padStart(2, "0")} 10:30:00`;
  return `INSERT INTO Towns VALUES (${id}, 'L''Île ${id}', ${id === 4 ? "NULL" : `${id}.25`}, ${id % 3 === 0 ? "''" : "NULL"});
INSERT INTO Shops VALUES (${id}, ${Math.ceil(id / 5)}, '${opened}');`;
}
const rowsSql = Array.from({ length: 40 }, (_, index) => rowSql(index + 1)).join("\n");

describe("a truth", () => {
  it("is a SQLite file, which stays as it is", async () => {
    const file = path.join(path.dirname(writePlan("")), "towns.db");
    const database = new Database(file);
    database.exec(townsSql + rowsSql);
    database.close();
    const before = fs.readFileSync(file);
    const { scorecard } = await hold(writePlan(small(`{ extractor: sqlite, path: ${file} }`)));
    expect([scorecard.error, scorecard.scale]).toEqual([null, null]);
    expect(scorecard.rebuilds[0]?.score.rows).toMatchObject({ truth: 80, recovered: 80, resurrected: 0 });
    expect(scorecard.verdict).toBe("passed");
    expect(fs.readFileSync(file).equals(before)).toBe(true);
  });

  it.skipIf(postgres.absent !== undefined)("is a live PostgreSQL server, read only", async () => {
    const name = uniqueName();
    const admin = await postgresClient();
    await admin.query(`CREATE DATABASE ${name}`);
    try {
      const client = await postgresClient(name);
      await client.query(townsSql.replace(/DATETIME/, "timestamp") + rowsSql);
      await client.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
      await client.end();
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      const plan = writePlan(small("{ extractor: postgres, connection: '${env:TRUTH_URL}', ssl: disable }"));
      const { scorecard, directory } = await hold(plan, [], { env: { TRUTH_URL: url.href } });
      expect(scorecard.error).toBeNull();
      expect(scorecard.rebuilds[0]?.score.rows).toMatchObject({ truth: 80, recovered: 80 });
      const texts = ["drill.yaml", "recipe.yaml", "truth/recipe.yaml", "journal.ndjson", "scorecard.json"];
      for (const text of texts) expect(fs.readFileSync(path.join(directory, text), "utf8")).not.toContain(url.href);
    } finally {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    }
  });

  it("that cannot be read scores nothing", async () => {
    const plan = writePlan(small("{ extractor: sqlite, path: nowhere.db }"));
    const { code, stderr } = await salvage(["drill", plan, "--dir", path.join(path.dirname(plan), "held")]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/nowhere\.db/);
  });
});

describe("what is counted", () => {
  it.each(["duplicates: 50%, corrupt: 30%", "duplicates: 50%, cutAt: 60%"])(
    "a row of which one record is destroyed and another whole is still there: %s",
    async (damage) => {
      const { scorecard } = await hold(writePlan(copies(damage)));
      const { rows, cells } = scoreOf("the rebuild", scorecard.rebuilds[0]?.score);
      expect([rows.fabricated, cells.fabricated, cells.wrong]).toEqual([0, 0, 0]);
      expect(rows.recoveredOfRecoverable).toBe(rows.recoverable);
      expect(rows.recoverable).toBeLessThan(rows.truth);
    },
  );

  it("equal rows of a table without a key are counted, and not told apart", async () => {
    const file = path.join(path.dirname(writePlan("")), "notes.db");
    const database = new Database(file);
    const inserts =
      "INSERT INTO Notes VALUES ('same', 1);".repeat(20) + "INSERT INTO Notes VALUES ('other', NULL);".repeat(20);
    database.exec(`CREATE TABLE Notes (Text VARCHAR(20), N INTEGER);${inserts}`);
    database.close();
    const { scorecard } = await hold(
      writePlan(copies("sampleRows: 70%", `truth: { extractor: sqlite, path: ${file} }`)),
    );
    const { rows } = scoreOf("the rebuild", scorecard.rebuilds[0]?.score);
    expect([rows.truth, rows.fabricated]).toEqual([40, 0]);
    expect(rows.recoveredOfRecoverable).toBe(rows.recoverable);
    expect(rows.recovered).toBe(rows.rebuilt);
  });

  it("without the copy that knows production's numbers, a renumbered one holds nothing of them", async () => {
    const { scorecard } = await hold("renumbered-keys", ["--leave-one-out"]);
    const without = scorecard.leaveOneOut.find(({ name }) => name === "backup");
    const tables = scoreOf("without backup", without?.score).tables;
    expect(tables.find(({ table }) => table === "dbo.Products")?.rows).toMatchObject({ recoverable: 0, recovered: 0 });
  });
});

describe("a plan that cannot work", () => {
  it.each([
    ["update: { table: dbo.Products, column: Price, to: abc }", "", [], /"abc" is not/],
    ["update: { table: dbo.Orders, column: OrderedAt, to: notadate }", "", [], /"notadate" is not/],
    ["drop: all", "renumber: [dbo.OrderLines]", [], /no single integer/],
    ["drop: all", "", ["--leave-one-out"], /none can be left out/],
    ["drop: all", "", ["--sweep", "corrupt=0..1"], /damaged by corrupt/],
    ["drop: all", "duplicates: 1%", ["--sweep", "duplicates=0..1:99999999999"], /cannot be read/],
  ] as const)("%s, %s, %s is told, exit 2", async (strike, damage, argv, said) => {
    const plan = writePlan(struck(strike, damage));
    const { code, stderr } = await salvage(["drill", plan, "--dir", path.join(path.dirname(plan), "held"), ...argv]);
    expect(stderr).toMatch(said);
    expect(code).toBe(2);
  });

  it("takes nothing of the drill before it", async () => {
    const { directory } = await hold(writePlan(small("{ generate: shop, scale: 0.1 }")));
    const before = fs.readdirSync(directory);
    const plan = writePlan(struck("drop: all", ""));
    expect((await salvage(["drill", plan, "--dir", directory, "--leave-one-out"])).code).toBe(2);
    expect(fs.readdirSync(directory)).toEqual(before);
  });

  it("a truth of which rows cannot be read is refused", async () => {
    const file = path.join(path.dirname(writePlan("")), "nulls.db");
    const database = new Database(file);
    database.exec(
      "CREATE TABLE T (A INTEGER, B INTEGER, C TEXT, PRIMARY KEY (A, B)); INSERT INTO T VALUES (1, 1, 'x'), (NULL, 1, 'y');",
    );
    database.close();
    const plan = writePlan(small(`{ extractor: sqlite, path: "\${env:TRUTH}" }`));
    const argv = ["drill", plan, "--dir", path.join(path.dirname(plan), "held")];
    const { code, stderr } = await salvage(argv, { env: { TRUTH: file } });
    expect([code, stderr]).toEqual([2, expect.stringContaining("1 row cannot be read")]);
  });
});

describe("a server", () => {
  it.skipIf(postgres.absent !== undefined)("PostgreSQL is rebuilt and scored as well", async () => {
    const name = uniqueName();
    const admin = await postgresClient();
    await admin.query(`CREATE DATABASE ${name}`);
    try {
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      url.searchParams.set("ssl", "disable");
      const { scorecard } = await hold("bad-update", ["--target", "env:REBUILT"], { env: { REBUILT: url.href } });
      expect(scorecard.rebuilds.map(({ engine }) => engine)).toEqual(["sqlite", "postgres"]);
      expect(scorecard.rebuilds[1]?.score).toEqual(scorecard.rebuilds[0]?.score);
      expect(scorecard.verdict).toBe("passed");
      // The tables are there now: the second load stops, and what was scored before stands.
      const again = await hold("bad-update", ["--target", "env:REBUILT"], { env: { REBUILT: url.href } });
      expect([again.code, again.scorecard.status, again.scorecard.verdict]).toEqual([2, "failed", null]);
      expect(again.scorecard.rebuilds.map(({ engine }) => engine)).toEqual(["sqlite"]);
    } finally {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    }
  });

  it.skipIf(mysql.absent !== undefined)("MySQL or MariaDB too", async () => {
    const name = uniqueName();
    const admin = await mysqlConnection();
    await admin.query(`CREATE DATABASE ${name}`);
    try {
      const url = new URL(mysql.url);
      url.pathname = `/${name}`;
      url.searchParams.set("ssl", "disable");
      const { scorecard } = await hold("partial-delete", ["--target", url.href]);
      expect(scorecard.rebuilds.map(({ engine }) => engine)).toEqual(["sqlite", "mysql"]);
      expect(scorecard.rebuilds[1]?.score.rows).toEqual(scorecard.rebuilds[0]?.score.rows);
    } finally {
      await admin.query(`DROP DATABASE ${name}`);
      await admin.end();
    }
  });
});

describe("status and verdict are two things", () => {
  const generated = "{ generate: shop, scale: 0.1 }";

  it("below a bar: it ran, exit 1, and what is missing is listed", async () => {
    const text = small(generated).replace(
      "changes: { since: 10d,",
      "changes: { since: 10d, damage: { sampleRows: 20% },",
    );
    const plan = writePlan(text.replace("rowRecall: 1", "rowsRecovered: 1, cellsRight: 1"));
    const { code, scorecard, directory, stdout } = await hold(plan);
    expect([code, scorecard.status, scorecard.verdict]).toEqual([1, "completed", "below"]);
    expect(stdout).toContain("below");
    const { rows, cells } = scoreOf("the rebuild", scorecard.rebuilds[0]?.score);
    const listed = fs.readFileSync(path.join(directory, "mistakes.csv"), "utf8").split("\r\n").slice(1, -1);
    expect(listed).toHaveLength(rows.missed + rows.fabricated + rows.resurrected + cells.wrong + cells.abstained);
    expect(listed.length).toBeGreaterThan(0);
    expect(fs.readFileSync(path.join(directory, "junit.xml"), "utf8")).toMatch(/<failure message="expected /);
  });

  it("a rescue that cannot be done: exit 2, no verdict, and the scorecard says why", async () => {
    const plan = writePlan(small(generated, "rescue: { rules: { tables: { dbo.Nowhere: { deletes: infer } } } }"));
    const { code, scorecard, directory, stdout } = await hold(plan);
    expect([code, scorecard.status, scorecard.verdict]).toEqual([2, "failed", null]);
    expect(scorecard.error).toMatch(/dbo\.Nowhere/);
    expect(stdout).toMatch(/dbo\.Nowhere/);
    expect(readJournal(path.join(directory, "journal.ndjson"))).toMatchObject([{ status: "failed", verdict: null }]);
    expect(fs.readFileSync(path.join(directory, "junit.xml"), "utf8")).toContain("<error ");
  });

  it("an interrupted drill is journaled as such, exit 130", async () => {
    const interruption = new AbortController();
    const plan = writePlan(small(generated));
    const directory = path.join(path.dirname(plan), "held");
    const running = salvage(["drill", plan, "--dir", directory], { signal: interruption.signal });
    interruption.abort();
    expect((await running).code).toBe(130);
    expect(fs.existsSync(path.join(directory, "scorecard.json"))).toBe(false);
    expect(readJournal(path.join(directory, "journal.ndjson"))).toMatchObject([
      { kind: "drill", status: "interrupted" },
    ]);
  });
});

describe("what is remembered", () => {
  it("each drill of a directory: the report shows how they went, the journal is only added to", async () => {
    const plan = writePlan(small("{ generate: shop, scale: 0.1 }"));
    const { directory } = await hold(plan);
    const journal = path.join(directory, "journal.ndjson");
    const first = fs.readFileSync(journal);
    await holdIn(directory, plan, ["--seed", "2"]);
    await holdIn(directory, plan, ["--seed", "3"]);
    expect(fs.readFileSync(journal).subarray(0, first.length).equals(first)).toBe(true);
    const text = fs.readFileSync(plan, "utf8");
    expect(readJournal(journal).map(({ kind, recipe }) => [kind, recipe])).toEqual(
      [1, 2, 3].map(() => ["drill", text]),
    );
    const record = fs.readFileSync(path.join(directory, "incident/drill.json"), "utf8");
    expect(JSON.parse(record)).toMatchObject({ trend: [{ seed: 1 }, { seed: 2 }] });
  });

  it("what each source is worth", async () => {
    const { scorecard } = await hold("dropped-tables", ["--leave-one-out"]);
    const rightWithout = (name: string): number =>
      scorecard.leaveOneOut.find((each) => each.name === name)?.score?.cells.right ?? -1;
    expect(scorecard.leaveOneOut.map(({ name }) => name)).toEqual([
      "backup",
      "reporting",
      "nightly",
      "trace",
      "contacts",
    ]);
    const all = scorecard.rebuilds[0]?.score.cells.right ?? 0;
    expect(rightWithout("trace")).toBeLessThan(all);
    expect(rightWithout("contacts")).toBe(all);
  });

  it("a survivor that is gone is neither evidence nor in the recipe", async () => {
    const { scorecard, directory } = await hold("lost-reporting");
    expect(scorecard.survivors.find(({ id }) => id === "reporting")?.isMissing).toBe(true);
    expect(fs.existsSync(path.join(directory, "evidence/reporting"))).toBe(false);
    expect(fs.readFileSync(path.join(directory, "recipe.yaml"), "utf8")).not.toContain("reporting:");
  });
});

it("the incident of a drill is one like others: it can be explained, and replayed", async () => {
  const { directory } = await hold("bad-update");
  const incident = path.join(directory, "incident");
  expect((await salvage(["explain", "dbo.Products", "1", "Price", "--dir", incident])).stdout).toContain("nightly");
  const replayed = await salvage(["replay", incident, "--json"]);
  expect([replayed.code, JSON.parse(replayed.stdout)]).toMatchObject([0, { result: "same" }]);
});

it("names and values of a hostile truth stay names and values", async () => {
  const file = path.join(path.dirname(writePlan("")), "hostile.db");
  const database = new Database(file);
  const names = ["../../evil", 'a"b]c', "<script>alert(1)</script>", "x;DROP TABLE y--", "it's 名前"];
  for (const name of names) {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    database.exec(`CREATE TABLE ${quoted} (Id INTEGER PRIMARY KEY, "<b>""n]" TEXT, "=cmd|a" TEXT)`);
    const insert = database.prepare(`INSERT INTO ${quoted} VALUES (?, ?, ?)`);
    for (let id = 1; id <= 10; id++) insert.run(id, `<img src=x onerror=alert(${id})>'; DROP TABLE t;--`, `=1+${id}`);
  }
  database.close();
  const text = small(`{ extractor: sqlite, path: ${file} }`).replace(
    "survivors:",
    "survivors:\n  list: { before: 2d, format: csv, source: { trust: 10, line: other }, damage: { conflictRate: 20% } }\n  log: { since: 10d, format: trace }",
  );
  const { scorecard, directory } = await hold(writePlan(text));
  expect(scorecard.verdict).toBe("passed");
  expect(scorecard.rebuilds[0]?.score.tables.map(({ rows }) => rows.recovered)).toEqual(names.map(() => 10));
  expect(fs.readdirSync(path.dirname(directory))).toEqual(["held"]);
  const written = bytesOf(directory);
  expect(written.get("incident/report/index.html")).not.toMatch(/<script>alert|<img src=x/);
  expect(written.get("junit.xml")).not.toContain("<script>");
});
