import * as fc from "fast-check";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../../src/incident.ts";
import { explain } from "../../src/pipeline.ts";
import { ReconciledReader } from "../../src/stage/reconciled-reader.ts";
import { emittedRows, runFiles } from "../incident.ts";

/** Rescues tables from CSV texts, one a table; `rules` as the recipe has them. */
async function rescue(schema: string, tables: Readonly<Record<string, string>>, rules = "", more = "") {
  const ran = await runFiles({
    "schema.sql": schema,
    "recipe.yaml": `incident: constraints
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources: { files: { extractor: csv, path: "*.csv" } }
${rules === "" ? "" : `rules: ${rules}\n`}${more}`,
    ...Object.fromEntries(Object.entries(tables).map(([name, text]) => [`${name}.csv`, text])),
  });
  const reader = new ReconciledReader(layoutOf(ran.incident.directory).reconciled);
  const withheld = ran.incident.tables.flatMap((table) =>
    [...reader.withheldRows(table)].map(({ key, reason }) => `${table.name} ${key} ${reason}`),
  );
  reader.close();
  const { summary, notes } = ran.report;
  return {
    incident: ran.incident,
    rows: ran.incident.tables.map((table) => emittedRows(ran, table)),
    withheld,
    cells: summary.tables.map(({ cells }) => cells),
    summary,
    verdict: summary.verdict,
    notes,
    conflicts: fs.readFileSync(path.join(layoutOf(ran.incident.directory).report, "conflicts.csv"), "utf8"),
  };
}

const orders = `CREATE TABLE Orders (ID int PRIMARY KEY, Qty int NULL CONSTRAINT CK_Qty CHECK ([Qty]>(0)), Price decimal(9,2) NOT NULL)`;

interface Case {
  readonly title: string;
  readonly schema: string;
  readonly csv: string;
  readonly rules: string;
  readonly rows: readonly (readonly unknown[])[];
  readonly withheld: readonly string[];
  readonly verdict?: "clean";
}

const cases: readonly Case[] = [
  {
    title: "a row that a CHECK refuses is withheld, by its name and expression; NULL is not refused",
    schema: orders,
    csv: "ID,Qty,Price\n1,5,1\n2,0,1\n3,,1\n",
    rules: "",
    rows: [
      [1, 5, "1.00"],
      [3, null, "1.00"],
    ],
    withheld: ["Orders 2 check: CK_Qty ([Qty]>(0))"],
  },
  {
    title: "a CHECK that is switched off refuses nothing",
    schema: `${orders}\nGO\nALTER TABLE Orders NOCHECK CONSTRAINT CK_Qty`,
    csv: "ID,Qty,Price\n2,0,1\n",
    rules: "",
    rows: [[2, 0, "1.00"]],
    withheld: [],
    verdict: "clean",
  },
  {
    title: "a refused value becomes NULL where its column says so",
    schema: orders,
    csv: "ID,Qty,Price\n2,0,1\n",
    rules: "{ tables: { Orders: { columns: { Qty: { violation: null } } } } }",
    rows: [[2, null, "1.00"]],
    withheld: [],
  },
  {
    title: "a refused value becomes the column's default, typed",
    schema: orders,
    csv: "ID,Qty,Price\n2,0,\n",
    rules:
      "{ tables: { Orders: { columns: { Qty: { violation: { default: 1 } }, Price: { violation: { default: '0.5' } } } } } }",
    rows: [[2, 1, "0.50"]],
    withheld: [],
  },
  {
    title: "a default that is refused itself withholds the row",
    schema: orders,
    csv: "ID,Qty,Price\n2,0,1\n3,-1,1\n",
    rules: "{ tables: { Orders: { columns: { Qty: { violation: { default: -1 } } } } } }",
    rows: [],
    withheld: ["Orders 2 check: CK_Qty ([Qty]>(0))", "Orders 3 check: CK_Qty ([Qty]>(0))"],
  },
  {
    title: "NOT NULL cannot be cured by NULL",
    schema: orders,
    csv: "ID,Qty,Price\n2,1,\n",
    rules: "{ violations: { notNull: null } }",
    rows: [],
    withheld: ["Orders 2 not null: Price is NULL"],
  },
  {
    title: "the policy of a table goes before that for all, the column's before both",
    schema: orders,
    csv: "ID,Qty,Price\n2,0,1\n",
    rules:
      "{ violations: { check: withhold }, tables: { Orders: { violations: { check: withhold }, columns: { Qty: { violation: keep } } } } }",
    rows: [[2, 0, "1.00"]],
    withheld: [],
  },
  {
    title: "rows that share a unique key stay where the recipe keeps them",
    schema: "CREATE TABLE Orders (ID int PRIMARY KEY, Code int NULL UNIQUE)",
    csv: "ID,Code\n1,7\n2,7\n",
    rules: "{ violations: { unique: keep } }",
    rows: [
      [1, 7],
      [2, 7],
    ],
    withheld: [],
  },
  {
    title: "a row that a CHECK refuses collides with no other",
    schema: "CREATE TABLE Orders (ID int PRIMARY KEY, Code int NULL UNIQUE, Qty int NULL CHECK (Qty > 0))",
    csv: "ID,Code,Qty\n1,7,1\n2,7,0\n",
    rules: "",
    rows: [[1, 7, 1]],
    withheld: ["Orders 2 check: (Qty > 0)"],
  },
  {
    title: "a value set to NULL may be refused by another CHECK of the row",
    schema:
      "CREATE TABLE Orders (ID int PRIMARY KEY, A int NULL CONSTRAINT C1 CHECK (A IS NOT NULL), B int NULL, CONSTRAINT C2 CHECK (A < B))",
    csv: "ID,A,B\n1,5,3\n",
    rules: "{ tables: { Orders: { columns: { A: { violation: null } } } } }",
    rows: [],
    withheld: ["Orders 1 check: C1 (A IS NOT NULL)"],
  },
  {
    title: "a part of the key is never replaced",
    schema: "CREATE TABLE Orders (ID int PRIMARY KEY CHECK (ID > 0))",
    csv: "ID\n-1\n",
    rules: "{ tables: { Orders: { columns: { ID: { violation: { default: 1 } } } } } }",
    rows: [],
    withheld: ["Orders -1 check: (ID > 0)"],
  },
];

