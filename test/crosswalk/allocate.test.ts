/** Keys that the recipe allocates for rows that no source with the target's keys has. */
import fs from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { explain } from "../../src/pipeline.ts";
import type { Table } from "../../src/schema/model.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { emittedRows, runFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";

const schema = `
CREATE TABLE Customers (Id int IDENTITY NOT NULL PRIMARY KEY, Email varchar(40) NULL, Boss int NULL REFERENCES Customers, Name varchar(40) NULL)
CREATE TABLE Orders (Id int NOT NULL PRIMARY KEY, Customer int NULL REFERENCES Customers, No varchar(10) NULL)
CREATE TABLE Lines ([Order] int NOT NULL REFERENCES Orders, Line int NOT NULL, PRIMARY KEY ([Order], Line))
`;

interface Shape {
  readonly allocate?: string;
  /** Crosswalk of dbo.Orders. */
  readonly orders?: string;
  readonly target?: string;
  /** In this order. */
  readonly sources?: readonly string[];
  readonly schema?: string;
}

const complete = { allocate: "{}", orders: "{}", target: "", sources: ["backup", "test"], schema };

function recipe(given: Shape): string {
  const { allocate, orders, target, sources } = { ...complete, ...given };
  const own = `tables: { Customers: { crosswalk: { match: [Email], allocate: ${allocate} } }, Orders: ${orders}, Lines: {} }`;
  const source = (id: string): string =>
    `  ${id}: { extractor: csv, path: ${id}/*.csv, ${id === "backup" ? "asOf: 2026-01-01T00:00:00Z" : own} }\n`;
  return `incident: small\ntarget: { dialect: sqlserver, version: 2008, schema: schema.sql${target} }\nsources:\n${sources.map(source).join("")}`;
}

async function reconciled(files: Readonly<Record<string, string>>, shape: Shape = {}): Promise<Ran> {
  return runFiles({ "schema.sql": shape.schema ?? schema, "recipe.yaml": recipe(shape), ...files });
}

function tableOf({ incident }: Ran, name: string): Table {
  return incident.tables.find((table) => table.name === name) as Table;
}

/** The first cells of every emitted row. */
function rowsOf(ran: Ran, name: string, cells = 2): unknown[][] {
  return emittedRows(ran, tableOf(ran, name)).map((row) => row.slice(0, cells));
}

function report({ incident }: Ran, name: string): string[] {
  return fs
    .readFileSync(path.join(layoutOf(incident.directory).report, name), "utf8")
    .trimEnd()
    .split("\r\n")
    .slice(1);
}

const backup = { "backup/Customers.csv": "Id,Email\n1,a@x\n5,b@x\n" };

/** What comes of two sources with the same rows of their own, but for one. */
async function comesOf(own: readonly string[], sources: readonly string[]): Promise<unknown[]> {
  const text = `Id,Email\n${own.join("\n")}\n`;
  const files = { ...backup, "test/Customers.csv": text, "qa/Customers.csv": text.replace("6,b@x", "6,c@x") };
  const ran = await reconciled(files, { sources });
  return [rowsOf(ran, "Customers"), report(ran, "withheld.csv"), report(ran, "conflicts.csv")];
}

