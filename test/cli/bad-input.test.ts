/** Bad input, as people give it at night: what it says, what it does not write, and that nothing of theirs is harmed. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { salvage } from "./harness.ts";

const secret = "hush-hush-42";
const survivors: Readonly<Record<string, string>> = {
  "schema.sql": "CREATE TABLE dbo.Towns (TownID int NOT NULL PRIMARY KEY, Name nvarchar(40) NULL)\n",
  "towns.csv": "TownID,Name\n1,Reims\n2,Lyon\n",
  "towns.sql": "INSERT INTO Towns VALUES (1, N'Reims')\nGO\nINSERT INTO Towns VALUES (2, N'Lyon')\n",
};

let cwd = "";
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "bad-input-"));
  for (const [name, text] of Object.entries(survivors)) write(name, text);
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

function write(name: string, data: string | Buffer): void {
  fs.mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
  fs.writeFileSync(path.join(cwd, name), data);
}

/** A recipe whose one source is `source`, in YAML's flow form; `rest` stands below it. */
function recipe(source: string, rest = "", { incident = "towns", schema = "schema.sql" } = {}): void {
  const text = `incident: ${incident}
target: { dialect: sqlserver, version: 2016, schema: ${schema} }
sources:
  a: { asOf: 2026-01-01T00:00:00Z, ${source} }
${rest}`;
  write("r.yaml", text);
}

function command(verb: string, dir = "inc") {
  return salvage([verb, "r.yaml", "--dir", dir], { cwd, env: { SECRET: secret } });
}

