/** Audits in databases, and random histories written as audits. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import audit from "../../src/extract/audit/index.ts";
import { finalState, histories, type HistoryEvent, historyColumns, replay, wallOf } from "../support/history.ts";
import { collectChanges, timedTable } from "./change-harness.ts";
import { evidenceFile, mapTable } from "./harness.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "audit-"));
afterAll(() => rmSync(folder, { recursive: true }));

const table = timedTable("dbo.Goods", historyColumns);

type Cells = readonly (string | number | null)[];

const cellColumns = ["TableName", "RowID", "Field", "OldValue", "NewValue", "Action", "At"];
const cellOptions = {
  tableName: "TableName",
  key: "RowID",
  column: "Field",
  old: "OldValue",
  new: "NewValue",
  operation: "Action",
  at: "At",
};

function cellRows({ operation, at, before, after }: HistoryEvent): Cells[] {
  const id = (after ?? before)?.id ?? 0;
  const row = (field: string, old: string | null, value: string | null): Cells => [
    "dbo.Goods",
    id,
    field,
    old,
    value,
    operation,
    wallOf(at),
  ];
  if (after === undefined) return [row("", null, null)];
  return (["name", "price", "made"] as const)
    .filter((name) => before === undefined || before[name] !== after[name])
    .map((name) => row(name, before?.[name] ?? null, after[name]));
}

const copyColumns = ["id", "name", "price", "made", "Action", "At"];
const copyOptions = { operation: "Action", at: "At" };

function copyRows({ operation, at, before, after }: HistoryEvent): Cells[] {
  const row = after ?? before;
  return row === undefined
    ? []
    : [[row.id, row.name, row.price, row.made, operation.slice(0, 1).toUpperCase(), wallOf(at)]];
}

function csvCell(value: string | number | null): string {
  if (value === null) return "";
  return typeof value === "number" ? String(value) : `"${value.replaceAll('"', '""')}"`;
}

function writeCsv(file: string, columns: readonly string[], rows: readonly Cells[]): void {
  const lines = [columns, ...rows].map((cells) => `${cells.map((cell) => csvCell(cell)).join(",")}\r\n`);
  writeFileSync(file, lines.join(""));
}

function writeDatabase(file: string, columns: readonly string[], rows: readonly Cells[]): void {
  rmSync(file, { force: true });
  const database = new Database(file);
  database.exec(`CREATE TABLE Audit (${columns.join(" TEXT, ")} TEXT)`);
  const insert = database.prepare(`INSERT INTO Audit VALUES (${columns.map(() => "?").join(", ")})`);
  database.transaction(() =>
    rows.forEach((cells) => insert.run(...cells.map((cell) => (cell === null ? null : String(cell))))),
  )();
  database.close();
}

async function read(name: string, options: object, from?: string) {
  const file = path.join(folder, name);
  return collectChanges(
    audit,
    { path: name, ...options },
    { files: [evidenceFile(file, folder)], mappings: [mapTable(table, from)] },
  );
}

const forms = [
  ["cells in CSV", "cells.csv", writeCsv, cellColumns, cellRows, cellOptions],
  ["cells in a database", "cells.db", writeDatabase, cellColumns, cellRows, { ...cellOptions, table: "Audit" }],
  ["copies in CSV", "Goods.csv", writeCsv, copyColumns, copyRows, copyOptions],
  ["copies in a database", "copies.db", writeDatabase, copyColumns, copyRows, { ...copyOptions, table: "Audit" }],
] as const;

describe("a random history", () => {
  it.each(forms)("as %s replays to the same end", async (_, name, write, columns, rowsOf, options) => {
    await fc.assert(
      fc.asyncProperty(histories, async (events) => {
        write(
          path.join(folder, name),
          columns,
          events.flatMap((event) => rowsOf(event)),
        );
        const { changes, quarantined } = await read(name, options);
        expect(quarantined).toEqual([]);
        expect(replay(changes, table)).toEqual(finalState(events));
      }),
      { numRuns: 40 },
    );
  });
});

describe("an audit in a database", () => {
  const row: Cells = ["dbo.Goods", 1, "name", "a", "b", "U", "2026-03-01 10:00:00"];

  it("is told by the table's name and the row's id", async () => {
    writeDatabase(path.join(folder, "one.db"), cellColumns, [row]);
    const { changes } = await read("one.db", { ...cellOptions, table: "audit" });
    expect(changes.map(({ operation, isBefore, position, cells }) => [operation, isBefore, position, cells])).toEqual([
      ["update", true, 1, { id: "1", name: "a", "#modifiedAt": "2026-03-01 10:00:00.0000000" }],
      ["update", false, 1, { id: "1", name: "b", "#modifiedAt": "2026-03-01 10:00:00.0000000" }],
    ]);
  });

  it.each<[string, object, RegExp]>([
    ["without its name", cellOptions, /nothing says which of its tables is the audit/],
    ["under a name that it does not have", { ...cellOptions, table: "Log" }, /no table Log/],
    [
      "with a column that it does not have",
      { ...cellOptions, table: "Audit", at: "Att" },
      /no column "Att".*Did you mean "At"/s,
    ],
  ])("%s is refused", async (_, options, message) => {
    writeDatabase(path.join(folder, "one.db"), cellColumns, [row]);
    await expect(read("one.db", options)).rejects.toThrow(message);
  });
});

it("an audit of old values alone shows that cells were changed", async () => {
  writeCsv(path.join(folder, "old.csv"), ["RowID", "Field", "Was", "At"], [[1, "name", "a", "2026-03-01 10:00:00"]]);
  const { changes } = await read("old.csv", { key: "RowID", column: "Field", old: "Was", at: "At" });
  expect(changes.map(({ isBefore, touches }) => [isBefore, touches])).toEqual([
    [true, []],
    [false, ["name: changed to a value that the audit does not keep"]],
  ]);
});

describe("options", () => {
  it.each<[object, RegExp]>([
    [{ path: "a", column: "F" }, /go together/],
    [{ path: "a", column: "F", key: "K" }, /goes with `old`, `new` or both/],
    [{ path: "a", tableName: "T" }, /a copied row has none of them/],
    [{ path: "a", column: "F", new: "N", key: ["K", "L"], keySeparator: "," }, /`key` names several/],
  ])("%j are refused", (options, message) => {
    expect(audit.options.safeParse(options).error?.message).toMatch(message);
  });
});
