import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { explain } from "../../src/pipeline.ts";
import type { Table } from "../../src/schema/model.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { emittedRows, runFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";

const schema = `
CREATE TABLE Customers (Id int IDENTITY NOT NULL PRIMARY KEY, Email varchar(40) NULL, Country char(2) NULL, Name varchar(40) NULL,
  Boss int NULL REFERENCES Customers)
CREATE TABLE Orders (Id int NOT NULL PRIMARY KEY, Customer int NULL REFERENCES Customers, Note varchar(40) NULL)
CREATE TABLE Lines ([Order] int NOT NULL REFERENCES Orders, Line int NOT NULL, Customer int NULL REFERENCES Customers (Id), PRIMARY KEY ([Order], Line))
`;
const recipe = (match: string): string => `
incident: small
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  backup: { extractor: csv, path: backup/*.csv, asOf: 2026-01-01T00:00:00Z }
  test:
    extractor: csv
    path: test/*.csv
    tables: { Customers: { crosswalk: { match: [${match}] } }, Orders: {}, Lines: {} }
`;

async function reconciled(files: Readonly<Record<string, string>>, match = "Email"): Promise<Ran> {
  return runFiles({ "schema.sql": schema, "recipe.yaml": recipe(match), ...files });
}

function tableOf({ incident }: Ran, name: string): Table {
  return incident.tables.find((table) => table.name === name) as Table;
}

function withheld(ran: Ran, name: string): string[][] {
  const reader = new ReconciledReader(layoutOf(ran.incident.directory).reconciled);
  try {
    return [...reader.withheldRows(tableOf(ran, name))].map(({ key, reason }) => [key, reason]);
  } finally {
    reader.close();
  }
}

const backup = "Id,Email,Country,Boss\n1,a@x,DE,\n2,b@x,DE,1\n3,c@x,FR,1\n";

