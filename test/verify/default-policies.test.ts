/** What a run does where the recipe says nothing: references, disabled keys, cells that did not parse, cut ids. */
import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { runFiles } from "../incident.ts";

const parents = "CREATE TABLE P (ID int IDENTITY PRIMARY KEY, V int NULL)";
const children = "CREATE TABLE C (ID int PRIMARY KEY, PID int NULL CONSTRAINT FK_P REFERENCES P)";

/** Two sources of unknown time, `a` and `b`, in which conflicts stay open. */
async function rescue(schema: string, files: Readonly<Record<string, string>>) {
  const sources = ["a", "b"].filter((id) => Object.keys(files).some((name) => name.startsWith(`${id}/`)));
  const ran = await runFiles({
    "schema.sql": schema,
    "recipe.yaml": `incident: policies\ntarget: { dialect: sqlserver, version: 2008, schema: schema.sql }\nsources:\n${sources
      .map((id) => `  ${id}: { extractor: csv, path: ${id}/*.csv }\n`)
      .join("")}rules: { default: [ask] }\n`,
    ...files,
  });
  const reader = new ReconciledReader(layoutOf(ran.incident.directory).reconciled);
  const withheld = ran.incident.tables.map((table) => reader.withheldReasons(table).map(({ reason }) => reason));
  reader.close();
  const constraints = fs.readFileSync(path.join(ran.report.scripts, "80-constraints.sql"), "utf8");
  return { ...ran.report.summary, withheld, reseed: /RESEED, (\d+)/.exec(constraints)?.[1] };
}

it("a contested reference withholds its row, and proves no lost parent", async () => {
  const { withheld, tables, reseed } = await rescue(`${parents}\n${children}`, {
    "a/P.csv": "ID,V\n1,1\n",
    "a/C.csv": "ID,PID\n1,7\n",
    "b/C.csv": "ID,PID\n1,1\n",
  });
  expect(withheld).toEqual([[], ["contested: PID"]]);
  expect(tables[0]?.missing).toEqual({ lost: 0, unknown: 0 });
  expect(reseed).toBe("1");
});

it("a foreign key that is disabled withholds nothing", async () => {
  const { withheld } = await rescue(`${parents}\n${children}\nGO\nALTER TABLE C NOCHECK CONSTRAINT FK_P`, {
    "a/P.csv": "ID,V\n1,1\n",
    "a/C.csv": "ID,PID\n1,9\n",
  });
  expect(withheld).toEqual([[], []]);
});

it("a cell that did not parse needs people, although nothing is quarantined, contested or withheld", async () => {
  const { verdict, sources } = await rescue(parents, { "a/P.csv": "ID,V\n1,many\n" });
  expect(sources[0]?.quarantined).toBe(0);
  expect(verdict).toBe("needs-review");
});
