/** One data set in three forms: Chinook's scripts for PostgreSQL and SQL Server, and its SQLite file, agree in every cell. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Extractor } from "../../src/extract/extractor.ts";
import sqlScript from "../../src/extract/sql-script/index.ts";
import sqlite from "../../src/extract/sqlite/index.ts";
import { planKey } from "../../src/values/key.ts";
import type { DatabaseSchema } from "../../src/schema/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { Unparsable } from "../../src/values/codec.ts";
import { codecFor } from "../../src/values/registry.ts";
import { collect, evidenceFile, expectBalance, mapTable } from "./harness.ts";

const data = path.resolve(import.meta.dirname, "../../../shared/data");
const chinook = path.join(data, "chinook");
const snake = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();

describe.skipIf(!existsSync(chinook))("Chinook (skipped where ../shared/data does not exist)", () => {
  // Where the data does not exist this runs, too, and nothing may be read.
  let schema: DatabaseSchema;
  beforeAll(() => {
    const script = readFileSync(path.join(chinook, "Chinook_SqlServer.sql"), "utf8");
    schema = readTsqlSchema(script.replace(/^\uFEFF/, ""), { file: "Chinook_SqlServer.sql" });
  });

  /** `table|key|column` to the cell as people read it. */
  async function cellsOf(extractor: Extractor, file: string, isSnake: boolean): Promise<Map<string, string | null>> {
    const mappings = schema.tables.map((table) =>
      isSnake
        ? mapTable(table, snake(table.name), Object.fromEntries(table.columns.map(({ name }) => [name, snake(name)])))
        : mapTable(table),
    );
    const files = [evidenceFile(path.join(chinook, file), data)];
    const extraction = await collect(extractor, { path: file }, { files, mappings });
    expectBalance(extraction);
    expect(extraction.quarantined).toEqual([]);
    const cells = new Map<string, string | null>();
    for (const row of extraction.rows) {
      const table = schema.tables.find(({ id }) => id === row.table)!;
      const key = planKey(table).columns.map(({ name }) => String(row.cells[name]));
      for (const column of table.columns) {
        const raw = row.cells[column.name] ?? null;
        const codec = codecFor(column);
        const value = raw === null ? null : codec.parse(raw, { dateOrder: "mdy" });
        if (value instanceof Unparsable) throw new Error(`${row.table} ${column.name} ${String(raw)} ${value.reason}`);
        cells.set(`${row.table}|${key.join()}|${column.name}`, value === null ? null : codec.format(value));
      }
    }
    return cells;
  }

  it("agrees in every cell", { timeout: 120_000 }, async () => {
    const server = await cellsOf(sqlScript, "Chinook_SqlServer.sql", false);
    const postgres = await cellsOf(sqlScript, "Chinook_PostgreSql.sql", true);
    const file = await cellsOf(sqlite, "Chinook_Sqlite.sqlite", false);
    expect(server.size).toBe(postgres.size);
    const differing = (other: ReadonlyMap<string, string | null>) =>
      [...server]
        .filter(([cell, value]) => other.get(cell) !== value)
        .map(([cell, value]) => [cell, value, other.get(cell)]);
    expect(differing(postgres)).toEqual([]);
    expect(differing(file)).toEqual([]);
  });

  it("the mysqldump of the logs is accounted for", async () => {
    const files = [evidenceFile(path.join(data, "logs/mysql/mysqldump-full.sql"), data)];
    const extraction = await collect(
      sqlScript,
      { path: "x" },
      { files, mappings: schema.tables.map((table) => mapTable(table)) },
    );
    expectBalance(extraction);
    expect(extraction.quarantined).toEqual([]);
    expect(extraction.skipped).toEqual({ SET: 18, "CREATE DATABASE": 1, USE: 1 });
    expect(extraction.warnings).toEqual([
      expect.stringContaining("read as a script for MySQL: line 1 is -- MySQL dump"),
      expect.stringContaining("holds no INSERT"),
    ]);
  });
});
