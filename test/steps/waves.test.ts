/** A second wave: what is newly recovered is added, what changed is changed where nobody else has, and nothing else is touched. */
import Database from "better-sqlite3";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { defaultEmitOptions } from "../../src/emit/options.ts";
import type { EmitOptions } from "../../src/emit/options.ts";
import { layoutOf } from "../../src/incident.ts";
import { apply, emit, run } from "../../src/pipeline.ts";
import { openIncident } from "../../src/pipeline.ts";
import { readTarget } from "../../src/verify/target/database.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { runFiles, services, temporaryFolder, writeFiles } from "../incident.ts";
import type { Ran } from "../incident.ts";

const first = "ID,Name,Rate,Note\n1,Ada,1.50,x\n2,Grace,2.00,\n3,Edsger,3.00,z\n4,Tony,0.10,t\n";
/** 1 and 2 change, 4 is gone, 5 is new. */
const second = "ID,Name,Rate,Note\n1,Ada,1.75,x\n2,Grace H,2.00,now\n3,Edsger,3.00,z\n5,Barbara,5.00,\n";

/** A row of a temporal table, begun on a day of January. */
function temporal(day: string): string {
  return `ID,Name,From,To\n1,${day},2024-01-0${day} 00:00:00,9999-12-31 23:59:59.9999999\n`;
}

type Dialect = "sqlite" | "sqlserver";

function rescue(dialect: Dialect, version = "2016"): Promise<Ran> {
  return runFiles({
    "recipe.yaml": JSON.stringify({
      incident: "waves",
      target: { dialect, ...(dialect === "sqlserver" ? { version } : {}), schema: "schema.sql" },
      sources: {
        people: { extractor: "csv", path: "People.csv", null: "", tables: { "dbo.People": {} } },
        lines: { extractor: "csv", path: "Lines.csv", tables: { "dbo.Lines": {} } },
      },
    }),
    "schema.sql":
      "CREATE TABLE dbo.People (ID int IDENTITY PRIMARY KEY, Name nvarchar(20), Rate real, Note ntext)\nGO\nCREATE TABLE dbo.Lines (T nvarchar(9))",
    "People.csv": first,
    "Lines.csv": "T\na\n",
  });
}

/** The same incident after more was found. */
async function again({ incident }: Ran, people = second): Promise<Ran> {
  writeFiles({ "People.csv": people }, incident.recipe.folder);
  const opened = await openIncident({ recipe: incident.recipe.file, directory: incident.directory, environment: {} });
  return { incident: opened, report: await run(opened, services) };
}

/** Keeps the scripts that are there, as whoever loads them would. */
function keep({ incident }: Ran): string {
  const folder = temporaryFolder();
  fs.cpSync(layoutOf(incident.directory).out, folder, { recursive: true });
  return path.join(folder, "manifest.json");
}

function emitWith({ incident }: Ran, more: Partial<EmitOptions>) {
  return emit(incident, services, { ...defaultEmitOptions, ...more });
}

async function load({ incident }: Ran, file: string): Promise<void> {
  const target = readTarget(file, (name) => name);
  await apply(incident, services, { target, isRehearsal: false, confirm: () => Promise.resolve() });
}

function query(file: string, sql: string): unknown[] {
  const db = new Database(file);
  try {
    const statement = db.prepare(sql);
    return statement.reader ? statement.raw().all() : [statement.run()];
  } finally {
    db.close();
  }
}