function filesIn(folder: string): string[] {
  if (!fs.existsSync(path.join(cwd, folder))) return [];
  const names = fs.readdirSync(path.join(cwd, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => fs.statSync(path.join(cwd, folder, name)).isFile()).toSorted();
}

/** Every file with what it holds. */
function allFiles(): [string, string][] {
  return filesIn(".").map((name) => [name, fs.readFileSync(path.join(cwd, name), "latin1")]);
}

/** Scripts, lists and summary come whole or not at all. */
function outputs(): string[] {
  return filesIn("inc").filter((name) => /^(?:out|report)|^summary|\.(?:tmp|part|old)$/.test(name));
}

const csv = "extractor: csv, path: towns.csv";

describe("what cannot be done: exit 2, with place and remedy, and nothing half written", () => {
  it.each<[string, () => void, RegExp[]]>([
    [
      "a missing file",
      () => recipe("extractor: csv, path: twons.csv"),
      [/twons\.csv: there is no such file/, /Did you mean towns\.csv\?/],
    ],
    [
      "a pattern that nothing matches",
      () => recipe("extractor: csv, path: exports/*.csv"),
      [/exports\/\*\.csv: no file matches/, /that folder holds .*towns\.csv/],
    ],
    [
      "a folder as a file",
      () => recipe("extractor: csv, path: exports") ?? fs.mkdirSync(path.join(cwd, "exports")),
      [/exports: this is a folder/, /exports\/\*/],
    ],
    [
      "an encoding that nobody knows",
      () => recipe(`${csv}, encoding: klingon`),
      [/the encoding "klingon" is not known/, /windows-1252/],
    ],
    [
      "unknown tables and columns, all at once",
      () =>
        recipe(
          `${csv}, tables: { Twons: {}, Towns: { columns: { Nmae: Name } } }`,
          "rules: { tables: { dbo.Tows: {} } }",
        ),
      [
        /the recipe has 3 faults/,
        /r\.yaml:4:\d+: sources\.a\.tables\.Twons: the schema has no table "Twons"\. Did you mean "dbo\.Towns"\?/,
        /r\.yaml:4:\d+: sources\.a\.tables\.Towns\.columns\.Nmae: dbo\.Towns has no column "Nmae"\. Did you mean "Name"\?/,
        /r\.yaml:5:\d+: rules\.tables\["dbo\.Tows"\]/,
        /Correct them, then run `salvage check`\./,
      ],
    ],
    [
      "an unknown source",
      () => recipe(csv, "rules: { default: [{ prefer: [aa] }, ask] }"),
      [/r\.yaml:5:\d+: .*no source is called "aa"; did you mean "a"\?/, /Correct it, /],
    ],
    [
      "a CSV whose header lacks a mapped column",
      () => recipe(`${csv}, tables: { Towns: { columns: { Name: town_name } } }`),
      [/towns\.csv:1: there is no column "town_name", from which the recipe takes dbo\.Towns\.Name/, /TownID, Name/],
    ],
    [
      "a CSV with another delimiter than the recipe says",
      () => recipe(`${csv}, delimiter: ","`) ?? write("towns.csv", "TownID;Name\n1;Reims\n"),
      [/towns\.csv:1: none of the columns TownID;Name feeds dbo\.Towns/, /correct the delimiter/],
    ],
    ["a database that is none", () => recipe("extractor: sqlite, path: towns.csv"), [/towns\.csv/]],
    [
      "an environment variable that is not set",
      () => recipe("extractor: csv, path: '${env:NOPE}'"),
      [/NOPE is not set/],
    ],
    ["a recipe that is not YAML", () => write("r.yaml", "this is: : not [yaml"), [/r\.yaml:1:10: a second `:`/]],
    [
      "a recipe that is a script",
      () => write("r.yaml", survivors["schema.sql"] ?? ""),
      [/r\.yaml:1:1: a recipe is a map/],
    ],
    ["a recipe that is no text", () => write("r.yaml", Buffer.from([0x1f, 0x8b, 0xff])), [/not UTF-8 text/]],
    ["a recipe that is a folder", () => fs.mkdirSync(path.join(cwd, "r.yaml")), [/r\.yaml: this is a folder/]],
    ["a missing recipe", () => write("r.yml", "x"), [/there is no such recipe/, /did you mean "r\.yml"\?/]],
    ["a missing schema", () => recipe(csv, "", { schema: "shcema.sql" }), [/shcema\.sql/]],
  ])("%s", async (_what, prepare, said) => {
    prepare();
    const { code, stdout, stderr } = await command("run");
    expect([code, stdout]).toEqual([2, ""]);
    for (const message of said) expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(outputs()).toEqual([]);
    expect((await command("check", "checked")).code).toBe(2);
    expect(filesIn("checked")).toEqual([]);
  });
});

describe("what is damaged: the rest is rescued, the damage is in quarantine, and people are told", () => {
  const latin = Buffer.from("TownID,Name\n1,K\xf6ln\n2,Lyon\n", "latin1");
  it.each<[string, () => void, RegExp, string]>([
    [
      "a script cut in the middle of a literal",
      () =>
        recipe("extractor: sql-script, path: cut.sql") ?? write("cut.sql", (survivors["towns.sql"] ?? "").slice(0, -4)),
      /cut\.sql:3: the script ends in the middle/,
      "the script ends inside a literal",
    ],
    [
      "a CSV cut in the middle of a record",
      () => recipe(csv) ?? write("towns.csv", "TownID,Name\n1,Reims\n2"),
      /towns\.csv:3: the last record is possibly cut short/,
      "1 cell where 2 are expected",
    ],
    [
      "a CSV cut within quotes",
      () => recipe(csv) ?? write("towns.csv", 'TownID,Name\n1,Reims\n2,"Ly'),
      /towns\.csv:3/,
      "not closed before the file ends",
    ],
    ["bytes that are not of the encoding", () => recipe(csv) ?? write("towns.csv", latin), /not utf-8/, "0x312c4bf6"],
  ])("%s", async (_what, prepare, said, listed) => {
    prepare();
    const { code, stdout } = await command("run");
    expect(code).toBe(1);
    expect(stdout).toMatch(said);
    expect(stdout).toContain("people are needed");
    expect(fs.readFileSync(path.join(cwd, "inc/report/quarantine.csv"), "utf8")).toContain(listed);
    const summary = JSON.parse(fs.readFileSync(path.join(cwd, "inc/summary.json"), "utf8")) as {
      sources: { read: number; staged: number; evidence: number; skipped: number; quarantined: number }[];
      tables: { emitted: number }[];
    };
    for (const { read, staged, evidence, skipped, quarantined } of summary.sources)
      expect(read).toBe(staged + evidence + skipped + quarantined);
    expect(summary.tables.map(({ emitted }) => emitted)).toEqual([1]);
  });

  it("a compressed file cut short is told, wherever the cut fell", async () => {
    const rows = Array.from({ length: 5000 }, (_, id) => `${id},Town ${id * 7919}\n`).join("");
    write("towns.csv.gz", gzipSync(`TownID,Name\n${rows}`).subarray(0, 20_000));
    recipe("extractor: csv, path: towns.csv.gz");
    expect((await command("run")).stdout).toMatch(/towns\.csv\.gz.*cut short/);
  });

  it("an empty CSV: a table without rows is not passed over in silence", async () => {
    recipe(csv);
    write("towns.csv", "");
    const { stdout } = await command("run");
    expect(stdout).toContain("towns.csv: the file is empty");
    expect(stdout).toContain("dbo.Towns: no source has rows of it");
  });
});

describe("an incident's directory holds nobody else's files", () => {
  it.each<[string, string, () => void, RegExp]>([
    [
      "evidence lies where the scripts go",
      ".",
      () => recipe("extractor: csv, path: out/*.csv") ?? write("out/towns.csv", "TownID,Name\n1,Reims\n"),
      /out\/\*\.csv: evidence lies in the folder out.*\nChoose another place with --dir, or move the evidence/,
    ],
    [
      "the schema lies among the lists",
      ".",
      () =>
        recipe(csv, "", { schema: "report/schema.sql" }) ?? write("report/schema.sql", survivors["schema.sql"] ?? ""),
      /report\/schema\.sql: evidence lies in the folder report/,
    ],
    [
      "somebody's own scripts lie there",
      "inc",
      () => recipe(csv) ?? write("inc/out/mine.sql", "keep me"),
      /inc\/out: there are files here that salvage did not write/,
    ],
    ["it is a file", "towns.csv", () => recipe(csv), /towns\.csv: this is a file, not a directory/],
    [
      "it is another incident's",
      "inc",
      () => recipe(csv) ?? write("inc/recipe.yaml", "incident: other\n"),
      /inc: this directory belongs to another incident, "other"; this one is towns/,
    ],
  ])("%s: exit 2, and all stays as it was", async (_what, dir, prepare, said) => {
    prepare();
    const found = allFiles();
    const { code, stderr } = await command("run", dir);
    expect(code).toBe(2);
    expect(stderr).toMatch(said);
    expect(allFiles()).toEqual(found);
  });

  it("a second run finds its own files and goes on", async () => {
    recipe(csv);
    expect([(await command("run")).code, (await command("run")).code]).toEqual([0, 0]);
  });
});

describe("a value of ${env:…}", () => {
  it("is in no file of the incident and in nothing that is printed, whatever goes wrong", async () => {
    write(`${secret}/towns.csv`, "TownID,Name\n1,Reims\nx,y\n2\n");
    const said: string[] = [];
    for (const source of ["towns.csv", "nix.csv", "*.sql"]) {
      recipe(`extractor: csv, path: "\${env:SECRET}/${source}"`);
      for (const verb of ["check", "run", "status"]) {
        const argv = verb === "status" ? [verb] : [verb, "r.yaml"];
        const { stdout, stderr } = await salvage([...argv, "--dir", "inc"], { cwd, env: { SECRET: secret } });
        said.push(stdout, stderr);
      }
    }
    expect(said.join("")).toContain("${env:SECRET}");
    expect(said.join("")).not.toContain(secret);
    const written = filesIn("inc").filter((name) =>
      fs.readFileSync(path.join(cwd, "inc", name), "latin1").includes(secret),
    );
    expect(written).toEqual([]);
    expect(filesIn("inc").length).toBeGreaterThan(8);
  });
});
