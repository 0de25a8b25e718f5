/** The sql-log extractor on files: golden folders, one a format and more; real logs where they are there. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { withRowTime } from "../../src/schema/model.ts";
import { evidenceFile, makeTable, mapTable } from "./harness.ts";
import { printLog, readLogs } from "./sql-log-harness.ts";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures/extract/sql-log");
const golden = path.resolve(import.meta.dirname, "golden/sql-log");
const data = path.resolve(import.meta.dirname, "../../../shared/data/logs");
const schema = readTsqlSchema(readFileSync(path.join(fixtures, "schema.sql"), "utf8"), { file: "schema.sql" });
const mappings = schema.tables.map((table) => mapTable(withRowTime(table)));

async function readText(text: string, options: object) {
  const folder = mkdtempSync(path.join(tmpdir(), "sql-log-"));
  writeFileSync(path.join(folder, "app.log"), text);
  return readLogs([evidenceFile(path.join(folder, "app.log"), folder)], { path: "*", ...options }, mappings);
}

async function told(text: string, options: object): Promise<readonly string[]> {
  const { warnings, changes } = await readText(text, options);
  expect(changes).toEqual([]);
  return warnings;
}

describe("golden folders", () => {
  const cases = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  it.each(cases.map(({ name }) => name))("%s", async (name) => {
    const folder = path.join(fixtures, name);
    const options = parse(readFileSync(path.join(folder, "options.yaml"), "utf8")) as object;
    const files = readdirSync(folder).filter((file) => file !== "options.yaml");
    const read = await readLogs(
      files.map((file) => evidenceFile(path.join(folder, file), folder)),
      { path: "*", ...options },
      mappings,
    );
    await expect(printLog(read)).toMatchFileSnapshot(path.join(golden, `${name}.txt`));
  });
});

describe("damage", () => {
  const whole = readFileSync(path.join(fixtures, "efcore/app.log"), "utf8");

  it("every cut of a log is accounted for", async () => {
    for (let end = 0; end < whole.length; end += 97) {
      const { changes } = await readText(whole.slice(0, end), { format: "efcore" });
      expect(changes.length).toBeLessThanOrEqual(8);
    }
  });

  it.each(["nhibernate", "hibernate-5", "sequelize-postgres", "sequelize-mysql", "knex-postgres", "knex-debug"])(
    "a log of %s that is cut anywhere says nothing that the whole does not",
    async (name) => {
      const folder = path.join(fixtures, name);
      const options = parse(readFileSync(path.join(folder, "options.yaml"), "utf8")) as object;
      const text = readFileSync(path.join(folder, "app.log"), "utf8");
      const uncut = await readText(text, options);
      for (let end = 0; end < text.length; end += 23) {
        const { changes } = await readText(text.slice(0, end), options);
        // Unless the failure is cut away, or a value.
        const others = changes.filter((change) => !/"(?:twice|again)"|\[|Id="?[78]\b/.test(change));
        expect(uncut.changes).toEqual(expect.arrayContaining(others));
      }
    },
  );

  it.each([
    ["postgres-csvlog", ",".repeat(25)],
    ["postgres-jsonlog", '{"session_id":"1","error_severity":""}'],
  ])("%s: a record without a severity goes to quarantine", async (format, record) => {
    const { quarantined } = await readText(`${record}\n`, { format });
    expect(quarantined).toHaveLength(1);
    expect(quarantined[0]).toContain("no error_severity");
  });

  it("bytes that are no text take their record to quarantine", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "sql-log-"));
    writeFileSync(path.join(folder, "app.log"), Buffer.from(whole.replace("Seán", "Se\u00e1n"), "latin1"));
    const files = [evidenceFile(path.join(folder, "app.log"), folder)];
    const { quarantined } = await readLogs(files, { path: "*", format: "efcore" }, mappings);
    expect(quarantined).toHaveLength(1);
    expect(quarantined[0]).toMatch(/^app.log line 3: holds bytes that are no text in utf-8/);
  });
});

function line(text: string): string {
  return `2026-03-01 10:00:00.000 UTC [5] LOG:  statement: ${text}\n`;
}

describe("a log in which nothing is found", () => {
  it("is told with the tables that it names instead", async () => {
    const text = line("UPDATE sessions SET a = 1 WHERE id = 2").repeat(3) + line("DELETE FROM jobs WHERE id = 1");
    const { warnings } = await readText(text, { format: "postgres-stderr" });
    expect(warnings).toEqual([
      "no statement changes a table that this source fills; they name dbo.sessions (3 times), dbo.jobs (1 times)",
    ]);
  });

  it("says nothing where one of the tables is found", async () => {
    const text = line("DELETE FROM accounts WHERE accountid = 1") + line("DELETE FROM jobs WHERE id = 1");
    expect((await readText(text, { format: "postgres-stderr" })).warnings).toEqual([]);
  });
});

describe("PostgreSQL", () => {
  it("a prefix that tells no sessions apart is refused", async () => {
    await expect(readText("x\n", { format: "postgres-stderr", linePrefix: "%m " })).rejects.toThrow(
      /neither %p nor %c/,
    );
  });

  it.each([
    [
      "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
      "2026-03-01 10:00:00 UTC [5]: [3-1] user=a,db=b,app=my app,client=10.0.0.1 ",
    ],
    ["%n %-10u %c %%", "1772359200.000 app        65e1a2c0.1f %"],
    ["<%m %r %e %x %v>%q%p: ", "<2026-03-01 04:00:00.000 -06 10.0.0.1(5432) 00000 0 3/12>77: "],
    ["%p|%m|%m|", "5|2026-03-01 10:00:00.000 GMT|2026-03-01 10:00:00.000 GMT|"],
  ])("log_line_prefix = '%s'", async (linePrefix, prefix) => {
    const text = `${prefix}LOG:  statement: DELETE FROM accounts WHERE accountid = 1\n`;
    const { changes } = await readText(text, { format: "postgres-stderr", linePrefix });
    expect(changes).toEqual(['1 delete dbo.Accounts AccountId=1 #modifiedAt="2026-03-01 10:00:00.0000000"']);
  });
});

describe("what nothing can be read of", () => {
  const executing = 'Executing (default): DELETE FROM "accounts" WHERE "accountid" = 1\n';

  it("a format that matches nothing is told with the first lines and those that fit", async () => {
    const text = `\nServer is up\n${executing}done\n`;
    expect(await told(text, { format: "efcore" })).toEqual([
      'app.log: nothing in the log is of the format efcore; it begins with line 2: "Server is up"; ' +
        'line 3: "Executing (default): DELETE FROM \\"accounts\\" WHERE \\"accountid\\" = 1"; line 4: "done"; it fits sequelize',
    ]);
  });

  it.each(["efcore", "ef6", "postgres-stderr", "mysql-general", "nhibernate", "hibernate", "sequelize", "knex"])(
    "a log without statements is told by %s",
    async (format) => {
      const [warning = "", ...others] = await told(`${"x".repeat(200)}\nhello\n`, { format, dialect: "postgres" });
      expect(others).toEqual([]);
      expect(warning).toContain(
        `nothing in the log is of the format ${format}; it begins with line 1: "${"x".repeat(120)}…"; line 2: "hello"; it fits none`,
      );
    },
  );

  it("a dialect in which no statement can be read is told with those in which one can", async () => {
    const text = executing.replaceAll('"', "`");
    expect(await told(text, { format: "sequelize", dialect: "postgres" })).toEqual([
      "app.log: no statement of the log that changes rows can be read as one of postgres, but as one of mysql, sqlite; " +
        'the first is line 1: "DELETE FROM `accounts` WHERE `accountid` = 1"',
    ]);
  });

  it.each(["hibernate", "sequelize", "knex"])("%s wants the dialect", async (format) => {
    await expect(readText("x\n", { format })).rejects.toThrow(
      `${format} logs statements of several engines, and the recipe does not say of which. Add \`dialect:\` to the source`,
    );
  });

  it("what was read is not advised on", async () => {
    const { warnings } = await readText(executing, { format: "sequelize", dialect: "postgres" });
    expect(warnings).toEqual([]);
  });
});

describe.skipIf(!existsSync(path.join(data, "efcore")))("real logs (skipped where they are not there)", () => {
  it("EF Core 5: 5 INSERT, 2 UPDATE, 2 DELETE, the last of them cut", async () => {
    const file = evidenceFile(path.join(data, "efcore/efcore5_sqlserver_commands.log"), data);
    const read = await readLogs([file], { path: "*", format: "efcore" }, mappings);
    await expect(printLog(read)).toMatchFileSnapshot(path.join(golden, "real-efcore.txt"));
  });

  it.each([
    // Changes, evidence, quarantined, skipped.
    ["multiline_param.log", "%m [%p] user=%u,db=%d ", [0, 0, 0, 8]],
    ["pg_rawcsv.log", "%m [%p] %q%u@%d ", [0, 0, 0, 11]],
    ["light.postgres.log.bz2", "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ", [231, 62, 0, 337]],
  ])("PostgreSQL: %s", async (name, linePrefix, counts) => {
    const file = evidenceFile(path.join(data, "postgres", name), data);
    const bank = { bid: "int", bbalance: "int", tid: "int", tbalance: "int", aid: "int", abalance: "int" } as const;
    const keyed = Object.entries({ accounts: "aid", tellers: "tid", branches: "bid" }).map(([table, key]) =>
      mapTable(withRowTime({ ...makeTable(`dbo.pgbench_${table}`, bank), primaryKey: { name: "PK", columns: [key] } })),
    );
    const read = await readLogs([file], { path: "*", format: "postgres-stderr", linePrefix }, keyed);
    const { changes, evidence, quarantined, skipped } = read;
    const passed = Object.values(skipped).reduce((sum, count) => sum + count, 0);
    expect([changes.length, evidence.length, quarantined.length, passed]).toEqual(counts);
  });
});
