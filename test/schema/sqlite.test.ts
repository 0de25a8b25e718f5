import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { findColumn } from "../../src/schema/model.ts";
import { readSqliteSchema } from "../../src/schema/sqlite.ts";
import { sqlServerType } from "../../src/schema/sqlite-types.ts";
import { fingerprint, makeDatabase } from "../extract/sqlite-harness.ts";

const chinook = new URL("../../../shared/data/chinook/Chinook_Sqlite.sqlite", import.meta.url);
const only = (sql: string) => {
  const [table] = readSqliteSchema(makeDatabase(sql)).tables;
  if (table === undefined) throw new Error("the database has no table");
  return table;
};

describe("declared types", () => {
  it.each([
    ["NVARCHAR(160)", { name: "nvarchar", length: 160 }],
    ["nvarchar(max)", { name: "nvarchar", length: "max" }],
    ["NVARCHAR(9000)", { name: "nvarchar", length: "max" }],
    ["VARCHAR", { name: "varchar", length: "max" }],
    ["CHAR(2)", { name: "char", length: 2 }],
    ["CHAR", { name: "varchar", length: "max" }],
    ["NUMERIC(10,2)", { name: "numeric", precision: 10, scale: 2 }],
    ["DECIMAL( 12 , 4 )", { name: "decimal", precision: 12, scale: 4 }],
    ["NUMERIC(5)", { name: "numeric", precision: 5, scale: 0 }],
    ["DECIMAL", { name: "decimal", precision: 38, scale: 19 }],
    ["DECIMAL(65,30)", { name: "decimal", precision: 38, scale: 30 }],
    ["DATETIME", { name: "datetime" }],
    ["DATETIME(6)", { name: "datetime2", scale: 6 }],
    ["TIMESTAMP", { name: "datetime2", scale: 7 }],
    ["time(3)", { name: "time", scale: 3 }],
    ["INTEGER", { name: "bigint" }],
    ["INT", { name: "int" }],
    ["UNSIGNED BIG INT", { name: "bigint" }],
    ["TINYINT(1)", { name: "tinyint" }],
    ["TEXT", { name: "nvarchar", length: "max" }],
    ["LONGTEXT", { name: "nvarchar", length: "max" }],
    ["REAL", { name: "float", precision: 53 }],
    ["DOUBLE  PRECISION", { name: "float", precision: 53 }],
    ["BLOB", { name: "varbinary", length: "max" }],
    ["BOOLEAN", { name: "bit" }],
    ["uniqueidentifier", { name: "uniqueidentifier" }],
    ["", { name: "sql_variant" }],
    ["JSONB", { name: "sql_variant" }],
    ["constructor", { name: "sql_variant" }],
  ])("%s", (declared, type) => {
    expect(sqlServerType(declared)).toEqual(type);
  });
});