describe("emit --since", () => {
  it("writes all rows of a table that the earlier scripts left out", async () => {
    const ran = await rescue("sqlite");
    const file = path.join(temporaryFolder(), "shop.db");
    await emitWith(ran, { tables: ["Lines"] });
    await load(ran, file);
    const { notes } = await emitWith(ran, { since: keep(ran) });
    expect(notes).toContain("dbo.People is not among the tables of this manifest: all its rows are written");
    await load(ran, file);
    expect(query(file, "SELECT ID FROM People ORDER BY ID")).toEqual([[1], [2], [3], [4]]);
    expect(query(file, "SELECT count(*) FROM Lines")).toEqual([[1]]);
  });

  it("adds what is new and changes what nobody has changed since, SQLite", async () => {
    const ran = await rescue("sqlite");
    const file = path.join(temporaryFolder(), "shop.db");
    await load(ran, file);
    const manifest = keep(ran);
    // Production runs again: somebody corrects a name, somebody is new.
    query(file, "UPDATE People SET Name = 'Grace Hopper' WHERE ID = 2");
    query(file, "INSERT INTO People VALUES (9, 'Users own', 9, NULL)");
    const wave = await again(ran);
    const { notes } = await emitWith(wave, { since: manifest });
    expect(notes).toEqual(
      expect.arrayContaining([
        "dbo.People: 1 rows to add, 3 cells to change",
        "dbo.People: 1 rows that were loaded are not emitted any more; nothing takes them back",
        "dbo.Lines is left out: without a key nothing tells which of its rows are there",
      ]),
    );
    await load(wave, file);
    expect(query(file, "SELECT ID, Name, round(Rate, 6), Note FROM People ORDER BY ID")).toEqual([
      [1, "Ada", 1.75, "x"],
      [2, "Grace Hopper", 2, "now"],
      [3, "Edsger", 3, "z"],
      [4, "Tony", 0.1, "t"],
      [5, "Barbara", 5, null],
      [9, "Users own", 9, null],
    ]);
    expect(query(file, "SELECT table_name, row_key, column_name FROM tablesalvage_kept")).toEqual([
      ["dbo.People", "2", "Name"],
    ]);
    expect(query(file, "SELECT * FROM Lines")).toEqual([["a"]]);
    // Manifest and load are of this wave.
    const { since } = JSON.parse(
      fs.readFileSync(path.join(layoutOf(wave.incident.directory).out, "manifest.json"), "utf8"),
    ) as { since: string };
    expect(since).toMatch(/^[0-9a-f]{64}$/);
  });

  it("leaves the times of a temporal table's loaded rows to the server, and says so", async () => {
    const ran = await runFiles({
      "recipe.yaml": JSON.stringify({
        incident: "waves",
        target: { dialect: "sqlserver", version: "2016", schema: "schema.sql" },
        sources: { people: { extractor: "csv", path: "People.csv", tables: { "dbo.People": {} } } },
      }),
      "schema.sql": `CREATE TABLE dbo.People (ID int PRIMARY KEY, Name nvarchar(20), [From] datetime2 GENERATED ALWAYS AS ROW START NOT NULL,
        [To] datetime2 GENERATED ALWAYS AS ROW END NOT NULL, PERIOD FOR SYSTEM_TIME ([From], [To])) WITH (SYSTEM_VERSIONING = ON)`,
      "People.csv": temporal("1"),
    });
    const manifest = keep(ran);
    const { notes } = await emitWith(await again(ran, temporal("2")), { since: manifest });
    expect(notes).toContain(
      "dbo.People.From: changed values are not written: SQL Server 2016 sets them itself; see the report",
    );
    const changes = fs.readFileSync(
      path.join(layoutOf(ran.incident.directory).out, "10-dbo.People.changes.sql"),
      "utf8",
    );
    expect(changes).toContain("UPDATE [dbo].[People] SET [Name] = N'2' WHERE [ID] = 1 AND");
    expect(changes).not.toContain("SET [From]");
  });

  it("is nothing where nothing changed", async () => {
    const ran = await rescue("sqlite");
    const manifest = keep(ran);
    await emitWith(ran, { since: manifest });
    expect(fs.readdirSync(layoutOf(ran.incident.directory).out).filter((name) => /dbo/.test(name))).toEqual([]);
  });

  it("writes guarded updates for SQL Server, and asks what was kept", async () => {
    const ran = await rescue("sqlserver");
    const manifest = keep(ran);
    await emitWith(await again(ran), { since: manifest });
    const { out } = layoutOf(ran.incident.directory);
    const changes = fs.readFileSync(path.join(out, "10-dbo.People.changes.sql"), "utf8");
    expect(changes).toContain(
      [
        "UPDATE [dbo].[People] SET [Rate] = 1.75E0 WHERE [ID] = 1 AND [Rate] = CAST(1.5E0 AS real)",
        "INSERT INTO [dbo].[tablesalvage_kept] ([load], [table], [key], [column]) SELECT N'",
      ].join("\n"),
    );
    // To the letter, whatever the collation takes for the same.
    expect(changes).toContain(
      "N'dbo.People', N'2', N'Note' WHERE NOT EXISTS (SELECT * FROM [dbo].[People] WHERE [ID] = 2 AND CONVERT(nvarchar(max), [Note]) COLLATE Latin1_General_BIN = N'now' AND DATALENGTH(CONVERT(nvarchar(max), [Note])) = 6)",
    );
    expect(changes).toContain("SET [Note] = N'now' WHERE [ID] = 2 AND [Note] IS NULL");
    const rows = fs.readFileSync(path.join(out, "10-dbo.People.001.sql"), "utf8");
    expect(rows).toContain(
      "WHERE NOT EXISTS (SELECT * FROM [dbo].[People] WHERE [ID] = 5)\nIF @@ROWCOUNT = 0 INSERT INTO [dbo].[tablesalvage_kept]",
    );
    expect(fs.readFileSync(path.join(out, "05-schema.sql"), "utf8")).toContain(
      "CREATE TABLE [dbo].[tablesalvage_kept]",
    );
    expect(fs.readFileSync(path.join(out, "90-verify.sql"), "utf8")).toContain(
      "FROM [dbo].[tablesalvage_kept] WHERE [load] =",
    );
    expect(fs.existsSync(path.join(out, "rollback.sql"))).toBe(false);
  });

  it("tells rows of 2000 whose key somebody has taken, long texts among them", async () => {
    const ran = await rescue("sqlserver", "2000");
    const manifest = keep(ran);
    writeFiles({ "People.csv": `${second}6,Long,1,${"x".repeat(5000)}\n` }, ran.incident.recipe.folder);
    const opened = await openIncident({
      recipe: ran.incident.recipe.file,
      directory: ran.incident.directory,
      environment: {},
    });
    await run(opened, services);
    await emit(opened, services, { ...defaultEmitOptions, since: manifest });
    const rows = fs.readFileSync(path.join(layoutOf(opened.directory).out, "10-dbo.People.001.sql"), "utf16le");
    // @@ROWCOUNT is asked once, before anything sets it anew.
    expect(rows).toMatch(
      /WHERE \[ID\] = 6\)\nIF @@ROWCOUNT = 1\nBEGIN\nDECLARE @pointer [^]*?\nEND\nELSE INSERT INTO \[dbo\]\.\[tablesalvage_kept\]/,
    );
  });

  it("leaves large values of SQL Server 2000 to people", async () => {
    const ran = await rescue("sqlserver", "2000");
    const manifest = keep(ran);
    const { notes } = await emitWith(await again(ran), { since: manifest });
    expect(notes).toContain(
      "dbo.People.Note: changed values are not written: SQL Server 2000 cannot compare them with what was loaded; see the report",
    );
    const { out } = layoutOf(ran.incident.directory);
    expect(fs.readFileSync(path.join(out, "10-dbo.People.changes.sql"), "utf16le")).not.toContain("[Note]");
  });

  it("refuses a manifest that it knows nothing of", async () => {
    const ran = await rescue("sqlite");
    const other = path.join(temporaryFolder(), "manifest.json");
    fs.writeFileSync(other, "{}");
    expect((await userErrorOf(emitWith(ran, { since: other }))).message).toContain(
      "nothing is kept of what the scripts",
    );
    expect((await userErrorOf(emitWith(ran, { since: `${other}.gone` }))).message).toContain("cannot be read");
  });
});

describe("emit --only-missing", () => {
  it("writes rows that the database has not", async () => {
    const ran = await rescue("sqlite");
    const file = path.join(temporaryFolder(), "shop.db");
    await load(ran, file);
    query(file, "DELETE FROM People WHERE ID IN (2, 3)");
    query(file, "UPDATE People SET Name = 'Users own' WHERE ID = 1");
    const onlyMissing = readTarget(file, (name) => name);
    const { notes, result } = await emitWith(ran, { onlyMissing });
    expect(notes).toContain("dbo.People: 2 rows to add");
    expect(result.files.filter(({ purpose }) => purpose === "data").map(({ rows }) => rows)).toEqual([2]);
    await load(ran, file);
    expect(query(file, "SELECT ID, Name FROM People ORDER BY ID")).toEqual([
      [1, "Users own"],
      [2, "Grace"],
      [3, "Edsger"],
      [4, "Tony"],
    ]);
  });
});
