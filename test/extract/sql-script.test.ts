/** The sql-script extractor on files: golden folders, encodings, and what a recipe can get wrong. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import sqlScript from "../../src/extract/sql-script/index.ts";
import type { EvidenceFile, TableMapping } from "../../src/extract/extractor.ts";
import { findTable } from "../../src/schema/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { collect, evidenceFile, expectBalance, mapTable, type Extraction } from "./harness.ts";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures/extract/sql-script");
const golden = path.resolve(import.meta.dirname, "golden/sql-script");
const schema = readTsqlSchema(readFileSync(path.join(fixtures, "schema.sql"), "utf8"), { file: "schema.sql" });
const all = schema.tables.map((table) => mapTable(table));

interface Source {
  readonly options?: object;
  readonly tables?: Readonly<Record<string, { from?: string; columns?: Record<string, string> }>>;
}

function mappingsOf({ tables }: Source): TableMapping[] {
  if (tables === undefined) return all;
  return Object.entries(tables).map(([id, { from, columns }]) => {
    const table = findTable(schema, id);
    if (table === undefined) throw new Error(`the fixtures' schema has no ${id}`);
    return mapTable(table, from, columns);
  });
}

function readSource(folder: string): Source {
  const file = path.join(folder, "source.yaml");
  return existsSync(file) ? (parse(readFileSync(file, "utf8")) as Source) : {};
}

async function extract(file: string, source: Source = {}): Promise<Extraction> {
  const files = [evidenceFile(file, path.dirname(file))];
  const extraction = await collect(
    sqlScript,
    { path: "*.sql", ...source.options },
    { files, mappings: mappingsOf(source) },
  );
  expectBalance(extraction);
  expect(extraction.progress).toEqual([files[0]?.bytes, files[0]?.bytes]);
  return extraction;
}

function temporary(name: string, content: Uint8Array | string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "sql-script-")), name);
  writeFileSync(file, content);
  return file;
}

async function extractText(content: Uint8Array | string, source: Source = {}): Promise<Extraction> {
  return extract(temporary("script.sql", content), source);
}

/** One line a row, so that a change of a fixture shows as the rows that changed. */
function print(extraction: Extraction): string {
  const { rows, ...others } = extraction;
  const list = rows.map(({ table, position, cells, raw }) => `    ${plain({ table, position, cells, raw })}`);
  return `{\n  "rows": [\n${list.join(",\n")}\n  ],\n${JSON.stringify(others, undefined, 2).slice(2)}\n`;
}

function plain(value: unknown): string {
  return JSON.stringify(value, (_, cell: unknown) => {
    if (typeof cell === "bigint") return `${cell}n`;
    return cell instanceof Uint8Array ? `0x${Buffer.from(cell).toString("hex")}` : cell;
  });
}

const titles: Readonly<Record<string, string>> = {
  separators: "GOTCHAS 6 and 7: GO in strings and comments, GOOD, backslash and newline",
  unreadable: "GOTCHAS 38: what is no plain value goes to quarantine with its text",
  conditions: "GOTCHAS 41: what stands under a condition or is rolled back is told of",
};

describe("golden folders", () => {
  const cases = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  it.each(cases.map(({ name }) => [name, titles[name] ?? ""]))("%s %s", async (name) => {
    const folder = path.join(fixtures, name);
    const extraction = await extract(path.join(folder, "script.sql"), readSource(folder));
    await expect(print(extraction)).toMatchFileSnapshot(path.join(golden, `${name}.json`));
  });
});

