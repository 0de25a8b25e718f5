/** Where the changes of a log lead to: the table as the database itself had it in the end. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import sqlLog from "../../src/extract/sql-log/index.ts";
import { withRowTime, type Table } from "../../src/schema/model.ts";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { emittedRows, runFiles } from "../incident.ts";
import { collectChanges, type Changes } from "./change-harness.ts";
import { evidenceFile, mapTable } from "./harness.ts";
import { replay, type Row } from "./sql-log-replay.ts";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures/extract/sql-log");
const states = path.resolve(import.meta.dirname, "../../fixtures/extract/sql-log-states");
const data = path.resolve(import.meta.dirname, "../../../shared/data/logs");
const schemaText = readFileSync(path.join(fixtures, "schema.sql"), "utf8");
const schema = readTsqlSchema(schemaText, { file: "schema.sql" });
const tables = schema.tables.map((table) => withRowTime(table));
const accounts = tables.find(({ name }) => name === "Accounts") as Table;

async function read(folder: string, name: string, options: object): Promise<Changes> {
  const files = [evidenceFile(path.join(folder, name), folder)];
  return collectChanges(sqlLog, { path: "*", ...options }, { files, mappings: tables.map((table) => mapTable(table)) });
}

describe("logs that programs wrote against a database, and what it held in the end", () => {
  it.each(readdirSync(states).map((file) => path.basename(file, ".json")))("%s", async (name) => {
    const folder = path.join(fixtures, name);
    const options = parse(readFileSync(path.join(folder, "options.yaml"), "utf8")) as object;
    const { changes, evidence } = await read(folder, "app.log", options);
    const rows = replay(changes, accounts);
    const held = JSON.parse(readFileSync(path.join(states, `${name}.json`), "utf8")) as Row[];
    // What was added by a statement that names no row is not there: SQLite's INSERT … SELECT.
    const isWhole = (evidence ?? []).length === 0;
    expect(isWhole).toBe(name !== "knex-sqlite");
    const found = held.filter(({ AccountId }) => isWhole || rows.has(String(AccountId)));
    expect([...rows.keys()].toSorted()).toEqual(found.map(({ AccountId }) => String(AccountId)).toSorted());
    for (const row of found) {
      const { "#modifiedAt": _, ...known } = rows.get(String(row["AccountId"])) ?? {};
      expect(row).toMatchObject(known);
    }
  });
});

describe.skipIf(!existsSync(path.join(data, "efcore")))("EF Core's own log (skipped where it is not there)", () => {
  const name = "efcore5_sqlserver_commands.log";
  const isaac = {
    Id: "677941CE-C690-473F-97B0-08D93A6EBB23",
    DateOfBirth: "1643-01-04 00:00:00.0000000",
    FirstName: "Isaac",
    LastName: "Newton",
  };
  const math = { Id: "12468E33-6872-4D4D-59B2-08D93A5BB4D5", Name: "Math" };

  // By hand: three students were added; John was deleted, then Christian, who had become Pulisic; Isaac was changed to what he was.
  it("leaves Isaac Newton alone, in no course, and Math", async () => {
    const { changes } = await read(path.join(data, "efcore"), name, { format: "efcore" });
    expect(changes.filter(({ isBefore }) => !isBefore).map(({ operation }) => operation)).toEqual(
      "insert insert insert insert update delete insert update delete".split(" "),
    );
    const [students, courses] = tables as [Table, Table];
    expect([...replay(changes, students).values()]).toEqual([isaac]);
    expect([...replay(changes, courses).values()]).toEqual([math]);
  });

  it("comes out of the pipeline as that table", async () => {
    const recipe = `
incident: school
target: { dialect: sqlserver, version: 2016, schema: schema.sql }
sources:
  app:
    extractor: sql-log
    path: app.log
    format: efcore
`;
    const ran = await runFiles({
      "schema.sql": schemaText,
      "recipe.yaml": recipe,
      "app.log": readFileSync(path.join(data, "efcore", name)),
    });
    const [students, courses] = schema.tables as unknown as [Table, Table];
    expect(emittedRows(ran, students)).toEqual([Object.values(isaac)]);
    expect(emittedRows(ran, courses)).toEqual([Object.values(math)]);
    const counts = ran.report.summary.tables.map(({ table, emitted, deleted, withheld }) => [
      table,
      emitted,
      deleted,
      withheld,
    ]);
    expect(counts).toEqual(
      expect.arrayContaining([
        ["dbo.Students", 1, 2, 0],
        ["dbo.Courses", 1, 0, 0],
        ["dbo.CourseStudent", 1, 0, 0],
      ]),
    );
  });
});
