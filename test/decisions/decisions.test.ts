/** What people decide: noted, applied where the evidence is what they saw, told where it is not. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { decide, explain, openIncident, run } from "../../src/pipeline.ts";
import type { Incident } from "../../src/pipeline.ts";
import { layoutOf } from "../../src/incident.ts";
import { appendDecisions } from "../../src/decisions/append.ts";
import { readDecisions } from "../../src/decisions/file.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { emittedRows, outputBytes, runFiles, services, writeFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";

const files = {
  "recipe.yaml": JSON.stringify({
    incident: "decisions",
    target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
    sources: {
      crm: { extractor: "csv", path: "crm.csv", null: "", tables: { "dbo.People": {} } },
      shop: { extractor: "csv", path: "shop.csv", null: "", tables: { "dbo.People": {} } },
    },
    rules: { default: ["ask"] },
  }),
  "schema.sql":
    "CREATE TABLE dbo.People (Region int NOT NULL, ID int NOT NULL, Name nvarchar(40), Credit decimal(9, 2), PRIMARY KEY (Region, ID))",
  "crm.csv": "Region,ID,Name,Credit\n1,1,Ada,10.00\n1,2,Grace,5.00\n1,3,Tony,1.00\n",
  "shop.csv": "Region,ID,Name,Credit\n1,1,Ada L.,10.00\n1,2,Grace H,5.00\n1,3,Tony,1.00\n",
};

async function again({ incident }: Pick<Ran, "incident">): Promise<Ran> {
  const { recipe, directory } = incident;
  const opened = await openIncident({ recipe: recipe.file, directory, environment: {} });
  return { incident: opened, report: await run(opened, services) };
}

function rows(ran: Ran) {
  const [table] = ran.incident.tables;
  if (table === undefined) throw new Error("one table");
  return emittedRows(ran, table).map(([, id, name, credit]) => [id, name, credit]);
}

function rowsOf(ran: Ran) {
  const [table] = ran.incident.tables;
  if (table === undefined) throw new Error("one table");
  return emittedRows(ran, table);
}

const by = { by: "anna", why: "the customer said so" };

async function decideName(incident: Incident, id: string, value: string | null): Promise<string> {
  return decide(incident, { table: "people", verdict: { kind: "cell", key: ["1", id], column: "name", value }, ...by });
}

describe("a decision", () => {
  it("takes a claim, or a value of its own, or NULL; the same bytes on every run", async () => {
    const ran = await runFiles(files);
    expect(ran.report.summary.tables[0]?.cells.contested).toBe(2);
    await decideName(ran.incident, "1", "Ada L.");
    await decideName(ran.incident, "2", "Grace Hopper");
    const decided = await again(ran);
    expect(rows(decided)).toEqual([
      [1, "Ada L.", "10.00"],
      [2, "Grace Hopper", "5.00"],
      [3, "Tony", "1.00"],
    ]);
    expect(decided.report.summary).toMatchObject({
      verdict: "clean",
      tables: [{ cells: { contested: 0, decided: 2 } }],
    });
    expect(decided.report.notes).toContain("decisions.yaml: 2 of 2 decisions apply");
    const bytes = outputBytes(decided.incident.directory);
    expect(outputBytes((await again(ran)).incident.directory)).toEqual(bytes);
    await decideName(ran.incident, "2", null);
    expect(rows(await again(ran))[1]).toEqual([2, null, "5.00"]);
  });

  it("is traced: who, why, and what was not chosen", async () => {
    const ran = await runFiles(files);
    await decideName(ran.incident, "1", "Ada L.");
    const { incident } = await again(ran);
    const told = await explain(incident, "people", ["1", "1"], "Name");
    expect(told.cells[0]).toMatchObject({
      value: "Ada L.",
      class: "decided",
      rule: "decision",
      reason: "by anna: the customer said so",
      claims: [
        { source: "crm", value: "Ada", outcome: "lost by decision" },
        { source: "shop", value: "Ada L.", outcome: "won" },
      ],
    });
    const conflicts = fs.readFileSync(path.join(layoutOf(incident.directory).report, "conflicts.csv"), "utf8");
    expect(conflicts).toContain('"decided","decision","by anna: the customer said so","Ada L."');
  });

  it("withholds a row", async () => {
    const ran = await runFiles(files);
    await decide(ran.incident, { table: "dbo.People", verdict: { kind: "withhold", key: ["1", "3"] }, ...by });
    const withheld = await again(ran);
    expect(rows(withheld).map(([id]) => id)).toEqual([1, 2]);
    const list = fs.readFileSync(path.join(layoutOf(withheld.incident.directory).report, "withheld.csv"), "utf8");
    expect(list).toContain("decided: by anna: the customer said so");
  });

  it("stands where a source comes that agrees, and is stale where one says something new", async () => {
    const ran = await runFiles(files);
    await decideName(ran.incident, "1", "Ada L.");
    await decideName(ran.incident, "2", "Grace H");
    // Of 1 the same two values, the other way round; of 2 a new one.
    const changed = {
      "crm.csv": files["crm.csv"].replace("Ada,", "Ada L.,").replace("Grace,", "Amazing,"),
      "shop.csv": files["shop.csv"].replace("Ada L.", "Ada"),
    };
    writeFiles(changed, ran.incident.recipe.folder);
    const now = await again(ran);
    expect(now.report.notes).toEqual(
      expect.arrayContaining([
        "decisions.yaml: 1 of 2 decisions apply",
        expect.stringMatching(
          /^decisions\.yaml:\d+: dbo\.People 1, 2 name: the evidence is another than when it was decided; decide it again$/,
        ),
      ]),
    );
    expect(now.report.summary).toMatchObject({
      verdict: "needs-review",
      tables: [{ cells: { contested: 1, decided: 1 } }],
    });
    writeFiles(
      { "crm.csv": "Region,ID,Name,Credit\n1,1,Ada,10.00\n", "shop.csv": "Region,ID,Name,Credit\n1,1,Ada L.,10.00\n" },
      ran.incident.recipe.folder,
    );
    expect((await again(ran)).report.notes.join("\n")).toContain(
      "dbo.People 1, 2 name: no source holds this row any more",
    );
  });

  it.each([2, 3])("is the same with %d workers", async (workers) => {
    const ran = await runFiles(files);
    await decideName(ran.incident, "2", "Grace H");
    const one = await again(ran);
    const bytes = outputBytes(one.incident.directory);
    fs.rmSync(layoutOf(ran.incident.directory).reconciled);
    const opened = await openIncident({
      recipe: ran.incident.recipe.file,
      directory: ran.incident.directory,
      environment: {},
    });
    await run(opened, { ...services, workforce: { workers, smallTable: 1 } });
    expect(outputBytes(opened.directory)).toEqual(bytes);
  });
});

describe("a decision of a row", () => {
  const history = {
    "recipe.yaml": JSON.stringify({
      incident: "rows",
      target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
      sources: {
        old: { extractor: "csv", path: "old.csv", asOf: "2026-01-01T00:00:00Z", tables: { "dbo.People": {} } },
        new: {
          extractor: "csv",
          path: "new.csv",
          asOf: "2026-02-01T00:00:00Z",
          coverage: "complete",
          tables: { "dbo.People": {} },
        },
        log: { extractor: "sql-script", path: "log.sql", asOf: "2026-03-01T00:00:00Z" },
      },
    }),
    "schema.sql": "CREATE TABLE dbo.People (ID int NOT NULL PRIMARY KEY, Name nvarchar(40))",
    "old.csv": "ID,Name\n1,Ada\n2,Grace\n3,Tony\n",
    "new.csv": "ID,Name\n1,Ada\n",
    "log.sql": "UPDATE dbo.People SET Name = N'Ada' WHERE ID = 1\n",
  };
  const keep = { table: "dbo.People", verdict: { kind: "keep", key: ["3"] } } as const;

  it("keeps what was only inferred to be gone, and yields to a delete that a source tells of", async () => {
    const ran = await runFiles(history);
    await decide(ran.incident, { ...keep, ...by });
    const kept = await again(ran);
    expect(rowsOf(kept)).toEqual([
      [1, "Ada"],
      [3, "Tony"],
    ]);
    writeFiles({ "log.sql": "DELETE FROM dbo.People WHERE ID = 3\n" }, ran.incident.recipe.folder);
    const deleted = await again(ran);
    expect(rowsOf(deleted)).toEqual([[1, "Ada"]]);
    expect(deleted.report.notes.join("\n")).toMatch(
      /decisions\.yaml:2: dbo\.People 3: the evidence is another .*; the row is deleted: deleted by log/,
    );
  });

  it("that was kept although a parent is lost, or that is deleted, is told as not applied", async () => {
    const ran = await runFiles({ ...history, "log.sql": "DELETE FROM dbo.People WHERE ID = 3\n" });
    await decide(ran.incident, { ...keep, ...by });
    const told = await again(ran);
    expect(told.report.notes).toContain("decisions.yaml: 0 of 1 decision applies");
    expect(rowsOf(told)).toEqual([[1, "Ada"]]);
  });
});

describe("a value that somebody typed", () => {
  it("is nobody's claim, however equal the collation finds it", async () => {
    const ran = await runFiles(files);
    await decideName(ran.incident, "1", "ADA");
    const typed = await again(ran);
    const told = await explain(typed.incident, "people", ["1", "1"], "Name");
    expect(told.cells[0]?.claims.map(({ source, outcome }) => [source, outcome])).toEqual([
      ["crm", "lost by decision"],
      ["shop", "lost by decision"],
    ]);
    const conflicts = fs.readFileSync(path.join(layoutOf(typed.incident.directory).report, "conflicts.csv"), "utf8");
    expect(conflicts).toMatch(/"ADA","""Ada"" \(crm; lost\) \| """?"?Ada L/);
  });
});

describe("decisions.yaml", () => {
  it.each([
    [
      "an indented list",
      "decisions:\n  - { table: dbo.People, key: [1, 3], withhold: true, evidence: 0123456789abcdef, by: a, why: b }\n",
      2,
    ],
    [
      "an indented list behind comments",
      "# ours\ndecisions: # more\n\n    # and more\n    - { table: dbo.People, key: [1, 3], withhold: true, evidence: 0123456789abcdef, by: a, why: b }",
      2,
    ],
    ["an empty list", "decisions: []\n", 1],
    ["nothing behind its head", "decisions:\n", 1],
    ["comments alone", "# nothing yet\n", 1],
    [
      "CRLF",
      "decisions:\r\n- { table: dbo.People, key: [1, 3], withhold: true, evidence: 0123456789abcdef, by: a, why: b }\r\n",
      2,
    ],
  ])("with %s is added to as it is written", async (_what, text, count) => {
    const ran = await runFiles(files);
    const { decisions } = layoutOf(ran.incident.directory);
    fs.writeFileSync(decisions, text);
    await decideName(ran.incident, "1", "a: b\n- c\n");
    await decideName(ran.incident, "2", "x");
    expect(readDecisions(decisions)).toHaveLength(count + 1);
    expect(rows(await again(ran)).map(([, name]) => name)).toEqual(["a: b\n- c\n", "x", "Tony"]);
  });

  it("in another encoding is told, and not written over", async () => {
    const ran = await runFiles(files);
    const { decisions } = layoutOf(ran.incident.directory);
    await decideName(ran.incident, "1", "Café");
    const bytes = Buffer.from(fs.readFileSync(decisions, "utf8"), "latin1");
    fs.writeFileSync(decisions, bytes);
    for (const work of [decideName(ran.incident, "2", "x"), again(ran)])
      expect((await userErrorOf(work)).message).toContain("not in UTF-8");
    expect(fs.readFileSync(decisions).equals(bytes)).toBe(true);
  });

  it("that grows while a run goes on waits for the next one", async () => {
    const ran = await runFiles(files);
    let isDecided = false;
    const reporter = {
      ...services.reporter,
      task(stage: string, label: string) {
        if (stage === "reconcile" && !isDecided) {
          isDecided = true;
          const { directory } = ran.incident;
          const { decisions, deciding: lock } = layoutOf(directory);
          const verdict = { kind: "withhold", key: ["1", "3"] } as const;
          const evidence = "0123456789abcdef";
          appendDecisions({ directory, decisions, lock }, [
            { table: "dbo.People", verdict, evidence, ...by, at: undefined },
          ]);
        }
        return services.reporter.task(stage, label);
      },
    };
    const during = await run(ran.incident, { ...services, reporter });
    expect(during.notes).toContain("decisions were noted while this ran: run again to apply them");
    expect((await again(ran)).report.notes).toContain("decisions.yaml: 0 of 1 decision applies");
  });
});

describe("what is no decision", () => {
  it.each([
    [
      "a table that is none",
      { table: "dbo.Peple", verdict: { kind: "cell" as const, key: ["1", "1"], column: "Name", value: "x" } },
      "Peple",
    ],
    [
      "a key that no source holds",
      { table: "people", verdict: { kind: "cell" as const, key: ["1", "9"], column: "Name", value: "x" } },
      "no source holds this key",
    ],
    [
      "half a key",
      { table: "people", verdict: { kind: "cell" as const, key: ["1"], column: "Name", value: "x" } },
      "the key has 2 columns",
    ],
    [
      "a column that is none",
      { table: "people", verdict: { kind: "cell" as const, key: ["1", "1"], column: "Nam", value: "x" } },
      "no column",
    ],
    [
      "a value that its column cannot hold",
      { table: "people", verdict: { kind: "cell" as const, key: ["1", "1"], column: "Credit", value: "much" } },
      "the value for Credit",
    ],
  ])("%s is refused, and nothing is noted", async (_what, choice, what) => {
    const { incident } = await runFiles(files);
    expect((await userErrorOf(decide(incident, { ...choice, ...by }))).message).toContain(what);
    expect(fs.existsSync(layoutOf(incident.directory).decisions)).toBe(false);
  });

  it.each([
    ["no list", "table: dbo.People\n", /decisions\.yaml:1:/],
    ["a list alone", "- { table: dbo.People }\n", /it begins with `decisions:`/],
    [
      "an entry without who",
      "decisions:\n- { table: dbo.People, key: [1, 1], column: Name, value: x, evidence: 0123456789abcdef, why: y }\n",
      /by/,
    ],
    [
      "a value without a column",
      "decisions:\n- { table: dbo.People, key: [1, 1], value: x, evidence: 0123456789abcdef, by: a, why: y }\n",
      /give `key`, `column`, `value` and `evidence` for a cell/,
    ],
    [
      "another word",
      "decisions:\n- { table: dbo.People, key: [1, 1], colum: Name, value: x, evidence: 0123456789abcdef, by: a, why: y }\n",
      /colum/,
    ],
    [
      "a number that YAML does not keep",
      "decisions:\n- { table: dbo.People, key: [1, 1], column: Name, value: 12345678901234567890, evidence: 0123456789abcdef, by: a, why: y }\n",
      /in quotes/,
    ],
    ["no YAML", "decisions:\n- { table: dbo.People\n", /decisions\.yaml:2:/],
  ])("a file by hand with %s stops the run, with its place", async (_what, text, message) => {
    const ran = await runFiles(files);
    fs.writeFileSync(layoutOf(ran.incident.directory).decisions, text);
    const error = await userErrorOf(again(ran));
    expect(error.message).toMatch(message);
    expect(error.message).toContain("decisions.yaml");
  });

  it("is read as it was written, texts that look like other things among them", async () => {
    const ran = await runFiles(files);
    const values = ["null", "1e3", "0012", "- x", "a: b", "#x", "'", '"', "true", "", " x ", "日本\n2"];
    for (const value of values) await decideName(ran.incident, "1", value);
    const read = readDecisions(layoutOf(ran.incident.directory).decisions);
    expect(read.map(({ verdict }) => (verdict.kind === "cell" ? verdict.value : undefined))).toEqual(values);
    // The last one stands.
    expect(rows(await again(ran))[0]).toEqual([1, values.at(-1), "10.00"]);
  });
});
