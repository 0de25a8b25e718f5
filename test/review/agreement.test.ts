/** Who agrees with whom: counted from the index, held against a count by hand over the explained cells. */
import { assert, asyncProperty, constantFrom, integer, record, uniqueArray } from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { explain } from "../../src/pipeline.ts";
import type { Incident } from "../../src/pipeline.ts";
import { IndexReader } from "../../src/review/index-reader.ts";
import { runFiles, temporaryFolder } from "../incident.ts";

interface Row {
  readonly id: number;
  readonly name: string | null;
  readonly city: string | null | undefined;
}

type Sources = Readonly<Record<string, readonly Row[]>>;

const columns = ["ID", "Name", "City"] as const;

/** A source without cities has no such column: it claims none. */
function csvOf(rows: readonly Row[]): string {
  const hasCity = rows.some(({ city }) => city !== undefined);
  const lines = rows.map(({ id, name, city }) => [id, name ?? "", ...(hasCity ? [city ?? ""] : [])].join(","));
  return `${["ID", "Name", ...(hasCity ? ["City"] : [])].join(",")}\n${lines.map((line) => `${line}\n`).join("")}`;
}

async function agreementsOf(sources: Sources, rules: readonly string[]) {
  const ids = Object.keys(sources);
  const tables = { "dbo.People": {} };
  const { incident } = await runFiles(
    {
      "recipe.yaml": JSON.stringify({
        incident: "people",
        target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
        sources: Object.fromEntries(ids.map((id) => [id, { extractor: "csv", path: `${id}.csv`, null: "", tables }])),
        rules: { default: rules },
      }),
      "schema.sql": "CREATE TABLE dbo.People (ID int NOT NULL PRIMARY KEY, Name nvarchar(9), City nvarchar(9))",
      ...Object.fromEntries(Object.entries(sources).map(([id, rows]) => [`${id}.csv`, csvOf(rows)])),
    },
    temporaryFolder(),
  );
  const index = new IndexReader(layoutOf(incident.directory).review);
  const found = { pairs: index.pairs().filter(({ shared }) => shared > 0), claimants: index.claimants() };
  index.close();
  return { incident, ...found };
}

/** The same from what each source says of each cell. */
async function byHand(incident: Incident, sources: Sources) {
  const pairs = new Map<string, { shared: number; agreed: number }>();
  const keys = new Set(Object.values(sources).flatMap((rows) => rows.map(({ id }) => id)));
  for (const key of keys)
    for (const column of columns) {
      const { cells } = await explain(incident, "dbo.People", [String(key)], column);
      const claims = cells[0]?.claims ?? [];
      for (const [at, one] of claims.entries())
        for (const other of claims.slice(at + 1)) {
          const name = [one.source, other.source].toSorted().join(" ");
          const known = pairs.get(name) ?? { shared: 0, agreed: 0 };
          pairs.set(name, {
            shared: known.shared + 1,
            agreed: known.agreed + (one.value?.toLowerCase() === other.value?.toLowerCase() ? 1 : 0),
          });
        }
    }
  return [...pairs]
    .map(([name, counts]) => ({ one: name.split(" ")[0], other: name.split(" ")[1], ...counts }))
    .toSorted((left, right) => (`${left.one} ${left.other}` < `${right.one} ${right.other}` ? -1 : 1));
}

const ask = ["ask"];

describe("agreement", () => {
  it("is counted over the cells that both claim, and held against what stands", async () => {
    const { pairs, claimants } = await agreementsOf(
      {
        a: [
          { id: 1, name: "Ada", city: "Rom" },
          { id: 2, name: "Bob", city: "Ulm" },
        ],
        b: [
          { id: 1, name: "Ada", city: "Bern" },
          { id: 2, name: "Rob", city: "Ulm" },
          { id: 3, name: "Eve", city: null },
        ],
        c: [
          { id: 1, name: "Ada", city: undefined },
          { id: 2, name: "Bob", city: undefined },
        ],
      },
      ["majority", "ask"],
    );
    expect(pairs).toEqual([
      { one: "a", other: "b", shared: 6, agreed: 4 },
      { one: "a", other: "c", shared: 4, agreed: 4 },
      { one: "b", other: "c", shared: 4, agreed: 3 },
    ]);
    // The cities of 1 are contested: nothing stands. Of 2 the names are a matter of the majority.
    expect(Object.fromEntries(claimants)).toEqual({
      a: { checkable: 5, right: 5 },
      b: { checkable: 5, right: 4 },
      c: { checkable: 4, right: 4 },
    });
  });

  it("is the same as a count over every explained cell", async () => {
    const cell = constantFrom("x", "y", "zz", null);
    const row = record({ id: integer({ min: 1, max: 4 }), name: cell, city: cell });
    const rows = uniqueArray(row, { selector: ({ id }) => id, minLength: 1, maxLength: 4 });
    const sources = record({ a: rows, b: rows, c: rows, d: rows });
    await assert(
      asyncProperty(sources, constantFrom(ask, ["majority", "ask"], ["longest", "ask"]), async (given, rules) => {
        const { incident, pairs } = await agreementsOf(given, rules);
        expect(pairs).toEqual(await byHand(incident, given));
      }),
      { numRuns: 25 },
    );
  });
});
