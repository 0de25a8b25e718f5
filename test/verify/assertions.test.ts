import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { paintFor } from "../../src/cli/terminal.ts";
import { runView } from "../../src/cli/views/run.ts";
import { emitView } from "../../src/cli/views/steps.ts";
import { runFiles } from "../incident.ts";

const schema = `
CREATE TABLE Parents (ID int PRIMARY KEY)
CREATE TABLE Orders (ID int PRIMARY KEY, Price decimal(9,2) NULL, Day datetime NULL, Rate float NULL, Parent int NULL REFERENCES Parents, Name nvarchar(20) NULL)`;
const orders = `ID,Price,Day,Rate,Parent,Name
1,1.50,2020-01-01,-0,1,a
2,10.00,2021-01-01,2.5,1,
3,,2022-01-01,,9,c
`;

async function rescue(assert: string, rules = "{ violations: { foreignKey: withhold } }") {
  const ran = await runFiles({
    "schema.sql": schema,
    "recipe.yaml": `incident: assertions
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources: { files: { extractor: csv, path: "*.csv", asOf: 2026-01-01T00:00:00Z } }
rules: ${rules}
assert: ${assert}
`,
    "Parents.csv": "ID\n1\n",
    "Orders.csv": orders,
  });
  return ran.report;
}

const ofOrders = (assertion: string): string => `{ Orders: ${assertion} }`;
const query = (sql: string, wanted: string): string =>
  `{ sql: [{ name: q, sql: ${JSON.stringify(sql)}, expect: "${wanted}" }] }`;

/** Of three orders one is withheld: its parent is not there. */
const cases: readonly (readonly [assert: string, holds: boolean, found: unknown, expected: string])[] = [
  [ofOrders('{ rows: ">= 2" }'), true, 2, ">= 2"],
  [ofOrders("{ rows: 3 }"), false, 2, "= 3"],
  [ofOrders("{ fill: { Name: 50% } }"), true, 0.5, ">= 0.5"],
  [ofOrders('{ fill: { Name: "> 50%" } }'), false, 0.5, "> 0.5"],
  [ofOrders("{ range: { Price: { min: 1.5, max: 10 } } }"), true, "0 outside", ">= 1.5 and <= 10"],
  [ofOrders("{ range: { Price: { min: 2 } } }"), false, "1 outside", ">= 2"],
  [ofOrders("{ range: { Day: { max: '20200601' } } }"), false, "1 outside", "<= 20200601"],
  [ofOrders("{ references: report }"), false, 1, "= 0"],
  [query("SELECT sum(Price) FROM Orders", "= 11.5"), true, 11.5, "= 11.5"],
  [query('SELECT count(*) FROM "dbo.Orders" JOIN Parents ON Parents.ID = Parent', "= 3"), false, 2, "= 3"],
  [query("SELECT min(Rate) FROM orders", "= 0"), true, 0, "= 0"],
  [query("SELECT max(Price) FROM Orders WHERE ID > 9", ">= 0"), false, null, ">= 0"],
  [query("SELECT * FROM Orders WHERE Price > 10", "no rows"), true, 0, "no rows"],
  [query("WITH dear AS (SELECT * FROM Orders WHERE Price > 2) SELECT * FROM dear", "no rows"), false, 1, "no rows"],
];

describe("assertions", () => {
  it.each(cases)("%s holds: %s", async (assert, holds, found, expected) => {
    const { summary } = await rescue(assert);
    expect(summary.assertions).toEqual([{ name: expect.any(String), holds, found, expected }]);
  });

  it.each([
    ["withheld", "{ violations: { foreignKey: withhold } }"],
    ["kept", "{ violations: { foreignKey: keep } }"],
    ["set to NULL", "{ violations: { foreignKey: null } }"],
    ["set to a default", "{ tables: { Orders: { columns: { Parent: { violation: { default: 1 } } } } } }"],
  ])("a row whose parent is not there is counted where it is %s", async (_what, rules) => {
    const { summary } = await rescue(ofOrders("{ references: report }"), rules);
    expect(summary.assertions[0]).toMatchObject({ name: "dbo.Orders: rows without a parent", found: 1, holds: false });
  });

  it("one that fails needs people, is among the closing lines and on top of the preflight as a comment; one that holds is not", async () => {
    const clean = '{ Parents: { rows: 1 }, sql: [{ name: "a\\nGO\\n*/ $(x)", sql: "SELECT 1", expect: "= 2" }] }';
    const ran = await runFiles({
      "schema.sql": "CREATE TABLE Parents (ID int PRIMARY KEY)",
      "recipe.yaml": `incident: a
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources: { files: { extractor: csv, path: "*.csv" } }
assert: ${clean}
`,
      "Parents.csv": "ID\n1\n",
    });
    expect(ran.report.summary.verdict).toBe("needs-review");
    const preflight = fs.readFileSync(path.join(ran.report.scripts, "00-preflight.sql"), "utf8");
    expect(preflight.replace("\uFEFF", "").split(/\r?\n/)[0]).toBe(
      "-- WARNING: assertion failed: a GO * / $ (x): found 1, expected = 2",
    );
    expect(preflight).not.toContain("Parents: rows:");
    const { findings, notes, summary } = ran.report;
    const report = { result: { files: [], notes: [] }, findings, notes, summary, contributions: [] };
    expect(emitView(report, (file) => file, paintFor({ isTTY: false }, {}))).toContain("assertion failed: a");
    const lines = runView(ran.report, {
      paint: paintFor({ isTTY: false }, {}),
      dir: undefined,
      relative: (file) => file,
    });
    expect(lines).toMatch(/For people to decide\n {2}assertion failed: a.*found 1, expected = 2/);
  });

  it.each([
    ["WITH x AS (SELECT 1) DELETE FROM main.conflict", "is no SELECT"],
    ["SELECT 1; SELECT 2", "more than one statement"],
    ["SELECT Qty FROM Orders", "no such column: Qty"],
    ["SELECT 1, 2", "more than one value"],
    ["SELECT ID FROM Orders", "more than one value"],
    ["SELECT ID FROM Orders WHERE 0", "yields no row"],
  ])("%s is refused with its place", async (sql, message) => {
    await expect(rescue(query(sql, "= 1"))).rejects.toThrow(new RegExp(`recipe\\.yaml:5:\\d+: .*${message}`));
  });
});
