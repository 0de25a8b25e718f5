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
