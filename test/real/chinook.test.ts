import path from "node:path";
import { describe, expect, it } from "vitest";
import { emittedRows, hasSharedData, readBack, runFiles, sharedData } from "../incident.ts";
import type { Ran } from "../incident.ts";

const folder = path.join(sharedData, "chinook");
const recipe = `
incident: chinook
target: { dialect: sqlserver, version: 2008, schema: ${folder}/Chinook_SqlServer.sql }
sources:
  sqlite: { extractor: sqlite, path: ${folder}/Chinook_Sqlite.sqlite }
  script: { extractor: sql-script, path: ${folder}/Chinook_SqlServer.sql }
`;

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

    it("the emitted scripts hold the same rows", { timeout: 120_000 }, async () => {
      const again = await readBack(ran);
      for (const [index, table] of ran.incident.tables.entries())
        expect(emittedRows(again, again.incident.tables[index] ?? table), table.id).toEqual(emittedRows(ran, table));
    });
  },
);
