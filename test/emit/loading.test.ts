/** What is beside the scripts of a load: the preflight's questions, the way back, the programs that run them. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { EmitRequest, ServerVersion } from "../../src/emit/emitter.ts";
import { findEmitter } from "../../src/emit/registry.ts";
import { batchesOf, scriptOf } from "./reading.ts";
import { emitScripts, request, temporaryFolder, world } from "./world.ts";

describe("the preflight", () => {
  test.each([
    ["2000", " - 1)) < 8 AND NOT"],
    ["2005", " - 1)) < 9 AND NOT"],
    ["2008", " - 1)) < 10 AND NOT"],
    ["2012", " - 1)) < 11 AND NOT"],
    ["2016", " - 1)) < 13 AND NOT"],
    ["2022", " - 1)) < 16 AND NOT"],
    ["azure", "IF NOT CONVERT(int, SERVERPROPERTY(N'EngineEdition')) IN (5, 8, 12)"],
  ] as const)("stops at a server that is older than %s", async (version: ServerVersion, condition) => {
    const preflight = scriptOf((await emitScripts(world(), { version })).scripts, "00-preflight.sql");
    expect(preflight).toContain(condition);
    expect(preflight).toContain(`these scripts are for SQL Server ${version}, and this server is`);
  });

  test("stops in a database of the system, without room, without permissions, beside others", async () => {
    const { scripts, result } = await emitScripts(world());
    const bytes = result.files.reduce((sum, file) => sum + (file.purpose === "data" ? file.bytes : 0), 0);
    const [, , first = "", checks = ""] = batchesOf(scriptOf(scripts, "00-preflight.sql"));
    expect(first).toContain("IF DB_NAME() IN (N'master', N'model', N'msdb', N'tempdb')\nBEGIN\n  RAISERROR");
    expect(first.endsWith("IF @failures > 0 SET NOEXEC ON")).toBe(true);
    for (const condition of [
      `IF @room * 8192 < ${bytes}\nBEGIN\n  RAISERROR`,
      "HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), N'DATABASE', N'CREATE TABLE'), 1) = 0 SET @denied = @denied + 1",
      "HAS_PERMS_BY_NAME(N'[dbo].[Employees]', N'OBJECT', N'ALTER'), 1) = 0",
      "WHERE dbid = DB_ID() AND spid <> @@SPID AND spid IN (SELECT session_id FROM sys.dm_exec_sessions WHERE is_user_process = 1))\nBEGIN\n  RAISERROR",
    ])
      expect(checks).toContain(condition);
    expect(checks.endsWith("IF @failures > 0 SET NOEXEC ON")).toBe(true);
  });

  test("stops at another collation where the recipe names one, and tells of it where not", async () => {
    const name = "Japanese_CI_AS";
    const condition = `IF CONVERT(nvarchar(128), DATABASEPROPERTYEX(DB_NAME(), N'Collation')) <> N'${name}'\n`;
    for (const [isGiven, effect] of [
      [true, "BEGIN\n  RAISERROR"],
      [false, "  PRINT"],
    ] as const) {
      const { scripts } = await emitScripts(world(), { collation: { name, isGiven } });
      expect(scriptOf(scripts, "00-preflight.sql")).toContain(`${condition}${effect}`);
    }
  });

  test("says on top what the scripts were made from and what they came to", async () => {
    const { scripts } = await emitScripts(world(), {
      verdict: "needs-review",
      warnings: ["rows of $(x)\nGO\n are few"],
    });
    const [first = ""] = batchesOf(scriptOf(scripts, "00-preflight.sql"));
    expect(first).toContain("-- WARNING: rows of $ (x) GO  are few\n");
    expect(first).toContain(`-- Verdict: needs-review. Evidence: ${"e".repeat(64)}.\n`);
    expect(scriptOf(scripts, "10-dbo.Departments.001.sql")).toContain("-- Sources: backup, export. Evidence: eeee");
  });
});

describe("the rollback", () => {
  test("takes back what was loaded, children first, where nobody else has written", async () => {
    const { scripts } = await emitScripts(world());
    const batches = batchesOf(scriptOf(scripts, "rollback.sql"));
    const begin = batches.indexOf("BEGIN TRANSACTION");
    const deleted = batches.flatMap((batch) => (batch.startsWith("DELETE FROM ") ? [batch] : []));
    expect(deleted).toEqual([
      "DELETE FROM [dbo].[Order Details]]]",
      "DELETE FROM [dbo].[Employees]",
      "DELETE FROM [dbo].[Departments]",
      `DELETE FROM [dbo].[tablesalvage_log] WHERE [load] = N'${"e".repeat(32)}'`,
    ]);
    // Under locks that are kept until the deletion.
    const checked = batches.slice(begin).filter((batch) => batch.includes("somebody has written to it since"));
    expect(checked).toHaveLength(3);
    expect(checked[0]).toMatch(
      /^IF \(SELECT COUNT_BIG\(\*\) FROM \[dbo\]\.\[Order Details\]\]\] WITH \(TABLOCKX, HOLDLOCK\)\) <> \(SELECT ISNULL\(SUM\(\[rows\]\), 0\)[^]*ROLLBACK TRANSACTION[^]*SET NOEXEC ON\nEND$/,
    );
    expect(Math.max(...checked.map((batch) => batches.indexOf(batch)))).toBeLessThan(batches.indexOf(deleted[0] ?? ""));
    // A name's own `_` is no pattern.
    expect(checked[0]).toContain("LIKE N'12-dbo.Order[_]Details[_].%'");
    expect(batches.at(-1)).toBe("COMMIT TRANSACTION");
    // Triggers would take the deletions for the application's.
    expect(batches.filter((batch) => batch.includes("DISABLE TRIGGER ALL"))).toHaveLength(3);
  });

  test.each([
    ["2008", "sys.foreign_keys WHERE is_disabled = 0 AND delete_referential_action <> 0 AND referenced_object_id IN"],
    ["2000", "OBJECTPROPERTY(constid, N'CnstIsDeleteCascade') = 1"],
  ] as const)("stops where it would reach rows of other tables: %s", async (version, condition) => {
    const rollback = scriptOf((await emitScripts(world(), { version })).scripts, "rollback.sql");
    expect(rollback).toContain(condition);
    expect(rollback.indexOf(condition)).toBeLessThan(rollback.indexOf("BEGIN TRANSACTION"));
  });

  test("is not there where rows may have been there before", async () => {
    const { result } = await emitScripts(world(), { ifExists: "skip" });
    expect(result.files.some(({ purpose }) => purpose === "rollback")).toBe(false);
  });
});

/** Stands for sqlcmd: notes what it is given, and fails at the file that it is told to fail at. */
const tool = `#!/bin/sh
printf '%s\\n' "$*" >> "$TOOL_LOG"
if [ "$1" = --version ]; then echo "$TOOL_VERSION"; exit 0; fi
case "$*" in *"$TOOL_FAILS"*) echo "Msg 2627" >&2; exit 1;; esac
`;

