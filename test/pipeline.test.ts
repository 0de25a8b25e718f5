import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { layoutOf } from "../src/incident.ts";
import { emit, explain, extract, openIncident, reconcile, run, status } from "../src/pipeline.ts";
import type { Services } from "../src/pipeline.ts";
import { emittedRows, outputBytes, readBack, runFiles, services, temporaryFolder } from "./incident.ts";

const schema = `
CREATE TABLE dbo.Customers (
  CustomerID int IDENTITY(1,1) NOT NULL PRIMARY KEY,
  Name nvarchar(40) NOT NULL,
  Phone varchar(24) NULL,
  Credit money NULL,
  Changed datetime NULL,
  Twice AS (CustomerID * 2)
)
CREATE TABLE dbo.Log (At datetime NULL, Text nvarchar(100) NULL)
`;
const recipe = `
incident: small
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  backup:
    extractor: csv
    path: backup/*.csv
    asOf: 2026-01-01T00:00:00Z
    trust: 60
  export:
    extractor: csv
    path: export/customers.csv
    asOf: 2026-03-01T00:00:00Z
    tables: { dbo.Customers: { columns: { Name: FullName } } }
  sheet:
    extractor: csv
    path: sheet.csv
    trust: 20
    tables: { dbo.Customers: {} }
rules:
  tables: { dbo.Customers: { columns: { Phone: [ask] } } }
`;
const files = {
  "schema.sql": schema,
  "recipe.yaml": recipe,
  "backup/Customers.csv":
    "CustomerID,Name,Phone,Credit,Changed\n1,Ann,111,10,2025-12-01\n2,Bob,222,20.5,2025-12-01\n3,Cyd,,,\nx,Bad,,,\n4,Dan,444,4,2025-12-01\n",
  "backup/Log.csv": 'At,Text\n2025-12-01,hello\n2025-12-01,hello\n2025-12-02,"a ""quoted"" word"\n',
  "export/customers.csv": "CustomerID,FullName,Phone,Fax\n1,Anna,111,9\n2,Bob,222,9\n5,Eve,555,9\n",
  "sheet.csv": "CustomerID,Name,Phone,Credit\n2,Bob,299,20.5000\n4,Dan,444,lots\n6,,666,1\n",
};

