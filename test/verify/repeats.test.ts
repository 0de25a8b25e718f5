import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { emittedRows, runFiles } from "../incident.ts";

/** Rescues a table without a key from CSV texts, one a source. */
async function rescue(schema: string, ...texts: readonly string[]) {
  const sources = texts.map((_, index) => `  s${index}: { extractor: csv, path: s${index}/*.csv }`);
  const ran = await runFiles({
    "schema.sql": schema,
    "recipe.yaml": `incident: keyless\ntarget: { dialect: sqlserver, version: 2008, schema: schema.sql }\nsources:\n${sources.join("\n")}\n`,
    ...Object.fromEntries(texts.map((text, index) => [`s${index}/Log.csv`, text])),
  });
  const [table] = ran.incident.tables;
  if (table === undefined) throw new Error("the schema has a table");
  const reader = new ReconciledReader(layoutOf(ran.incident.directory).reconciled);
  const withheld = reader.withheldReasons(table).map(({ rows }) => rows);
  reader.close();
  return { rows: emittedRows(ran, table), withheld, verdict: ran.report.summary.verdict };
}

const log = "CREATE TABLE Log (Name nvarchar(20) NULL, Text nvarchar(20) NULL, Level int NULL)";

describe("a table without a key", () => {
  it("gets no row twice because a source gives fewer columns of it", async () => {
    const { rows, withheld, verdict } = await rescue(
      log,
      "Name,Text,Level\na,hello,1\na,hello,1\nb,,2\n",
      "Name,Text\nA,hello \na,hello\nb,\nc,new\n",
    );
    expect(rows).toEqual([
      ["a", "hello", 1],
      ["a", "hello", 1],
      ["b", null, 2],
      ["c", "new", null],
    ]);
    expect(withheld).toEqual([3]);
    expect(verdict).toBe("needs-review");
  });

  it("gets as many of equal rows as the source with the most, however narrow it is", async () => {
    const { rows, withheld } = await rescue(log, "Name,Text,Level\na,x,1\n", "Name\na\na\na\n");
    expect(rows).toHaveLength(3);
    expect(withheld).toEqual([1]);
  });

  it("counts a row that is itself a repeat for no other", async () => {
    const { rows, withheld } = await rescue(log, "Name,Text,Level\na,x,1\n", "Name,Text\na,x\n", "Name\na\na\n");
    expect(rows).toHaveLength(2);
    expect(withheld).toEqual([2]);
  });

  it("keeps rows that differ in what both give, NULL from a value too", async () => {
    const { rows, withheld } = await rescue(log, "Name,Text,Level\na,x,1\nb,,1\n", "Name,Text\na,y\nb,z\n,\n");
    expect(rows).toHaveLength(5);
    expect(withheld).toEqual([]);
  });

  it("with a key, narrow and wide observations are one row and nothing is withheld", async () => {
    const keyed = "CREATE TABLE Log (Name nvarchar(20) NOT NULL PRIMARY KEY, Text nvarchar(20) NULL, Level int NULL)";
    const { rows, withheld } = await rescue(keyed, "Name,Text,Level\na,x,1\n", "Name,Text\na,x\n");
    expect(rows).toEqual([["a", "x", 1]]);
    expect(withheld).toEqual([]);
  });
});