describe("the catalog of a SQLite file as schema", () => {
  it("tells columns: order, nullability, defaults, computed ones", () => {
    const table = only(
      `CREATE TABLE [Order Details] (
        Id INT NOT NULL,
        "as" TEXT DEFAULT ('(' || 'x'), -- AS (not this)
        Twice INTEGER GENERATED ALWAYS AS (Id * (1 + 1)) VIRTUAL,
        Kept AS (abs(Id)) STORED,
        PRIMARY KEY (Id)
      )`,
    );
    expect(table).toMatchObject({
      id: "dbo.Order Details",
      primaryKey: { columns: ["Id"] },
      columns: [
        { name: "Id", ordinal: 0, nullable: false, declaredType: "INT" },
        { name: "as", ordinal: 1, nullable: true, default: { expression: "'(' || 'x'" } },
        { name: "Twice", ordinal: 2, computed: { expression: "Id * (1 + 1)", persisted: false } },
        { name: "Kept", ordinal: 3, computed: { expression: "abs(Id)", persisted: true } },
      ],
    });
  });

  it("takes the key's order from the key, and lets no NULL into it", () => {
    const table = only("CREATE TABLE T (a TEXT, b INTEGER, c, PRIMARY KEY (b, a))");
    expect(table.primaryKey).toEqual({ columns: ["b", "a"] });
    expect(table.columns.map(({ nullable }) => nullable)).toEqual([false, false, true]);
  });

  it.each([
    ["with AUTOINCREMENT", "CREATE TABLE T (a INTEGER PRIMARY KEY AUTOINCREMENT)", true],
    ["by a row id alone", "CREATE TABLE T (a INTEGER PRIMARY KEY)", false],
    [
      "by the word in a comment or a name",
      'CREATE TABLE T (a INTEGER PRIMARY KEY /* AUTOINCREMENT */, "AUTOINCREMENT" TEXT)',
      false,
    ],
  ])("sees identity %s", (_, sql, isIdentity) => {
    const identity = { seed: "1", increment: "1", notForReplication: false };
    expect(only(sql).columns[0]?.identity).toEqual(isIdentity ? identity : undefined);
  });

  it("tells UNIQUE constraints, foreign keys in the order of their declaration, and their actions", () => {
    const { tables } = readSqliteSchema(
      makeDatabase(
        `CREATE TABLE Parent (x, y, PRIMARY KEY (x, y));
         CREATE TABLE Child (
           a UNIQUE, b, c, UNIQUE (c, b),
           FOREIGN KEY (b, c) REFERENCES PARENT (x, y) ON DELETE CASCADE ON UPDATE RESTRICT,
           FOREIGN KEY (a) REFERENCES Child,
           FOREIGN KEY (a) REFERENCES Gone (z) ON UPDATE SET NULL)`,
      ),
    );
    expect(tables[1]?.unique).toEqual([{ columns: ["a"] }, { columns: ["c", "b"] }]);
    const flags = { notForReplication: false, disabled: false };
    expect(tables[1]?.foreignKeys).toEqual([
      { columns: ["b", "c"], references: "dbo.Parent", referencedColumns: ["x", "y"], onDelete: "CASCADE", ...flags },
      { columns: ["a"], references: "dbo.Child", referencedColumns: [], ...flags },
      { columns: ["a"], references: "dbo.Gone", referencedColumns: ["z"], onUpdate: "SET NULL", ...flags },
    ]);
  });

  it("GOTCHAS 26: keeps indexes and triggers, and counts what it passes over", () => {
    const index = "CREATE UNIQUE INDEX I ON T (a) WHERE a > 0";
    const trigger = "CREATE TRIGGER G AFTER INSERT ON t BEGIN SELECT 1; END";
    const schema = readSqliteSchema(
      makeDatabase(
        `CREATE TABLE T (a INTEGER CHECK (a > 0), b CONSTRAINT "check (" CHECK(b <> 'CHECK ('), UNIQUE (b));
         ${index}; ${trigger}; CREATE VIEW V AS SELECT 1 AS x; CREATE VIRTUAL TABLE F USING fts5(body)`,
      ),
    );
    expect(schema.tables.map(({ name }) => name)).toEqual(["T"]);
    expect(schema.tables[0]?.attachments).toEqual([
      { kind: "index", sql: index, line: 1 },
      { kind: "trigger", sql: trigger, line: 1 },
    ]);
    expect(schema.skipped).toEqual({ view: 1, check: 2, "virtual table": 1, "shadow table": 5 });
  });

  it("refuses what is no database, and one whose catalog is damaged, and changes nothing", () => {
    const file = makeDatabase("CREATE TABLE T (a); CREATE TABLE U (a)");
    fs.truncateSync(file, 2 * 4096);
    const before = fingerprint(path.dirname(file));
    expect(() => readSqliteSchema(file)).toThrow(/copy\.db: the database is damaged.*SQL script/);
    expect(fingerprint(path.dirname(file))).toEqual(before);
    fs.writeFileSync(file, "CREATE TABLE T (a int)");
    expect(() => readSqliteSchema(file)).toThrow(/copy\.db: this is not a SQLite 3 database/);
  });

  it.skipIf(!fs.existsSync(chinook))("reads Chinook's 11 tables (skipped where ../shared/data is absent)", () => {
    const file = makeDatabase("");
    fs.copyFileSync(chinook, file);
    const { tables, skipped } = readSqliteSchema(file);
    expect(tables).toHaveLength(11);
    expect(tables.every(({ primaryKey }) => primaryKey !== undefined)).toBe(true);
    expect(tables.reduce((sum, { foreignKeys }) => sum + foreignKeys.length, 0)).toBe(11);
    expect(skipped).toEqual({});
    const link = tables.find(({ name }) => name === "PlaylistTrack");
    expect(link?.primaryKey?.columns).toEqual(["PlaylistId", "TrackId"]);
    expect(link?.foreignKeys.map(({ references }) => references)).toEqual(["dbo.Playlist", "dbo.Track"]);
    const total = tables.find(({ name }) => name === "Invoice");
    expect(total && findColumn(total, "Total")?.type).toEqual({ name: "numeric", precision: 10, scale: 2 });
  });
});
