import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import csv from "../../src/extract/csv/index.ts";
import type { TableMapping } from "../../src/extract/extractor.ts";
import { collect, evidenceFile, expectBalance, filesOnly, makeTable, mapTable } from "./harness.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(os.tmpdir(), "csv-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const customers = makeTable("dbo.Customers", {
  CustomerID: "int",
  Name: "nvarchar",
  Label: { computed: { expression: "[Name]", persisted: false } },
});
const orders = makeTable("dbo.Orders", { OrderID: "int" });
const salesOrders = makeTable("sales.Orders", { OrderID: "int" });

type Files = Readonly<Record<string, string | Buffer>>;

function input(files: Files, mappings: readonly TableMapping[]) {
  const evidence = Object.entries(files).map(([name, content]) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return evidenceFile(file, folder);
  });
  return { files: evidence, folder, mappings, signal: new AbortController().signal };
}

async function failureOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

describe("what cannot be read is said by check and by extract alike", () => {
  const mapped = mapTable(customers, undefined, { Name: "Company" });
  const cases: readonly [string, Files, readonly TableMapping[], Record<string, unknown>, RegExp][] = [
    [
      "a mapped column that is not there",
      { "c.csv": "\nCustomerID,Compny\n1,a\n" },
      [mapped],
      {},
      /^c\.csv:2: there is no column "Company", from which the recipe takes dbo\.Customers\.Name\. Did you mean "Compny"\?/,
    ],
    [
      "names that occur twice",
      { "c.csv": "Name,NAME \n" },
      [mapTable(customers)],
      {},
      /^c\.csv:1: the column "Name" occurs twice, and dbo\.Customers\.Name is fed from it.*"Name#2"/,
    ],
    [
      "a file without header",
      { "c.csv": "1,Ann\n" },
      [mapTable(customers)],
      {},
      /^c\.csv:1: none of the columns 1, Ann feeds dbo\.Customers\..*header: false/,
    ],
    [
      "a wrong delimiter",
      { "c.csv": "CustomerID;Name\n" },
      [mapTable(customers)],
      { delimiter: "," },
      /none of the columns CustomerID;Name.*delimiter/,
    ],
    [
      "a header below titles",
      { "c.csv": "Customers\nof 2026\nCustomerID,Name\n1,Ann\n" },
      [mapTable(customers)],
      {},
      /^c\.csv:1: none of the columns Customers feeds dbo\.Customers; line 3 names some that do\. Set `preamble: 2`/,
    ],
    [
      "a field that occurs twice and is mapped by its bare name",
      { "c.csv": "CustomerID,Tag,tag\n" },
      [mapTable(customers, undefined, { Name: "TAG" })],
      {},
      /^c\.csv:1: the column "TAG" occurs twice, and dbo\.Customers\.Name is fed from it.*Name: "TAG#1"/,
    ],
    [
      "an unknown encoding for the records that do not decode",
      { "c.csv": "CustomerID\n" },
      [mapTable(customers)],
      { fallbackEncoding: "windows-12522" },
      /^the encoding "windows-12522" is not known/,
    ],
    [
      "a header in another encoding",
      { "c.csv": Buffer.of(0x61, 0xe9, 0x0a) },
      [mapTable(customers)],
      {},
      /^c\.csv:1: the header cannot be read: it holds bytes that are not utf-8/,
    ],
    [
      "a header with an open quote",
      { "c.csv": '"CustomerID,Name\n1,2\n' },
      [mapTable(customers)],
      {},
      /^c\.csv:1: the header cannot be read: a quoted cell is not closed/,
    ],
    [
      "an unknown encoding",
      { "c.csv": "CustomerID\n" },
      [mapTable(customers)],
      { encoding: "latin-11" },
      /^c\.csv: the encoding "latin-11" is not known/,
    ],
    [
      "a file that fits two tables",
      { "Orders.csv": "OrderID\n" },
      [mapTable(orders), mapTable(salesOrders)],
      {},
      /^Orders\.csv: the file fits two tables, dbo\.Orders and sales\.Orders/,
    ],
    [
      "a `from` that no file matches",
      { "orders.csv": "OrderID\n" },
      [mapTable(orders, "order.csv")],
      {},
      /^table dbo\.Orders: no file of the source matches "order\.csv".*Did you mean orders\.csv/,
    ],
    [
      "a mapped column without header and fields",
      { "c.csv": "1\n" },
      [mapped],
      { header: false },
      /there is no column "Company"/,
    ],
  ];
  test.each(cases)("%s", async (_, files, mappings, extra, message) => {
    const options = { path: "*.csv", ...extra };
    const source = input(files, mappings);
    expect(await failureOf(csv.check!(csv.options.parse(options), source))).toMatch(message);
    expect(await failureOf(collect(csv, options, source))).toMatch(message);
  });
});

