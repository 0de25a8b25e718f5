/** Files for BULK INSERT and bcp: read back by the reader of bcp files, cell by cell. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { defaultEmitOptions } from "../../src/emit/options.ts";
import { findEmitter } from "../../src/emit/registry.ts";
import type { CanonicalValue } from "../../src/values/codec.ts";
import { makeTable } from "../model.ts";
import { emittedRows, runFiles } from "../incident.ts";
import { batchesOf } from "./reading.ts";
import { emitTable, hostileTexts, request, temporaryFolder } from "./world.ts";

type Row = readonly CanonicalValue[];

const table = makeTable(
  "Large",
  [
    { name: "Id", identity: { seed: "1", increment: "1", notForReplication: false } },
    { name: "Twice", computed: { expression: "[Id]*(2)", persisted: false } },
    { name: "Text", type: { name: "nvarchar", length: "max" } },
    { name: "Data", type: { name: "varbinary", length: "max" } },
    { name: "Amount", type: { name: "decimal", precision: 18, scale: 3 } },
    { name: "Paid", type: "money" },
    { name: "Rate", type: "float" },
    { name: "At", type: "datetime" },
    { name: "Day", type: "date" },
    { name: "Guid", type: "uniqueidentifier" },
    { name: "Is", type: "bit" },
  ],
  ["Id"],
);

const full: Row = [
  "-123456789012345.678",
  "-922337203685477.5808",
  1e-300,
  "2012-02-20 10:30:00.0030000",
  "0001-01-01",
  "6F9619FF-8B86-D011-B42D-00C04FC964FF",
  1,
];

function rowsWith(texts: readonly string[]): Row[] {
  const last = texts.length;
  return [
    ...texts.map((text, id): Row => [id, text, Uint8Array.from(Buffer.from(text)), ...full]),
    [last, null, null, null, null, null, null, null, null, null],
  ];
}

async function emitted(rows: readonly Row[], more = {}) {
  const folder = temporaryFolder();
  const split = { ...defaultEmitOptions.split, rows: 3 };
  const asked = request([emitTable(table, rows)], { folder, split, bulkFolder: "D:\\rescue\\", ...more });
  const { files } = await findEmitter("sqlserver").emit(asked);
  return { folder, files, names: files.map((file) => path.basename(file.path)) };
}

const tolerable = hostileTexts.filter((text) => text !== "\0");

describe("--bulk", () => {
  test("what is in the file is what is in the table, hostile texts, empty ones and NULL among them", async () => {
    const rows = rowsWith([...tolerable, "|", "~|", "|=", "\r\n", "NULL"]);
    const { folder } = await emitted(rows);
    const columns = table.columns.filter(({ computed }) => computed === undefined);
    const ran = await runFiles({
      "recipe.yaml": JSON.stringify({
        incident: "bulk",
        target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
        sources: {
          bulk: {
            extractor: "csv",
            path: "Large.csv",
            encoding: "utf-16le",
            delimiter: "|~|",
            recordDelimiter: "|=|\r\n",
            quote: false,
            header: false,
            null: "",
            emptyString: "\0",
            fields: columns.map(({ name }) => name),
            tables: { "dbo.Large": {} },
          },
        },
      }),
      "schema.sql": `CREATE TABLE dbo.Large (Id int PRIMARY KEY, Text nvarchar(max), Data nvarchar(max), Amount decimal(18, 3), Paid money, Rate float, At datetime, Day date,
        Guid uniqueidentifier, [Is] bit)`,
      "Large.csv": fs.readFileSync(path.join(folder, "10-dbo.Large.bcp")),
    });
    const [own] = ran.incident.tables;
    if (own === undefined) throw new Error("one table");
    // As bcp writes bytes: digits alone.
    const texts = rows.map((row) =>
      row.map((cell) => (cell instanceof Uint8Array ? Buffer.from(cell).toString("hex").toUpperCase() : cell)),
    );
    expect(ran.report.summary.sources.map(({ quarantined }) => quarantined)).toEqual([0]);
    expect(emittedRows(ran, own)).toEqual(texts);
  });

  test("the format file numbers the columns of the table, the computed one left out", async () => {
    const { folder } = await emitted(rowsWith(["a", "b", "c"]));
    const lines = fs.readFileSync(path.join(folder, "10-dbo.Large.fmt"), "utf8").split("\r\n");
    expect(lines.slice(0, 4)).toEqual([
      "9.0",
      "10",
      '1 SQLNCHAR 0 0 "|\\0~\\0|\\0" 1 Id ""',
      '2 SQLNCHAR 0 0 "|\\0~\\0|\\0" 3 Text ""',
    ]);
    expect(lines.slice(11)).toEqual(['10 SQLNCHAR 0 0 "|\\0=\\0|\\0\\r\\0\\n\\0" 11 Is ""', ""]);
  });

  test("the script is one transaction, in the log, and keeps identities and NULLs", async () => {
    const { folder, names } = await emitted(rowsWith(["a", "b", "c"]));
    expect(names).toContain("10-dbo.Large.001.sql");
    const batches = batchesOf(fs.readFileSync(path.join(folder, "10-dbo.Large.001.sql"), "utf8").replace("\ufeff", ""));
    const bulk = batches.find((batch) => batch.startsWith("BULK INSERT"));
    expect(bulk).toBe(
      [
        "BULK INSERT [dbo].[Large] FROM N'D:\\rescue\\10-dbo.Large.bcp'",
        "WITH (FORMATFILE = N'D:\\rescue\\10-dbo.Large.fmt', KEEPIDENTITY, KEEPNULLS, CHECK_CONSTRAINTS, TABLOCK, MAXERRORS = 0)",
      ].join("\n"),
    );
    expect(batches.filter((batch) => batch.includes("IDENTITY_INSERT"))).toEqual([]);
    expect(batches.indexOf("BEGIN TRANSACTION")).toBeLessThan(batches.indexOf(bulk ?? ""));
    expect(batches.at(-3)).toContain("N'10-dbo.Large.001.sql', 4, GETDATE())");
    const loader = fs.readFileSync(path.join(folder, "load.sh"), "utf8");
    expect(loader).toContain("10-dbo.Large.001.sql");
    expect(loader).not.toContain(".bcp");
  });

  test.each([
    ["a terminator in a value", "x|~|y"],
    ["a terminator that arises at the end of a value", "x|~"],
    ["a text that means the empty one", "\0"],
  ])("%s: the table is written as INSERTs", async (_what, text) => {
    const { names } = await emitted(rowsWith(["a", "b", text]));
    expect(names.filter((name) => name.includes("Large"))).toEqual(["10-dbo.Large.001.sql", "10-dbo.Large.002.sql"]);
  });

  test("small tables, and rows that may be there, are written as INSERTs", async () => {
    expect((await emitted(rowsWith(["a"]))).names).not.toContain("10-dbo.Large.bcp");
    expect((await emitted(rowsWith(["a", "b", "c"]), { ifExists: "skip" })).names).not.toContain("10-dbo.Large.bcp");
  });
});
