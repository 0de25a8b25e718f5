/** `salvage check` of logs without a recipe: what each is, of when, what it speaks of, what is wrong with it, and a source to start with. */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseYaml } from "yaml";
import { describe, expect, it } from "vitest";
import type { ExportProfile } from "../../src/pipeline.ts";
import { findExtractor } from "../../src/extract/registry.ts";
import { temporaryFolder } from "../incident.ts";
import { salvage } from "./harness.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const logs = [
  "sql-log/efcore/app.log",
  "sql-log/ef6/app.log",
  "sql-log/mysql-general/general.log",
  "sql-log/mysqlbinlog/binlog.000003.txt",
  "sql-log/postgres-csvlog/postgresql.csv",
  "sql-log/postgres-jsonlog/postgresql.json",
  "sql-log/postgres-stderr/postgresql.log",
  "sql-log/sqlserver-csv/session.csv",
  "sql-log/sqlserver-profiler/trace.xml",
  "sql-log/sqlserver-xe/session.xml",
  "cdc/canal/shop.jsonl",
  "cdc/maxwell/shop.jsonl",
  "cdc/debezium-plain/shop.json",
  "cdc/debezium-schema/goods.jsonl",
  "cdc/sqlserver-csv/cdc.dbo_Orders_CT.csv",
  "cdc/sqlserver-json/orders.json",
  "cdc/fn-dblog/log.csv",
  "w3c/extended/u_ex260301.log",
  "w3c/access/access.log",
  "w3c/damage/u_ex260302.log",
  "text-log/lines/app.log",
  "text-log/several-lines/app.log",
  "text-log/damage/app.log",
  "text-log/rotated/syslog",
];

async function profileOf(cwd: string, file: string, ...argv: string[]): Promise<ExportProfile> {
  const outcome = await salvage(["check", file, "--json", ...argv], { cwd });
  expect([outcome.code, outcome.stderr.includes("salvage:")]).toEqual([0, false]);
  return (JSON.parse(outcome.stdout) as { exports: [ExportProfile] }).exports[0];
}

describe("every format", () => {
  it.each(logs)("%s", async (name) => {
    const { code, stdout } = await salvage(["check", `fixtures/extract/${name}`], { cwd: root });
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`golden/check-logs/${name.replaceAll("/", "-")}.txt`);
  });

  it.each(logs)("%s: the source that is printed is one of its extractor's", async (name) => {
    const { extractor, recipe } = await profileOf(root, `fixtures/extract/${name}`);
    const [source] = Object.values(parseYaml(recipe) as Record<string, Record<string, unknown>>);
    const { extractor: id, tables: _, ...options } = source ?? {};
    expect(id).toBe(extractor);
    expect(findExtractor(extractor).options.safeParse(options).error).toBeUndefined();
  });
});

describe("damage", () => {
  it("NULs, bytes that are no text, and a cut last line are told with their places", async () => {
    const cwd = temporaryFolder();
    const line = "2026-03-01 10:00:00.000 UTC [7] LOG:  statement: DELETE FROM accounts WHERE id = 1";
    fs.writeFileSync(path.join(cwd, "db.log"), Buffer.from(`${line}\n\0\0\n${line} -- \xe9\n${line}`, "latin1"));
    const { log } = await profileOf(cwd, "db.log");
    expect(log?.damage).toEqual([
      "db.log line 2: it holds NUL characters: the line was not written whole",
      "db.log line 3: it holds bytes that are not utf-8",
      "db.log line 4: its last line has no end: possibly cut short",
    ]);
    expect(log?.subjects).toMatchObject([{ of: "table", name: "accounts", deletes: 3 }]);
  });
});

it("a table of the schema that the log speaks of stands in the source", async () => {
  const cwd = temporaryFolder();
  fs.writeFileSync(path.join(cwd, "s.sql"), "CREATE TABLE dbo.Accounts (ID int PRIMARY KEY)");
  const line = "2026-03-01 10:00:00.000 UTC [7] app@bank LOG:  statement: UPDATE accounts SET a = 1 WHERE id = 1\n";
  fs.writeFileSync(path.join(cwd, "db.log"), line);
  const { recipe } = await profileOf(cwd, "db.log", "--schema", "s.sql");
  expect(parseYaml(recipe)).toEqual({
    db: {
      extractor: "sql-log",
      path: "db.log",
      format: "postgres-stderr",
      linePrefix: "%m [%p] %q%u@%d ",
      tables: { "dbo.Accounts": {} },
    },
  });
});
