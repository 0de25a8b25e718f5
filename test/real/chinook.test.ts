import path from "node:path";
import { describe, expect, it } from "vitest";
import { emitFor, emittedRows, hasSharedData, readBack, runFiles, sharedData } from "../incident.ts";
import type { Ran } from "../incident.ts";
import type { Table } from "../../src/schema/model.ts";

const folder = path.join(sharedData, "chinook");
const recipe = `
incident: chinook
target: { dialect: sqlserver, version: 2008, schema: ${folder}/Chinook_SqlServer.sql }
sources:
  sqlite: { extractor: sqlite, path: ${folder}/Chinook_Sqlite.sqlite }
  script: { extractor: sql-script, path: ${folder}/Chinook_SqlServer.sql }
`;

/** `InvoiceLine` → `invoice_line`: what the PostgreSQL script calls its tables and columns. */
function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
}

/** The same with the PostgreSQL script as a third source, its names mapped. */
function threeSources(tables: readonly Table[]): string {
  const mapped = tables.map(({ id, name, columns }) => [
    id,
    { from: snake(name), columns: Object.fromEntries(columns.map((column) => [column.name, snake(column.name)])) },
  ]);
  const source = {
    extractor: "sql-script",
    path: `${folder}/Chinook_PostgreSql.sql`,
    tables: Object.fromEntries(mapped),
  };
  return `${recipe}  postgres: ${JSON.stringify(source)}\n`;
}

describe.skipIf(!hasSharedData)(
  "Chinook from its SQLite file and its SQL Server script (skipped without ../shared/data)",
  () => {
    let ran: Ran;
    it("recovers 15,607 rows in 11 tables, every cell corroborated, none contested", { timeout: 120_000 }, async () => {
      ran = await runFiles({ "recipe.yaml": recipe });
      const { tables, sources, verdict } = ran.report.summary;
      expect(tables.length).toBe(11);
      expect(tables.reduce((sum, table) => sum + table.emitted, 0)).toBe(15_607);
      expect(sources.map(({ id, staged, quarantined }) => ({ id, staged, quarantined }))).toEqual([
        { id: "sqlite", staged: 15_607, quarantined: 0 },
        { id: "script", staged: 15_607, quarantined: 0 },
      ]);
      const sum = (kind: keyof (typeof tables)[number]["cells"]): number =>
        tables.reduce((total, { cells }) => total + cells[kind], 0);
      expect({
        contested: sum("contested"),
        resolved: sum("resolved"),
        single: sum("single"),
        absent: sum("absent"),
        superseded: sum("superseded"),
      }).toEqual({
        contested: 0,
        resolved: 0,
        single: 0,
        absent: 0,
        superseded: 0,
      });
      expect(verdict).toBe("clean");
    });

    it.each(["2000", "2005", "2008", "2012", "2016", "2022", "azure"] as const)(
      "the scripts emitted for %s hold the same rows",
      { timeout: 120_000 },
      async (version) => {
        const own = await emitFor(ran, version);
        const again = await readBack(own);
        for (const [index, table] of own.incident.tables.entries())
          expect(emittedRows(again, again.incident.tables[index] ?? table), table.id).toEqual(emittedRows(own, table));
      },
    );

    it("is corroborated by its PostgreSQL script too, row for row", { timeout: 120_000 }, async () => {
      const three = await runFiles({ "recipe.yaml": threeSources(ran.incident.tables) });
      const { sources, tables } = three.report.summary;
      // `\\c chinook`, a command to psql, is skipped by rule as the statements without rows are.
      expect(sources.at(-1)).toMatchObject({ id: "postgres", staged: 15_607, skipped: 36, quarantined: 0 });
      for (const [index, table] of three.incident.tables.entries())
        expect(emittedRows(three, table), table.id).toEqual(emittedRows(ran, ran.incident.tables[index] ?? table));
      // All have every row, and none of unknown time can be history: a difference would be resolved or contested.
      for (const { table, keys, cells } of tables)
        expect(cells.corroborated, table).toBe(
          keys * (three.incident.tables.find(({ id }) => id === table)?.columns.length ?? 0),
        );
    });
  },
);
