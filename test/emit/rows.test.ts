import path from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { makeTable } from "../model.ts";
import { insertedRows } from "./expressions.ts";
import { batchesOf, dataFiles, inserts, scriptOf } from "./reading.ts";
import { emitScripts, emitTable, world } from "./world.ts";

const wide = makeTable("Wide", [{ name: "Id" }, { name: "Text", type: "ntext" }], ["Id"]);

test("GOTCHAS 1: no statement has more than 1000 rows", async () => {
  const rows = Array.from({ length: 2500 }, (_, id) => [id, null]);
  const { scripts } = await emitScripts([emitTable(wide, rows)]);
  expect(inserts(scripts).map((statement) => insertedRows(statement).length)).toEqual([1000, 1000, 500]);
});

test("GOTCHAS 1: 2000 and 2005 get one row a statement", async () => {
  for (const version of ["2000", "2005"] as const) {
    const { scripts } = await emitScripts(
      [
        emitTable(wide, [
          [1, "a"],
          [2, "b"],
        ]),
      ],
      { version },
    );
    expect(inserts(scripts)).toEqual([
      "INSERT INTO [dbo].[Wide] ([Id], [Text]) VALUES (1, N'a')\nINSERT INTO [dbo].[Wide] ([Id], [Text]) VALUES (2, N'b')",
    ]);
  }
});

test("GOTCHAS 2: the first row of a statement gives a column without values its type", async () => {
  const { scripts } = await emitScripts([
    emitTable(wide, [
      [1, null],
      [2, null],
    ]),
  ]);
  expect(inserts(scripts)).toEqual([
    "INSERT INTO [dbo].[Wide] ([Id], [Text]) VALUES\n(1, CAST(NULL AS nvarchar(max))),\n(2, NULL)",
  ]);
});

describe("GOTCHAS 21: large tables", () => {
  const text = "x".repeat(4000);
  const rows = Array.from({ length: 4500 }, (_, id) => [id + 1, text]);

  test("files of some 16 MB, statements of some 256 KB", async () => {
    const { scripts, result } = await emitScripts([emitTable(wide, rows)]);
    const files = result.files.filter(({ purpose }) => purpose === "data");
    expect(files.map(({ path: file }) => path.basename(file))).toEqual(["10-dbo.Wide.001.sql", "10-dbo.Wide.002.sql"]);
    expect(files.every(({ bytes }) => bytes < 17 * 1024 * 1024)).toBe(true);
    expect(Math.max(...inserts(scripts).map((statement) => statement.length))).toBeLessThan(140_000);
    expect(inserts(scripts).flatMap((statement) => insertedRows(statement).map(([id]) => id))).toEqual(
      rows.map(([id]) => id),
    );
  });

  test("files of at most 100,000 rows", async () => {
    const small = makeTable("Small", [{ name: "Id" }], ["Id"]);
    const { result } = await emitScripts([
      emitTable(
        small,
        Array.from({ length: 100_001 }, (_, id) => [id]),
      ),
    ]);
    expect(result.files.filter(({ purpose }) => purpose === "data").map((file) => file.rows)).toEqual([100_000, 1]);
  });

  test.each(["stop", "skip"] as const)("a file that is in is passed over, ifExists: %s", async (ifExists) => {
    const { scripts } = await emitScripts([emitTable(wide, rows)], { ifExists });
    for (const { name, ...script } of dataFiles(scripts)) {
      const batches = batchesOf(script.text);
      const entry = `[load] = N'${"e".repeat(32)}' AND [script] = N'${name}'`;
      expect(batches[3]).toBe(
        `IF EXISTS (SELECT * FROM [dbo].[tablesalvage_log] WHERE ${entry})\nBEGIN\n  PRINT N'tablesalvage: loaded before, passed over; the next file needs a new connection'\n  SET NOEXEC ON\nEND`,
      );
      // It enters itself in the transaction of its rows.
      expect(batches.at(-3)).toMatch(
        new RegExp(`^INSERT INTO \\[dbo\\]\\.\\[tablesalvage_log\\] .* N'${name}', \\d+, GETDATE\\(\\)\\)$`),
      );
      expect(batches.at(-1)).toBe("COMMIT TRANSACTION");
    }
  });

  test("a file does not run before its turn, nor over rows of others", async () => {
    const { scripts } = await emitScripts([emitTable(wide, rows)]);
    const [first = "", second = ""] = dataFiles(scripts).map((file) => batchesOf(file.text)[4]);
    expect(first).toMatch(/^IF EXISTS \(SELECT \* FROM \[dbo\]\.\[Wide\]\)\nBEGIN/);
    expect(second).toMatch(
      /^IF NOT EXISTS \(SELECT .* AND \[script\] = N'10-dbo\.Wide\.001\.sql'\)\nBEGIN\n {2}RAISERROR/,
    );
  });
});