describe("keys that the recipe allocates", () => {
  it("follow the highest id that anything shows, a lost one too; children follow, two levels down and within the table", async () => {
    const ran = await reconciled({
      ...backup,
      "backup/Orders.csv": "Id,Customer\n1,8\n",
      "test/Customers.csv": "Id,Email,Boss\n900,z@x,\n901,y@x,900\n1,a@x,901\n",
      "test/Orders.csv": "Id,Customer\n7,901\n",
      "test/Lines.csv": "Order,Line\n7,1\n",
    });
    expect(rowsOf(ran, "Customers", 3)).toEqual([
      [1, "a@x", 9],
      [5, "b@x", null],
      [9, "y@x", 10],
      [10, "z@x", null],
    ]);
    expect(rowsOf(ran, "Orders")).toEqual([[7, 9]]);
    expect(rowsOf(ran, "Lines")).toEqual([[7, 1]]);
    expect(ran.report.summary.tables[0]).toMatchObject({ missing: { lost: 1, unknown: 5 }, cells: { defaulted: 2 } });
    expect(ran.report.summary.verdict).toBe("needs-review");
  });

  it("are told as the recipe's own: in the notes, the list of conflicts, and by explain", async () => {
    const ran = await reconciled({ ...backup, "test/Customers.csv": "Id,Email\n900,z@x\n" });
    expect(ran.report.notes).toContain(
      "test: dbo.Customers: the recipe allocates a key for 1 row (6 for 900): it is neither the source's nor production's",
    );
    const reason = "no key of production's: the recipe allocates it for 900 of test";
    expect(report(ran, "conflicts.csv")).toEqual([
      `"dbo.Customers","6","Id","defaulted","allocate","${reason}","6",""`,
    ]);
    const [cell] = (await explain(ran.incident, "Customers", ["900 of test"], "Id")).cells;
    expect(cell).toMatchObject({ value: "6", class: "defaulted", rule: "allocate", reason });
    expect(cell?.claims.map(({ value, outcome }) => [value, outcome])).toEqual([
      ["900", "no claim: the source's own number of the row"],
    ]);
  });

  it("GOTCHAS 5: the next identity value comes behind them, and behind the margin that stays free for lost ids", async () => {
    const files = { ...backup, "test/Customers.csv": "Id,Email\n900,z@x\n901,y@x\n" };
    const ran = await reconciled(files, { target: ", reseedMargin: 100" });
    expect(rowsOf(ran, "Customers").map(([id]) => id)).toEqual([1, 5, 106, 107]);
    const reader = new ReconciledReader(layoutOf(ran.incident.directory).reconciled);
    expect(reader.totals(tableOf(ran, "Customers")).highestIdentity).toBe(107n);
    reader.close();
    expect(ran.report.summary.tables[0]?.missing).toEqual({ lost: 0, unknown: 3 });
  });

  it("are never given to rows that are ambiguous, or have no natural key", async () => {
    const ran = await reconciled({
      "backup/Customers.csv": "Id,Email\n1,a@x\n2,d@x\n3,d@x\n",
      "test/Customers.csv": "Id,Email,Boss\n70,d@x,\n71,,\n72,n@x,\n73,N@X,\n74,o@x,\n74,p@x,\n75,q@x,70\n76,r@x,\n",
      "test/Orders.csv": "Id,Customer\n7,72\n8,76\n",
    });
    expect(report(ran, "withheld.csv")).toEqual([
      '"dbo.Customers","70 of test","no-key: several rows have its Email"',
      '"dbo.Customers","71 of test","no-key: it gives no Email to be found by"',
      '"dbo.Customers","72 of test","no-key: several rows of its source have its Email"',
      '"dbo.Customers","73 of test","no-key: several rows of its source have its Email"',
      '"dbo.Customers","74 of test","no-key: no other source has a row with any Email that it gives"',
      '"dbo.Customers","75 of test","no-key: its row of dbo.Customers has no match"',
      '"dbo.Orders","7 of test","no-key: its row of dbo.Customers has no match"',
    ]);
    expect(rowsOf(ran, "Customers").at(-1)?.[1]).toBe("r@x");
    expect(rowsOf(ran, "Orders")).toEqual([[8, rowsOf(ran, "Customers").at(-1)?.[0]]]);
  });

  it("are the same for one natural key in two sources, whatever each calls the row", async () => {
    const files = {
      ...backup,
      "test/Customers.csv": "Id,Email,Name\n70,y@x,Yan\n71,x@x,\n",
      "qa/Customers.csv": "Id,Email,Name\n3,z@x,Zoe\n4,Y@x,Yan\n",
      "test/Orders.csv": "Id,Customer\n7,70\n",
      "qa/Orders.csv": "Id,Customer\n7,4\n",
    };
    const ran = await reconciled(files, { sources: ["backup", "test", "qa"] });
    expect(rowsOf(ran, "Customers")).toEqual([
      [1, "a@x"],
      [5, "b@x"],
      [6, "x@x"],
      [7, expect.stringMatching(/^y@x$/i)],
      [8, "z@x"],
    ]);
    expect(rowsOf(ran, "Orders")).toEqual([[7, 7]]);
    const { cells } = await explain(ran.incident, "Customers", ["7"]);
    expect(cells[0]?.reason).toBe("no key of production's: the recipe allocates it for 4 of qa, 70 of test");
    expect(cells[3]).toMatchObject({ value: "Yan", class: "corroborated" });
  });

  it("serve natural keys that hold them: rows of a child table are told apart by their parents' new keys", async () => {
    const orders = "{ crosswalk: { match: [Customer, No], allocate: { from: 1000 } } }";
    const files = {
      ...backup,
      "backup/Orders.csv": "Id,Customer,No\n1,1,A\n",
      "test/Customers.csv": "Id,Email\n70,z@x\n1,a@x\n",
      "test/Orders.csv": "Id,Customer,No\n1,70,A\n2,1,A\n3,1,B\n",
      "qa/Customers.csv": "Id,Email\n1,z@x\n",
      "qa/Orders.csv": "Id,Customer,No\n9,1,A\n",
      "qa/Lines.csv": "Order,Line\n9,1\n",
    };
    const ran = await reconciled(files, { orders, sources: ["qa", "backup", "test"] });
    expect(rowsOf(ran, "Orders", 3)).toEqual([
      [1, 1, "A"],
      [1000, 1, "B"],
      [1001, 6, "A"],
    ]);
    expect(rowsOf(ran, "Lines")).toEqual([[1001, 1]]);
  });

  it.each([
    ["is counted down where the identity falls", "IDENTITY (-1, -1)", "-1,a@x\n-4,b@x", "{}", [-6, -5, -4, -1]],
    ["goes in the identity's steps", "IDENTITY (10, 10)", "10,a@x\n20,b@x", "{}", [10, 20, 30, 40]],
    ["needs no identity", "", "1,a@x\n2,b@x", "{}", [1, 2, 3, 4]],
    ["may begin below all others", "", "1,a@x\n2,b@x", "{ from: -100 }", [-100, -99, 1, 2]],
    ["begins at the seed where nothing is seen", "IDENTITY (500, 1)", "", "{}", [500, 501]],
  ])("%s", async (_, identity, rows, allocate, ids) => {
    const files = {
      "backup/Customers.csv": `Id,Email\n${rows}\n`,
      "test/Customers.csv": "Id,Email\n70,y@x\n71,z@x\n",
      "schema.sql": schema.replace("IDENTITY", identity),
    };
    const ran = await reconciled(files, { allocate });
    expect(rowsOf(ran, "Customers").map(([id]) => id)).toEqual(ids);
  });

  it.each([
    [
      "a start that is taken",
      { allocate: "{ from: 4 }" },
      /recipe\.yaml:5:\d+.*2 keys .* from 4 on, but 5 is taken.*beyond 5/s,
    ],
    [
      "a type that ends",
      { schema: schema.replaceAll("int ", "tinyint "), allocate: "{ from: 255 }" },
      /no keys are left to allocate: 256 is none of type tinyint/,
    ],
    [
      "a key of several columns",
      {
        schema: schema
          .replace("Email varchar(40) NULL", "Email varchar(40) NOT NULL")
          .replace("NOT NULL PRIMARY KEY, Email", "NOT NULL, Email")
          .replace("Name varchar(40) NULL)", "Name varchar(40) NULL, PRIMARY KEY (Id, Email))")
          .replaceAll(/REFERENCES Customers/g, ""),
      },
      /key of dbo\.Customers is not one whole number/,
    ],
    [
      "a key that is another table's",
      {
        orders: "{ crosswalk: { match: [No], allocate: {} } }",
        schema: schema.replace(
          "CREATE TABLE Orders (Id int NOT NULL",
          "CREATE TABLE Orders (Id int NOT NULL REFERENCES Customers",
        ),
      },
      /key of dbo\.Orders refers to another table/,
    ],
  ])("%s is told with its place", async (_, shape, message) => {
    const files = { ...backup, "test/Customers.csv": "Id,Email\n70,y@x\n71,z@x\n" };
    await expect(reconciled(files, shape)).rejects.toThrow(message);
  });

  it("two starts for one table are told", async () => {
    const text = recipe({ sources: ["backup", "test", "qa"] }).replace("allocate: {}", "allocate: { from: 50 }");
    const files = {
      "recipe.yaml": text,
      ...backup,
      "test/Customers.csv": "Id,Email\n1,y@x\n",
      "qa/Customers.csv": "Id,Email\n1,z@x\n",
    };
    await expect(reconciled(files)).rejects.toThrow(
      /another source allocates keys of the same table from another start/,
    );
  });

  it("a natural key that refers to the table itself is told: its numbers are the source's own", async () => {
    const text = recipe({}).replace("match: [Email]", "match: [Boss, Email]");
    const files = { "recipe.yaml": text, ...backup, "test/Customers.csv": "Id,Email,Boss\n1,y@x,1\n" };
    await expect(reconciled(files)).rejects.toThrow(/Boss refers to rows of dbo\.Customers.*no row can be found by it/);
  });

  it("the order of sources and of their rows does not show", async () => {
    const rows = ["1,a@x", "2,m@x", "3,k@x", "4,j@x", "5,n@x", "6,b@x", "7,"];
    const order = fc.shuffledSubarray(rows, { minLength: rows.length });
    const sources = fc.shuffledSubarray(["backup", "test", "qa"], { minLength: 3 });
    const expected = await comesOf(rows, ["backup", "test", "qa"]);
    await fc.assert(
      fc.asyncProperty(order, sources, async (own, ids) => {
        expect(await comesOf(own, ids)).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  }, 60_000);
});
