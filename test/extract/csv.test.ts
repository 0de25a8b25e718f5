import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import csv from "../../src/extract/csv/index.ts";
import type { SqlType } from "../../src/schema/model.ts";
import { collect, evidenceFile, expectBalance, type Extraction, makeTable, mapTable } from "./harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/csv");

interface Case {
  readonly options: Readonly<Record<string, unknown>>;
  readonly tables: Readonly<Record<string, Readonly<Record<string, SqlType["name"]>>>>;
  readonly mappings?: Readonly<Record<string, { from?: string; columns?: Readonly<Record<string, string>> }>>;
}

async function extractCase(name: string): Promise<Extraction> {
  const folder = path.join(fixtures, name);
  const { options, tables, mappings = {} } = parseYaml(readFileSync(path.join(folder, "options.yaml"), "utf8")) as Case;
  const inputs = readdirSync(folder).filter((file) => file !== "options.yaml");
  return collect(csv, options, {
    files: inputs.toSorted().map((file) => evidenceFile(path.join(folder, file), folder)),
    mappings: Object.entries(tables).map(([table, columns]) =>
      mapTable(makeTable(table, columns), mappings[table]?.from, mappings[table]?.columns),
    ),
  });
}

function cellsOf(extraction: Extraction): unknown[] {
  return extraction.rows.map(({ cells }) => Object.values(cells));
}

describe("golden", () => {
  test.each(readdirSync(fixtures))("%s", async (name) => {
    const extraction = await extractCase(name);
    expectBalance(extraction);
    const golden = path.join(import.meta.dirname, `golden/csv/${name}.json`);
    await expect(`${JSON.stringify(extraction, null, 1)}\n`).toMatchFileSnapshot(golden);
  });
});

describe("what the golden files must say", () => {
  test('GOTCHAS 34: an empty cell is NULL, "" the empty string, the texts NULL and \\N are text unless declared', async () => {
    expect(cellsOf(await extractCase("plain")).slice(-2)).toEqual([
      ["5", "", null],
      ["6", "NULL", "=1+1"],
    ]);
  });

  test('GOTCHAS 34: NULL of a results grid is declared, and Null and "NULL" stay people', async () => {
    expect(cellsOf(await extractCase("ssms-grid"))).toEqual([
      ["1", "Null", "null@example.org"],
      ["2", null, ""],
      ["3", "NULL", "é"],
      ["4", "Two\nLines", "x"],
    ]);
  });

  test("GOTCHAS 34: bcp's NUL is the empty string where the source declares it", async () => {
    expect(cellsOf(await extractCase("bcp-oem"))).toEqual([
      ["1", 'Müller "A"', null],
      ["2", "", "NULL"],
      ["3", "░é", ""],
    ]);
  });

  test("GOTCHAS 35: bcp -w is UTF-16LE with a byte order mark; a lone surrogate is kept", async () => {
    expect(cellsOf(await extractCase("bcp-utf16"))).toEqual([
      ["あ😀", "1"],
      ["\uD83D!", "2"],
    ]);
  });

  test("GOTCHAS 35: bytes that do not decode are quarantined as bytes with their place", async () => {
    const { quarantined, warnings, rows } = await extractCase("undecodable");
    expect(quarantined).toEqual([
      { raw: "0x322c5a6feb0a", reason: "it holds bytes that are not utf-8", at: "Names.csv line 3 offset 15" },
      { raw: "0x342c22610afffe220a", reason: "it holds bytes that are not utf-8", at: "Names.csv line 5 offset 27" },
    ]);
    expect(rows.map(({ position, cells }) => [position, cells["Name"]])).toEqual([
      [2, "Zoë"],
      [4, "あ"],
      [7, "\u{10FC80}"],
    ]);
    expect(warnings).toEqual([expect.stringContaining("2 records hold bytes that are not utf-8 (default)")]);
  });

  test("GOTCHAS 37: a whole last line without newline is staged, its last cell in doubt", async () => {
    const { rows, warnings, quarantined } = await extractCase("no-last-newline");
    expect(rows.at(-1)?.doubts).toEqual(["City: possibly cut short: the file ends without a newline"]);
    expect(rows[0]?.doubts).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(quarantined).toEqual([]);
  });

  test("GOTCHAS 37: a row of another width is quarantined with line and offset", async () => {
    const { quarantined, warnings } = await extractCase("cut-record");
    expect(warnings).toEqual([expect.stringContaining("the last record is possibly cut short")]);
    expect(quarantined).toEqual([
      {
        raw: "2,Mün",
        reason: "it has 2 cells where 3 are expected; possibly cut short: the file ends without a newline",
        at: "orders.csv line 3 offset 34",
      },
    ]);
  });

  test("GOTCHAS 37: of a gzip that ends early the records that came are staged, and people are told", async () => {
    const { rows, warnings } = await extractCase("cut-gzip");
    expect(rows.length).toBeGreaterThan(20);
    expect(warnings).toContain(
      "orders.csv.gz: the file is cut short: the gzip data is damaged (unexpected end of file)",
    );
  });

  test("GOTCHAS 37: a stray quote costs one line where the rest reads as records", async () => {
    const { rows, quarantined } = await extractCase("stray-quote");
    expect(quarantined).toMatchObject([{ raw: '2,"5 inch,B\n', at: "parts.csv line 3 offset 24" }]);
    expect(rows.map(({ cells }) => cells["PartID"])).toEqual([
      "1",
      "3",
      "4",
      "5",
      "6",
      "7",
      "8",
      "9",
      "10",
      "11",
      "12",
    ]);
    expect(rows.map(({ position }) => position)).toEqual([2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });

  test("GOTCHAS 37: a text that was cut inside its quotes is set aside whole, its lines are no records", async () => {
    const { rows, quarantined } = await extractCase("cut-quote");
    expect(rows).toHaveLength(1);
    expect(quarantined).toMatchObject([
      { raw: expect.stringMatching(/^2,Bob.*Yours$/s), at: "notes.csv line 3 offset 31" },
    ]);
  });

  test("half a code unit goes to quarantine with its record", async () => {
    const { rows, quarantined } = await extractCase("utf16-cut");
    expect(rows).toHaveLength(1);
    expect(quarantined).toMatchObject([{ raw: "2\0,\0t\0w\0o", at: "Items.txt line 3 offset 36" }]);
  });

  test("computed and rowversion columns feed nothing and are not left over", async () => {
    const { leftovers, rows } = await extractCase("plain");
    expect(leftovers).toEqual({ "Customers.csv": ["Fax"] });
    expect(rows.flatMap(({ cells }) => Object.keys(cells))).not.toContain("Version");
  });

  test("a file that feeds no table is counted, skipped and told", async () => {
    const { skipped, warnings } = await extractCase("routing");
    expect(skipped["feeds no target table"]).toBe(3);
    expect(warnings).toEqual(["readme.csv: the file feeds no target table: 3 records passed over"]);
  });
});