describe("a source with keys of its own", () => {
  it("is found by its natural key, in the column's collation, and its rows get the target's keys", async () => {
    const ran = await reconciled({
      "backup/Customers.csv": backup,
      "test/Customers.csv": "Id,Email,Name\n71,B@X,Bob\n70,a@x,Ann\n72,c@x,Cyd\n",
    });
    expect(emittedRows(ran, tableOf(ran, "Customers")).map(([id, , , name]) => [id, name])).toEqual([
      [1, "Ann"],
      [2, "Bob"],
      [3, "Cyd"],
    ]);
    expect(ran.report.summary.tables[0]).toMatchObject({ keys: 3, emitted: 3, withheld: 0 });
  });

  it("carries its children along, and their children, and references of the table to itself", async () => {
    const ran = await reconciled({
      "backup/Customers.csv": "Id,Email\n1,a@x\n2,b@x\n",
      "test/Customers.csv": "Id,Email,Boss\n70,a@x,\n71,b@x,70\n",
      "test/Orders.csv": "Id,Customer\n5,71\n6,\n",
      "test/Lines.csv": "Order,Line,Customer\n5,1,70\n9,1,71\n",
      "backup/Orders.csv": "Id,Customer\n9,1\n",
    });
    expect(emittedRows(ran, tableOf(ran, "Customers")).map(([id, , , , boss]) => [id, boss])).toEqual([
      [1, null],
      [2, 1],
    ]);
    expect(emittedRows(ran, tableOf(ran, "Orders")).map((row) => row.slice(0, 2))).toEqual([
      [5, 2],
      [6, null],
      [9, 1],
    ]);
    expect(emittedRows(ran, tableOf(ran, "Lines"))).toEqual([
      [5, 1, 1],
      [9, 1, 2],
    ]);
  });

  it("rows without exactly one match are withheld with their children, and take nothing from a row of the same number", async () => {
    const ran = await reconciled({
      "backup/Customers.csv": "Id,Email,Name\n1,a@x,Ann\n2,b@x,Bob\n3,d@x,D\n4,d@x,D\n5,,NULL has no name\n6,e@x,E\n",
      "test/Customers.csv":
        "Id,Email,Name,Boss\n1,new@x,New,\n2,d@x,D,\n3,,Nobody,\n4,e@x,E1,\n5,E@x,E2,\n6,b@x,Bob,1\n",
      "backup/Orders.csv": "Id,Customer,Note\n7,1,right\n",
      "test/Orders.csv": "Id,Customer,Note\n7,1,wrong\n8,6,good\n",
      "test/Lines.csv": "Order,Line\n7,1\n8,1\n",
    });
    expect(withheld(ran, "Customers")).toEqual([
      ["1 of test", "no-key: no other source has a row with its Email"],
      ["2 of test", "no-key: several rows have its Email"],
      ["3 of test", "no-key: it gives no Email to be found by"],
      ["4 of test", "no-key: several rows of its source have the Email of one row"],
      ["5 of test", "no-key: several rows of its source have the Email of one row"],
      ["6 of test", "no-key: its row of dbo.Customers has no match"],
    ]);
    expect(withheld(ran, "Orders")).toEqual([["7 of test", "no-key: its row of dbo.Customers has no match"]]);
    expect(withheld(ran, "Lines")).toEqual([["7, 1 of test", "no-key: its row of dbo.Orders has no match"]]);
    expect(emittedRows(ran, tableOf(ran, "Customers")).map(([id]) => id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(emittedRows(ran, tableOf(ran, "Orders"))).toEqual([
      [7, 1, "right"],
      [8, 2, "good"],
    ]);
    expect(emittedRows(ran, tableOf(ran, "Lines"))).toEqual([[8, 1, null]]);
    expect(ran.report.notes).toContain(
      "test: dbo.Customers: 2 rows without a key of the target's (4, 5): several rows of its source have the Email of one row",
    );
    expect(ran.report.summary.tables).toMatchObject([
      { keys: 12, emitted: 6, withheld: 6, missing: { lost: 0, unknown: 0 } },
      { keys: 3, emitted: 2, withheld: 1 },
      { keys: 2, emitted: 1, withheld: 1 },
    ]);
  });

  it("composite natural keys match as a whole; GOTCHAS 33: a NULL in them matches nothing", async () => {
    const ran = await reconciled(
      {
        "backup/Customers.csv": "Id,Email,Country\n1,a@x,DE\n2,a@x,FR\n3,b@x,\n",
        "test/Customers.csv": "Id,Email,Country,Name\n70,a@x,fr,Two\n71,a@x,DE,One\n72,b@x,,\n73,a@x,IT,\n",
      },
      "Email, Country",
    );
    expect(emittedRows(ran, tableOf(ran, "Customers")).map(([id, , , name]) => [id, name])).toEqual([
      [1, "One"],
      [2, "Two"],
      [3, null],
    ]);
    expect(withheld(ran, "Customers").map(([key]) => key)).toEqual(["72 of test", "73 of test"]);
  });

  it("GOTCHAS 5: its ids do not count for the next identity value", async () => {
    const ran = await reconciled({
      "backup/Customers.csv": backup,
      "test/Customers.csv": "Id,Email\n900,a@x\n901,z@x\n",
      "test/Orders.csv": "Id,Customer\n1,901\n",
    });
    const reader = new ReconciledReader(layoutOf(ran.incident.directory).reconciled);
    expect(reader.totals(tableOf(ran, "Customers")).highestIdentity).toBe(3n);
    reader.close();
    expect(ran.report.summary.tables[0]?.missing).toEqual({ lost: 0, unknown: 0 });
  });

  it("GOTCHAS 39: deletes nothing by what it lacks while it has rows without a match", async () => {
    const complete = recipe("Email").replace(
      "path: test/*.csv",
      "path: test/*.csv\n    asOf: 2026-02-01T00:00:00Z\n    coverage: complete",
    );
    const files = {
      "schema.sql": schema,
      "recipe.yaml": `${complete}rules: { inferredDeletes: 100% }\n`,
      "backup/Customers.csv": backup,
    };
    const matched = await runFiles({ ...files, "test/Customers.csv": "Id,Email\n70,a@x\n71,b@x\n" });
    expect(matched.report.summary.tables[0]).toMatchObject({ keys: 3, emitted: 2, deleted: 1 });
    const unmatched = await runFiles({ ...files, "test/Customers.csv": "Id,Email\n70,a@x\n71,b@x\n72,cc@x\n" });
    expect(unmatched.report.summary.tables[0]).toMatchObject({ keys: 4, emitted: 3, withheld: 1, deleted: 0 });
  });

  it("cannot be one for a table without a key", async () => {
    const keyless = {
      "schema.sql": schema
        .replace("NOT NULL PRIMARY KEY, Email", "NOT NULL, Email")
        .replaceAll(/REFERENCES Customers( \(Id\))?/g, ""),
    };
    await expect(
      reconciled({ ...keyless, "backup/Customers.csv": backup, "test/Customers.csv": "Id,Email\n1,a@x\n" }),
    ).rejects.toThrow(/dbo\.Customers has no key that a crosswalk could change/s);
  });

  it("explain tells a row by the target's key, with the place in the source", async () => {
    const ran = await reconciled({
      "backup/Customers.csv": backup,
      "test/Customers.csv": "Id,Email,Name\n71,b@x,Bob\n",
    });
    const told = await explain(ran.incident, "Customers", ["2"], "Name");
    expect(told).toMatchObject({ key: "2", verdict: "emitted" });
    expect(told.cells[0]?.claims.map(({ source, value, locator }) => [source, value, locator])).toContainEqual([
      "test",
      "Bob",
      "test/Customers.csv line 2",
    ]);
  });

  it("explain tells a row by what its source calls it, as withheld.csv writes it", async () => {
    const ran = await reconciled({
      "backup/Customers.csv": backup,
      "test/Customers.csv": "Id,Email\n71,b@x\n72,z@x\n",
      "test/Orders.csv": "Id,Customer\n5,72\n",
      "test/Lines.csv": "Order,Line\n5,1\n",
    });
    const told = async (table: string, ...key: string[]) => {
      const { key: name, verdict } = await explain(ran.incident, table, key);
      return [name, verdict];
    };
    const noMatch = "withheld: no-key: no other source has a row with its Email";
    expect(await told("Customers", "72 of test")).toEqual(["72 of test", noMatch]);
    expect(await told("Customers", "71 of test")).toEqual(["2", "emitted"]);
    expect(await told("Lines", "5", " 1 of test")).toEqual([
      "5, 1 of test",
      "withheld: no-key: its row of dbo.Orders has no match",
    ]);
    await expect(told("Customers", "2 of test")).rejects.toThrow(/key 2: the source has no row that it calls so/);
    await expect(told("Customers", "2 of backup")).rejects.toThrow(/the value for Id is not an int/);
  });

  it("a text key of the target's may read like one of a source's", async () => {
    const ran = await runFiles({
      "schema.sql": "CREATE TABLE Banks (Name varchar(40) NOT NULL PRIMARY KEY, Code int NULL)",
      "recipe.yaml": recipe("Code").replace(/tables: .*/, "tables: { Banks: { crosswalk: { match: [Code] } } }"),
      "backup/Banks.csv": "Name,Code\nBank of test,1\n",
      "test/Banks.csv": "Name,Code\nBank,2\nShop,3\n",
    });
    expect(await explain(ran.incident, "Banks", ["Bank of test"], "Code")).toMatchObject({ verdict: "emitted" });
    expect(await explain(ran.incident, "Banks", ["Shop of test"])).toMatchObject({ key: "Shop of test" });
  });

  it("a production that was renumbered at random reconciles to the same rows as production itself", async () => {
    const people = fc.array(fc.record({ boss: fc.nat(), orders: fc.array(fc.nat(99), { maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 8,
    });
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(people, numbers, async (rows, renumbered) => {
        const own = productionFiles(rows, (index) => index + 1);
        const keys = { "backup/Customers.csv": `Id,Email\n${rows.map((_, at) => `${at + 1},p${at}@x\n`).join("")}` };
        const production = await runFiles({
          "schema.sql": schema,
          "recipe.yaml": recipe("Email").replace(/crosswalk: [^}]*} /, ""),
          ...keys,
          ...testFiles(own),
        });
        const moved = productionFiles(rows, (index) => renumbered[index] as number);
        const crossed = await reconciled({ ...keys, ...testFiles(moved) });
        for (const { name } of production.incident.tables)
          expect(emittedRows(crossed, tableOf(crossed, name))).toEqual(
            emittedRows(production, tableOf(production, name)),
          );
        expect(emittedRows(crossed, tableOf(crossed, "Orders"))).toHaveLength(
          rows.flatMap(({ orders }) => orders).length,
        );
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

interface Person {
  readonly boss: number;
  readonly orders: readonly number[];
}

function productionFiles(people: readonly Person[], idOf: (index: number) => number) {
  const customers = people.map(({ boss }, at) => `${idOf(at)},p${at}@x,${idOf(boss % people.length)}\n`);
  const orders = people.flatMap((person, at) => person.orders.map((note) => ({ customer: idOf(at), note })));
  return {
    Customers: `Id,Email,Boss\n${customers.join("")}`,
    Orders: `Id,Customer,Note\n${orders.map(({ customer, note }, at) => `${at + 1},${customer},${note}\n`).join("")}`,
  };
}

function testFiles(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`test/${name}.csv`, text]));
}
