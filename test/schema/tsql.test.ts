import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { findColumn, storedColumns, type DatabaseSchema, type Table } from "../../src/schema/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/schema");
const cases = readdirSync(fixtures)
  .filter((name) => name.endsWith(".sql"))
  .toSorted();

function readFixture(name: string): string {
  return readFileSync(path.join(fixtures, name), "utf8");
}

function read(text: string): DatabaseSchema {
  return readTsqlSchema(text, { file: "s.sql" });
}

/** The first table of a script. */
function table(text: string): Table {
  const [first] = read(text).tables;
  if (first === undefined) throw new Error("no table");
  return first;
}

function faultOf(text: string): UserError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("the script was read without a fault");
}

describe("golden schemas", () => {
  it.each(cases)("%s", async (name) => {
    const schema = readTsqlSchema(readFixture(name), { file: name });
    await expect(`${JSON.stringify(schema, undefined, 1)}\n`).toMatchFileSnapshot(
      path.join(import.meta.dirname, "golden", name.replace(/sql$/, "json")),
    );
  });
});

describe("unique indexes", () => {
  const columns = "CREATE TABLE T (A int NOT NULL, B nvarchar(9) NOT NULL)";

  it("are keys, as many a database of 2000 has no others, and stay verbatim among the attachments", () => {
    const { unique, attachments } = table(
      `${columns}\nGO\nCREATE UNIQUE CLUSTERED INDEX IX ON T (B DESC, a) WITH FILLFACTOR = 90`,
    );
    expect(unique).toEqual([{ name: "IX", columns: ["B", "A"], isIndex: true }]);
    expect(attachments).toMatchObject([{ kind: "index", line: 3 }]);
  });

  it.each([
    ["WHERE B > N''", 0],
    ["INCLUDE (B) WHERE A > 1", 0],
    ["INCLUDE (B)", 1],
  ])("of some rows only are none: %s", (rest, keys) => {
    expect(table(`${columns}\nGO\nCREATE UNIQUE INDEX IX ON T (A) ${rest}`).unique).toHaveLength(keys);
  });

  it("on a view belong to no table", () => {
    expect(table(`${columns}\nGO\nCREATE UNIQUE CLUSTERED INDEX IX ON V (A)`).unique).toEqual([]);
  });
});

