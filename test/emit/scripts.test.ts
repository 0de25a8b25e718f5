import fs from "node:fs";
import path from "node:path";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import type { EmitRequest } from "../../src/emit/emitter.ts";
import { findEmitter } from "../../src/emit/registry.ts";
import { makeTable } from "../model.ts";
import { insertedRows } from "./expressions.ts";
import { readByLine } from "./line-tools.ts";
import {
  batchesOf,
  emitScripts,
  emitTable,
  foreignKey,
  hostileTexts,
  identity,
  modernWorld,
  request,
  temporaryFolder,
  world,
} from "./world.ts";
import type { Script } from "./world.ts";

const golden = path.join(import.meta.dirname, "../../fixtures/emit/sqlserver");

function scriptOf(scripts: readonly Script[], name: string): string {
  const script = scripts.find((candidate) => candidate.name === name);
  if (script === undefined) throw new Error(`${name} is not among ${scripts.map((other) => other.name).join(", ")}`);
  return script.text;
}

const cases: readonly (readonly [string, Partial<EmitRequest>])[] = [
  ["2000", { version: "2000" }],
  ["2000-skip", { version: "2000", ifExists: "skip" }],
  ["2005", { version: "2005" }],
  ["2008", { version: "2008", reseedMargin: 1000 }],
  ["2008-skip", { version: "2008", ifExists: "skip" }],
];

describe("golden folders", () => {
  test.each(cases)("%s", async (folder, more) => {
    const { scripts, result } = await emitScripts(folder.startsWith("2008") ? modernWorld() : world(), more);
    for (const { name, text } of scripts) await expect(text).toMatchFileSnapshot(path.join(golden, folder, name));
    expect(result.notes).toEqual([
      "dbo.[Order Details]]].Total is left out, it is computed: the server calculates it anew",
      "dbo.Employees.RowVersion is left out, it is a rowversion: the server numbers it anew",
    ]);
    fs.mkdirSync(path.join(golden, folder), { recursive: true });
    const written = new Set(scripts.map(({ name }) => name));
    expect(fs.readdirSync(path.join(golden, folder)).filter((name) => !written.has(name))).toEqual([]);
  });
});

test("same input, same bytes", async () => {
  const [first, second] = [await emitScripts(modernWorld()), await emitScripts(modernWorld())];
  expect(first.result.files.map(({ sha256 }) => sha256)).toEqual(second.result.files.map(({ sha256 }) => sha256));
});

test("the manifest names every file in the order of running, with what is in it", async () => {
  const { result, scripts } = await emitScripts(world());
  const manifest = JSON.parse(scriptOf(scripts, "manifest.json")) as { files: Record<string, unknown>[] };
  const files = result.files.slice(0, -1);
  expect(manifest.files.map(({ file }) => file)).toEqual(files.map((file) => path.basename(file.path)));
  expect(manifest.files.map(({ file }) => file)).toEqual(manifest.files.map(({ file }) => file).toSorted());
  for (const [at, file] of files.entries()) {
    const bytes = fs.readFileSync(file.path);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(manifest.files[at]).toMatchObject({ bytes: bytes.length, sha256, purpose: file.purpose });
  }
  expect(files.filter(({ purpose }) => purpose === "data").map(({ table, rows }) => `${table} ${rows}`)).toEqual([
    "dbo.Departments 1",
    "dbo.Employees 2",
    "dbo.[Order Details]]] 3",
  ]);
  expect(scriptOf(scripts, "manifest.json")).not.toContain(path.dirname(files[0]?.path ?? ""));
});

describe("GOTCHAS 24: encoding", () => {
  test.each([
    ["2000", [0xff, 0xfe]],
    ["2005", [0xef, 0xbb, 0xbf]],
    ["2008", [0xef, 0xbb, 0xbf]],
  ] as const)("%s begins with its byte order mark", async (version, mark) => {
    const { result } = await emitScripts(world(), { version });
    for (const file of result.files.slice(0, -1))
      expect([...fs.readFileSync(file.path).subarray(0, mark.length)]).toEqual(mark);
  });

  test("every script stops where it is read in another", async () => {
    const { scripts } = await emitScripts(world());
    for (const { name, text } of scripts)
      if (name.endsWith(".sql"))
        expect(batchesOf(text)[1], name).toMatch(/^IF UNICODE\(N'あ'\) <> 12354\nBEGIN\n {2}RAISERROR/);
  });
});