describe("encodings", () => {
  const script = "INSERT Notes (Id, Body) VALUES (1, N'Grüße – €')\r\nGO\r\n";
  const body = { Id: 1, Body: "Grüße – €" };

  it.each([
    ["utf-8", iconv.encode(script, "utf-8")],
    ["utf-8 with BOM", iconv.encode(script, "utf-8", { addBOM: true })],
    ["utf-16le with BOM", iconv.encode(script, "utf-16le", { addBOM: true })],
    ["utf-8, gzipped", gzipSync(iconv.encode(script, "utf-8"))],
  ])("%s shows by itself", async (_, content) => {
    expect((await extractText(content)).rows.map(({ cells }) => cells)).toEqual([body]);
  });

  it("windows-1252 is declared", async () => {
    const content = iconv.encode(script, "windows-1252");
    const { rows } = await extractText(content, { options: { encoding: "windows-1252" } });
    expect(rows.map(({ cells }) => cells)).toEqual([body]);
  });

  it("GOTCHAS 35: bytes that do not decode take their row to quarantine as bytes", async () => {
    const content = Buffer.from("INSERT Notes (Id, Body) VALUES (1, 'a\xe9b'), (2, 'two')", "latin1");
    const { rows, quarantined } = await extractText(content);
    expect(rows.map(({ cells }) => cells)).toEqual([{ Id: 2, Body: "two" }]);
    expect(quarantined).toEqual([
      {
        raw: `0x${Buffer.from("(1, 'a\xe9b')", "latin1").toString("hex")}`,
        reason: "dbo.Notes: holds bytes that are no text in utf-8",
        at: "script.sql line 1",
      },
    ]);
  });

  it("a gzip file that is cut gives the rows before the cut, and says so", async () => {
    const rows = Array.from({ length: 20_000 }, (_, id) => `INSERT Notes (Id, Body) VALUES (${id}, N'${id * 7919}')\n`);
    const packed = gzipSync(rows.join(""));
    const { rows: read, warnings } = await extractText(packed.subarray(0, packed.length >> 1));
    expect(read.length).toBeGreaterThan(1000);
    expect(read.map(({ cells }) => cells["Id"])).toEqual(read.map((_, index) => index));
    expect(warnings.join("\n")).toMatch(/cut short/);
  });
});

describe("the reader", () => {
  it("numbers lines as they stand in the file, through literals and comments of several lines", async () => {
    const text = "/* one\ntwo */\nINSERT Notes (Id, Body) VALUES (1, 'a\nb'),\n(2, N'\n\n'),\n  (3, NULL)\n";
    expect((await extractText(text)).rows.map(({ position }) => position)).toEqual([3, 5, 8]);
  });

  it("closes batches at 500 rows, and one for each column list", async () => {
    const rows = Array.from({ length: 1200 }, (_, id) => `(${id}, ${id % 2 === 0 ? "'x'" : "DEFAULT"}, NULL)`);
    const { rows: read, batches } = await extractText(`INSERT Notes VALUES ${rows.join(",")}`);
    expect(read).toHaveLength(1200);
    expect(batches.every(({ rows: size, operation }) => size <= 500 && operation === "snapshot")).toBe(true);
    expect(read.filter(({ cells }) => "Body" in cells)).toHaveLength(600);
  });

  it("keeps batches small where rows are long", async () => {
    const long = "0".repeat(1 << 20);
    const rows = Array.from({ length: 40 }, (_, id) => `INSERT Notes (Id, Image) VALUES (${id}, 0x${long})\n`);
    const { batches, rows: read } = await extractText(rows.join(""));
    expect(read).toHaveLength(40);
    expect(Math.max(...batches.map((batch) => batch.rows))).toBeLessThanOrEqual(5);
  });

  it("stops when it is told to", async () => {
    const file = temporary("script.sql", "INSERT Notes (Id) VALUES (1)\n");
    const input = { files: [evidenceFile(file, path.dirname(file))], mappings: all, signal: AbortSignal.abort() };
    await expect(collect(sqlScript, { path: "x" }, input)).rejects.toThrow(/abort/i);
  });

  it("says where a script gives nothing", async () => {
    const { warnings } = await extractText("SELECT 1\nGO\n");
    expect(warnings).toEqual(["script.sql: the script holds no INSERT into a target table"]);
  });
});

