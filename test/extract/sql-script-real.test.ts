/** Scripts that others wrote: the samples that Microsoft and Luis Rocha published. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import sqlScript from "../../src/extract/sql-script/index.ts";
import { findColumn, type DatabaseSchema, type Table } from "../../src/schema/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { Unparsable, type CanonicalValue } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { collect, evidenceFile, expectBalance, mapTable, type Extraction } from "./harness.ts";

const data = path.resolve(import.meta.dirname, "../../../shared/data");
const northwind = path.join(data, "northwind");
const chinook = path.join(data, "chinook");

function schemaOf(file: string, encoding: BufferEncoding): DatabaseSchema {
  return readTsqlSchema(readFileSync(file, encoding).replace(/^\uFEFF/, ""), { file: path.basename(file) });
}

async function extract(file: string, tables: readonly Table[]): Promise<Extraction> {
  const mappings = tables.map((table) => mapTable(table));
  const extraction = await collect(sqlScript, { path: "*.sql" }, { files: [evidenceFile(file, data)], mappings });
  expectBalance(extraction);
  return extraction;
}

function countByTable(extraction: Extraction): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { table } of extraction.rows) counts[table] = (counts[table] ?? 0) + 1;
  return counts;
}

/** The rows of a table as the column's codecs read them, by their text. */
function canonicalRows(extraction: Extraction, table: Table): Map<string, Record<string, CanonicalValue>> {
  const codecs = new Map(table.columns.map((column) => [column.name, codecFor(column)]));
  const rows = extraction.rows.filter((row) => row.table === table.id);
  return new Map(rows.map(({ cells }) => [keyOf(table, cells), canonical(cells, codecs)]));
}

function keyOf(table: Table, cells: Readonly<Record<string, unknown>>): string {
  return (table.primaryKey?.columns ?? []).map((name) => String(cells[findColumn(table, name)?.name ?? ""])).join("|");
}

function canonical(
  cells: Extraction["rows"][number]["cells"],
  codecs: ReadonlyMap<string, ReturnType<typeof codecFor>>,
): Record<string, CanonicalValue> {
  return Object.fromEntries(
    Object.entries(cells).map(([name, raw]) => {
      const value = raw === null ? null : codecs.get(name)?.parse(raw, { dateOrder: "mdy" });
      if (value === undefined || value instanceof Unparsable)
        throw new Error(`${name}: ${String(raw)} ${value?.reason}`);
      return [name, value];
    }),
  );
}

type Rows = ReadonlyMap<string, Record<string, CanonicalValue>>;

/** The cells that differ: table, key, column, both values as people read them. */
function compare(table: Table, ours: Rows, theirs: Rows): (string | null)[][] {
  expect([...theirs.keys()].toSorted()).toEqual([...ours.keys()].toSorted());
  return [...ours].flatMap(([key, row]) =>
    table.columns.flatMap((column) => {
      const show = (value: CanonicalValue | undefined): string | null =>
        value === null || value === undefined ? null : codecFor(column).format(value);
      const cells = [show(row[column.name]), show(theirs.get(key)?.[column.name])];
      return cells[0] === cells[1] ? [] : [[table.id, key, column.name, ...cells]];
    }),
  );
}

const northwindRows = {
  "dbo.Categories": 8,
  "dbo.Customers": 91,
  "dbo.EmployeeTerritories": 49,
  "dbo.Employees": 9,
  "dbo.Order Details": 2155,
  "dbo.Orders": 830,
  "dbo.Products": 77,
  "dbo.Region": 4,
  "dbo.Shippers": 3,
  "dbo.Suppliers": 29,
  "dbo.Territories": 53,
};

describe.skipIf(!existsSync(northwind))("Northwind (skipped where ../shared/data does not exist)", () => {
  const original = path.join(northwind, "instnwnd.sql");
  const generated = path.join(northwind, "ssms-generated-utf16.sql");

  it.each([
    ["instnwnd.sql", original],
    ["ssms-generated-utf16.sql", generated],
  ])("reads 3,308 rows of 11 tables: %s", async (_, file) => {
    const { tables } = schemaOf(original, "utf8");
    const extraction = await extract(file, tables);
    expect(extraction.quarantined).toEqual([]);
    expect(extraction.warnings).toEqual([]);
    expect(extraction.leftovers).toEqual({});
    expect(countByTable(extraction)).toEqual(northwindRows);
    expect(extraction.rows).toHaveLength(3308);
  });

  it("reads the same values from both, images and dates to the last byte", async () => {
    const { tables } = schemaOf(original, "utf8");
    const [first, second] = [await extract(original, tables), await extract(generated, tables)];
    const differences = tables.flatMap((table) =>
      compare(table, canonicalRows(first, table), canonicalRows(second, table)),
    );
    // The published instnwnd.sql has lost the line breaks of three addresses: two are LF there and CRLF in the other
    // script, and one is gone altogether.
    expect(differences).toEqual([
      ["dbo.Employees", "1", "Address", "507 - 20th Ave. E.Apt. 2A", "507 - 20th Ave. E.\r\nApt. 2A"],
      ["dbo.Employees", "6", "Address", "Coventry House\nMiner Rd.", "Coventry House\r\nMiner Rd."],
      ["dbo.Employees", "7", "Address", "Edgeham Hollow\nWinchester Way", "Edgeham Hollow\r\nWinchester Way"],
    ]);
  });

  it("reads images to the last byte", async () => {
    const { tables } = schemaOf(original, "utf8");
    const { rows } = await extract(original, tables);
    const images = rows
      .filter(({ table }) => table === "dbo.Categories")
      .map(({ cells }) => cells["Picture"] as Uint8Array);
    // The 78 bytes that Access puts before a bitmap, and the bitmap's own header with its own length.
    for (const image of images) {
      const bitmap = Buffer.from(image).subarray(78);
      expect(bitmap.toString("latin1", 0, 2)).toBe("BM");
      expect(bitmap.length).toBeGreaterThanOrEqual(bitmap.readUInt32LE(2));
    }
    expect(images).toHaveLength(8);
  });
});

describe.skipIf(!existsSync(chinook))("Chinook (skipped where ../shared/data does not exist)", () => {
  it("reads 15,607 rows of 11 tables", async () => {
    const file = path.join(chinook, "Chinook_SqlServer.sql");
    const extraction = await extract(file, schemaOf(file, "utf8").tables);
    expect(extraction.quarantined).toEqual([]);
    expect(extraction.warnings).toEqual([]);
    expect(Object.keys(countByTable(extraction))).toHaveLength(11);
    expect(extraction.rows).toHaveLength(15_607);
  });
});