describe("which file feeds which table", () => {
  test.each([
    ["the only mapping takes every file", "anything.txt", [mapTable(orders)], "dbo.Orders"],
    ["the base name, without regard to case", "x/ORDERS.csv", [mapTable(orders), mapTable(customers)], "dbo.Orders"],
    ["the base name of a gzipped file", "orders.csv.gz", [mapTable(orders), mapTable(customers)], "dbo.Orders"],
    [
      "the full name wins over the bare one",
      "sales.orders.csv",
      [mapTable(orders), mapTable(salesOrders)],
      "sales.Orders",
    ],
    ["no extension at all", "dbo.Orders", [mapTable(orders), mapTable(salesOrders)], "dbo.Orders"],
    ["`from` by base name", "x/o-1.csv", [mapTable(orders, "o-?.csv"), mapTable(customers)], "dbo.Orders"],
    [
      "`from` by the name relative to the recipe",
      "x/o.csv",
      [mapTable(orders, "./x/*.csv"), mapTable(customers)],
      "dbo.Orders",
    ],
    [
      "`from` wins over the name of another table",
      "customers.csv",
      [mapTable(orders, "cust*"), mapTable(customers)],
      "dbo.Orders",
    ],
    ["another file's name", "orders.old.csv", [mapTable(orders), mapTable(customers)], undefined],
  ])("%s", async (_, name, mappings, table) => {
    const extraction = await collect(csv, { path: "*" }, input({ [name]: "OrderID\n1\n" }, mappings));
    expect(extraction.rows.map((row) => row.table)).toEqual(table === undefined ? [] : [table]);
    expectBalance(extraction);
  });
});

describe("which field feeds which column", () => {
  test.each([
    ["own names, without regard to case and blanks", " name ,CUSTOMERID", {}, { CustomerID: "2", Name: "1" }, []],
    ["the recipe's names", "No,Company", { CustomerID: "no", Name: "Company" }, { CustomerID: "1", Name: "2" }, []],
    [
      "swapped names",
      "Name,CustomerID",
      { CustomerID: "Name", Name: "CustomerID" },
      { CustomerID: "1", Name: "2" },
      [],
    ],
    ["a field given away does not feed its namesake", "Name,x", { CustomerID: "Name" }, { CustomerID: "1" }, ["x"]],
    ["a computed column is not claimed and not left over", "CustomerID,Label", {}, { CustomerID: "1" }, []],
    ["fields without a name are left over by their place", "CustomerID,", {}, { CustomerID: "1" }, ["(column 2)"]],
  ])("%s", async (_, header, columns, cells, leftover) => {
    const mapping = mapTable(customers, undefined, columns);
    const extraction = await collect(csv, { path: "*" }, input({ "c.csv": `${header}\n1,2\n` }, [mapping]));
    expect(extraction.rows).toMatchObject([{ cells }]);
    expect(Object.keys(extraction.rows[0]?.cells ?? {})).toEqual(Object.keys(cells));
    expect(extraction.leftovers["c.csv"] ?? []).toEqual(leftover);
  });

  test("a doubt of the last field is none of the columns that other fields feed", async () => {
    const { rows } = await collect(
      csv,
      { path: "*" },
      input({ "c.csv": "CustomerID,Fax\n1,2" }, [mapTable(customers)]),
    );
    expect(rows).toEqual([expect.not.objectContaining({ doubts: expect.anything() })]);
  });
});

test.each([
  [{ path: "a", fields: ["x"] }, "fields"],
  [{ path: "a", delimiter: '"' }, "delimiter"],
  [{ path: "a", quote: '""' }, "quote"],
  [{ path: "a", delimeter: ";" }, "delimeter"],
  [{ path: [] }, "path"],
  [{ path: "a", header: false, preamble: "auto" }, "preamble"],
  [{ path: "a", preamble: -1 }, "preamble"],
  [{ path: "a", decimal: ",", thousands: "," }, "thousands"],
  [{ path: "a", thousands: ["."] }, "thousands"],
  [{ path: "a", thousands: "5" }, "thousands"],
])("options that make no sense are refused: %j", (options, culprit) => {
  const result = csv.options.safeParse(options);
  expect(result.success).toBe(false);
  expect(JSON.stringify(result.error?.issues)).toContain(culprit);
});

test("the options of the example are valid", async () => {
  const { parse } = await import("yaml");
  const { extractor, asOf, tables, ...options } = parse(csv.example) as Record<string, unknown>;
  expect(extractor).toBe("csv");
  expect(asOf).toBeDefined();
  expect(tables).toBeDefined();
  expect(csv.options.safeParse(options).success).toBe(true);
});

describe("large files", () => {
  const lines = Array.from({ length: 30_000 }, (_, line) => `${line},"name ${line}\nsecond line"\n`);
  const content = `CustomerID,Name\n${lines.join("")}`;

  test("come in batches of at most a thousand, in order, with their lines, offsets and progress", async () => {
    const broken = content.replace("29000,", "29000,x,");
    const source = input({ "a.csv": broken, "b.csv": "CustomerID\n7\n" }, [mapTable(customers)]);
    const extraction = await collect(csv, { path: "*" }, source);
    expectBalance(extraction);
    expect(Math.max(...extraction.batches.map(({ rows }) => rows))).toBe(1000);
    expect(extraction.rows[20_000]).toMatchObject({ position: 2 + 20_000 * 2, cells: { CustomerID: "20000" } });
    const offset = broken.indexOf("29000,x");
    expect(extraction.quarantined).toMatchObject([{ at: `a.csv line ${2 + 29_000 * 2} offset ${offset}` }]);
    const total = source.files[0]!.bytes + source.files[1]!.bytes;
    expect(extraction.progress).toEqual([total, total]);
  });

  test("are given up between batches when the signal says so", async () => {
    const abort = new AbortController();
    const source = { ...input({ "a.csv": content }, [mapTable(customers)]), signal: abort.signal };
    const context = { ...source, read: nothing, skip: nothing, quarantine: nothing, leftover: nothing, warn: nothing };
    const read = async () => {
      for await (const batch of csv.extract(csv.options.parse({ path: "*" }), {
        ...context,
        ...filesOnly,
        progress: nothing,
      }))
        if (batch.rows.length > 0) abort.abort();
    };
    await expect(read()).rejects.toThrow(/abort/i);
  });
});

function nothing(): void {
  // The signal is what is tested.
}
