/** What sources and recipes get wrong is told in a plain sentence, and never makes a run look clean. */
import { describe, expect, it } from "vitest";
import { explain } from "../../src/pipeline.ts";
import { runFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";

interface Shape {
  readonly schema?: string;
  /** More of the source `export`. */
  readonly more?: string;
  readonly rest?: string;
}

const table = "CREATE TABLE T (ID int NOT NULL PRIMARY KEY, Name nvarchar(10) NULL, Parent int NULL)";

async function run(
  files: Readonly<Record<string, string>>,
  { schema = table, more = "", rest = "" }: Shape,
): Promise<Ran> {
  const recipe = `
incident: bad
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  backup: { extractor: csv, path: backup/*.csv, asOf: 2026-01-01T00:00:00Z }
  export: { extractor: csv, path: export/*.csv${more} }
${rest}`;
  return runFiles({ "schema.sql": schema, "recipe.yaml": recipe, ...files });
}

const backup = { "backup/T.csv": "ID,Name\n1,Ann\n2,Bob\n" };
const march = ", asOf: 2026-03-01T00:00:00Z";

describe("a plain word about", () => {
  it("a crosswalk that matches one to many", async () => {
    const files = { "backup/T.csv": "ID,Name\n1,Ann\n2,Ann\n", "export/T.csv": "ID,Name\n7,Ann\n" };
    const ran = await run(files, { more: ", tables: { T: { crosswalk: { match: [Name] } } }" });
    expect(ran.report.notes).toContain(
      "export: dbo.T: 1 row without a key of the target's (7): several rows have its Name",
    );
    expect(ran.report.summary).toMatchObject({ verdict: "needs-review", tables: [{ emitted: 2, withheld: 1 }] });
  });

  it("rows of a circle of foreign keys of which one is withheld", async () => {
    const schema = `CREATE TABLE A (ID int NOT NULL PRIMARY KEY, B int NULL REFERENCES B, Name nvarchar(10) NOT NULL)
      CREATE TABLE B (ID int NOT NULL PRIMARY KEY, A int NULL REFERENCES A)`;
    const files = {
      "backup/A.csv": "ID,B,Name\n1,1,\n2,2,Bob\n",
      "backup/B.csv": "ID,A\n1,1\n2,2\n3,1\n",
      "export/A.csv": "ID\n2\n",
    };
    const ran = await run(files, { schema });
    expect(ran.report.notes).toEqual(
      expect.arrayContaining([
        "dbo.A: 1 row withheld: not null: Name is NULL",
        "dbo.B: 2 rows withheld: no parent: its row of dbo.A is not recovered",
      ]),
    );
    expect(ran.report.summary).toMatchObject({ verdict: "needs-review", tables: [{ emitted: 1 }, { emitted: 1 }] });
  });

  it("a chain of rules that never decides", async () => {
    const ran = await run(
      { ...backup, "export/T.csv": "ID,Name\n1,Anna\n" },
      { rest: "rules: { default: [latest, ask] }" },
    );
    const { cells } = await explain(ran.incident, "T", ["1"], "Name");
    expect(cells).toMatchObject([{ class: "contested", reason: "2 values, no rule decided" }]);
    expect(ran.report.summary.verdict).toBe("needs-review");
  });

  it.each([
    ["complete", `${march}, coverage: complete`, "it has no row of the table"],
    ["complete without a time", ", coverage: complete", "it has no asOf"],
  ])("a source that is %s, but empty", async (_, more, why) => {
    const ran = await run({ ...backup, "export/T.csv": "ID,Name\n" }, { more });
    expect(ran.report.notes).toContain(
      `export: dbo.T: what it lacks deletes nothing, though it is declared complete: ${why}`,
    );
    expect(ran.report.summary.tables[0]).toMatchObject({ emitted: 2, deleted: 0 });
  });

  it("a complete source of which a record is in quarantine", async () => {
    const ran = await run(
      { ...backup, "export/T.csv": "ID,Name\n1,Ann\nx,Bob\n" },
      { more: `${march}, coverage: complete` },
    );
    expect(ran.report.notes).toContain(
      "export: dbo.T: what it lacks deletes nothing, though it is declared complete: records of it are missing, in quarantine or not of one moment",
    );
  });

  it.each([
    {
      title: "a clock that is a year ahead, where the last good moment is known",
      rest: "recoverTo: 2026-03-02T00:00:00Z",
      note: "export: dbo.T: 1 row says that it changed after the last good moment: it gives no values (up to 2027-02-28 10:00:00)",
      name: "Ann",
    },
    {
      title: "a clock that is a year ahead, where it is not",
      rest: "",
      note: "export: dbo.T: 1 row says that it changed after the source's asOf: is its clock ahead? (up to 2027-02-28 10:00:00)",
      name: "Anna",
    },
  ])("$title", async ({ rest, note, name }) => {
    const more = `${march}, tables: { T: { modifiedAt: Changed } }`;
    const rows = "ID,Name,Changed\n1,Anna,2027-02-28 10:00:00\n2,Bob,2026-02-28 10:00:00\n";
    const ran = await run({ ...backup, "export/T.csv": rows }, { more, rest });
    expect(ran.report.notes).toContain(note);
    const { cells } = await explain(ran.incident, "T", ["1"], "Name");
    expect(cells).toMatchObject([{ value: name }]);
  });

  it("rows that changed after their line left production's", async () => {
    const more = `${march}, line: test, branchedAt: 2026-01-05T00:00:00Z, tables: { T: { modifiedAt: Changed } }`;
    const rows = "ID,Name,Changed\n1,Anna,2026-01-06 00:00:00\n2,Bobby,2026-02-28 10:20:00\n";
    const ran = await run({ ...backup, "export/T.csv": rows }, { more });
    expect(ran.report.notes).toContain(
      "export: dbo.T: 2 rows changed after the line left production's: they give no values (up to 2026-02-28 10:20:00)",
    );
  });
});
