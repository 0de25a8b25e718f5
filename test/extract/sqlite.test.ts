import Database from "better-sqlite3";
import * as fc from "fast-check";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import sqlite from "../../src/extract/sqlite/index.ts";
import { resolveInputs } from "../../src/extract/inputs.ts";
import { readSqliteSchema } from "../../src/schema/sqlite.ts";
import { extract, fingerprint, lostTable, makeDatabase, mapTo } from "./sqlite-harness.ts";

const fixture = new URL("../../fixtures/extract/sqlite/types.sql", import.meta.url);
const chinook = new URL("../../../shared/data/chinook/Chinook_Sqlite.sqlite", import.meta.url);

/** Values with their type in sight, one row a line. */
function render(value: unknown): unknown {
  if (typeof value === "bigint") return { bigint: String(value) };
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString("hex") };
  if (typeof value === "number" && !Number.isFinite(value)) return { number: String(value) };
  return value;
}

const customers = lostTable("dbo", "Customers", { Id: "INTEGER", Name: "TEXT" });
const numbered = (count: number) =>
  `CREATE TABLE Customers (Id INTEGER PRIMARY KEY, Name TEXT);
   WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
   INSERT INTO Customers SELECT i, 'name ' || i FROM n`;

/** A value as it is expected back: an integer is a number where a number is exact. */
function exact(value: unknown): unknown {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString("hex") };
  return typeof value === "bigint" && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