async function load(args: readonly string[], fails = "nothing", version = "", more: Partial<EmitRequest> = {}) {
  const folder = temporaryFolder();
  const result = await findEmitter("sqlserver").emit(request(world(), { folder, ...more }));
  const [sqlcmd, log] = [path.join(temporaryFolder(), "sqlcmd"), path.join(temporaryFolder(), "log")];
  fs.writeFileSync(sqlcmd, tool, { mode: 0o755 });
  fs.writeFileSync(log, "");
  const ran = spawnSync(path.join(folder, "load.sh"), args, {
    encoding: "utf8",
    env: { ...process.env, SQLCMD: sqlcmd, TOOL_LOG: log, TOOL_FAILS: fails, TOOL_VERSION: version },
  });
  const run = result.files
    .filter(({ purpose }) => !["manifest", "loader", "rollback"].includes(purpose))
    .map((file) => path.basename(file.path));
  return { ...ran, run, calls: fs.readFileSync(log, "utf8").trim().split("\n") };
}

describe("load.sh", () => {
  test("runs every script in order, each by itself", async () => {
    const { status, calls, run } = await load(["My Shop", "-S", "db", "-E"]);
    expect(status).toBe(0);
    expect(calls[0]).toBe("--version");
    expect(calls.slice(1)).toEqual(run.map((name) => `-d My Shop -S db -E -b -x -f 65001 -i ${name}`));
  });

  test("stops at the first that fails, and says which", async () => {
    const { status, stderr, calls, run } = await load(["Shop"], "11-dbo.Employees.001.sql");
    expect(status).toBe(1);
    expect(stderr).toContain(
      "stopped in 11-dbo.Employees.001.sql: put right what is said above, then run the same command again",
    );
    expect(calls.slice(1)).toHaveLength(run.indexOf("11-dbo.Employees.001.sql") + 1);
  });

  test("gives the sqlcmd in Go no code page, which it does not know", async () => {
    const { status, calls } = await load(["Shop"], "nothing", "Version: v1.8.2");
    expect(status).toBe(0);
    expect(calls.slice(1).every((call) => /^-d Shop -b -x -i \S+$/.test(call))).toBe(true);
  });

  test("unpacks what is gzipped", async () => {
    const { status, calls } = await load(["Shop"], "nothing", "", { gzip: true });
    expect(status).toBe(0);
    const given = calls.slice(1).map((call) => call.split(" -i ")[1] ?? "");
    expect(given.filter((name) => name.endsWith(".gz"))).toEqual([]);
    expect(given.filter((name) => name.startsWith("/"))).toHaveLength(3);
  });

  test("goes on behind errors of 2000 that its scripts collect", async () => {
    const { calls } = await load(["Shop"], "nothing", "", { version: "2000" });
    expect(calls.filter((call) => !call.includes(" -b ")).slice(1)).toEqual([
      "-d Shop -x -i 80-constraints.sql",
      "-d Shop -x -i 82-attachments.sql",
    ]);
  });

  test("wants a database", async () => {
    const { status, stderr, calls } = await load([]);
    expect(status).toBe(2);
    expect(stderr).toContain("usage: ");
    expect(calls).toEqual([""]);
  });
});

test("load.cmd runs the same, with osql for 2000", async () => {
  for (const [version, program] of [
    ["2000", "osql -d"],
    ["2008", "sqlcmd -d"],
  ] as const) {
    const { scripts } = await emitScripts(world(), { version });
    const text = scriptOf(scripts, "load.cmd");
    const run = [...text.matchAll(/^call :run (\S+)(?: -b)? \|\| exit \/b 1\r$/gm)].map(([, name]) => name);
    // %0 stays what it is, and commas stay within their arguments.
    expect(text).toContain("set OPTIONS=%*\r\ncall set OPTIONS=%%OPTIONS:*%1=%%\r\ncd /d");
    expect(run).toEqual(scripts.map(({ name }) => name).filter((name) => /^\d.*\.sql$/.test(name)));
    expect(text).toContain(program);
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  }
});
