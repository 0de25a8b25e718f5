import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadSchema } from "../../../src/schema/load.ts";
import { findTable, type Table } from "../../../src/schema/model.ts";
import { defaultConventions, type CanonicalValue } from "../../../src/values/codec.ts";
import { codecFor } from "../../../src/values/registry.ts";
import { compileCheck } from "../../../src/verify/check/check.ts";
import { compiled, rowOf, type Cells } from "./checking.ts";

const data = path.join(import.meta.dirname, "../../../../shared/data");

/** How many CHECKs of a script compile, and the reasons of the others by constraint. */
async function compileAll(script: string) {
  const schema = await loadSchema(path.join(data, script));
  const all = schema.tables.flatMap((table) =>
    table.checks.map((check) => ({ name: check.name, result: compileCheck(check.expression, table) })),
  );
  const reasons = all.flatMap(({ name, result }) => ("reason" in result ? [`${name} ${result.reason}`] : []));
  return { compiled: all.length - reasons.length, reasons: reasons.toSorted() };
}

/** The rows of a tab-separated file that holds all columns of the table in order, empty for NULL. */
function rowsOf(file: string, table: Table): Cells[] {
  const codecs = table.columns.map((column) => codecFor(column));
  const lines = readFileSync(path.join(data, file), "utf8").split(/\r?\n/).slice(0, -1);
  return lines.map((line) => {
    const cells = line
      .split("\t")
      .map((cell, at) => (cell === "" ? null : codecs[at]?.parse(cell, defaultConventions)));
    return Object.fromEntries(table.columns.map(({ name }, at) => [name, (cells[at] ?? null) as CanonicalValue]));
  });
}

/** How often the table's CHECKs come to each answer over the rows of a file. */
async function tally(file: string, id: string) {
  const schema = await loadSchema(path.join(data, "adventureworks/instawdb.sql"));
  const table = findTable(schema, id);
  if (table === undefined) throw new Error(`no table ${id}`);
  const counts = { true: 0, false: 0, unknown: 0 };
  const rows = rowsOf(file, table);
  for (const check of table.checks.filter(({ expression }) => !/getdate/i.test(expression)))
    for (const row of rows) counts[`${compiled(check.expression, table).evaluate(rowOf(row))}`]++;
  return { rows: rows.length, ...counts };
}

describe.skipIf(!existsSync(data))("CHECKs of real schemas (skipped without ../shared/data)", () => {
  it("Northwind: all but the one that asks for today", async () => {
    const expected = { compiled: 7, reasons: ["CK_Birthdate calls getdate, which is not evaluated"] };
    expect(await compileAll("northwind/instnwnd.sql")).toEqual(expected);
    expect(await compileAll("northwind/ssms-generated-utf16.sql")).toEqual(expected);
  });

  it("AdventureWorks", async () => {
    expect(await compileAll("adventureworks/instawdb.sql")).toMatchInlineSnapshot(`
      {
        "compiled": 87,
        "reasons": [
          "CK_Employee_BirthDate calls DATEADD, which is not evaluated",
          "CK_Employee_HireDate calls DATEADD, which is not evaluated",
        ],
      }
    `);
  });

  it("AdventureWorks: the rows that the server took satisfy them", async () => {
    expect(await tally("adventureworks/Product.csv", "Production.Product")).toMatchInlineSnapshot(`
      {
        "false": 0,
        "rows": 504,
        "true": 5040,
        "unknown": 0,
      }
    `);
    expect(await tally("adventureworks/Employee.csv", "HumanResources.Employee")).toMatchInlineSnapshot(`
      {
        "false": 0,
        "rows": 290,
        "true": 1160,
        "unknown": 0,
      }
    `);
  });
});