describe("the sqlite extractor", () => {
  it("reads every storage class as the golden file says", async () => {
    const file = makeDatabase(fs.readFileSync(fixture, "utf8"));
    const details = lostTable("dbo", "Order Details", {
      "order id": "INTEGER",
      Quantity: "BIGINT",
      Price: "NUMERIC(10,2)",
      Ratio: "REAL",
      Note: "TEXT",
      Picture: "BLOB",
      Anything: "",
      Doubled: "INTEGER",
    });
    const bin = lostTable("dbo", "bin", { N: "INTEGER", Name: "TEXT" });
    const quoted = lostTable("dbo", 'say "what" [x]`y', { 'se"lect': "TEXT", "FROM]": "INTEGER" });
    const result = await extract(file, [mapTo(details), mapTo(bin), mapTo(quoted)]);
    const golden = {
      batches: result.batches.map(({ table, columns, operation, part, positionsAre, positions, rows }) => ({
        table: table.id,
        columns: columns.map(({ name }) => name).join(", "),
        operation,
        part,
        positionsAre,
        rows: rows.map((row, index) => `${positions[index]}: ${JSON.stringify(row.map(render))}`),
      })),
      read: result.read,
      skipped: result.skipped,
      quarantined: result.quarantined,
      leftover: result.leftover,
      warnings: result.warnings,
    };
    await expect(`${JSON.stringify(golden, null, 2)}\n`).toMatchFileSnapshot(
      "../../fixtures/extract/sqlite/types.golden.json",
    );
  });

  it("keeps NULL, the empty text and the empty blob three things", async () => {
    const file = makeDatabase("CREATE TABLE T (a); INSERT INTO T VALUES (NULL), (''), (x'')");
    const { rows } = await extract(file, [mapTo(lostTable("dbo", "T", { a: "" }))]);
    expect(rows).toEqual([[null], [""], [Buffer.alloc(0)]]);
  });

  it("gives back any values bit for bit, in UTF-8 and UTF-16 databases", async () => {
    const cell = fc.oneof(
      fc.constant(null),
      fc.string({ unit: "binary" }),
      fc.constantFrom("\uFFFD", "\0", "a\0b", "\uFEFFx", "GO\n"),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double({ noNaN: true }),
      fc.uint8Array(),
    );
    const rows = fc.array(fc.tuple(cell, cell), { maxLength: 30 });
    const encodings = fc.constantFrom("UTF-8", "UTF-16le", "UTF-16be");
    await fc.assert(
      fc.asyncProperty(rows, encodings, async (values, encoding) => {
        const file = makeDatabase((db) => {
          db.pragma(`encoding = '${encoding}'`);
          db.exec("CREATE TABLE T (a, b)");
          const insert = db.prepare("INSERT INTO T VALUES (?, ?)");
          for (const row of values) insert.run(...row);
        });
        const result = await extract(file, [mapTo(lostTable("dbo", "T", { a: "", b: "" }))]);
        expect(result.rows.map((row) => row.map(exact))).toEqual(values.map((row) => row.map(exact)));
      }),
      { numRuns: 60 },
    );
  });

  it("keeps lone surrogates of a UTF-16 database", async () => {
    const file = makeDatabase(
      `PRAGMA encoding = 'UTF-16le'; CREATE TABLE T (a TEXT);
       INSERT INTO T VALUES (CAST(x'61003dd86200' AS TEXT)), (CAST(x'00dc' AS TEXT))`,
    );
    const { rows, quarantined } = await extract(file, [mapTo(lostTable("dbo", "T", { a: "TEXT" }))]);
    expect(rows).toEqual([["a\uD83Db"], ["\uDC00"]]);
    expect(quarantined).toEqual([]);
  });

  it("GOTCHAS 35: a row with text that does not decode goes to quarantine with its bytes, U+FFFD itself does not", async () => {
    const file = makeDatabase(
      `CREATE TABLE Customers (Id INTEGER PRIMARY KEY, Name TEXT, Extra TEXT, Photo BLOB);
       INSERT INTO Customers VALUES (1, 'good', NULL, x'01'), (2, CAST(x'4dfc6c6c6572' AS TEXT), 'e', x'02'),
         (3, char(65533), NULL, NULL), (4, 'fine', CAST(x'ff' AS TEXT), NULL)`,
    );
    const result = await extract(file, [mapTo(customers)]);
    expect(result.rows).toEqual([
      [1, "good"],
      [3, "\uFFFD"],
      [4, "fine"],
    ]);
    expect(result.positions).toEqual([1, 3, 4]);
    expect(result.quarantined).toMatchObject([
      {
        raw: '{"Id":2,"Name":{"invalidText":"4dfc6c6c6572"},"Extra":"e","Photo":{"blob":"02"}}',
        reason: "Name holds text that is not valid UTF-8",
        locator: { part: "Customers", row: 2 },
      },
    ]);
    expect(result.batches[0]?.raw(2)).toBe('{"Id":4,"Name":"fine","Extra":{"invalidText":"ff"},"Photo":null}');
  });

  it("writes a row for quarantine with every digit", async () => {
    const file = makeDatabase((db) => {
      db.exec("CREATE TABLE T (a, b, c, d, e)");
      db.prepare("INSERT INTO T VALUES (?, ?, ?, ?, ?)").run(9007199254740993n, 0.1, Infinity, -0, 'q"');
    });
    const { batches } = await extract(file, [mapTo(lostTable("dbo", "T", { a: "", b: "", c: "", d: "", e: "" }))]);
    expect(batches[0]?.raw(0)).toBe(String.raw`{"a":9007199254740993,"b":0.1,"c":9e999,"d":-0.0,"e":"q\""}`);
  });

  it("batches rows in row id order, up to a thousand a batch", async () => {
    const { batches, rows, positions } = await extract(makeDatabase(numbered(5000)), [mapTo(customers)]);
    expect(Math.max(...batches.map((batch) => batch.rows.length))).toBe(1000);
    expect(positions).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
    expect(rows[4999]).toEqual([5000, "name 5000"]);
  });

  it("cuts batches smaller where rows are heavy", async () => {
    const file = makeDatabase(
      `CREATE TABLE T (a BLOB);
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150) INSERT INTO T SELECT zeroblob(1000000) FROM n`,
    );
    const { batches, rows } = await extract(file, [mapTo(lostTable("dbo", "T", { a: "BLOB" }))]);
    expect(rows).toHaveLength(150);
    expect(batches[1]?.rows.length).toBeLessThan(20);
  });

  it.each([
    [
      "every name of the row id is taken",
      'CREATE TABLE T (rowid, oid, "_rowid_"); INSERT INTO T VALUES (7, 8, 9), (1, 2, 3)',
      ["rowid"],
      [[7], [1]],
      [1, 2],
    ],
    [
      "a column is called rowid",
      "CREATE TABLE T (rowid TEXT); INSERT INTO T(_rowid_, rowid) VALUES (5, 'x'), (3, 'y')",
      ["rowid"],
      [["y"], ["x"]],
      [3, 5],
    ],
    [
      "row ids are beyond 2^53",
      "CREATE TABLE T (a INTEGER PRIMARY KEY); INSERT INTO T VALUES (9223372036854775807), (5)",
      ["a"],
      [[5], [9223372036854775807n]],
      [1, 2],
    ],
    [
      "the key descends and is composite",
      "CREATE TABLE T (a, b, PRIMARY KEY (b DESC, a)) WITHOUT ROWID; INSERT INTO T VALUES (1, 'p'), (2, 'q'), (1, 'q')",
      ["a", "b"],
      [
        [1, "p"],
        [1, "q"],
        [2, "q"],
      ],
      [1, 2, 3],
    ],
  ])("positions rows where %s", async (_, sql, columns, rows, positions) => {
    const table = lostTable("dbo", "T", Object.fromEntries(columns.map((name) => [name, ""])));
    expect(await extract(makeDatabase(sql), [mapTo(table)])).toMatchObject({ rows, positions });
  });

  it("counts the rows of tables that feed nothing, and leaves SQLite's own tables out", async () => {
    const file = makeDatabase(
      `CREATE TABLE Customers (Id INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT);
       INSERT INTO Customers(Name) VALUES ('a'), ('b');
       CREATE TABLE Audit (x); INSERT INTO Audit VALUES (1), (2), (3); CREATE TABLE Hollow (x)`,
    );
    expect(await extract(file, [mapTo(customers)])).toMatchObject({
      read: 5,
      skipped: { "feeds no target table": 3 },
      rows: [
        [1, "a"],
        [2, "b"],
      ],
    });
  });

  it("never claims a column that an INSERT cannot fill (GOTCHAS 13), and tells of columns that feed nothing", async () => {
    const file = makeDatabase(
      "CREATE TABLE Customers (Id, Name, Total, Secret); INSERT INTO Customers VALUES (1, 'a', 5, 's')",
    );
    const target = {
      ...customers,
      columns: [
        ...customers.columns,
        {
          name: "Total",
          ordinal: 2,
          type: { name: "int" as const },
          declaredType: "int",
          nullable: true,
          computed: { expression: "1", persisted: false },
        },
      ],
    };
    const { batches, leftover } = await extract(file, [mapTo(target)]);
    expect(batches[0]?.columns.map(({ name }) => name)).toEqual(["Id", "Name"]);
    expect(batches[0]?.rows).toEqual([[1, "a"]]);
    expect(leftover).toEqual({ "copy.db Customers": ["Total", "Secret"] });
  });

  it("feeds columns by the recipe's names", async () => {
    const file = makeDatabase(
      "CREATE TABLE dimCustomer (cust_key, full_name, Name); INSERT INTO dimCustomer VALUES (1, 'right', 'wrong')",
    );
    const { rows } = await extract(file, [mapTo(customers, "DIMCUSTOMER", { ID: "Cust_Key", Name: "full_name" })]);
    expect(rows).toEqual([[1, "right"]]);
  });

  it("reads several files as one source, and needs a table in one of them only", async () => {
    const folder = path.dirname(
      makeDatabase("CREATE TABLE Customers (Id, Name); INSERT INTO Customers VALUES (1, 'a')", "part1.db"),
    );
    const other = new Database(path.join(folder, "part2.db"));
    other.exec("CREATE TABLE Clients (Id, Name); INSERT INTO Clients VALUES (2, 'b')");
    other.close();
    const result = await extract(path.join(folder, "part?.db"), [mapTo(customers, "Clients")]);
    expect(result).toMatchObject({ rows: [[2, "b"]], skipped: { "feeds no target table": 1 } });
    expect(result.progress.at(-1)?.[0]).toBe(result.progress.at(-1)?.[1]);
  });

  it("tells progress that grows up to the size of the file", async () => {
    const file = makeDatabase(`${numbered(3000)}; CREATE TABLE Other (x); INSERT INTO Other VALUES (1)`);
    const { progress } = await extract(file, [mapTo(customers)]);
    const done = progress.map(([bytes]) => bytes);
    expect(done).toEqual(done.toSorted((left, right) => left - right));
    expect(new Set(done).size).toBeGreaterThan(3);
    expect(progress.at(-1)).toEqual([fs.statSync(file).size, fs.statSync(file).size]);
  });

  it("stops at the abort signal with its reason", async () => {
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    await expect(extract(makeDatabase(numbered(10)), [mapTo(customers)], stop.signal)).rejects.toThrow("enough");
  });

  it.skipIf(!fs.existsSync(chinook))("reads Chinook whole (skipped where ../shared/data is absent)", async () => {
    const file = makeDatabase("");
    fs.copyFileSync(chinook, file);
    const { tables } = readSqliteSchema(file);
    const result = await extract(
      file,
      tables.map((table) => mapTo(table)),
    );
    expect(tables).toHaveLength(11);
    expect(result.read).toBe(15_607);
    expect(result.rows).toHaveLength(15_607);
    expect(result).toMatchObject({ quarantined: [], leftover: {}, skipped: {}, warnings: [] });
  });
});

