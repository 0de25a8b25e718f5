/** What the tests of extractors of record files share: fixtures as folders, surveys as plain values. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { parse as parseYaml } from "yaml";
import type { z } from "zod";
import type { CheckContext, Extractor } from "../../src/extract/extractor.ts";
import type { Column, SqlType } from "../../src/schema/model.ts";
import { collect, evidenceFile, type Extraction, filesOnly, makeTable, mapTable } from "./harness.ts";

interface Case {
  readonly options: Readonly<Record<string, unknown>>;
  readonly tables: Readonly<Record<string, Readonly<Record<string, SqlType["name"] | SqlType | Partial<Column>>>>>;
  readonly mappings?: Readonly<Record<string, { from?: string; columns?: Readonly<Record<string, string>> }>>;
}

function readCase(folder: string) {
  const { options, tables, mappings = {} } = parseYaml(readFileSync(path.join(folder, "options.yaml"), "utf8")) as Case;
  const inputs = readdirSync(folder).filter((file) => file !== "options.yaml");
  return {
    options,
    files: inputs.toSorted().map((file) => evidenceFile(path.join(folder, file), folder)),
    mappings: Object.entries(tables).map(([table, columns]) =>
      mapTable(makeTable(table, columns), mappings[table]?.from, mappings[table]?.columns),
    ),
  };
}

/** Extracts the files of a fixture's folder under its `options.yaml`. */
export async function extractCase<Schema extends z.ZodObject>(
  extractor: Extractor<Schema>,
  folder: string,
): Promise<Extraction> {
  const { options, files, mappings } = readCase(folder);
  return collect(extractor, options, { files, mappings, context: { folder } });
}

export interface Survey {
  readonly fields: readonly string[];
  readonly types?: readonly string[] | undefined;
  readonly facts: unknown;
  readonly rows: readonly (readonly unknown[])[];
  readonly damage: readonly string[];
}

/** Surveys the files of a fixture's folder, reading all rows. */
export async function surveyFiles<Schema extends z.ZodObject>(
  extractor: Extractor<Schema>,
  folder: string,
): Promise<Survey[]> {
  const { options, files, mappings } = readCase(folder);
  const context: CheckContext = { ...filesOnly, folder, files, mappings, signal: new AbortController().signal };
  const surveys: Survey[] = [];
  for await (const table of extractor.survey?.(extractor.options.parse(options), context) ?? []) {
    const all: (readonly unknown[])[] = [];
    for await (const batch of table.rows) all.push(...batch);
    const { fields, types, facts } = table;
    surveys.push({ fields, types, facts, rows: all, damage: table.damage() });
  }
  return surveys;
}

export function cellsOf(extraction: Extraction): unknown[] {
  return extraction.rows.map(({ cells }) => Object.values(cells));
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A file in a folder of its own, with `others` by their names; it is removed after the tests. */
export function temporaryFolder(
  name: string,
  content: string | Uint8Array,
  others: Readonly<Record<string, string>> = {},
): { file: string; folder: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), "salvage-records-"));
  folders.push(folder);
  for (const [other, text] of Object.entries(others)) writeFileSync(path.join(folder, other), text);
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return { file, folder };
}