describe("what the target's constraints refuse", () => {
  it.each(cases)("$title", async ({ schema, csv, rules, rows, withheld, verdict = "needs-review" }) => {
    const ran = await rescue(schema, { Orders: csv }, rules);
    expect(ran.rows[0]).toEqual(rows);
    expect(ran.withheld).toEqual(withheld);
    expect(ran.verdict).toBe(verdict);
  });

  it("replaced cells are counted in their classes and listed with the reason, the refused value and its source", async () => {
    const rules =
      "{ tables: { Orders: { columns: { Qty: { violation: null }, Price: { violation: { default: 9.5 } } } } } }";
    const { cells, conflicts } = await rescue(orders, { Orders: "ID,Qty,Price\n1,1,1\n2,-3,\n" }, rules);
    expect(cells[0]).toMatchObject({ nulled: 1, defaulted: 1, single: 4 });
    expect(conflicts.split("\r\n").slice(1, -1)).toEqual([
      '"dbo.Orders","2","Price","defaulted",,"not null: Price","9.50","NULL (files; refused)"',
      '"dbo.Orders","2","Qty","nulled",,"check: CK_Qty ([Qty]>(0))",,"""-3"" (files; refused)"',
    ]);
  });

  it("explain tells the replaced cell and why, beside the claims", async () => {
    const rules = "{ tables: { Orders: { columns: { Qty: { violation: null } } } } }";
    const { incident } = await rescue(orders, { Orders: "ID,Qty,Price\n2,-3,1\n" }, rules);
    const { verdict, cells } = await explain(incident, "Orders", ["2"], "Qty");
    expect(verdict).toBe("emitted");
    expect(cells).toMatchObject([
      { value: null, class: "nulled", reason: "check: CK_Qty ([Qty]>(0))", claims: [{ source: "files", value: "-3" }] },
    ]);
  });

  it("what is kept, and what nobody but the server can tell, is said once", async () => {
    const schema =
      "CREATE TABLE Orders (ID int PRIMARY KEY, Qty int NULL CONSTRAINT CK_Qty CHECK (Qty > 0), Day datetime NULL CONSTRAINT CK_Day CHECK (Day < GETDATE()), CONSTRAINT CK_Ratio CHECK (10 / Qty < 100))";
    const rules = "{ violations: { check: keep } }";
    const { notes, verdict } = await rescue(schema, { Orders: "ID,Qty,Day\n1,0,\n2,-1,\n3,4,\n" }, rules);
    expect(notes).toEqual([
      expect.stringContaining("dbo.Orders: CHECK CK_Day (Day < GETDATE()) is not checked: it calls GETDATE"),
      "dbo.Orders: 2 rows kept as the recipe says, though refused: check: CK_Qty (Qty > 0)",
      "dbo.Orders: 1 row may be refused, only the server can tell: check: CK_Ratio (10 / Qty < 100)",
    ]);
    expect(verdict).toBe("needs-review");
  });

  it("a default that its column cannot hold is refused with table and column", async () => {
    const rules = "{ tables: { Orders: { columns: { Qty: { violation: { default: many } } } } } }";
    await expect(rescue(orders, { Orders: "ID,Qty,Price\n1,1,1\n" }, rules)).rejects.toThrow(
      /dbo\.Orders.*the default for violations of Qty is not an int: "many".*Give a value of type int/s,
    );
  });

  it("a bigint is checked with all its digits", async () => {
    const schema = "CREATE TABLE Orders (ID int PRIMARY KEY, N bigint NULL CHECK (N <= 9007199254740992))";
    const { withheld } = await rescue(schema, { Orders: "ID,N\n1,9007199254740992\n2,9007199254740993\n" });
    expect(withheld).toEqual(["Orders 2 check: (N <= 9007199254740992)"]);
  });
});