const find = async (sql: string, ...mappings: ReturnType<typeof mapTo>[]) => extract(makeDatabase(sql), mappings);
const table = (name: string) => `CREATE TABLE "${name}" (Id, Name); INSERT INTO "${name}" VALUES ('${name}', 1);`;

describe("tables and their names", () => {
  it.each(["dbo.Customers", "DBO_customers", "CUSTOMERS"])("finds dbo.Customers as %s", async (name) => {
    expect((await find(table(name), mapTo(customers))).rows).toEqual([[name, 1]]);
  });

  it("prefers a name with the schema, and leaves the bare name to the other schema", async () => {
    const sales = lostTable("sales", "Customers", { Id: "", Name: "" });
    const result = await find(table("Customers") + table("sales_Customers"), mapTo(customers), mapTo(sales));
    expect(result.batches.map(({ table: { id }, rows }) => [id, rows[0]?.[0]])).toEqual([
      ["dbo.Customers", "Customers"],
      ["sales.Customers", "sales_Customers"],
    ]);
  });

  const sales = lostTable("sales", "Customers", { Id: "", Name: "" });
  it.each([
    [
      "two spellings",
      table("dbo.Customers") + table("dbo_Customers"),
      [mapTo(customers)],
      /more than one table.*dbo\.Customers, dbo_Customers/,
    ],
    [
      "one table for two schemas",
      table("Customers"),
      [mapTo(customers), mapTo(sales)],
      /could be dbo\.Customers or sales\.Customers.*from: Customers/,
    ],
    [
      "a table that is not there",
      table("dimCustomer"),
      [mapTo(customers, "dimCustomr")],
      /no table dimCustomr\. Did you mean dimCustomer\?/,
    ],
    [
      "a table known by its columns only",
      table("Cust"),
      [mapTo(customers, undefined, { Id: "x" })],
      /no table Customers/,
    ],
    ["a view", `${table("T")} CREATE VIEW V AS SELECT * FROM T`, [mapTo(customers, "v")], /v is a view/],
    [
      "a column that is not there",
      table("Customers"),
      [mapTo(customers, undefined, { Name: "Nam" })],
      /no column Nam\. Did you mean Name\?.*Id, Name/,
    ],
    ["a named table without a common column", "CREATE TABLE T (x)", [mapTo(customers, "T")], /no column of the name/],
  ])("refuses %s, in check and in extract", async (_, sql, mappings, message) => {
    const file = makeDatabase(sql);
    const files = await resolveInputs(["copy.db"], path.dirname(file));
    const signal = new AbortController().signal;
    await expect(extract(file, mappings)).rejects.toThrow(
      expect.objectContaining({ name: "UserError", message: expect.stringMatching(message) }),
    );
    await expect(
      sqlite.check?.({ path: "copy.db" }, { files, folder: path.dirname(file), mappings, signal }),
    ).rejects.toThrow(message);
  });

  it("passes over a lost table that the file does not have, and says so if there is none at all", async () => {
    const result = await find(table("Other"), mapTo(customers));
    expect(result).toMatchObject({ rows: [], skipped: { "feeds no target table": 1 } });
    expect(result.warnings).toEqual(["no table of this file feeds a target table"]);
  });

  it("leaves nothing changed beside a file that it checks", async () => {
    const file = makeDatabase(numbered(3));
    const before = fingerprint(path.dirname(file));
    const files = await resolveInputs(["copy.db"], path.dirname(file));
    await sqlite.check?.(
      { path: "copy.db" },
      { files, folder: path.dirname(file), mappings: [mapTo(customers)], signal: new AbortController().signal },
    );
    expect(fingerprint(path.dirname(file))).toEqual(before);
  });
});