test("GOTCHAS 15: every script sets what indexed views and computed columns need", async () => {
  const { scripts } = await emitScripts(world());
  const on = [
    "QUOTED_IDENTIFIER",
    "ANSI_NULLS",
    "ANSI_PADDING",
    "ANSI_WARNINGS",
    "ARITHABORT",
    "CONCAT_NULL_YIELDS_NULL",
    "XACT_ABORT",
    "NOCOUNT",
  ];
  for (const { name, text } of scripts)
    if (name.endsWith(".sql")) {
      const [first = ""] = batchesOf(text);
      for (const option of on) expect(first, name).toContain(`SET ${option} ON\n`.trimEnd());
      expect(first, name).toContain("SET NUMERIC_ROUNDABORT OFF");
    }
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
    const data = scripts.filter(({ name }) => /^\d+-dbo/.test(name));
    expect(data.length).toBe(3);
    for (const { text } of data) {
      const batches = batchesOf(text);
      const begin = batches.indexOf("BEGIN TRANSACTION");
      expect(batches.at(-1)).toBe("COMMIT TRANSACTION");
      for (let at = begin; at < batches.length - 1; at += 2) expect(isGuard(batches[at + 1]), batches[at]).toBe(true);
      expect(batches.slice(begin).filter((batch) => /\b(?:BEGIN|COMMIT) TRANSACTION/.test(batch))).toHaveLength(2);
    }
  });
});

