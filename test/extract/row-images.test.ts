import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf, type RowLayout } from "../../src/extract/row-images/layout.ts";
import { readRow } from "../../src/extract/row-images/record.ts";
import sqlScript from "../../src/extract/sql-script/index.ts";
import { isStored, storedColumns, type Table } from "../../src/schema/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { defaultConventions, Unparsable, type RawValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { writeRow } from "../support/row-images.ts";
import { collect, evidenceFile, mapTable } from "./harness.ts";

const ddl = `CREATE TABLE dbo.Orders (
  Note nvarchar(40) NULL, Status varchar(12) NULL, Paid bit NULL, Total money NULL, Placed datetime NULL, Urgent bit NULL, Code nchar(3) NULL,
  Weight decimal(12, 3) NULL, Line smallint NOT NULL, OrderID int NOT NULL, CONSTRAINT PK_Orders PRIMARY KEY CLUSTERED (OrderID, Line))`;
const [orders] = readTsqlSchema(ddl, { file: "schema.sql" }).tables.map(withLatin) as [Table];
const orderLayout = layoutOf(orders) as RowLayout;

const anyRow = fc.record({
  OrderID: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  Line: fc.integer({ min: -32_768, max: 32_767 }),
  Note: fc.option(fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.toWellFormed())),
  Status: fc.option(fc.stringMatching(/^[ -~é]{0,12}$/)),
  Paid: fc.option(fc.constantFrom(0, 1)),
  Urgent: fc.option(fc.constantFrom(0, 1)),
  Total: fc.option(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map((units) => decimalOf(units, 4))),
  Weight: fc.option(fc.bigInt({ min: -(10n ** 12n) + 1n, max: 10n ** 12n - 1n }).map((units) => decimalOf(units, 3))),
  Placed: fc.option(
    fc
      .integer({ min: 0, max: 4_000_000_000 })
      .map((seconds) => new Date(seconds * 1000).toISOString().replace("T", " ").slice(0, 23)),
  ),
  Code: fc.option(fc.stringMatching(/^[A-Z]{3}$/)),
});

