import { describe, expect, it } from "vitest";
import { describeLag } from "../../src/verify/recovery.ts";
import { runFiles } from "../incident.ts";

const old = "2026-01-01T00:00:00.000Z";
const recent = "2026-02-01T00:00:00.000Z";

async function rescue(sources: string, files: Readonly<Record<string, string>>, recoverTo = "") {
  const { report } = await runFiles({
    "schema.sql": "CREATE TABLE T (ID int PRIMARY KEY, A varchar(9) NULL, B varchar(9) NULL)",
    "recipe.yaml": `incident: points\n${recoverTo}\ntarget: { dialect: sqlserver, version: 2016, schema: schema.sql, timezone: UTC }\nsources:\n${sources}`,
    ...files,
  });
  const [table] = report.summary.tables;
  return { point: table?.recoveryPoint, points: table?.recoveryPoints, notes: report.notes };
}

const dated = `  old: { extractor: csv, path: old/T.csv, asOf: ${old} }\n  new: { extractor: csv, path: new/T.csv, asOf: ${recent} }\n`;

describe("the achieved recovery point", () => {
  it("of a column is that of the newest source that has the column, and what lags behind its table is told", async () => {
    const { point, points, notes } = await rescue(dated, {
      "old/T.csv": "ID,A,B\n1,a,b\n",
      "new/T.csv": "ID,A\n1,c\n",
    });
    expect(point).toBe(recent);
    expect(points).toEqual({ ID: recent, A: recent, B: old });
    expect(notes).toContain(`nothing newer than ${old} for dbo.T.B (the table: ${recent})`);
  });

  it("does not count a source of unknown time, nor one of another line", async () => {
    const sources = `${dated}  sheet: { extractor: csv, path: sheet/T.csv }\n  test: { extractor: csv, path: test/T.csv, asOf: 2026-03-01T00:00:00Z, line: test }\n`;
    const { points } = await rescue(sources, {
      "old/T.csv": "ID\n1\n",
      "new/T.csv": "ID\n1\n",
      "sheet/T.csv": "ID,A\n1,x\n",
      "test/T.csv": "ID,A\n1,y\n",
    });
    expect(points).toEqual({ ID: recent, A: null, B: null });
  });

  it("of a copy that went its own way is the moment when it did, by the rows of before", async () => {
    const branch = (rows: string) =>
      rescue(
        `  test: { extractor: csv, path: test/T.csv, asOf: 2026-03-01T00:00:00Z, line: test, branchedAt: ${old}, tables: { dbo.T: { modifiedAt: Changed } } }\n`,
        { "test/T.csv": `ID,A,Changed\n${rows}` },
      );
    expect((await branch("1,a,2025-06-01\n2,b,2026-02-15\n")).points).toEqual({ ID: old, A: old, B: null });
    expect((await branch("2,b,2026-02-15\n")).point).toBeNull();
  });

  it("rows of after the last good moment vouch for nothing", async () => {
    const timed = `  a: { extractor: csv, path: a/T.csv, asOf: ${recent}, tables: { dbo.T: { modifiedAt: Changed } } }\n`;
    const late = "ID,A,Changed\n1,a,2026-02-20\n";
    const recoverTo = `recoverTo: ${recent}`;
    expect((await rescue(timed, { "a/T.csv": late }, recoverTo)).point).toBeNull();
    expect((await rescue(timed, { "a/T.csv": `${late}2,b,2025-12-01\n` }, recoverTo)).point).toBe(recent);
  });
});

it("columns of one time share a sentence; a column without any says so; where all are alike there is none", () => {
  expect(describeLag("dbo.T", { A: recent, B: old, C: null, D: old })).toEqual([
    `nothing newer than ${old} for dbo.T.B, dbo.T.D (the table: ${recent})`,
    `nothing of a known time for dbo.T.C (the table: ${recent})`,
  ]);
  expect(describeLag("dbo.T", { A: old, B: old })).toEqual([]);
  expect(describeLag("dbo.T", { A: null })).toEqual([]);
  expect(describeLag("dbo.T", { A: recent, B: "2026-01-31T23:10:00.000Z" }), "less than an hour").toEqual([]);
});

it("a proof that a row was there says nothing of how new its values are", async () => {
  const schema = "CREATE TABLE T (ID int PRIMARY KEY, A varchar(9) NULL)";
  const { report } = await runFiles({
    "schema.sql": schema,
    "t.csv": "ID,A\n1,x\n",
    "app.log": "2026-03-01 10:00:00 saw 1\n",
    "recipe.yaml": `incident: points
target: { dialect: sqlserver, version: 2016, schema: schema.sql, timezone: UTC }
sources:
  copy: { extractor: csv, path: t.csv, asOf: ${recent}, tables: { dbo.T: {} } }
  app:
    extractor: text-log
    path: app.log
    timezone: UTC
    patterns: [{ match: '^(?<time>[-0-9]+ [:0-9]+) saw (?<ID>[0-9]+)', table: dbo.T, operation: proof, time: time }]
    tables: { dbo.T: {} }
`,
  });
  expect(report.summary.tables[0]).toMatchObject({ emitted: 1, recoveryPoint: recent });
});