describe("GOTCHAS 4: IDENTITY_INSERT", () => {
  test("is on for the table's rows alone, and off before the transaction ends", async () => {
    const { scripts } = await emitScripts(world());
    const batches = batchesOf(scriptOf(scripts, "02-dbo.Employees.001.sql")).filter((batch) => !isGuard(batch));
    const on = batches.indexOf("SET IDENTITY_INSERT [dbo].[Employees] ON");
    expect(batches.slice(on).map((batch) => batch.split(" ").slice(0, 2).join(" "))).toEqual([
      "SET IDENTITY_INSERT",
      "INSERT INTO",
      "SET IDENTITY_INSERT",
      "COMMIT TRANSACTION",
    ]);
    expect(batches[on + 1]).toMatch(/^INSERT INTO \[dbo\]\.\[Employees\] \(\[EmployeeID\], /);
  });

  test("is never set for a table without identity", async () => {
    const { scripts } = await emitScripts(world());
    expect(scriptOf(scripts, "03-dbo.Order_Details_.001.sql")).not.toContain("IDENTITY_INSERT");
  });
});

describe("GOTCHAS 5: reseed", () => {
  /** The value that 80-constraints.sql reseeds to. */
  async function reseeded(
    type: "int" | "tinyint",
    increment: string,
    highest: bigint,
    rows: number,
    reseedMargin: number,
  ) {
    const table = makeTable("T", [{ name: "Id", type, identity: { ...identity, increment } }], ["Id"]);
    const emitted = emitTable(
      table,
      Array.from({ length: rows }, (_, id) => [id]),
      { highestIdentity: highest },
    );
    const { scripts } = await emitScripts([emitted], { reseedMargin });
    return /^IF (ISNULL.*)\n {2}DBCC CHECKIDENT \(N'\[dbo\]\.\[T\]', RESEED, (-?\d+)\)$/m
      .exec(scriptOf(scripts, "80-constraints.sql"))
      ?.slice(1);
  }

  test.each([
    ["the highest id of any source", "int", "1", 41n, 3, 0, "<", "41"],
    ["the recipe's margin on top", "int", "1", 41n, 3, 1000, "<", "1041"],
    ["a table that was never filled takes one increment more", "int", "5", 41n, 0, 0, "<", "46"],
    ["a falling identity falls on", "int", "-1", -41n, 3, 10, ">", "-51"],
    ["no further than the type goes", "tinyint", "1", 200n, 3, 1000, "<", "255"],
  ] as const)("%s", async (_what, type, increment, highest, rows, margin, operator, value) => {
    expect(await reseeded(type, increment, highest, rows, margin)).toEqual([
      `ISNULL(IDENT_CURRENT(N'[dbo].[T]'), 1) ${operator} ${value}`,
      value,
    ]);
  });
});

const wide = makeTable("Wide", [{ name: "Id" }, { name: "Text", type: "ntext" }], ["Id"]);

function dataFiles(scripts: readonly Script[]): Script[] {
  return scripts.filter(({ name }) => /^\d+-dbo/.test(name));
}

function inserts(scripts: readonly Script[]): string[] {
  return dataFiles(scripts).flatMap(({ text }) => batchesOf(text).filter((batch) => batch.startsWith("INSERT")));
}

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
  const rows = Array.from({ length: 9000 }, (_, id) => [id + 1, text]);

  test("files of some 16 MB, statements of some 256 KB", async () => {
    const { scripts, result } = await emitScripts([emitTable(wide, rows)]);
    const files = result.files.filter(({ purpose }) => purpose === "data");
    expect(files.map(({ path: file }) => path.basename(file))).toEqual([
      "01-dbo.Wide.001.sql",
      "01-dbo.Wide.002.sql",
      "01-dbo.Wide.003.sql",
    ]);
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

  test("a file does not run twice, nor before its turn", async () => {
    const { scripts } = await emitScripts([emitTable(wide, rows)]);
    const [first = "", second = ""] = dataFiles(scripts).map((file) => batchesOf(file.text)[3]);
    expect(first).toMatch(/^IF EXISTS \(SELECT \* FROM \[dbo\]\.\[Wide\]\)\nBEGIN/);
    const [firstRow] = insertedRows(inserts(dataFiles(scripts).slice(1, 2))[0] ?? "");
    const id = Number(firstRow?.[0]);
    expect(second).toMatch(
      new RegExp(`^IF EXISTS \\(SELECT \\* FROM \\[dbo\\]\\.\\[Wide\\] WHERE \\[Id\\] = ${id}\\)\n`),
    );
    expect(second).toMatch(
      new RegExp(`\nELSE IF NOT EXISTS \\(SELECT \\* FROM \\[dbo\\]\\.\\[Wide\\] WHERE \\[Id\\] = ${id - 1}\\)\n`),
    );
  });

  test("without a key the count of rows tells", async () => {
    const keyless = makeTable("Wide", [{ name: "Id" }, { name: "Text", type: "ntext" }], []);
    const { scripts } = await emitScripts([emitTable(keyless, rows)]);
    const second = batchesOf(dataFiles(scripts)[1]?.text ?? "")[3] ?? "";
    expect(second).toMatch(
      /^IF \(SELECT COUNT_BIG\(\*\) FROM \[dbo\]\.\[Wide\]\) > (\d+)\n[^]*ELSE IF \(SELECT COUNT_BIG\(\*\) FROM \[dbo\]\.\[Wide\]\) < \1\n/,
    );
  });
});

describe("GOTCHAS 18: long texts on SQL Server 2000", () => {
  const long = `${"😀'\r\n".repeat(1700)}`;

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

  test("stop: the preflight wants empty tables, skip only that they are there", async () => {
    const stop = scriptOf((await emitScripts(world())).scripts, "00-preflight.sql");
    const skip = scriptOf((await emitScripts(world(), { ifExists: "skip" })).scripts, "00-preflight.sql");
    for (const name of ["Employees", "Departments", "Order Details]]", "Audit"]) {
      expect(stop).toContain(`ELSE IF EXISTS (SELECT * FROM [dbo].[${name}])`);
      expect(skip).toContain(`OBJECT_ID(N'[dbo].[${name}]')`);
    }
    expect(skip).not.toContain("IF EXISTS");
  });
});

describe("GOTCHAS 22: names", () => {
  test.each([
    ["GOTCHAS 8: a sqlcmd variable", "a$(b)"],
    ["GOTCHAS 6: a newline", "a\nGO\nb"],
    ["nothing", ""],
    ["129 characters", "x".repeat(129)],
    ["half a pair", "\ud83d"],
  ])("%s is refused", async (_what, name) => {
    const refused = [makeTable(name, [{ name: "Id" }], ["Id"]), makeTable("T", [{ name }], [name])];
    for (const table of refused) await expect(emitScripts([emitTable(table, [[1]])])).rejects.toThrow(UserError);
  });

  test("any other is bracketed, and makes a safe file name of its own", async () => {
    const names = ["Order Details", "Order_Details", "a]b", "it's", "../x", "あ", "x".repeat(128), "CON"];
    const { scripts } = await emitScripts(
      names.map((name) => emitTable(makeTable(name, [{ name: "Id" }], ["Id"]), [[1]])),
    );
    expect(dataFiles(scripts).map(({ name }) => name)).toEqual([
      "01-dbo.Order_Details.001.sql",
      "02-dbo.Order_Details.001.sql",
      "03-dbo.a_b.001.sql",
      "04-dbo.it_s.001.sql",
      "05-dbo.___x.001.sql",
      "06-dbo._.001.sql",
      `07-dbo.${"x".repeat(100)}.001.sql`,
      "08-dbo.CON.001.sql",
    ]);
    expect(inserts(scripts)[2]).toMatch(/^INSERT INTO \[dbo\]\.\[a\]\]b\] /);
  });
});

