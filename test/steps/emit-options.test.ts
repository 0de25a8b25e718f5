/** What `salvage emit` is asked for besides the recipe. */
import Database from "better-sqlite3";
import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { defaultEmitOptions } from "../../src/emit/options.ts";
import type { EmitOptions } from "../../src/emit/options.ts";
import { layoutOf } from "../../src/incident.ts";
import { apply, emit } from "../../src/pipeline.ts";
import { readTarget } from "../../src/verify/target/database.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { runFiles, runRecipe, services, temporaryFolder } from "../incident.ts";
import type { Ran } from "../incident.ts";

function rescue(dialect: "sqlite" | "sqlserver"): Promise<Ran> {
  return runFiles({
    "recipe.yaml": JSON.stringify({
      incident: "options",
      target: { dialect, ...(dialect === "sqlserver" ? { version: "2016" } : {}), schema: "schema.sql" },
      sources: {
        a: { extractor: "csv", path: "A.csv", tables: { "dbo.A": {} } },
        b: { extractor: "csv", path: "B.csv", tables: { "dbo.B": {} } },
      },
    }),
    "schema.sql":
      "CREATE TABLE dbo.A (Id int PRIMARY KEY, T nvarchar(20))\nGO\nCREATE TABLE dbo.B (Id int PRIMARY KEY)",
    "A.csv": "Id,T\n1,x\n2,y\n3,z\n",
    "B.csv": "Id\n7\n",
  });
}

async function emitted({ incident }: Ran, more: Partial<EmitOptions>): Promise<string[]> {
  await emit(incident, services, { ...defaultEmitOptions, ...more });
  return fs.readdirSync(layoutOf(incident.directory).out).toSorted();
}

function dataIn(names: readonly string[]): string[] {
  return names.filter((name) => /^\d\d-dbo/.test(name));
}

async function load({ incident }: Ran, file: string): Promise<unknown[]> {
  const target = readTarget(file, (name) => name);
  await apply(incident, services, { target, isRehearsal: false, confirm: () => Promise.resolve() });
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare("SELECT * FROM A ORDER BY Id").raw().all();
  } finally {
    db.close();
  }
}

const all = [
  [1, "x"],
  [2, "y"],
  [3, "z"],
];

