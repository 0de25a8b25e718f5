import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import type { Table } from "../../src/schema/model.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { emittedRows, runFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";

async function reconciled(identity: string): Promise<Ran> {
  return runFiles({
    "schema.sql":
      "CREATE TABLE Customers (Id int NOT NULL PRIMARY KEY, Email varchar(40) NULL, Country char(2) NULL, Name varchar(40) NULL)",
    "recipe.yaml": `
incident: small
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  backup: { extractor: csv, path: backup/Customers.csv, asOf: 2026-01-01T00:00:00Z }
  export: { extractor: csv, path: export/Customers.csv, asOf: 2026-03-01T00:00:00Z }
rules: { tables: { Customers: { ${identity} } } }
`,
    "backup/Customers.csv":
      "Id,Email,Country,Name\n1,a@x,DE,Ann\n2,b@x,DE,Bob\n3,c@x,DE,Cyd\n4,,DE,Dan\n5,e@x,DE,Eve\n",
    "export/Customers.csv":
      "Id,Email,Country,Name\n1,A@X ,DE,Anna\n2,z@y,DE,Zoe\n3,c@x,FR,Cyd\n4,d@x,DE,Dan\n5,e@x,DE,Eva\n",
  });
}

function withheld({ incident }: Ran): string[][] {
  const reader = new ReconciledReader(layoutOf(incident.directory).reconciled);
  try {
    return [...reader.withheldRows(incident.tables[0] as Table)].map(({ key, reason }) => [key, reason]);
  } finally {
    reader.close();
  }
}

describe("one id with two natural keys", () => {
  it("is a conflict of the row where ids keep them; NULL and what the collation takes as equal are none", async () => {
    const ran = await reconciled("identity: { natural: [Email], stable: true }");
    expect(withheld(ran)).toEqual([["2", "identity: two rows under one id: b@x (backup), z@y (export)"]]);
    expect(emittedRows(ran, ran.incident.tables[0] as Table).map(([id, , , name]) => [id, name])).toEqual([
      [1, "Anna"],
      [3, "Cyd"],
      [4, "Dan"],
      [5, "Eva"],
    ]);
  });

  it("compares composite natural keys as a whole", async () => {
    const ran = await reconciled("identity: { natural: [Email, Country], stable: true }");
    expect(withheld(ran)).toEqual([
      ["2", "identity: two rows under one id: b@x DE (backup), z@y DE (export)"],
      ["3", "identity: two rows under one id: c@x DE (backup), c@x FR (export)"],
    ]);
  });

  it("is a warning with its count where they may change, and not looked at where nobody says what they are", async () => {
    const ran = await reconciled("identity: { natural: [Email] }");
    expect(withheld(ran)).toEqual([]);
    expect(ran.report.notes).toContain(
      "dbo.Customers: 1 id stands for rows with different Email; where an id keeps them, say `identity: { stable: true }`",
    );
    expect((await reconciled("")).report.notes.join()).not.toContain("rows with different");
  });
});
