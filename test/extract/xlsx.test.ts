import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import xlsx from "../../src/extract/xlsx/index.ts";
import type { SqlType } from "../../src/schema/model.ts";
import { collect, evidenceFile, expectBalance, type Extraction, makeTable, mapTable } from "./harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/xlsx");

interface Case {
  readonly options: Readonly<Record<string, unknown>>;
  readonly tables: Readonly<Record<string, Readonly<Record<string, SqlType["name"]>>>>;
  readonly mappings?: Readonly<Record<string, { from?: string; columns?: Readonly<Record<string, string>> }>>;
}

async function extractCase(name: string): Promise<Extraction> {
  const folder = path.join(fixtures, name);
  const { options, tables, mappings = {} } = parseYaml(readFileSync(path.join(folder, "options.yaml"), "utf8")) as Case;
  const inputs = readdirSync(folder).filter((file) => file !== "options.yaml");
  return collect(xlsx, options, {
    files: inputs.toSorted().map((file) => evidenceFile(path.join(folder, file), folder)),
    mappings: Object.entries(tables).map(([table, columns]) =>
      mapTable(makeTable(table, columns), mappings[table]?.from, mappings[table]?.columns),
    ),
  });
}

function column({ rows }: Extraction, name: string): unknown[] {
  return rows.map(({ cells }) => cells[name]);
}

describe("golden", () => {
  test.each(readdirSync(fixtures))("%s", async (name) => {
    const extraction = await extractCase(name);
    expectBalance(extraction);
    const golden = path.join(import.meta.dirname, `golden/xlsx/${name}.json`);
    await expect(`${JSON.stringify(extraction, null, 1)}\n`).toMatchFileSnapshot(golden);
  });
});

describe("what the golden files must say", () => {
  test("GOTCHAS 36: of a long number 15 digits are left, and the cell is in doubt; leading zeros stay where text or format shows them", async () => {
    const extraction = await extractCase("excel");
    expect(column(extraction, "Account").slice(0, 2)).toEqual(["1914310000010100000", "12345"]);
    expect(extraction.rows[0]?.doubts).toEqual([expect.stringContaining("Account: a spreadsheet keeps 15 digits")]);
    expect(column(extraction, "Zip").slice(0, 2)).toEqual(["00123", "00123"]);
  });

  test("GOTCHAS 36: dates in the 1900 system, with its leap-year bug, and in the 1904 system", async () => {
    expect(column(await extractCase("excel"), "Since").slice(0, 4)).toEqual([
      "2012-02-20",
      "60",
      "1900-01-01",
      "2023-01-01",
    ]);
    expect((await extractCase("excel")).rows[1]?.unclaimed?.[0]).toContain("1900-02-29, a day that never was");
    expect(column(await extractCase("date-1904"), "Day").slice(0, 2)).toEqual(["2012-02-20", "1904-01-01"]);
  });

  test("GOTCHAS 34: an empty cell is NULL, an empty text the empty string, NULL a text", async () => {
    expect(column(await extractCase("excel"), "Zip").slice(2)).toEqual(["", "0.0000001", "NULL", null]);
  });

  test("errors and formulas without a value are no claims", async () => {
    const { rows } = await extractCase("excel");
    expect([rows[1], rows[2]].map((row) => [row?.cells["Limit"], row?.unclaimed?.at(-1)])).toEqual([
      ["#N/A", "Limit: is the error #N/A"],
      ["=SUM(I4:I5)", "Limit: is a formula without its computed value"],
    ]);
  });

  test("digits that no double has stay, and the 17 digits of a double become what was typed", async () => {
    expect(column(await extractCase("openpyxl"), "Big")[0]).toBe("1914310000010100016");
    expect(column(await extractCase("openpyxl"), "Amount")[0]).toBe("123456789012345.678901");
    expect(column(await extractCase("excel"), "Limit")[0]).toBe("3.14");
  });
});
