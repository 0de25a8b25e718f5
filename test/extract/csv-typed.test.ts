/** What becomes of cells whose form the source settles: dates and numbers, from the file to their canonical form. */
import path from "node:path";
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import csv from "../../src/extract/csv/index.ts";
import type { ExtractContext } from "../../src/extract/extractor.ts";
import { Typer } from "../../src/extract/typing.ts";
import type { SqlType } from "../../src/schema/model.ts";
import { evidenceFile, filesOnly, makeTable, mapTable } from "./harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/csv");

interface Case {
  readonly options: Readonly<Record<string, unknown>>;
  readonly tables: Readonly<Record<string, Readonly<Record<string, SqlType["name"]>>>>;
}

/** By column the canonical values, and what is kept raw as `raw (reason)`. */
async function typedCase(name: string, more: object = {}): Promise<unknown[][]> {
  const folder = path.join(fixtures, name);
  const { options, tables } = parseYaml(readFileSync(path.join(folder, "options.yaml"), "utf8")) as Case;
  const files = readdirSync(folder).filter((file) => file !== "options.yaml");
  const mappings = Object.entries(tables).map(([table, columns]) => mapTable(makeTable(table, columns)));
  const context: ExtractContext = {
    ...filesOnly,
    files: files.map((file) => evidenceFile(path.join(folder, file), folder)),
    mappings,
    signal: new AbortController().signal,
    read: () => undefined,
    skip: () => undefined,
    quarantine: () => undefined,
    leftover: () => undefined,
    warn: () => undefined,
    progress: () => undefined,
  };
  const typer = new Typer(mappings);
  const rows: unknown[][] = [];
  for await (const batch of csv.extract(csv.options.parse({ ...options, ...more }), context))
    for (const { columns, cells, unparsed } of typer.type(batch).rows)
      rows.push(
        batch.columns.map((column) => {
          const raw = unparsed.find((cell) => cell.column === column);
          return raw === undefined ? cells[columns.indexOf(column)] : `${String(raw.raw)} (${raw.reason})`;
        }),
      );
  return rows;
}

const unclear = "is another day when its day, its month or its year comes first, and nothing tells which does";

describe("the order of day and month is told from the whole column", () => {
  test("one date proves it for all, and columns do not prove each other's", async () => {
    expect(await typedCase("dates-dmy")).toEqual([
      [1, "2025-04-03", "2025-04-03 10:00:00.0000000", "2025-03-04"],
      [2, "2025-12-31", "2026-01-02 10:00:00.0000000", null],
      [3, "2025-05-05", "2026-01-02 10:00:00.0000000", "2025-06-01"],
    ]);
  });

  test("where none proves it, only what is one day in every order is a date", async () => {
    expect(await typedCase("dates-unclear")).toEqual([
      [1, `03/04/2025 (${unclear})`, "1999-12-31"],
      [2, "2025-05-05", "2003-02-01"],
      [3, null, "2002-02-02"],
    ]);
  });

  test("where dates contradict each other, none of those that can be read in two ways is read", async () => {
    expect(await typedCase("dates-mixed")).toEqual([
      [1, `03/04/2025 10:00 (${unclear})`],
      [2, "2025-12-31 00:00:00.0000000"],
      [3, "2025-12-31 13:05:00.0000000"],
      [4, "2025-06-06 00:00:00.0000000"],
    ]);
  });

  test("what is declared holds, whatever the dates show", async () => {
    expect(await typedCase("dates-declared")).toEqual([
      [1, "2025-03-04"],
      [2, "31/12/2025 (is not a date)"],
    ]);
    expect((await typedCase("dates-dmy", { dateFormat: "mdy" }))[0]?.[1]).toBe("2025-03-04");
  });
});

describe("numbers are read as they are written, or not at all", () => {
  test("decimal commas and grouped thousands, never a number that is a thousand times too small", async () => {
    const noNumber = "is not written as a number with a decimal comma";
    expect(await typedCase("semicolon")).toEqual([
      [1, "Müller, Köln", "1234.5000", 0.5, 1000],
      [2, "a;b", "-12.5000", 1500, 7],
      [3, "Zürich", "1234567.8000", null, 12_345],
      [4, "wrong", `1.23 (${noNumber})`, `1,234.5 (${noNumber})`, `1.2 (${noNumber})`],
    ]);
  });
});