describe("GOTCHAS 18: long texts on SQL Server 2000", () => {
  const long = "😀'\r\n".repeat(1700);

  test("go in by parts through a text pointer", async () => {
    const { scripts } = await emitScripts(
      [
        emitTable(wide, [
          [1, "short"],
          [2, long],
          [3, "short"],
        ]),
      ],
      { version: "2000" },
    );
    const [before, batch = "", after] = inserts(scripts);
    expect([before, after]).toEqual(
      [1, 3].map((id) => `INSERT INTO [dbo].[Wide] ([Id], [Text]) VALUES (${id}, N'short')`),
    );
    const parts = [...batch.matchAll(/^SET @part = (.*)$/gm)].map(([, part]) => part ?? "");
    expect(parts.length).toBe(2);
    const [[, head] = []] = insertedRows(batch.split("\n")[0] ?? "");
    const tail = parts.map((part) => String(insertedRows(`SELECT ${part}`)[0]?.[0]));
    expect([head, ...tail].join("")).toBe(long);
    expect(batch.match(/^UPDATETEXT \[dbo\]\.\[Wide\]\.\[Text\] @pointer NULL 0 @part$/gm)).toHaveLength(2);
    expect(batch).toContain("SELECT @pointer = TEXTPTR([Text]) FROM [dbo].[Wide] WHERE [Id] = 2\n");
  });

  test("are refused where no key finds the row again", async () => {
    const keyless = makeTable("Wide", [{ name: "Id" }, { name: "Text", type: "ntext" }], []);
    await expect(emitScripts([emitTable(keyless, [[1, long]])], { version: "2000" })).rejects.toThrow(
      /dbo\.Wide, key 1: SQL Server 2000 takes/,
    );
  });
});

describe("GOTCHAS 23: ifExists", () => {
  test("skip: each row only where its key is absent, NULL-safe", async () => {
    const table = makeTable("T", [{ name: "a" }, { name: "b", type: { name: "varchar", length: 9 } }], [], {
      unique: [{ columns: ["a", "b"] }],
    });
    const { scripts } = await emitScripts(
      [
        emitTable(table, [
          [1, null],
          [1, "x"],
        ]),
      ],
      { ifExists: "skip" },
    );
    expect(inserts(scripts)).toEqual([
      [
        "INSERT INTO [dbo].[T] ([a], [b]) SELECT 1, NULL WHERE NOT EXISTS (SELECT * FROM [dbo].[T] WHERE [a] = 1 AND [b] IS NULL)",
        "INSERT INTO [dbo].[T] ([a], [b]) SELECT 1, 'x' WHERE NOT EXISTS (SELECT * FROM [dbo].[T] WHERE [a] = 1 AND [b] = 'x')",
      ].join("\n"),
    ]);
  });

  test("skip without a key is refused", async () => {
    const table = makeTable("T", [{ name: "a" }], []);
    await expect(emitScripts([emitTable(table, [[1]])], { ifExists: "skip" })).rejects.toThrow(UserError);
  });

  test("stop: the preflight wants tables without rows of others, skip takes any", async () => {
    const stop = scriptOf((await emitScripts(world())).scripts, "00-preflight.sql");
    const skip = scriptOf((await emitScripts(world(), { ifExists: "skip" })).scripts, "00-preflight.sql");
    for (const name of ["Employees", "Departments", "Order Details]]", "Audit"])
      expect(stop).toContain(`IF (@loaded = 0 AND EXISTS (SELECT * FROM [dbo].[${name}])) OR (@loaded > 0 AND`);
    expect(skip).not.toContain("@loaded");
    expect(stop).toContain("sysprocesses");
    expect(skip).not.toContain("sysprocesses");
  });

  test("without the schema the preflight wants the tables to be there", async () => {
    for (const ifExists of ["stop", "skip"] as const) {
      const { scripts } = await emitScripts(world(), { ifExists, createsSchema: false });
      const preflight = scriptOf(scripts, "00-preflight.sql");
      for (const name of ["Employees", "Departments", "Audit"])
        expect(preflight).toContain(`tablesalvage: table dbo.${name} is not in this database.`);
      expect(scriptOf(scripts, "05-schema.sql")).not.toContain("CREATE TABLE [dbo].[Employees]");
    }
  });
});
