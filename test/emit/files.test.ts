import fs from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { findEmitter } from "../../src/emit/registry.ts";
import { makeTable } from "../model.ts";
import { batchesOf, dataFiles, scriptOf, sqlScripts } from "./reading.ts";
import { emitScripts, emitTable, request, temporaryFolder, world } from "./world.ts";

describe("GOTCHAS 24: encoding", () => {
  test.each([
    ["2000", [0xff, 0xfe]],
    ["2005", [0xef, 0xbb, 0xbf]],
    ["2008", [0xef, 0xbb, 0xbf]],
  ] as const)("%s begins with its byte order mark", async (version, mark) => {
    const { result } = await emitScripts(world(), { version });
    for (const file of result.files.filter(({ purpose }) => purpose !== "loader" && purpose !== "manifest"))
      expect([...fs.readFileSync(file.path).subarray(0, mark.length)]).toEqual(mark);
  });

  test("every script stops where it is read in another", async () => {
    const { scripts } = await emitScripts(world());
    const second = sqlScripts(scripts).map(({ text }) => batchesOf(text)[1]);
    expect(second).toHaveLength(9);
    for (const batch of second) expect(batch).toMatch(/^IF UNICODE\(N'あ'\) <> 12354\nBEGIN\n {2}RAISERROR/);
  });
});

test("GOTCHAS 15: every script sets what indexed views and computed columns need", async () => {
  const { scripts } = await emitScripts(world());
  const first = sqlScripts(scripts).map(({ text }) => batchesOf(text)[0]?.match(/^SET .*$/gm));
  expect(new Set(first.map((settings) => settings?.join("; ")))).toEqual(
    new Set([
      [
        "SET QUOTED_IDENTIFIER ON",
        "SET ANSI_NULLS ON",
        "SET ANSI_PADDING ON",
        "SET ANSI_WARNINGS ON",
        "SET ARITHABORT ON",
        "SET CONCAT_NULL_YIELDS_NULL ON",
        "SET NUMERIC_ROUNDABORT OFF",
        "SET IMPLICIT_TRANSACTIONS OFF",
        "SET ROWCOUNT 0",
        "SET XACT_ABORT ON",
        "SET NOCOUNT ON",
      ].join("; "),
    ]),
  );
});

function isGuard(batch: string | undefined): boolean {
  return (
    batch?.startsWith("IF @@ERROR <> 0 OR @@TRANCOUNT = 0\nBEGIN\n  IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION\n") ===
      true && batch.endsWith("SET NOEXEC ON\nEND")
  );
}

describe("GOTCHAS 21, 25: a data file is one transaction", () => {
  test.each(["2000", "2008"] as const)("and each of its batches is guarded: %s", async (version) => {
    const { scripts } = await emitScripts(world(), { version });
    const data = dataFiles(scripts);
    expect(data.length).toBe(3);
    for (const { text } of data) {
      const batches = batchesOf(text);
      const begin = batches.indexOf("BEGIN TRANSACTION");
      expect(batches.at(-1)).toBe("COMMIT TRANSACTION");
      const unguarded = batches.filter((_, at) => at >= begin && (at - begin) % 2 === 0 && !isGuard(batches[at + 1]));
      expect(unguarded).toEqual(["COMMIT TRANSACTION"]);
      expect(batches.slice(begin).filter((batch) => /\b(?:BEGIN|COMMIT) TRANSACTION/.test(batch))).toHaveLength(2);
    }
  });
});

describe("GOTCHAS 4: IDENTITY_INSERT", () => {
  test("is on for the table's rows alone, and off before the transaction ends", async () => {
    const { scripts } = await emitScripts(world());
    const batches = batchesOf(scriptOf(scripts, "11-dbo.Employees.001.sql")).filter((batch) => !isGuard(batch));
    const on = batches.indexOf("SET IDENTITY_INSERT [dbo].[Employees] ON");
    expect(batches.slice(on).map((batch) => batch.split(" ").slice(0, 2).join(" "))).toEqual([
      "SET IDENTITY_INSERT",
      "INSERT INTO",
      "SET IDENTITY_INSERT",
      "INSERT INTO",
      "COMMIT TRANSACTION",
    ]);
    expect(batches[on + 1]).toMatch(/^INSERT INTO \[dbo\]\.\[Employees\] \(\[EmployeeID\], /);
  });

  test("is never set for a table without identity", async () => {
    const { scripts } = await emitScripts(world());
    expect(scriptOf(scripts, "12-dbo.Order_Details_.001.sql")).not.toContain("IDENTITY_INSERT");
  });
});

describe("failure", () => {
  const bad = makeTable("Bad", [{ name: "Id" }, { name: "Weight", type: "float" }], ["Id"]);

  test("a value that no server holds is named with its key, and no file remains", async () => {
    const folder = temporaryFolder();
    const tables = [
      ...world(),
      emitTable(bad, [
        [1, 1],
        [2, Number.NaN],
      ]),
    ];
    await expect(emitScripts(tables, { folder })).rejects.toThrow(/^table dbo\.Bad, key 2: NaN cannot be written/);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test("an interrupted run leaves no file", async () => {
    const folder = temporaryFolder();
    const controller = new AbortController();
    const interrupted = request(world(), { folder, signal: controller.signal, progress: () => controller.abort() });
    await expect(findEmitter("sqlserver").emit(interrupted)).rejects.toThrow(/abort/i);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test.each([
    ["sqlserver", 10],
    ["postgres", 6],
  ])("a full disk leaves no file, wherever it comes: %s", async (dialect, files) => {
    for (let room = 0; room < files; room++) {
      const folder = temporaryFolder();
      let written = 0;
      const write = fs.writeSync;
      const full = vi.spyOn(fs, "writeSync").mockImplementation((...given: Parameters<typeof fs.writeSync>) => {
        if (written++ >= room) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
        return write(...given);
      });
      const small = makeTable("Small", [{ name: "Id" }], ["Id"]);
      const asked = request([emitTable(small, [[1]])], { folder, version: "2016" });
      await expect(findEmitter(dialect).emit(asked)).rejects.toThrow("no space left on device");
      full.mockRestore();
      expect(fs.readdirSync(folder)).toEqual([]);
    }
  });

  test("rows that do not come are a fault, not a smaller table", async () => {
    await expect(emitScripts([emitTable(bad, [[1, 1]], { rowCount: 2 })])).rejects.toThrow("2 rows announced, 1 given");
  });

  test("an unknown dialect is told with those that are known", () => {
    expect(() => findEmitter("oracle")).toThrow(/no emitter "oracle"\. Set target\.dialect to one of: sqlserver/);
  });
});

test("progress ends at the number of rows", async () => {
  const seen: [number, number][] = [];
  await emitScripts(world(), { progress: (done, total) => seen.push([done, total]) });
  expect(seen).toEqual([
    [1, 6],
    [3, 6],
    [6, 6],
  ]);
});