const family = `
CREATE TABLE P (ID int IDENTITY PRIMARY KEY, Qty int NULL CHECK (Qty > 0))
CREATE TABLE C (ID int PRIMARY KEY, PID int NULL REFERENCES P, Kind char(1) NULL, CONSTRAINT CK_Kind CHECK (PID IS NOT NULL OR Kind = 'x'))`;

describe("references", () => {
  it("withholding a parent strands its children", async () => {
    const { withheld } = await rescue(family, { P: "ID,Qty\n1,0\n", C: "ID,PID\n1,1\n" });
    expect(withheld).toEqual(["P 1 check: (Qty > 0)", "C 1 no parent: its row of dbo.P is not recovered"]);
  });

  it("a reference that is set to NULL is checked anew, and still proves the lost parent (GOTCHAS 5)", async () => {
    const { rows, withheld, summary } = await rescue(
      family,
      { P: "ID,Qty\n1,1\n", C: "ID,PID,Kind\n1,1,y\n2,3,x\n3,3,y\n" },
      "{ violations: { foreignKey: null } }",
    );
    expect(rows[1]).toEqual([
      [1, 1, "y"],
      [2, null, "x"],
    ]);
    expect(withheld).toEqual(["C 3 check: CK_Kind (PID IS NOT NULL OR Kind = 'x')"]);
    expect(summary.tables[0]?.missing).toEqual({ lost: 1, unknown: 1 });
  });

  it("a reference goes to its default only while that row is there", async () => {
    const rules = "{ tables: { C: { columns: { PID: { violation: { default: 1 } } } } } }";
    const there = await rescue(family, { P: "ID,Qty\n1,1\n", C: "ID,PID\n1,3\n" }, rules);
    expect(there.rows[1]).toEqual([[1, 1, null]]);
    const gone = await rescue(family, { P: "ID,Qty\n1,0\n", C: "ID,PID\n1,3\n" }, rules);
    expect(gone.withheld).toEqual(["P 1 check: (Qty > 0)", "C 1 no parent: its row of dbo.P is not recovered"]);
  });

  it("`references: withhold` goes before the rules", async () => {
    const files = { P: "ID,Qty\n1,1\n", C: "ID,PID\n1,3\n" };
    const rules = "{ violations: { foreignKey: keep } }";
    const kept = await rescue(family, files, rules);
    expect(kept.rows[1]).toEqual([[1, 3, null]]);
    expect(kept.verdict).toBe("needs-review");
    const strict = await rescue(family, files, rules, "assert: { C: { references: withhold } }\n");
    expect(strict.withheld).toEqual(["C 1 no parent: its row of dbo.P is not recovered"]);
  });
});

const csv = (head: string, rows: readonly (readonly (number | null)[])[]): string =>
  `${head}\n${rows.map((row, index) => [index + 1, ...row].map((cell) => cell ?? "").join(",")).join("\n")}\n`;

const stands = (target: ReadonlyMap<number, unknown>, to: number | null | undefined): boolean =>
  to === null || to === undefined || target.has(to);

/** Rows of which every reference is to a row that stays, by the definition: drop what is refused until nothing changes. */
function expected(a: readonly (readonly (number | null)[])[], b: readonly (readonly (number | null)[])[]) {
  const as = new Map(a.map((row, index) => [index + 1, row] as const).filter(([, row]) => row[2] !== 0));
  const bs = new Map(b.map((row, index) => [index + 1, row] as const).filter(([, row]) => row[2] !== 0));
  for (let size = -1; size !== as.size + bs.size;) {
    size = as.size + bs.size;
    for (const [key, row] of as) if (!stands(bs, row[0]) || !stands(as, row[1])) as.delete(key);
    for (const [key, row] of bs) if (!stands(as, row[0])) bs.delete(key);
  }
  return [[...as.keys()], [...bs.keys()]];
}

describe("the closure", () => {
  const cycle = `
CREATE TABLE A (ID int PRIMARY KEY, B int NULL, Up int NULL REFERENCES A, Qty int NULL CHECK (Qty > 0), Code int NULL)
CREATE TABLE B (ID int PRIMARY KEY, A int NULL REFERENCES A, Qty int NULL CHECK (Qty > 0))
ALTER TABLE A ADD FOREIGN KEY (B) REFERENCES B`;
  const id = fc.option(fc.integer({ min: 1, max: 6 }), { nil: null });
  const qty = fc.constantFrom(null, 0, 1, 1, 1, 1);
  const rowsOf = (size: number) => fc.array(fc.tuple(id, id, qty), { minLength: size, maxLength: size });

  it("is the largest set in which every parent stands, cycles and self references included, whatever the order", async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf(5), rowsOf(5), async (a, b) => {
        const { rows } = await rescue(cycle, {
          A: csv("ID,B,Up,Qty", a),
          B: csv(
            "ID,A,Qty",
            b.map(([first, , third]) => [first, third]),
          ),
        });
        expect(rows.map((table) => table.map(([key]) => key))).toEqual(expected(a, b));
      }),
      { numRuns: 25 },
    );
  });
});