describe("faults say where and what was expected", () => {
  it.each<[string, string, string]>([
    ["CREATE TABLE t (a int", "s.sql:1:22, table dbo.t", 'expected "," or ")", found the end of the file'],
    ["CREATE TABLE t (a int,\n  b", "s.sql:2:4, table dbo.t", "expected a data type, found the end of the file"],
    ["CREATE TABLE t (a int)\nCREATE TABLE", "s.sql:2:13", "expected a table's name, found the end of the file"],
    ["CREATE TABLE t (a int\nGO\n", "s.sql:2:1, table dbo.t", 'expected "," or ")", found GO'],
    ["CREATE TABLE t (a int CHECK (a > 0", "s.sql:1:35, table dbo.t", 'expected ")", found the end of the file'],
    ["CREATE TABLE t (a int DEFAULT (1)\n  b int)", "s.sql:2:3, table dbo.t", 'expected "," or ")", found b'],
    ["CREATE TABLE t (a int DEFAULT , b int)", "s.sql:1:31, table dbo.t", "expected an expression, found ,"],
    ["CREATE TABLE t (a int, b 'x')", "s.sql:1:26, table dbo.t", "expected a data type, found 'x'"],
    ["CREATE TABLE t (a int IDENTITY(1.5, 1))", "s.sql:1:32, table dbo.t", "expected a whole number, found 1.5"],
    ["CREATE TABLE t (a int NOT nul)", "s.sql:1:27, table dbo.t", "expected NULL, found nul"],
    ["CREATE TABLE $(s).t (a int)", "s.sql:1:14", "expected a table's name, found $"],
    ["CREATE TABLE t ()", "s.sql:1:14, table dbo.t", "a table without columns"],
    ["CREATE TABLE a.b.c.d (x int)", "s.sql:1:14", "a table's name has at most three parts"],
    ["CREATE TABLE t (a int)\nPRINT 'never closed", "s.sql:2:7", "the file ends inside a string that begins here"],
    ["CREATE TABLE t ([a int)", "s.sql:1:17", "the file ends inside a bracketed name that begins here"],
    ["CREATE TABLE t (a int)\n /* open", "s.sql:2:2", "the file ends inside a comment that begins here"],
    ["CREATE TABLE t (a nvarcar(10))", "s.sql:1:19, table dbo.t", "unknown data type nvarcar; did you mean nvarchar?"],
    ["CREATE TABLE t (a x.PhoneNumbr)", "s.sql:1:19, table dbo.t", "unknown data type x.PhoneNumbr"],
    ["CREATE TABLE t (a int(11))", "s.sql:1:19, table dbo.t", "int takes no length or precision"],
    ["CREATE TABLE t (a varchar(8001))", "s.sql:1:19, table dbo.t", "varchar takes one length from 1 to 8000 or max"],
    ["CREATE TABLE t (a nchar(max))", "s.sql:1:19, table dbo.t", "nchar takes one length from 1 to 4000"],
    ["CREATE TABLE t (a decimal(5,6))", "s.sql:1:19, table dbo.t", "decimal takes a precision from 1 to 38 and"],
    ["CREATE TABLE t (a float(54))", "s.sql:1:19, table dbo.t", "float takes one precision from 1 to 53"],
    ["CREATE TABLE t (a time(8))", "s.sql:1:19, table dbo.t", "time takes one scale from 0 to 7"],
    ["sp_addtype z, 'nvarcar(10)'\nGO\nCREATE TABLE t (a z)", "s.sql:1:1", "unknown data type nvarcar; did you mean"],
    ["CREATE TYPE z FROM int CREATE TYPE Z FROM int", "s.sql:1:24", "type dbo.Z is defined twice"],
    ["CREATE TABLE t (a int)\nCREATE TABLE [DBO].T (b int)", "s.sql:2:14, table DBO.T", "table DBO.T is created twice"],
    ["CREATE TABLE t (a int, A int)", "s.sql:1:24, table dbo.t", "column A is declared twice"],
    ["CREATE TABLE t (a int, PRIMARY KEY (b))", "s.sql:1:37, table dbo.t", "a key names column b, which table dbo.t"],
    ["CREATE TABLE t (a int UNIQUE (x))", "s.sql:1:31, table dbo.t", "a key names column x, which table dbo.t"],
    ["CREATE TABLE t (a int PRIMARY KEY, PRIMARY KEY (a))", "s.sql:1:36, table dbo.t", "a second primary key"],
    ["CREATE TABLE t (a int DEFAULT 1 DEFAULT 2)", "s.sql:1:33, table dbo.t", "a second default for column a"],
    ["CREATE TABLE t (a int REFERENCES T (z))", "s.sql:1:37, table dbo.t", "a key names column z, which table dbo.t"],
    ["CREATE TABLE t (a int) ALTER TABLE t ADD DEFAULT 1 FOR z", "s.sql:1:56, table dbo.t", "a default for column z"],
    ["CREATE TABLE t (a int) ALTER TABLE t ALTER COLUMN z int", "s.sql:1:51, table dbo.t", "the table has no column z"],
    ["PRINT 'CREATE TABLE t (a int)'", "s.sql:1:31", "the script creates no table"],
    ["", "s.sql:1:1", "the script creates no table"],
  ])("%j", (text, place, what) => {
    const fault = faultOf(text);
    const beginning = `${place}: ${what}`;
    expect(fault.message.slice(0, beginning.length)).toBe(beginning);
    expect(fault.remedy).not.toBe("");
  });

  it("a script cut or garbled anywhere gives a schema or a fault for people, never a bug", () => {
    const place = fc.record({ name: fc.constantFrom(...cases), at: fc.double({ min: 0, max: 1, noNaN: true }) });
    const splice = fc.record({
      remove: fc.nat({ max: 12 }),
      insert: fc.constantFrom("", "(", ")", "'", ",", "\nGO\n", "."),
    });
    let schemas = 0;
    fc.assert(
      fc.property(place, fc.option(splice), ({ name, at }, garble) => {
        const text = readFixture(name);
        const cut = Math.floor(at * text.length);
        const rest = garble === null ? "" : garble.insert + text.slice(cut + garble.remove);
        const outcome = attempt(text.slice(0, cut) + rest);
        const isSchema = !(outcome instanceof UserError);
        expect(isSchema || (outcome.where?.line ?? 0) > 0).toBe(true);
        if (isSchema) schemas++;
      }),
      { numRuns: 1500 },
    );
    expect(schemas).toBeGreaterThan(0);
  });
});