describe("GOTCHAS 38: what is no plain row is kept, not passed over", () => {
  const kept: readonly (readonly [script: string, raw: string, reason: RegExp])[] = [
    ["INSERT Notes (Id) VALUES", "INSERT Notes (Id) VALUES", /no row stands behind VALUES/],
    ["INSERT Notes (Id) VALUES\nGO", "INSERT Notes (Id) VALUES", /no row stands behind VALUES/],
    ["INSERT Notes (Id) VALUES (1),\nGO", "INSERT Notes (Id) VALUES", /no row stands behind the last comma/],
    ["INSERT Notes (Id, Bo", "INSERT Notes (Id, Bo", /script ends inside the INSERT/],
    ["INSERT INTO Notes\nGO", "INSERT INTO Notes", /batch ends inside the INSERT/],
    ["EXEC ('INSERT Notes (Id) VALUES (1)')", "EXEC ('INSERT Notes (Id) VALUES (1)')", /changes rows by INSERT/],
    ["sp_executesql N'SET NOCOUNT ON DELETE Notes'", "sp_executesql N'SET NOCOUNT ON DELETE Notes'", /by DELETE/],
    ["PRINT 'it's'\nINSERT Notes (Id) VALUES", "'\n", /ends inside a literal/],
    ["CREATE PROC p AS 'x\nGO\n", "'x\n", /ends inside a literal/],
    ["EXEC p 'x\nINSERT Notes", "EXEC p 'x\nINSERT Notes", /ends inside a literal/],
  ];

  it.each(kept)("%j", async (script, raw, reason) => {
    const { quarantined } = await extractText(script);
    expect(quarantined).toContainEqual(expect.objectContaining({ raw, reason: expect.stringMatching(reason) }));
  });

  it.each([
    "PRINT 'it's'\nINSERT Notes (Id) VALUES (1)",
    "CREATE PROC p AS PRINT 'it's' PRINT 'x'\nGO\nINSERT Notes (Id) VALUES (1)",
    "SELECT 'x\n  INSERT [dbo].[Notes] ([Id]) VALUES (1)",
    "UPDATE Notes SET Body = 'x WHERE Id = 2;\nINSERT INTO Notes (Id) VALUES (1)\nPRINT 'x'",
    "INSERT INTO Notes (Id, Body VALUES (3, 'x);\nINSERT INTO Notes (Id) VALUES (1)\nPRINT 'x'",
  ])("reading goes on where a statement seems to begin behind a quote that is not closed: %j", async (script) => {
    const { rows, quarantined, warnings } = await extractText(script);
    expect(rows).toMatchObject([{ cells: { Id: 1 } }]);
    expect(quarantined).toHaveLength(1);
    expect(warnings).toMatchObject([expect.stringMatching(/line 1: .* up to line \d+ is set aside/)]);
  });

  it.each([
    "EXEC dbo.AddNote 1, 'please INSERT a coin'",
    "EXEC sp_executesql N'CREATE PROCEDURE p AS INSERT Notes (Id) VALUES (1)'",
    "EXECUTE ('SELECT 1')",
    "INSERT Elsewhere (Id) VALUES\nGO",
  ])("but for %j", async (script) => {
    expect((await extractText(script)).quarantined).toEqual([]);
  });
});

async function check(files: readonly EvidenceFile[], options: object = {}): Promise<void> {
  const context = { files, folder: "/nowhere", mappings: all, signal: new AbortController().signal };
  await sqlScript.check?.(sqlScript.options.parse({ path: "x", ...options }), context);
}

describe("faults of the recipe", () => {
  const text = "INSERT dbo.Customer (Id, Name) VALUES (1, 'x')";
  const faults: readonly (readonly [string, Source, RegExp])[] = [
    [
      "a table that no script holds",
      { tables: { "dbo.Notes": { from: "dbo.Custmer" } } },
      /no table dbo\.Custmer.*nearest.*dbo\.Customer/,
    ],
    [
      "a column that no INSERT names",
      { tables: { "dbo.Notes": { from: "Customer", columns: { Id: "Nr" } } } },
      /names a column Nr.*takes for Id/,
    ],
    [
      "two tables fed by one",
      { tables: { "dbo.Notes": { from: "Customer" }, "dbo.Orders": { from: "[dbo].[CUSTOMER]" } } },
      /both be fed by dbo\.CUSTOMER/,
    ],
    ["a name of four parts", { tables: { "dbo.Notes": { from: "a.b.c.d" } } }, /no name of a table/],
    ["an unknown encoding", { options: { encoding: "utf-9" } }, /utf-9/],
  ];

  it.each(faults)("%s", async (_, source, message) => {
    await expect(extractText(text, source)).rejects.toThrow(message);
    await expect(extractText(text, source)).rejects.toMatchObject({ name: "UserError" });
  });

  it("check opens every file", async () => {
    const file = temporary("script.sql", text);
    const good = evidenceFile(file, path.dirname(file));
    await expect(check([good])).resolves.toBeUndefined();
    await expect(check([{ ...good, path: `${file}.gone` }])).rejects.toMatchObject({ name: "UserError" });
    await expect(check([good], { encoding: "utf-9" })).rejects.toThrow(/utf-9/);
    await expect(check([{ ...good, bytes: 0 }])).rejects.toThrow(/empty/);
  });

  it("takes no option that it does not know", () => {
    expect(() => sqlScript.options.parse({ path: "x", delimiter: "," })).toThrow(/delimiter/);
  });
});
