import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import json from "../../src/extract/json/index.ts";
import type { SqlType } from "../../src/schema/model.ts";
import { collect, evidenceFile, expectBalance, type Extraction, makeTable, mapTable } from "./harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/json");

interface Case {
  readonly options: Readonly<Record<string, unknown>>;
  readonly tables: Readonly<Record<string, Readonly<Record<string, SqlType["name"]>>>>;
  readonly mappings?: Readonly<Record<string, { from?: string; columns?: Readonly<Record<string, string>> }>>;
}

async function extractCase(name: string): Promise<Extraction> {
  const folder = path.join(fixtures, name);
  const { options, tables, mappings = {} } = parseYaml(readFileSync(path.join(folder, "options.yaml"), "utf8")) as Case;
  const inputs = readdirSync(folder).filter((file) => file !== "options.yaml");
  return collect(json, options, {
    files: inputs.toSorted().map((file) => evidenceFile(path.join(folder, file), folder)),
    mappings: Object.entries(tables).map(([table, columns]) =>
      mapTable(makeTable(table, columns), mappings[table]?.from, mappings[table]?.columns),
    ),
  });
}

describe("golden", () => {
  test.each(readdirSync(fixtures))("%s", async (name) => {
    const extraction = await extractCase(name);
    expectBalance(extraction);
    const text = JSON.stringify(
      extraction,
      (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value),
      1,
    );
    await expect(`${text}\n`).toMatchFileSnapshot(path.join(import.meta.dirname, `golden/json/${name}.json`));
  });
});

function cellsOf({ rows }: Extraction): unknown[] {
  return rows.map(({ cells }) => Object.values(cells));
}

describe("what the golden files must say", () => {
  test("numbers keep every digit, nested values their text, and property names do not mind case", async () => {
    expect(cellsOf(await extractCase("array"))).toEqual([
      [9007199254740993n, "Berlin", "12345678901234.5678", true, "2026-03-01 12:00:00", '{ "a": [1, 2.50, "x"] }'],
      [2, "", null, false, null, "1.10"],
      [3, 'é😀 "quoted" \\ {not} [structure]'],
    ]);
  });

  test("null is NULL, and what is not there is not claimed", async () => {
    expect((await extractCase("shapes")).rows.map(({ cells }) => cells)).toEqual([
      { PersonID: 1, Name: "Ann", Born: "1970-01-02" },
      { PersonID: 2, Name: "Bo" },
      { PersonID: 3, Born: null },
      { PersonID: 6 },
    ]);
  });

  test("GOTCHAS 37: the rest of a cut array is told as missing, its last record set aside with line and offset", async () => {
    const { quarantined, warnings } = await extractCase("cut-array");
    expect(quarantined).toEqual([
      {
        raw: '{"OrderID":2,"City":"Ro',
        reason: "the file ends in the middle of the record",
        at: "orders.json line 3 row 2 offset 35",
      },
    ]);
    expect(warnings).toEqual(["orders.json: the file is cut short: it ends in the middle of a record"]);
  });

  test("GOTCHAS 37: a cut line costs itself, not the next one", async () => {
    const { rows, quarantined } = await extractCase("lines");
    expect(rows.map(({ position }) => position)).toEqual([1, 4, 6, 8, 9, 12]);
    expect(quarantined.map(({ at }) => Number(/line (\d+)/.exec(at)?.[1]))).toEqual([3, 5, 6, 7, 10, 10, 11]);
  });

  test("nothing that is commented out, nested in a lost head or half a key becomes a row", async () => {
    expect((await extractCase("faults")).rows.map(({ cells }) => cells["PartID"])).toEqual([1, 8, 10, 11]);
    expect((await extractCase("headless")).rows.map(({ cells }) => cells["OrderID"])).toEqual([2, 3]);
  });

  test("GOTCHAS 35: bytes that do not decode are quarantined as bytes; half a code unit goes with its record", async () => {
    expect((await extractCase("undecodable")).quarantined).toMatchObject([{ raw: expect.stringMatching(/eb227d$/) }]);
    expect((await extractCase("utf16-cut")).quarantined).toMatchObject([{ raw: '{\0"\0O\0r\0d\0e' }]);
  });

  test("rows of nested arrays carry the keys of the objects around them, and what feeds nothing is told", async () => {
    const { rows, leftovers } = await extractCase("nested");
    expect(rows.filter(({ table }) => table === "dbo.OrderLines").map(({ cells }) => Object.values(cells))).toEqual([
      [1, 1, "A-1"],
      [1, 2, "B-2"],
      [3, 1, "C-3"],
      [4, 3],
    ]);
    expect(leftovers).toEqual({
      "shop.json": ["version", "data.total", "data.page"],
      "shop.json#data.orders": ["address.floor", "state"],
      "shop.json#data.orders.lines": ["gift"],
    });
  });
});