describe("a run", () => {
  it("accounts for every record, key and cell", async () => {
    const { report, incident } = await runFiles(files);
    expect(report.summary.sources).toEqual([
      {
        id: "backup",
        extractor: "csv",
        read: 10,
        staged: 7,
        evidence: 0,
        skipped: 2,
        quarantined: 1,
        observations: 7,
        alone: { rows: 4, cells: 16 },
      },
      {
        id: "export",
        extractor: "csv",
        read: 4,
        staged: 3,
        evidence: 0,
        skipped: 1,
        quarantined: 0,
        observations: 3,
        alone: { rows: 1, cells: 3 },
      },
      {
        id: "sheet",
        extractor: "csv",
        read: 4,
        staged: 3,
        evidence: 0,
        skipped: 1,
        quarantined: 0,
        observations: 3,
        alone: { rows: 1, cells: 4 },
      },
    ]);
    const customers = report.summary.tables[0];
    expect(customers).toMatchObject({
      table: "dbo.Customers",
      keys: 6,
      emitted: 5,
      withheld: 1,
      deleted: 0,
      recoveryPoint: "2026-03-01T00:00:00.000Z",
    });
    expect(report.summary.verdict).toBe("needs-review");
    const [first] = incident.tables;
    if (first === undefined) throw new Error("the schema has tables");
    expect(emittedRows({ incident }, first)).toEqual([
      [1, "Anna", "111", "10.0000", "2025-12-01 00:00:00.0000000"],
      [2, "Bob", "222", "20.5000", "2025-12-01 00:00:00.0000000"],
      [3, "Cyd", null, null, null],
      [4, "Dan", "444", "4.0000", "2025-12-01 00:00:00.0000000"],
      [5, "Eve", "555", null, null],
    ]);
    const reportFolder = layoutOf(incident.directory).report;
    expect(fs.readFileSync(path.join(reportFolder, "quarantine.csv"), "utf8")).toContain('"x,Bad,,,');
    expect(fs.readFileSync(path.join(reportFolder, "conflicts.csv"), "utf8")).toContain(
      '"dbo.Customers","2","Phone","contested"',
    );
  });

  it("keeps equal rows of a table without a key, as many as the source had", async () => {
    const { incident } = await runFiles(files);
    const log = incident.tables[1];
    if (log === undefined) throw new Error("the schema has two tables");
    expect(emittedRows({ incident }, log).map((row) => row[1])).toEqual(["hello", "hello", 'a "quoted" word']);
  });

  it("emits scripts that hold exactly the reconciled rows", async () => {
    const ran = await runFiles(files);
    const again = await readBack(ran);
    for (const [index, table] of ran.incident.tables.entries())
      expect(emittedRows(again, again.incident.tables[index] ?? table)).toEqual(emittedRows(ran, table));
  });

  it("gives the same bytes in two folders", async () => {
    const [one, two] = [await runFiles(files), await runFiles(files)];
    expect(outputBytes(one.incident.directory)).toEqual(outputBytes(two.incident.directory));
  });

  it("re-reads nothing that is unchanged the second time, and only what changed the third", async () => {
    const folder = temporaryFolder();
    const { incident } = await runFiles(files, folder);
    const before = outputBytes(incident.directory);
    const second = await run(incident, services);
    expect(second.unchanged).toEqual(["backup", "export", "sheet"]);
    expect(outputBytes(incident.directory)).toEqual(before);
    fs.appendFileSync(path.join(folder, "sheet.csv"), "7,Fay,777,7\n");
    const third = await run(incident, services);
    expect(third.unchanged).toEqual(["backup", "export"]);
    expect(third.summary.tables[0]?.keys).toBe(7);
  });

  it("leaves the sources as they were", async () => {
    const folder = temporaryFolder();
    await runFiles(files, folder);
    for (const [name, content] of Object.entries(files))
      expect(fs.readFileSync(path.join(folder, name), "utf8"), name).toBe(content);
    expect(fs.readdirSync(path.join(folder, "backup"))).toEqual(["Customers.csv", "Log.csv"]);
  });

  it("stopped in the middle, leaves no half-written output and goes on where it was", async () => {
    const folder = temporaryFolder();
    const { incident } = await runFiles(files, folder);
    const before = outputBytes(incident.directory);
    const interrupted = new AbortController();
    interrupted.abort(new Error("interrupted"));
    await expect(run(incident, { ...services, signal: interrupted.signal })).rejects.toThrow("interrupted");
    expect(outputBytes(incident.directory)).toEqual(before);
    expect(
      fs
        .readdirSync(incident.directory, { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(part|tmp)/.test(name)),
    ).toEqual([]);
    await run(incident, services);
    expect(outputBytes(incident.directory)).toEqual(before);
  });
});

describe("a run stopped in the middle of a step", () => {
  const stages = [
    ["extract", "export"],
    ["reconcile", "dbo.Customers"],
    ["emit", "sqlserver"],
  ] as const;
  it.each(stages)(
    "%s %s: keeps the outputs that were there, leaves nothing half, and goes on",
    async (stage, label) => {
      const { incident } = await runFiles(files);
      const before = outputBytes(incident.directory);
      fs.rmSync(path.dirname(layoutOf(incident.directory).catalog), { recursive: true });
      const stopped = new AbortController();
      const task: Services["reporter"]["task"] = (...named) => ({
        update: () => void (named.join() === `${stage},${label}` && stopped.abort(new Error("interrupted"))),
        log: () => undefined,
        finish: () => undefined,
      });
      const interrupted = { reporter: { ...services.reporter, task }, signal: stopped.signal };
      await expect(run(incident, interrupted)).rejects.toThrow("interrupted");
      expect(outputBytes(incident.directory)).toEqual(before);
      const names = fs.readdirSync(incident.directory, { recursive: true, encoding: "utf8" });
      expect(names.filter((name) => /\.(part|tmp)/.test(name))).toEqual([]);
      await run(incident, services);
      expect(outputBytes(incident.directory)).toEqual(before);
    },
  );
});

describe("explain", () => {
  it("tells claims, times, places, the rule, and why the others lost", async () => {
    const { incident } = await runFiles(files);
    const one = await explain(incident, "Customers", ["1"], "name");
    expect(one).toMatchObject({ table: "dbo.Customers", key: "1", verdict: "emitted" });
    expect(one.cells).toEqual([
      {
        column: "Name",
        value: "Anna",
        class: "superseded",
        rule: null,
        reason: null,
        evidence: expect.stringMatching(/^[0-9a-f]{16}$/),
        claims: [
          {
            source: "backup",
            time: "2026-01-01T00:00:00.000Z",
            value: "Ann",
            locator: "backup/Customers.csv line 2",
            outcome: "superseded by a newer value",
          },
          {
            source: "export",
            time: "2026-03-01T00:00:00.000Z",
            value: "Anna",
            locator: "export/customers.csv line 2",
            outcome: "won",
          },
        ],
      },
    ]);
    const contested = await explain(incident, "dbo.Customers", ["2"], "Phone");
    expect(contested.cells[0]).toMatchObject({ class: "contested", value: "222", reason: "2 values, no rule decided" });
    expect(contested.cells[0]?.claims.map(({ source, outcome }) => [source, outcome])).toEqual([
      ["backup", "agrees"],
      ["export", "stands for now, as the best-ranked"],
      ["sheet", "contested"],
    ]);
    expect((await explain(incident, "dbo.Customers", ["6"])).verdict).toBe("withheld: not null: Name is NULL");
  });

  it("does not say that a value stands where the recipe wants NULL meanwhile", async () => {
    const nulled = { ...files, "recipe.yaml": recipe.replace("columns: { Phone", "contested: null, columns: { Phone") };
    const { incident } = await runFiles(nulled);
    const [cell] = (await explain(incident, "Customers", ["2"], "Phone")).cells;
    expect(cell).toMatchObject({ class: "nulled", value: null, reason: "2 values, no rule decided" });
    expect(cell?.claims.map(({ outcome }) => outcome)).toEqual([
      "agrees",
      "contested, the best-ranked; the recipe wants NULL meanwhile",
      "contested",
    ]);
  });

  it("shows what a source says that is no claim, and the lists hold it with every withheld row", async () => {
    const { incident, report } = await runFiles(files);
    const dan = await explain(incident, "dbo.Customers", ["4"], "Credit");
    expect(dan.cells[0]?.claims.at(-1)).toMatchObject({
      source: "sheet",
      value: "lots",
      outcome: expect.stringMatching(/^no claim: the value is not/) as string,
    });
    const list = (name: string): string =>
      fs.readFileSync(path.join(layoutOf(incident.directory).report, name), "utf8");
    expect(list("unparsed.csv")).toMatch(/"sheet","dbo.Customers","4","Credit","is not .*","lots","sheet.csv line 3"/);
    expect(list("withheld.csv")).toContain('"dbo.Customers","6","not null: Name is NULL"');
    expect(report.findings).toEqual({ losses: [], unparsed: 1, kept: 0, decidedAgainst: 0 });
  });

  const faults: [string, string[], string | undefined, RegExp][] = [
    ["dbo.Nothing", ["1"], undefined, /no table "dbo.Nothing".*dbo\.Customers/],
    ["dbo.Customers", ["1"], "Nope", /no column "Nope".*Phone/],
    ["dbo.Customers", ["99"], undefined, /key 99: no source holds this key/],
    ["dbo.Customers", ["1", "2"], undefined, /the key has 1 column, 2 values were given/],
    ["dbo.Customers", ["abc"], undefined, /CustomerID .*int/],
    ["dbo.Log", ["1"], undefined, /has no key/],
  ];
  it.each(faults)("says what is wrong with %s %s %s", async (table, key, column, message) => {
    const { incident } = await runFiles(files);
    await expect(explain(incident, table, key, column)).rejects.toThrow(message);
  });
});

describe("evidence that is cut short", () => {
  it("is never clean: records are missing, even where every record that is there reads well", async () => {
    const names = Array.from({ length: 400 }, (_, index) => `${index + 1},Name ${index * 7919}`).join("\n");
    const whole = gzipSync(`CustomerID,Name\n${names}\n`);
    const cut = whole.subarray(0, whole.length - 40);
    const { report } = await runFiles({
      "schema.sql": "CREATE TABLE Customers (CustomerID int PRIMARY KEY, Name nvarchar(40) NULL)",
      "recipe.yaml":
        "incident: cut\ntarget: { dialect: sqlserver, version: 2008, schema: schema.sql }\nsources:\n  gz: { extractor: csv, path: Customers.csv.gz }\n",
      "Customers.csv.gz": cut,
    });
    expect(report.summary.verdict).toBe("needs-review");
    expect(report.findings.losses).toEqual([expect.stringContaining("gz: Customers.csv.gz: the file is cut short")]);
  });
});

function namedRow(id: number, isWrong: boolean): string {
  return `${id},${isWrong ? `wrong ${id}` : `name ${id}`}\n`;
}

describe("rules of the user's own, and rules that look at all of the data", () => {
  const sources = ["a", "b", "c"];
  const withChain = (chain: string): string => `incident: own
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
${sources.map((id) => `  ${id}: { extractor: csv, path: ${id}.csv, tables: { T: {} } }`).join("\n")}
rules: { tables: { T: { columns: { Name: ${chain} } } } }
`;
  const ddl = "CREATE TABLE T (ID int PRIMARY KEY, Name nvarchar(40) NULL)";

  it("a module's default export decides, and explain names it", async () => {
    const { incident } = await runFiles({
      "schema.sql": ddl,
      "recipe.yaml": withChain("[{ rule: ./shout.mjs }, ask]"),
      "shout.mjs": `export default {
        id: "shout", summary: "Keeps what is shouted.", example: "", options: undefined,
        narrow: (groups) => { const loud = groups.filter(({ value }) => String(value).endsWith("!")); return loud.length > 0 ? loud : groups; },
      };`,
      "a.csv": "ID,Name\n1,Ann\n",
      "b.csv": "ID,Name\n1,Bob!\n",
      "c.csv": "ID,Name\n1,Ann\n",
    });
    const [name] = (await explain(incident, "T", ["1"], "Name")).cells;
    expect(name).toMatchObject({ value: "Bob!", class: "resolved", rule: "shout" });
    expect(name?.claims.map(({ outcome }) => outcome)).toEqual(["lost by shout", "won", "lost by shout"]);
  });

  it("a module that is no rule is refused with its path", async () => {
    const running = runFiles({
      "schema.sql": ddl,
      "recipe.yaml": withChain("[{ rule: ./none.mjs }]"),
      "none.mjs": "export default 5;",
      ...Object.fromEntries(sources.map((id) => [`${id}.csv`, "ID,Name\n1,x\n"])),
    });
    await expect(running).rejects.toThrow(/none\.mjs.*no rule/);
  });

  it("accuracy believes the source that agrees with the others elsewhere, against two that copy each other's mistakes", async () => {
    // c is right everywhere; a and b are one feed that is wrong in every tenth row, where d (as right as c) is silent.
    const feed = Array.from({ length: 300 }, (_, id) => namedRow(id, id % 10 === 0)).join("");
    const right = Array.from({ length: 300 }, (_, id) => namedRow(id, false)).join("");
    const silent = Array.from({ length: 300 }, (_, id) => (id % 10 === 0 && id < 100 ? "" : namedRow(id, false))).join(
      "",
    );
    const files4 = { "a.csv": feed, "b.csv": feed, "c.csv": right, "d.csv": silent };
    const { incident, report } = await runFiles({
      "schema.sql": ddl,
      "recipe.yaml": withChain("[accuracy, ask]").replace(
        "rules:",
        "  d: { extractor: csv, path: d.csv, tables: { T: {} } }\nrules:",
      ),
      ...Object.fromEntries(Object.entries(files4).map(([name, body]) => [name, `ID,Name\n${body}`])),
    });
    expect((await explain(incident, "T", ["20"], "Name")).cells[0]).toMatchObject({
      value: "name 20",
      rule: "accuracy",
    });
    expect(report.notes).toContainEqual(expect.stringMatching(/^accuracy: c: right in \d+ of \d+ claims/));
  });
});

describe("a table whose only key is a unique index", () => {
  it("takes a newer row for the same key as the same row, not as another", async () => {
    const { report } = await runFiles({
      "schema.sql": "CREATE TABLE T (ID int NOT NULL, Name nvarchar(40) NULL)\nGO\nCREATE UNIQUE INDEX IX ON T (ID)",
      "recipe.yaml": `incident: indexed
target: { dialect: sqlserver, version: 2000, schema: schema.sql }
sources:
  old: { extractor: csv, path: old.csv, asOf: 2026-01-01T00:00:00Z, tables: { T: {} } }
  new: { extractor: csv, path: new.csv, asOf: 2026-02-01T00:00:00Z, tables: { T: {} } }
`,
      "old.csv": "ID,Name\n1,Ann\n",
      "new.csv": "ID,Name\n1,Anna\n",
    });
    expect(report.summary.tables[0]).toMatchObject({ keys: 1, emitted: 1, cells: { superseded: 1, corroborated: 1 } });
  });
});

describe("a copy of another source", () => {
  it("counts once with it: it corroborates nothing and has no vote of its own", async () => {
    const one = "ID,Name\n1,Ann\n2,Bob\n";
    const { incident, report } = await runFiles({
      "schema.sql": "CREATE TABLE T (ID int PRIMARY KEY, Name nvarchar(40) NULL)",
      "recipe.yaml": `incident: copies
target: { dialect: sqlserver, version: 2008, schema: schema.sql }
sources:
  a: { extractor: csv, path: a.csv, tables: { T: {} } }
  a-copy: { extractor: csv, path: a-copy.csv, copyOf: a, tables: { T: {} } }
  b: { extractor: csv, path: b.csv, tables: { T: {} } }
`,
      "a.csv": one,
      "a-copy.csv": one,
      "b.csv": "ID,Name\n2,Rob\n",
    });
    const [table] = report.summary.tables;
    expect(table?.cells).toMatchObject({ single: 2, corroborated: 1, contested: 1, resolved: 0 });
    expect((await explain(incident, "T", ["2"], "Name")).cells[0]).toMatchObject({ class: "contested", rule: null });
  });
});

describe("opening an incident", () => {
  it("GOTCHAS 8: refuses a name that no script can carry before anything is read", async () => {
    const opening = runFiles({
      "schema.sql": "CREATE TABLE [a$(x)] (ID int PRIMARY KEY)",
      "recipe.yaml":
        "incident: names\ntarget: { dialect: sqlserver, version: 2008, schema: schema.sql }\nsources:\n  none: { extractor: csv, path: none.csv }\n",
    });
    await expect(opening).rejects.toThrow(/a\$\(x\).*script tools act upon/);
  });
});

describe("the steps on their own", () => {
  it("status follows an incident from unread to emitted, and sees what changed", async () => {
    const folder = temporaryFolder();
    for (const [name, content] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), content);
    }
    const incident = await openIncident({
      recipe: path.join(folder, "recipe.yaml"),
      directory: path.join(folder, "incident"),
      environment: {},
    });
    await extract(incident, services, { only: ["backup"] });
    expect((await status(incident)).sources.map(({ state }) => state)).toEqual(["staged", "not-read", "not-read"]);
    await expect(reconcile(incident, services)).rejects.toThrow(/source export: the source is not staged yet/);
    await run(incident, services);
    expect(await status(incident)).toMatchObject({ reconciled: true, emitted: true, verdict: "needs-review" });
    fs.appendFileSync(path.join(folder, "sheet.csv"), "8,Gil,8,8\n");
    fs.rmSync(path.join(folder, "export/customers.csv"));
    expect((await status(incident)).sources.map(({ state }) => state)).toEqual(["staged", "missing", "changed"]);
  });

  it("what the recipe says of a source is part of what a reconciliation is made from", async () => {
    const folder = temporaryFolder();
    const { incident } = await runFiles(files, folder);
    for (const more of ["coverage: complete", "keepsDeleted: true", "clockSkew: 5m"]) {
      fs.writeFileSync(path.join(folder, "recipe.yaml"), recipe.replace("trust: 60", `trust: 60\n    ${more}`));
      const opened = await openIncident({
        recipe: path.join(folder, "recipe.yaml"),
        directory: incident.directory,
        environment: {},
      });
      await expect(emit(opened, services), more).rejects.toThrow(/changed since the last reconciliation/);
    }
  });

  it("an incident opens from its directory alone, by the recipe that ran", async () => {
    const { incident } = await runFiles(files);
    const again = await openIncident({ directory: incident.directory, environment: {} });
    expect((await explain(again, "Customers", ["5"], "Name")).cells[0]?.value).toBe("Eve");
  });
});