describe("emit", () => {
  it("splits by rows, gzips, and apply unpacks", async () => {
    const ran = await rescue("sqlite");
    const names = await emitted(ran, { split: { rows: 2, bytes: 1 << 20 }, gzip: true });
    expect(dataIn(names)).toEqual(["10-dbo.A.001.sql.gz", "10-dbo.A.002.sql.gz", "11-dbo.B.001.sql.gz"]);
    const file = path.join(temporaryFolder(), "shop.db");
    expect(await load(ran, file)).toEqual(all);
    // Twice the same bytes.
    const out = layoutOf(ran.incident.directory).out;
    const before = fs.readFileSync(path.join(out, "manifest.json"), "utf8");
    await emitted(ran, { split: { rows: 2, bytes: 1 << 20 }, gzip: true });
    expect(fs.readFileSync(path.join(out, "manifest.json"), "utf8")).toBe(before);
  });

  it("splits by bytes", async () => {
    const ran = await rescue("sqlserver");
    expect(dataIn(await emitted(ran, { split: { rows: 1, bytes: 1 } }))).toHaveLength(4);
  });

  it("writes the tables that are asked for, and refuses others", async () => {
    const ran = await rescue("sqlserver");
    expect(dataIn(await emitted(ran, { tables: ["b"] }))).toEqual(["10-dbo.B.001.sql"]);
    const error = await userErrorOf(emit(ran.incident, services, { ...defaultEmitOptions, tables: ["dbo.C"] }));
    expect(error.message).toContain("dbo.C");
    // What was there stays.
    expect(fs.existsSync(path.join(layoutOf(ran.incident.directory).out, "10-dbo.B.001.sql"))).toBe(true);
  });

  it("without transactions keeps what came before a failure, and can be run again", async () => {
    const ran = await rescue("sqlite");
    const refused = await userErrorOf(emit(ran.incident, services, { ...defaultEmitOptions, transaction: "none" }));
    expect(refused.message).toContain("--if-exists skip");
    await emitted(ran, { transaction: "none", ifExists: "skip" });
    const script = fs.readFileSync(path.join(layoutOf(ran.incident.directory).out, "10-dbo.A.001.sql"), "utf8");
    expect(script).not.toMatch(/BEGIN|COMMIT/);
    const file = path.join(temporaryFolder(), "shop.db");
    const db = new Database(file);
    db.exec("CREATE TABLE A (Id INTEGER PRIMARY KEY, T TEXT); INSERT INTO A VALUES (2, 'own')");
    db.close();
    expect(await load(ran, file)).toEqual([all[0], [2, "own"], all[2]]);
  });

  it("for SQL Server, too", async () => {
    const ran = await rescue("sqlserver");
    const names = await emitted(ran, { transaction: "none", ifExists: "skip", gzip: true, createsSchema: false });
    const out = layoutOf(ran.incident.directory).out;
    const script = gunzipSync(fs.readFileSync(path.join(out, "10-dbo.A.001.sql.gz"))).toString("utf8");
    expect(script).not.toMatch(/BEGIN TRANSACTION|COMMIT/);
    expect(script).toContain("IF @@ERROR <> 0\nBEGIN\n  RAISERROR");
    expect(script).toContain("N'10-dbo.A.001.sql.gz', 3, GETDATE())");
    expect(names).not.toContain("rollback.sql");
    expect(fs.readFileSync(path.join(out, "load.cmd"), "utf8")).toContain("unpack the .gz files beside this one first");
    expect(fs.readFileSync(path.join(out, "load.sh"), "utf8")).toContain("10-dbo.A.001.sql.gz \\\n");
  });
});

describe("--provenance table", () => {
  it("says of every cell which source it came from", async () => {
    const ran = await rescue("sqlite");
    await emitted(ran, { provenance: "table" });
    const file = path.join(temporaryFolder(), "shop.db");
    expect(await load(ran, file)).toEqual(all);
    const db = new Database(file, { readonly: true });
    const cells = db
      .prepare(
        `SELECT r.TableName, r.RowKey, p.ColumnName, p.SourceName, p.Class FROM tablesalvage_provenance AS r
          JOIN tablesalvage_patterns AS p ON p.Pattern = r.Pattern WHERE r.RowKey IN ('1', '7') ORDER BY r.ID, p.ColumnName`,
      )
      .raw()
      .all();
    db.close();
    expect(cells).toEqual([
      ["dbo.A", "1", "Id", "a", "single"],
      ["dbo.A", "1", "T", "a", "single"],
      ["dbo.B", "7", "Id", "b", "single"],
    ]);
    const refused = emit(ran.incident, services, { ...defaultEmitOptions, provenance: "table", createsSchema: false });
    expect((await userErrorOf(refused)).remedy).toContain("--no-schema");
  });

  it("on the flagship: as many rows as are emitted, and every cell of each", async () => {
    const ran = await runRecipe("recipes/flagship.yaml", path.join(temporaryFolder(), "incident"));
    const { result } = await emit(ran.incident, services, { ...defaultEmitOptions, provenance: "table" });
    const counts = new Map(
      result.files.filter(({ purpose }) => purpose === "data").map(({ table, rows }) => [table, rows ?? 0]),
    );
    const emittedRows = ran.report.summary.tables.reduce((sum, table) => sum + table.emitted, 0);
    expect(counts.get("dbo.tablesalvage_provenance")).toBe(emittedRows);
    expect(counts.get("dbo.tablesalvage_patterns")).toBeGreaterThan(100);
  });
});
