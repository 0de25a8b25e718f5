import { expect, it } from "vitest";
import { describeAlone } from "../../src/verify/recovery-alone.ts";
import { runFiles } from "../incident.ts";

const schema = "CREATE TABLE T (ID int PRIMARY KEY, A varchar(9) NULL, B varchar(9) NULL)";

async function rescue(sources: Readonly<Record<string, string>>, recipe: string) {
  const files = Object.entries(sources).map(([name, content]) => [`${name}/T.csv`, content] as const);
  const each = Object.keys(sources).map(
    (name) =>
      `  ${name}: { extractor: csv, path: ${name}/T.csv${recipe.includes(`${name} copies`) ? ", copyOf: a" : ""} }\n`,
  );
  const { report } = await runFiles({
    "schema.sql": schema,
    "recipe.yaml": `incident: alone\ntarget: { dialect: sqlserver, version: 2016, schema: schema.sql }\nsources:\n${each.join("")}`,
    ...Object.fromEntries(files),
  });
  return { alone: report.summary.sources.map((source) => [source.id, source.alone]), notes: report.notes };
}

it("counts the rows that only one source has, and the cells that only one claims", async () => {
  const { alone, notes } = await rescue({ a: "ID,A\n1,x\n2,y\n3,\n", b: "ID,A,B\n1,x,p\n2,z,q\n", c: "ID\n1\n" }, "");
  // Row 3 is that of a, with its key and a NULL; column B is that of b, as A of row 2 is claimed by both, in different ways.
  expect(alone).toEqual([
    ["a", { rows: 1, cells: 2 }],
    ["b", { rows: 0, cells: 2 }],
    ["c", { rows: 0, cells: 0 }],
  ]);
  expect(notes.slice(-3)).toEqual([
    "without a: 1 row fewer (dbo.T 1), and no source for 2 cells, theirs included",
    "without b: no source for 2 cells",
    "c: other sources have all that it has",
  ]);
});

it("what a copy has as well is not lost with its original", async () => {
  const { alone } = await rescue({ a: "ID,A\n1,x\n2,y\n", b: "ID,A\n1,x\n" }, "b copies");
  expect(alone).toEqual([
    ["a", { rows: 1, cells: 2 }],
    ["b", { rows: 0, cells: 0 }],
  ]);
});

it("where there is one source, nobody has to be told that all hangs on it", async () => {
  const { alone, notes } = await rescue({ a: "ID,A\n1,x\n2,y\n" }, "");
  expect(alone).toEqual([["a", { rows: 2, cells: 4 }]]);
  expect(notes).toEqual([]);
});

it("says where the rows are", () => {
  const given = [
    { source: "a", table: "dbo.T", rows: 10, cells: 30 },
    { source: "a", table: "dbo.U", rows: 0, cells: 1 },
  ];
  expect(describeAlone("a", given)).toBe(
    "without a: 10 rows fewer (dbo.T 10), and no source for 31 cells, theirs included",
  );
});
