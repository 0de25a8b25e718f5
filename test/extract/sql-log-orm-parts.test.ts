/** Parts of the formats of NHibernate, Hibernate, Sequelize and knex, and what is ambiguous in them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { readBinding } from "../../src/extract/sql-log/formats/hibernate-binding.ts";
import { readInspected, type Inspected } from "../../src/extract/sql-log/formats/inspected.ts";
import { readHead } from "../../src/extract/sql-log/formats/logger-line.ts";
import { readCommand } from "../../src/extract/sql-log/formats/nhibernate-parameters.ts";
import { readExecuted } from "../../src/extract/sql-log/formats/sequelize-statement.ts";
import { NotLogged, type Bindings, type Bound } from "../../src/extract/sql-log/parameters.ts";
import { timedTable } from "./change-harness.ts";
import { evidenceFile, mapTable } from "./harness.ts";
import { readLogs } from "./sql-log-harness.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "orm-parts-"));
afterAll(() => rmSync(folder, { recursive: true }));

const goods = mapTable(timedTable("dbo.Goods", { id: "int", name: { name: "nvarchar", length: 40 } }));

async function readText(text: string, options: object) {
  writeFileSync(path.join(folder, "app.log"), text);
  const { changes, evidence, skipped } = await readLogs(
    [evidenceFile(path.join(folder, "app.log"), folder)],
    { path: "*", ...options },
    [goods],
  );
  return { changes, evidence, skipped };
}

const settings = { dialect: "postgres", zone: "UTC", dateFormat: undefined, linePrefix: undefined } as const;

describe("heads of records", () => {
  it.each([
    ["2026-03-01 10:00:00,123 [5] DEBUG NHibernate.SQL [(null)] - x", "5", "NHibernate.SQL"],
    ["2026-03-01 10:00:00,123 DEBUG [main] org.hibernate.SQL:111 - x", "main", "org.hibernate.SQL"],
    [
      "2026-03-01 10:00:00.123 DEBUG 42 --- [nio-8080-exec-1] org.hibernate.SQL     : x",
      "nio-8080-exec-1",
      "org.hibernate.SQL",
    ],
    [
      "2026-03-01T10:00:00.123Z DEBUG 42 --- [bank] [nio-8080-exec-1] org.hibernate.SQL : x",
      "nio-8080-exec-1",
      "org.hibernate.SQL",
    ],
    ["2026-03-01 10:00:00.123 [main] DEBUG o.h.SQL - x", "main", "o.h.SQL"],
    ["2026-03-01 10:00:00,123 DEBUG [org.hibernate.SQL] (default task-1) x", "default task-1", "org.hibernate.SQL"],
    ["[2026-03-01 10:00:00.123] [pool-1] DEBUG org.hibernate.SQL - x", "pool-1", "org.hibernate.SQL"],
  ])("%s", (text, thread, logger) => {
    const record = { line: 1, lines: [{ number: 1, text, ending: "\n" }] };
    expect(readHead(record, settings)).toMatchObject({
      at: "2026-03-01 10:00:00.1230000",
      thread,
      level: "DEBUG",
      logger,
      message: "x",
    });
  });

  it.each([
    ["DEBUG SQL - x", "SQL"],
    ["DEBUG: org.hibernate.SQL - x", "org.hibernate.SQL"],
  ])("without a time: %s", (text, logger) => {
    const record = { line: 1, lines: [{ number: 1, text, ending: "\n" }] };
    expect(readHead(record, settings)).toMatchObject({ at: undefined, thread: "", logger, message: "x" });
  });
});

function shown(value: Inspected | Bound | undefined): unknown {
  return value instanceof NotLogged ? `unknown: ${value.reason}` : value;
}

function listed(bindings: Bindings): unknown {
  return Object.fromEntries([...bindings].map(([name, value]) => [name, shown(value)]));
}

describe("values of Hibernate", () => {
  const noEnd = "unknown: stands in the log so that its end cannot be told";
  it.each([
    ["binding parameter [1] as [VARCHAR] - [a]]", "a]"],
    ["binding parameter [1] as [VARCHAR] - []", ""],
    ["binding parameter (1:VARCHAR) <- [it's]", "it's"],
    ["binding parameter [1] as [VARCHAR] - [null]", "unknown: the log writes as [null], which is NULL or that text"],
    ["binding parameter [1] as [INTEGER] - [null]", null],
    ["binding parameter [1] as [VARCHAR] - [a", noEnd],
    ["binding parameter [1] as [VARCHAR] - [a]\nb]", noEnd],
    ["binding parameter [1] as [VARCHAR] - [a]\nthe account is closed", "a"],
    ["binding parameter (1:TIMESTAMP) <- [2026-03-01T10:00]", "2026-03-01T10:00:00"],
    ["binding parameter [1] as [TIMESTAMP] - [2026-03-01 10:00:00.0]", "2026-03-01 10:00:00.0"],
    ["binding parameter [1] as [DATE] - [2026-03-01]", "2026-03-01"],
    [
      "binding parameter [1] as [CLOB] - [com.example.Note@1f2a3b]",
      "unknown: the log does not write: it holds an object",
    ],
  ])("%s", (message, value) => {
    expect(shown(readBinding(message)?.value)).toBe(value);
  });

  it.each([
    ["TIMESTAMP", "Sun Mar 01 10:00:00 CET 2026"],
    ["TIMESTAMP_UTC", "2026-03-01T10:00:00Z"],
    ["TIMESTAMP", "2026-03-01T10:00:00Z"],
    ["DATE", "Sun Mar 01 00:00:00 CET 2026"],
    ["VARBINARY", "[1, 2, 3]"],
    ["OTHER", "x"],
  ])("a %s that is %s is not known", (type, text) => {
    expect(shown(readBinding(`binding parameter [1] as [${type}] - [${text}]`)?.value)).toBe(
      `unknown: the log does not write as the server was given it: it is of the type ${type}`,
    );
  });
});

describe("parameters of NHibernate", () => {
  const update = "UPDATE t SET a = @p0 WHERE id = @p1";
  it.each([
    [`${update};@p0 = 'x' [Type: String (4000:0:0)], @p1 = 1 [Type: Int32 (0:0:0)]`, { p0: "x", p1: "1" }],
    [`${update};@p0 = NULL [Type: String (4000)], @p1 = 1 [Type: Int32 (0)]`, { p0: null, p1: "1" }],
    [`${update};@p0 = 'NULL' [Type: String (4000:0:0)], @p1 = 1 [Type: Int32 (0:0:0)]`, { p0: "NULL", p1: "1" }],
    [`${update};@p0 = -1,5 [Type: Decimal (0:4:19)], @p1 = 1 [Type: Int64 (0:0:0)]`, { p0: "-1.5", p1: "1" }],
    [
      `${update};@p0 = '${"x".repeat(1000)}...' [Type: String (4000:0:0)], @p1 = 1 [Type: Int32 (0:0:0)]`,
      { p0: "unknown: the log cuts behind 1000 characters", p1: "1" },
    ],
    [
      `${update};@p0 = 0x${"00".repeat(128)}... [Type: Binary (8000:0:0)], @p1 = 1 [Type: Int32 (0:0:0)]`,
      { p0: "unknown: the log cuts behind 128 bytes", p1: "1" },
    ],
    [
      `${update};@p0 = 01/03/2026 10:00:00 [Type: DateTime (0:0:0)], @p1 = 1 [Type: Int32 (0:0:0)]`,
      { p0: "unknown: the log does not write exactly: it is of the type DateTime", p1: "1" },
    ],
    [`${update}; @p0 = '', @p1 = '1'`, { p0: "unknown: the log writes without its type", p1: "1" }],
    [`${update};@p0 = 'x' [Type: Str`, { p0: "unknown: stands in the log so that its end cannot be told" }],
  ])("%s", (logged, expected) => {
    const { text, bindings } = readCommand(logged);
    expect(text).toBe(update);
    expect(listed(bindings)).toEqual(expected);
  });
});

describe("parameters of Sequelize", () => {
  it.each([
    ['UPDATE t SET a=$1 WHERE id=$2; "x; 1", 2', { 1: "x; 1", 2: "2" }],
    ["UPDATE t SET a=? WHERE id=?; null, 2 Elapsed time: 3ms", { 1: null, 2: "2" }],
    ['UPDATE [t] SET [a]=@0 WHERE [id]=@1; {"0":true,"1":2}', { 0: true, 1: "2" }],
    ['UPDATE t SET a=$1, b=$1 WHERE id=$2; "x", 2', { 1: "x", 2: "2" }],
    ["UPDATE t SET a='x; 1' WHERE id=2", {}],
    ['UPDATE t SET a=$1 WHERE id=$2; "x"', {}],
    ['UPDATE t SET a=$1 WHERE id=$2; "x", 2, 3', {}],
    [
      'UPDATE t SET a=$1 WHERE id=$2; {"b":1}, 2',
      { 1: "unknown: the log does not write as the server was given it: it is an object", 2: "2" },
    ],
    [
      'UPDATE t SET a=$1 WHERE id=$2; "2026-03-01T10:00:00.000Z", 2',
      { 1: "unknown: the log writes as a moment: the driver put it on a clock", 2: "2" },
    ],
  ])("%s", (logged, expected) => {
    expect(listed(readExecuted(logged).bindings)).toEqual(expected);
  });
});

describe("what Node prints", () => {
  const values = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom("'", '"', "`", "\\", "\n", "a", "$", "{", " ", "+", "\u0000", "\ud800"),
      maxLength: 100,
    }),
    fc.integer(),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  );

  it("is read back, as it is", () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 20 }), fc.integer({ min: 40, max: 200 }), (list, breakLength) => {
        const text = inspect({ method: "raw", bindings: list, sql: "x" }, { breakLength });
        const { value, end } = readInspected(`${text} undefined`) ?? { end: 0 };
        expect(end).toBe(text.length);
        const expected = list.map((each) =>
          typeof each === "number" ? inspect(each) : Buffer.isBuffer(each) ? Uint8Array.from(each) : each,
        );
        const fields = new Map<string, unknown>([
          ["method", "raw"],
          ["bindings", { items: expected }],
          ["sql", "x"],
        ]);
        expect(value).toEqual({ fields });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["x".repeat(10_001), "unknown: the log cuts behind 10,000 characters"],
    [`a\n${"x".repeat(10_001)}`, "unknown: the log cuts behind 10,000 characters"],
    [Buffer.alloc(51), "unknown: the log cuts behind 50 bytes"],
    [new Date(0), "unknown: the log writes as a moment: the driver put it on a clock"],
    [undefined, "unknown: is undefined: the driver chose what it was"],
    [() => 1, "unknown: the log does not write: it holds an object"],
    [new Map([[1, 2]]), undefined],
    [/a/, undefined],
  ])("%s", (value, expected) => {
    const found = readInspected(inspect([value]));
    const items =
      found !== undefined && typeof found.value === "object" && found.value !== null && "items" in found.value
        ? found.value.items
        : [];
    expect(shown(items[0])).toBe(expected);
  });

  it("what is cut is no value", () => {
    const text = inspect({ bindings: [1, "it's", null, Buffer.from("abc")], sql: "x" });
    for (let end = 0; end < text.length; end++) expect(readInspected(text.slice(0, end))).toBeUndefined();
  });

  it.each(["[", "{ a: ", "Map(1) { ", "[ { a: "])("what nests without end is no value: %s", (open) => {
    expect(readInspected(open.repeat(200_000))).toBeUndefined();
  });
});

const leftOpenReason = "rows may have been changed: the log ends before its transaction does";

const leftOpen = (line: number) => `app.log line ${line}: dbo.Goods 2026-03-01 10:00:00.0000000: ${leftOpenReason}`;
const driverTells = (what: string, id: string) => `2026-03-01T10:00:00.000Z knex:tx transaction::${what} id=${id}\n`;
const knexInsert = (id: number) =>
  `${inspect({ method: "insert", bindings: [id, "x"], sql: "insert into goods (id, name) values (?, ?)" })}\n`;

const query = (text: string, id = "undefined") => `2026-03-01T10:00:00.000Z knex:query ${text} ${id}\n`;
const remove = (id: number, of?: string) => query(`delete from goods where id = ${id}`, of);

describe("transactions of knex", () => {
  const options = { format: "knex", dialect: "postgres" };

  it("a nested one whose outer one could be either is evidence, and what follows it without a name, too", async () => {
    const text = [
      query("BEGIN;", "trx1"),
      query("BEGIN;", "trx2"),
      query("SAVEPOINT trx3;", "trx3"),
      remove(1, "trx3"),
      query("RELEASE SAVEPOINT trx3;", "trx3"),
      remove(2),
      query("COMMIT;"),
      remove(3, "trx2"),
      query("COMMIT;", "trx2"),
    ].join("");
    const { changes, evidence } = await readText(text, options);
    expect(changes).toEqual(['8 delete dbo.Goods id=3 #modifiedAt="2026-03-01 10:00:00.0000000"']);
    expect(evidence.toSorted()).toEqual([leftOpen(4), leftOpen(6)]);
  });

  it("an id that comes again is another transaction's", async () => {
    const text =
      query("BEGIN;", "trx1") +
      remove(1, "trx1") +
      query("BEGIN;", "trx1") +
      remove(2, "trx1") +
      query("COMMIT;", "trx1");
    for (const dialect of ["postgres", "mysql"]) {
      const { changes, evidence } = await readText(text, { ...options, dialect });
      expect(changes).toEqual(['4 delete dbo.Goods id=2 #modifiedAt="2026-03-01 10:00:00.0000000"']);
      expect(evidence).toEqual([leftOpen(2)]);
    }
  });

  it("SQL Server's driver begins and ends them", async () => {
    const text = [
      driverTells("begin", "trx1"),
      remove(1, "trx1"),
      driverTells("commit", "trx1"),
      driverTells("begin", "trx2"),
      remove(2, "trx2"),
      driverTells("rollback", "trx2"),
      driverTells("begin", "trx3"),
      remove(3, "trx3"),
      driverTells("commit", "trx3"),
      driverTells("commit error", "trx3"),
    ].join("");
    const { changes, evidence } = await readText(text, { ...options, dialect: "sqlserver" });
    expect(changes).toEqual(['2 delete dbo.Goods id=1 #modifiedAt="2026-03-01 10:00:00.0000000"']);
    expect(evidence).toEqual([]);
  });

  it("in colours, as a terminal shows them", async () => {
    const { changes } = await readText(
      "  \u001B[36;1mknex:query \u001B[0mdelete from goods where id = 1 undefined \u001B[36m+3ms\u001B[0m\n",
      options,
    );
    expect(changes).toEqual(["1 delete dbo.Goods id=1"]);
  });

  it("an error is that of the last statement with its values", async () => {
    const text = `${knexInsert(1)}${knexInsert(2)}Error: insert into goods (id, name) values (1, 'x') - Duplicate entry\n`;
    const { changes } = await readText(text, { ...options, dialect: "mysql" });
    expect(changes).toEqual(['6 insert dbo.Goods id="2" name="x"']);
  });
});

describe("transactions of Sequelize", () => {
  const options = { format: "sequelize", dialect: "postgres" };
  const id = "c0ffee00-0000-4000-8000-000000000001";

  it("what stands in one whose beginning the file does not hold counts with its end", async () => {
    const removeIn = (row: number) => `Executing (${id}): DELETE FROM goods WHERE id = ${row}\n`;
    expect((await readText(removeIn(1), options)).evidence).toEqual([`app.log line 1: dbo.Goods: ${leftOpenReason}`]);
    expect((await readText(`${removeIn(1)}Executing (${id}): COMMIT;\n`, options)).changes).toEqual([
      "1 delete dbo.Goods id=1",
    ]);
  });

  it("a commit that failed committed nothing", async () => {
    const text = `Executing (${id}): DELETE FROM goods WHERE id = 1\nExecuting (${id}): COMMIT;\nSequelizeDatabaseError: deferred\n`;
    expect((await readText(text, options)).changes).toEqual([]);
  });

  it("PostgreSQL commits nothing behind a failure", async () => {
    const text = `Executing (${id}): DELETE FROM goods WHERE id = 1\nExecuting (${id}): DELETE FROM goods WHERE id = 2\nSequelizeDatabaseError: refused\nExecuting (${id}): COMMIT;\n`;
    expect((await readText(text, options)).changes).toEqual([]);
    expect((await readText(text, { ...options, dialect: "mysql" })).changes).toEqual(["1 delete dbo.Goods id=1"]);
  });
});