function attempt(text: string): DatabaseSchema | UserError {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

describe("what the script leaves unsaid", () => {
  it("a primary key column takes no NULL, however it was declared", () => {
    const { columns, primaryKey } = table("CREATE TABLE t (a int NULL, B int)\nALTER TABLE t ADD PRIMARY KEY (A, b)");
    expect(columns.map((column) => column.nullable)).toEqual([false, false]);
    expect(primaryKey?.columns).toEqual(["a", "B"]);
  });

  it("GOTCHAS 13: computed, rowversion and generated columns are not stored", () => {
    const script = "CREATE TABLE t (a int, b AS a * 2, c rowversion, d datetime2 GENERATED ALWAYS AS ROW START, e int)";
    expect(storedColumns(table(script)).map((column) => column.name)).toEqual(["a", "e"]);
  });

  it("a foreign key to a table that the script lacks stays as it is", () => {
    const [key] = table("CREATE TABLE t (a int REFERENCES Lost.Parent (Id))").foreignKeys;
    expect(key).toMatchObject({ references: "Lost.Parent", referencedColumns: ["Id"] });
  });

  it("GOTCHAS 6: GO inside strings, names and comments separates nothing", () => {
    const script =
      "CREATE TABLE t (a varchar(9) DEFAULT 'x\nGO\ny', /*\nGO\n*/ [b\nGO\n] int)\nGO\nCREATE TABLE GOOD (c int)";
    const { tables } = read(script);
    expect(tables.map((each) => each.columns.map((column) => column.name))).toEqual([["a", "b\nGO\n"], ["c"]]);
    expect(findColumn(table(script), "A")?.default?.expression).toBe("'x\nGO\ny'");
  });

  it("GOTCHAS 20: a trigger that the script leaves disabled keeps the statement that disables it", () => {
    const script =
      "CREATE TABLE t (a int)\nGO\nCREATE TRIGGER tr ON t FOR INSERT AS PRINT 'x'\nGO\nALTER TABLE t DISABLE TRIGGER tr\nGO";
    expect(table(script).attachments.map(({ kind, line }) => [kind, line])).toEqual([
      ["trigger", 3],
      ["trigger", 5],
    ]);
  });

  it("GOTCHAS 26: what dies with a table stays on it; what concerns none is counted", () => {
    const schema = readTsqlSchema(readFixture("attachments.sql"), { file: "attachments.sql" });
    const kinds = schema.tables[0]?.attachments.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(
      new Set([
        "index",
        "statistics",
        "full-text",
        "trigger",
        "grant",
        "deny",
        "revoke",
        "extended-property",
        "table-option",
      ]),
    );
    expect(schema.skipped).toMatchObject({ trigger: 2, grant: 3 });
  });
});

describe("statements without terminators", () => {
  it.each<[string, Record<string, number>]>([
    ["SET NOCOUNT ON CREATE TABLE t (a int) SET NOCOUNT OFF", { set: 2 }],
    ["CREATE TABLE t (a int) INSERT t SELECT 1 UNION ALL SELECT 2 PRINT 3", { insert: 1, print: 1 }],
    ["CREATE TABLE t (a int) UPDATE t SET a = 1 DELETE t WHERE a IN (SELECT 1)", { update: 1, delete: 1 }],
    ["CREATE TABLE t (a int) INSERT t EXEC p 1, @x OUTPUT", { insert: 1 }],
    [
      "CREATE TABLE t (a int) EXEC ('DROP TABLE x') EXEC @p EXEC p @a = 1, @b = N'x' WITH RECOMPILE PRINT 1",
      { exec: 3, print: 1 },
    ],
    [
      "CREATE TABLE t (a int)\nGO\nCREATE VIEW v AS SELECT 1 a\nGO\nCREATE OR ALTER PROC p AS CREATE TABLE x (y int)",
      { view: 1, procedure: 1 },
    ],
    [
      "CREATE TABLE t (a int) CREATE PARTITION FUNCTION f (int) AS RANGE LEFT FOR VALUES (1) PRINT 1",
      { other: 1, print: 1 },
    ],
    [
      "CREATE TABLE t (a int) DECLARE c CURSOR FOR SELECT 1 OPEN c FETCH NEXT FROM c SELECT 1",
      { declare: 1, other: 2, select: 1 },
    ],
  ])("%j", (text, skipped) => {
    const schema = read(text);
    expect(schema.skipped).toEqual(skipped);
    expect(schema.tables.map((each) => each.id)).toEqual(["dbo.t"]);
  });
});
