import { expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { emittedRows, runFiles } from "../incident.ts";

const recipe = `
incident: collisions
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  files: { extractor: csv, path: "*.csv" }
`;

async function rescue(schema: string, users: string, orders = "") {
  const files = { "schema.sql": schema, "recipe.yaml": recipe, "Users.csv": users };
  const ran = await runFiles(orders === "" ? files : { ...files, "Orders.csv": orders });
  const reader = new ReconciledReader(layoutOf(ran.incident.directory).reconciled);
  const withheld = ran.incident.tables.map((table) => reader.withheldReasons(table));
  reader.close();
  const emitted = ran.incident.tables.map((table) => emittedRows(ran, table).map(([id]) => id));
  return { emitted, withheld, verdict: ran.report.summary.verdict };
}

const users = "CREATE TABLE Users (ID int PRIMARY KEY, Email varchar(20) NULL UNIQUE)";

it("GOTCHAS 32: rows that share a unique key under its collation are withheld before the load, their children too", async () => {
  const orders = "CREATE TABLE Orders (ID int PRIMARY KEY, UserID int NOT NULL REFERENCES Users)";
  const { emitted, withheld, verdict } = await rescue(
    `${users}\n${orders}`,
    "ID,Email\n1,ann@x\n2,Ann@X \n3,bob@x\n",
    "ID,UserID\n1,1\n2,3\n",
  );
  expect(emitted).toEqual([[3], [2]]);
  expect(withheld).toEqual([
    [{ reason: "not unique: several rows have the same Email", rows: 2 }],
    [{ reason: "no parent: its row of dbo.Users is not recovered", rows: 1 }],
  ]);
  expect(verdict).toBe("needs-review");
});

it("GOTCHAS 33: to a unique key two NULLs are the same, one is none too many", async () => {
  expect((await rescue(users, "ID,Email\n1,\n2,b\n")).emitted).toEqual([[1, 2]]);
  expect((await rescue(users, "ID,Email\n1,\n2,\n3,c\n")).emitted).toEqual([[3]]);
});

it("a key of several columns collides only as a whole", async () => {
  const pairs = "CREATE TABLE Users (ID int PRIMARY KEY, A int NULL, B nchar(5) NULL, UNIQUE (A, B))";
  const { emitted, withheld } = await rescue(pairs, "ID,A,B\n1,1,x\n2,1,y\n3,2,x\n4,,x\n5,,X\n6,,y\n");
  expect(emitted).toEqual([[1, 2, 3, 6]]);
  expect(withheld).toEqual([[{ reason: "not unique: several rows have the same A, B", rows: 2 }]]);
});

it("a row that is withheld already stands in nobody's way", async () => {
  const named = "CREATE TABLE Users (ID int PRIMARY KEY, Email varchar(20) NULL UNIQUE, Name varchar(9) NOT NULL)";
  expect((await rescue(named, "ID,Email,Name\n1,a,x\n2,a,\n")).emitted).toEqual([[1]]);
});
