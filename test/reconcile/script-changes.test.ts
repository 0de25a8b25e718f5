/** Scripts that change and delete single rows: an explicit-delete source, end to end. */
import { describe, expect, it } from "vitest";
import { explain } from "../../src/pipeline.ts";
import type { Table } from "../../src/schema/model.ts";
import { emittedRows, runFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";

const schema = "CREATE TABLE T (ID int NOT NULL PRIMARY KEY, Name nvarchar(10) NULL, Phone varchar(10) NULL)";
const rows = "INSERT T VALUES (1, N'Ann', '1'), (2, N'Bob', '2'), (3, N'Cyd', '3')\n";

async function reconciled(script: string, { asOf = ", asOf: 2026-03-01T00:00:00Z", rules = "{}" } = {}): Promise<Ran> {
  const recipe = `
incident: changes
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  backup: { extractor: sql-script, path: backup.sql, asOf: 2026-01-01T00:00:00Z }
  delta: { extractor: sql-script, path: delta.sql${asOf} }
rules: ${rules}
`;
  return runFiles({ "schema.sql": schema, "recipe.yaml": recipe, "backup.sql": rows, "delta.sql": script });
}

async function verdict({ incident }: Ran, key: string): Promise<string> {
  return (await explain(incident, "T", [key])).verdict;
}

function emitted(ran: Ran): unknown[][] {
  return emittedRows(ran, ran.incident.tables[0] as Table);
}

const [ann, bob, cyd] = [
  [1, "Ann", "1"],
  [2, "Bob", "2"],
  [3, "Cyd", "3"],
];

interface Case {
  readonly title: string;
  readonly script: string;
  readonly emitted: readonly unknown[];
}

const cases: Case[] = [
  { title: "a row that it deletes is deleted", script: "DELETE T WHERE ID = 2", emitted: [ann, cyd] },
  {
    title: "a column that it sets is newer, the others stay",
    script: "UPDATE T SET Phone = '9' WHERE ID = 2",
    emitted: [ann, [2, "Bob", "9"], cyd],
  },
  {
    title: "its own order tells: inserted, then changed twice",
    script:
      "INSERT T VALUES (4, N'D', '4')\nUPDATE T SET Phone = '5' WHERE ID = 4\nUPDATE T SET Phone = '6' WHERE ID = 4",
    emitted: [ann, bob, cyd, [4, "D", "6"]],
  },
  {
    title: "its own order tells: inserted, then deleted",
    script: "INSERT T VALUES (4, N'D', '4')\nDELETE T WHERE ID = 4",
    emitted: [ann, bob, cyd],
  },
  {
    title: "its own order tells: deleted, then inserted anew, which takes nothing from the row before",
    script: "DELETE T WHERE ID = 2\nINSERT T (ID, Name) VALUES (2, N'Bea')",
    emitted: [ann, [2, "Bea", null], cyd],
  },
];

describe("a script that changes single rows", () => {
  it.each(cases)("$title", async ({ script, emitted: expected }) => {
    const ran = await reconciled(script);
    expect(emitted(ran)).toEqual(expected);
    expect(ran.report.summary.verdict).toBe("clean");
  });

  it("a delete is told with its source and its time", async () => {
    const ran = await reconciled("DELETE T WHERE ID = 2");
    expect(await verdict(ran, "2")).toBe("deleted: deleted by delta at 2026-03-01T00:00:00.000Z");
    expect(emitted(await reconciled("DELETE T WHERE ID = 2", { rules: "{ deletes: ignore }" }))).toHaveLength(3);
    expect(emitted(await reconciled("DELETE T WHERE ID = 2", { rules: "{ deletes: explicit }" }))).toHaveLength(2);
  });

  it("without a time, only its own rows are deleted for sure; what it inserts anew is there", async () => {
    const script =
      "DELETE T WHERE ID = 2\nINSERT T VALUES (4, N'D', '4')\nDELETE T WHERE ID = 4\nDELETE T WHERE ID = 3\nINSERT T VALUES (3, N'Cyd', '3')";
    const ran = await reconciled(script, { asOf: "" });
    expect(await verdict(ran, "2")).toBe("withheld: uncertain: deleted by delta at an unknown time");
    expect(await verdict(ran, "4")).toBe("deleted: deleted by delta at an unknown time");
    expect(emitted(ran)).toEqual([ann, cyd]);
  });
});
