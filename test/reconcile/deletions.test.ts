/** Deletions that are only inferred, through whole runs: what they need, and how many of them are believed. */
import { describe, expect, it } from "vitest";
import { runFiles } from "../incident.ts";

/** `ID,Name` rows with these ids. */
function csv(ids: readonly number[], tail = ""): string {
  return `ID,Name\n${ids.map((id) => `${id},n${id}\n`).join("")}${tail}`;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

interface Case {
  readonly title: string;
  /** The backup's rows; the export is later and declared complete. */
  readonly backup: number;
  readonly exported: string;
  readonly rules?: string;
  readonly emitted: number;
  readonly deleted: number;
  readonly withheld: number;
}

const cases: Case[] = [
  { title: "exactly 5 % are deleted", backup: 40, exported: csv(upTo(38)), emitted: 38, deleted: 2, withheld: 0 },
  { title: "more than 5 % are uncertain", backup: 40, exported: csv(upTo(37)), emitted: 37, deleted: 0, withheld: 3 },
  {
    title: "the share is the recipe's, and no rounding moves it",
    backup: 100,
    exported: csv(upTo(71)),
    rules: "inferredDeletes: 29%",
    emitted: 71,
    deleted: 29,
    withheld: 0,
  },
  {
    title: "what is uncertain is emitted where the recipe says so",
    backup: 40,
    exported: csv(upTo(30)),
    rules: "uncertain: emit",
    emitted: 40,
    deleted: 0,
    withheld: 0,
  },
  {
    title: "without inference nothing is deleted",
    backup: 40,
    exported: csv(upTo(38)),
    rules: "deletes: explicit",
    emitted: 40,
    deleted: 0,
    withheld: 0,
  },
  {
    title: "GOTCHAS 39: an empty source deletes nothing",
    backup: 3,
    exported: csv([]),
    emitted: 3,
    deleted: 0,
    withheld: 0,
  },
  {
    title: "GOTCHAS 39: a truncated source deletes nothing",
    backup: 40,
    exported: csv(upTo(38), '39,"cut in the mid'),
    emitted: 40,
    deleted: 0,
    withheld: 0,
  },
  {
    title: "GOTCHAS 37 and 39: a last line without its newline may be cut: nothing is deleted",
    backup: 40,
    exported: csv(upTo(38), "39,n3"),
    emitted: 40,
    deleted: 0,
    withheld: 0,
  },
  {
    title: "GOTCHAS 39: with a record in quarantine the missing key may be that one",
    backup: 40,
    exported: csv(upTo(38), "4O,n40\n"),
    emitted: 40,
    deleted: 0,
    withheld: 0,
  },
];

function recipe(rules = "deletes: infer"): string {
  return `
incident: deletions
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  backup: { extractor: csv, path: backup/T.csv, asOf: 2026-02-01T00:00:00Z }
  export: { extractor: csv, path: export/T.csv, asOf: 2026-03-01T00:00:00Z, coverage: complete }
rules: { ${rules} }
`;
}

/** Ten of forty rows are missing from a complete export. */
function losingTen(rules: string) {
  return runFiles({
    "schema.sql": "CREATE TABLE T (ID int PRIMARY KEY, Name nvarchar(9) NULL)",
    "recipe.yaml": `incident: told
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  backup: { extractor: csv, path: backup.csv, asOf: 2026-01-01T00:00:00Z, tables: { T: {} } }
  export: { extractor: csv, path: export.csv, asOf: 2026-02-01T00:00:00Z, coverage: complete, tables: { T: {} } }
rules: { ${rules} }
`,
    "backup.csv": csv(upTo(40)),
    "export.csv": csv(upTo(30)),
  });
}

it("rows of uncertain deletion that are emitted are told of, and others are not", async () => {
  const told =
    "dbo.T: 10 rows that nobody knows to have been there are not withheld, as the recipe says (uncertain: emit)";
  expect((await losingTen("uncertain: emit")).report.notes).toContain(told);
  expect((await losingTen("uncertain: withhold")).report.notes).not.toContain(told);
});

describe("deletions inferred from absence", () => {
  it.each(cases)("$title", async ({ backup, exported, rules, emitted, deleted, withheld }) => {
    const { report } = await runFiles({
      "schema.sql": "CREATE TABLE dbo.T (ID int NOT NULL PRIMARY KEY, Name nvarchar(10) NULL)",
      "recipe.yaml": recipe(rules),
      "backup/T.csv": csv(upTo(backup)),
      "export/T.csv": exported,
    });
    expect(report.summary.tables[0]).toMatchObject({ emitted, deleted, withheld });
  });

  it("that are too many say which share was exceeded", async () => {
    const { report } = await runFiles({
      "schema.sql": "CREATE TABLE dbo.T (ID int NOT NULL PRIMARY KEY, Name nvarchar(10) NULL)",
      "recipe.yaml": recipe("inferredDeletes: 7%"),
      "backup/T.csv": csv(upTo(10)),
      "export/T.csv": csv(upTo(9)),
    });
    expect(report.notes.join("\n")).toContain(
      "uncertain: absent from export, complete as of 2026-03-01T00:00:00.000Z; more than 7 % of the table would be deleted",
    );
  });
});
