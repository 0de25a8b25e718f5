/** What `survey` says of every fixture: a profile of exports is made from it. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import csv from "../../src/extract/csv/index.ts";
import type { SqlType } from "../../src/schema/model.ts";
import { evidenceFile, makeTable, mapTable } from "./harness.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/csv");

interface Case {
  readonly options: Readonly<Record<string, unknown>>;
  readonly tables: Readonly<Record<string, Readonly<Record<string, SqlType["name"]>>>>;
}

async function surveyCase(name: string): Promise<unknown[]> {
  const folder = path.join(fixtures, name);
  const { options, tables } = parseYaml(readFileSync(path.join(folder, "options.yaml"), "utf8")) as Case;
  const inputs = readdirSync(folder).filter((file) => file !== "options.yaml");
  const surveyed: unknown[] = [];
  const context = {
    files: inputs.toSorted().map((file) => evidenceFile(path.join(folder, file), folder)),
    folder,
    mappings: Object.entries(tables).map(([table, columns]) => mapTable(makeTable(table, columns))),
    signal: new AbortController().signal,
  };
  for await (const table of csv.survey!(csv.options.parse(options), context)) {
    let rows = 0;
    let first: unknown;
    for await (const batch of table.rows) {
      rows += batch.length;
      first ??= batch[0];
    }
    const facts = table.facts.map(({ name: fact, value, evidence }) =>
      evidence === undefined ? `${fact}: ${value}` : `${fact}: ${value} (${evidence})`,
    );
    surveyed.push({ file: table.file.name, facts, fields: table.fields, rows, first, damage: table.damage() });
  }
  return surveyed;
}

test("golden", async () => {
  const all: Record<string, unknown> = {};
  for (const name of readdirSync(fixtures)) all[name] = await surveyCase(name);
  await expect(`${JSON.stringify(all, null, 1)}\n`).toMatchFileSnapshot(
    path.join(import.meta.dirname, "golden/csv-survey.json"),
  );
});

test("what is wrong is counted with its first line", async () => {
  expect(await surveyCase("undecodable")).toMatchObject([
    {
      damage: [
        "2 records with bytes that are not utf-8, the first on line 3",
        expect.stringContaining('As windows-1252 they read "Zoë"'),
      ],
    },
  ]);
  expect(await surveyCase("ragged")).toMatchObject([
    { rows: 1, damage: ["3 records with another width than 3, the first on line 3"] },
  ]);
});

test("another delimiter than the comma is told with its evidence", async () => {
  expect(await surveyCase("semicolon")).toMatchObject([
    { facts: expect.arrayContaining([expect.stringMatching(/^delimiter: ";" \(.*5 of the first 5 records/)]) },
  ]);
});