test("GOTCHAS 19: keys that no order satisfies are off for the rows, then checked and verified as trusted", async () => {
  const { scripts } = await emitScripts(world());
  const employees = scriptOf(scripts, "02-dbo.Employees.001.sql");
  expect(employees).toContain("\nALTER TABLE [dbo].[Employees] NOCHECK CONSTRAINT [FK_Boss]\n");
  expect(employees).not.toContain("FK_Department");
  const constraints = scriptOf(scripts, "80-constraints.sql");
  expect(constraints).toContain("\nALTER TABLE [dbo].[Employees] WITH CHECK CHECK CONSTRAINT [FK_Boss]\n");
  expect(constraints).toContain("N'ALTER TABLE [dbo].[Departments] WITH CHECK CHECK CONSTRAINT ' + QUOTENAME(name)");
  const verification = scriptOf(scripts, "90-verify.sql");
  expect(verification).toContain("is_disabled = 1 OR (is_not_trusted = 1 AND is_not_for_replication = 0)");
  expect(verification).toContain("(SELECT COUNT(*) FROM #tablesalvage_checks WHERE holds = 1) <> 6\n");
});

test("GOTCHAS 19: a disabled key stays disabled, also beside one without a name", async () => {
  const foreignKeys = [foreignKey(["a"], "T"), foreignKey(["b"], "T", { name: "FK_off", disabled: true })];
  const table = makeTable("T", [{ name: "Id" }, { name: "a" }, { name: "b" }], ["Id"], { foreignKeys });
  const { scripts } = await emitScripts([emitTable(table, [[1, 1, 1]])]);
  expect(scriptOf(scripts, "80-constraints.sql")).toContain("AND name NOT IN (N'FK_off')\nEXEC (@statements)");
});

const hostile = makeTable(
  "Hostile",
  [{ name: "Id" }, { name: "Text", type: "ntext" }, { name: "Old", type: "text" }],
  ["Id"],
);

describe("hostile data stays data", () => {
  test.each([
    ["2000", "stop"],
    ["2000", "skip"],
    ["2005", "stop"],
    ["2008", "stop"],
    ["2008", "skip"],
  ] as const)("tools that read by line see the same batches as the server, %s %s", async (version, ifExists) => {
    const texts = fc.array(fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary" })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (values) => {
        const rows = values.map((value, id) => [id, value.repeat(id), value]);
        const provisional = { count: rows.length, first: values.map((key) => ({ key, column: key, reason: key })) };
        const { scripts } = await emitScripts([emitTable(hostile, rows, { provisional })], { version, ifExists });
        for (const { name, text } of scripts.filter((script) => script.name.endsWith(".sql"))) {
          const { batches, commands } = readByLine(text);
          expect(batches, name).toEqual(batchesOf(text));
          expect(commands, name).toEqual([]);
        }
        const read = inserts(scripts).flatMap((batch) =>
          batch.split("\nINSERT").flatMap((statement) => insertedRows(statement)),
        );
        expect(read).toEqual(rows);
      }),
      { numRuns: 25 },
    );
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