function decimalOf(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function read(bytes: Buffer): Readonly<Record<string, RawValue | null>> | string {
  const row = readRow(bytes, orderLayout);
  if (typeof row === "string") return row;
  expect([...row.unread]).toEqual([]);
  return Object.fromEntries([...row.values].map(([{ name }, value]) => [name, value]));
}

describe("rows that are written by the format's own words", () => {
  const names = orders.columns.map(({ name }) => name);

  it("are read back, the key in front and bits in one byte", () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const found = read(writeRow(orders, row));
        if (typeof found === "string") throw new Error(found);
        expect(shown(orders, found, names)).toBe(shown(orders, row, names));
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  it("cut, longer, or of another table are none", () => {
    fc.assert(
      fc.property(anyRow, fc.nat(200), (row, at) => {
        const bytes = writeRow(orders, row);
        expect(typeof read(bytes.subarray(0, at % bytes.length))).toBe("string");
        expect(typeof read(Buffer.concat([bytes, Buffer.alloc(1)]))).toBe("string");
        const { Note: _, ...others } = Object.fromEntries(orders.columns.map((column) => [column.name, column]));
        expect(typeof read(writeRow({ ...orders, columns: Object.values(others) }, row))).toBe("string");
      }),
      { seed: 8 },
    );
  });

  it.each([
    ["compressed", 0x31],
    ["a part of a large value", 0x38],
    ["a pointer to elsewhere", 0x34],
  ])("%s", (_, status) => {
    const bytes = writeRow(orders, { OrderID: 1, Line: 1, Note: "x" });
    bytes[0] = status;
    expect(read(bytes)).toMatch(/is not that of a whole row without compression/);
  });

  it.each([
    ["CREATE TABLE dbo.T (A int, B int)\nGO\nCREATE CLUSTERED INDEX IX ON dbo.T (B)", /clustered index of their own/],
    [
      "CREATE TABLE dbo.T (A int, B int)\nGO\nCREATE UNIQUE CLUSTERED INDEX IX ON dbo.T (B)",
      /clustered index of their own/,
    ],
    [
      "CREATE TABLE dbo.T (A int, B int)\nGO\nCREATE CLUSTERED COLUMNSTORE INDEX IX ON dbo.T",
      /clustered index of their own/,
    ],
    ["CREATE TABLE dbo.T (A int PRIMARY KEY, B AS (A * 2) PERSISTED)", /of which type its computed column B is/],
  ])("nobody knows where columns stand: %s", (script, why) => {
    const [table] = readTsqlSchema(script, { file: "x" }).tables;
    expect(layoutOf(table as Table)).toMatch(why);
  });

  it("other indexes do not matter", () => {
    const script = "CREATE TABLE dbo.T (B int, A int PRIMARY KEY)\nGO\nCREATE NONCLUSTERED INDEX IX ON dbo.T (B)";
    const [table] = readTsqlSchema(script, { file: "x" }).tables;
    expect(layoutOf(table as Table)).toMatchObject({ clustered: "primary", isHeap: false, isAsDeclared: false });
  });
});

const data = path.resolve(import.meta.dirname, "../../../shared/data");
const pageBytes = 8192;

/** Behind a row may stand what is left of a longer one. */
function rowBytes(row: Buffer): number {
  const fixedEnd = row.readUInt16LE(2);
  const behind = fixedEnd + 2 + Math.ceil(row.readUInt16LE(fixedEnd) / 8);
  return ((row[0] ?? 0) & 0x20) === 0 ? behind : row.readUInt16LE(behind + 2 * row.readUInt16LE(behind)) & 0x7fff;
}

/** Rows of the data pages of a file without checks, as it lies: what a page is of, nobody says here. */
function* dataRows(file: string): Generator<Buffer[]> {
  const bytes = readFileSync(file);
  for (let at = 0; at + pageBytes <= bytes.length; at += pageBytes) {
    const page = bytes.subarray(at, at + pageBytes);
    const isData = page[0] === 1 && page[1] === 1 && page.readUInt32LE(32) === at / pageBytes;
    if (!isData) continue;
    const slots = Array.from({ length: page.readUInt16LE(22) }, (_, slot) =>
      page.readUInt16LE(pageBytes - 2 - 2 * slot),
    );
    yield slots.filter((from) => from > 0).map((from) => page.subarray(from, from + rowBytes(page.subarray(from))));
  }
}

function withLatin(table: Table): Table {
  return {
    ...table,
    columns: table.columns.map((column) => ({ ...column, collation: column.collation ?? "Latin1_General_CI_AS" })),
  };
}

function shown(
  table: Table,
  cells: Readonly<Record<string, RawValue | null | undefined>>,
  names: readonly string[],
): string {
  const columns = storedColumns(table).filter(({ name }) => names.includes(name));
  return columns
    .map((column) => {
      const raw = cells[column.name];
      if (raw === null || raw === undefined) return "NULL";
      const value = codecFor(column).parse(raw, { ...defaultConventions, dateOrder: "mdy" });
      if (value instanceof Unparsable) throw new Error(`${table.id}.${column.name}: ${value.reason}`);
      // The script lost the line breaks of three addresses.
      return JSON.stringify(codecFor(column).equalityKey(value)).replaceAll(/(?:\\r)?\\n/g, "");
    })
    .join("|");
}

describe.skipIf(!existsSync(path.join(data, "mdf")))("Northwind's pages (skipped without shared/data/mdf)", () => {
  const file = path.join(data, "northwind/instnwnd.sql");

  it("hold the rows of the script, cell by cell", async () => {
    const tables = readTsqlSchema(readFileSync(file, "utf8"), { file }).tables.map(withLatin);
    const script = evidenceFile(file, data);
    const { rows } = await collect(
      sqlScript,
      { path: "x" },
      { files: [script], mappings: tables.map((table) => mapTable(table)) },
    );
    const layouts = tables.map((table) => [table, layoutOf(table) as RowLayout] as const);
    const found = new Map<string, Set<string>>();
    for (const page of dataRows(path.join(data, "mdf/northwnd-2008-checksum.mdf")))
      for (const [table, layout] of layouts) {
        const images = page.map((row) => readRow(row, layout));
        if (
          images.length === 0 ||
          images.some((image) => typeof image === "string" || image.unread.size > lobs(table).length)
        )
          continue;
        const names = storedColumns(table).flatMap(({ name }) => (lobs(table).includes(name) ? [] : [name]));
        const seen = found.get(table.id) ?? new Set();
        found.set(table.id, seen);
        for (const image of images)
          if (typeof image !== "string")
            seen.add(
              shown(table, Object.fromEntries([...image.values].map(([column, value]) => [column.name, value])), names),
            );
      }
    for (const table of tables) {
      const names = storedColumns(table).flatMap(({ name }) => (lobs(table).includes(name) ? [] : [name]));
      const wanted = rows.filter((row) => row.table === table.id).map(({ cells }) => shown(table, cells, names));
      const seen = found.get(table.id) ?? new Set();
      expect([table.id, wanted.filter((row) => !seen.has(row)).slice(0, 2), seen.size]).toEqual([
        table.id,
        [],
        new Set(wanted).size,
      ]);
    }
  });
});

function lobs(table: Table): string[] {
  return table.columns
    .filter((column) => isStored(column) && ["ntext", "text", "image"].includes(column.type.name))
    .map(({ name }) => name);
}
