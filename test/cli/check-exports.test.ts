/** `salvage check` of exports without a recipe, and of the flagship recipe: what people read, and the document for programs. */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import iconv from "iconv-lite";
import { parse as parseYaml } from "yaml";
import { describe, expect, it } from "vitest";
import type { ExportProfile } from "../../src/pipeline.ts";
import { temporaryFolder } from "../emit/world.ts";
import { salvage } from "./harness.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const flagship = ["--schema", "fixtures/flagship/schema.sql"];
const exportsAt = "fixtures/flagship/exports";

async function check(...argv: string[]) {
  return salvage(["check", ...argv], { cwd: root });
}

/** Writes the file and looks at it. */
async function profileOf(name: string, content: string | Uint8Array, ...argv: string[]): Promise<ExportProfile> {
  const cwd = temporaryFolder();
  fs.writeFileSync(path.join(cwd, name), content);
  const outcome = await salvage(["check", name, "--json", ...argv], { cwd });
  expect([outcome.code, outcome.stderr.includes("salvage:")]).toEqual([0, false]);
  return (JSON.parse(outcome.stdout) as { exports: [ExportProfile] }).exports[0];
}

describe("what a person reads", () => {
  it.each<[string, string[]]>([
    ["legacy-payments", [`${exportsAt}/legacy/PAYMENTS.csv`, ...flagship]],
    ["customers", [`${exportsAt}/nightly-2026-03-12/customers.csv`, ...flagship]],
    ["windows-1252", ["fixtures/extract/csv/windows-1252/STOCK.CSV"]],
    ["bcp-oem", ["fixtures/extract/csv/bcp-oem/Items.dat"]],
    ["undecodable", ["fixtures/extract/csv/undecodable/Names.csv"]],
    ["archive", ["fixtures/extract/containers/infozip.zip"]],
    ["workbook", ["fixtures/extract/xlsx/excel/customers.xlsx"]],
    ["dump", ["fixtures/extract/sql-script/mysql-dump/script.sql"]],
    ["json", ["fixtures/extract/json/several/shop.json"]],
    ["json-faults", ["fixtures/extract/json/faults/parts.json"]],
    ["sqlite", ["fixtures/flagship/reporting.db", ...flagship]],
    ["recipe", ["recipes/flagship.yaml", "--dir", "/nowhere"]],
  ])("%s", async (name, argv) => {
    const { code, stdout } = await check(...argv);
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`golden/check-exports/${name}.txt`);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(160);
  });

  it("shows every column of a recipe's files with --profile", async () => {
    const { stdout } = await check("recipes/flagship.yaml", "--dir", "/nowhere", "--profile");
    expect(stdout).toContain("../fixtures/flagship/exports/legacy/PAYMENTS.csv  source legacy");
    expect(stdout).toMatch(/^PaidAt +datetime/m);
  });
});

describe("the document for programs", () => {
  it("has files, tables, columns and a source for a recipe, in a fixed order", async () => {
    const { stdout } = await check(`${exportsAt}/legacy/PAYMENTS.csv`, "--json", ...flagship);
    await expect(stdout).toMatchFileSnapshot("golden/check-exports/legacy-payments.json");
  });
});

describe("what nobody has to say", () => {
  it.each<[string, string, string | Uint8Array, object, object?]>([
    ["csv", "a.csv", "ID,Name\n1,x\n2,y\n", {}],
    ["csv, gzipped", "a.csv.gz", gzipSync("ID,Name\n1,x\n2,y\n"), {}],
    ["two characters between cells", "a.txt", "1+|x+|\n2+|y+|\n", { delimiter: "+|", header: false }],
    ["tabs", "a.dat", "ID\tName\n1\tx\n", { delimiter: "\t" }],
    ["an OEM code page", "a.csv", iconv.encode("ID,Name\n1,Müller\n2,Jürgen\n", "cp850"), { encoding: "cp850" }],
    ["windows-1252", "a.csv", iconv.encode("ID,Name\n1,Müller\n2,Zoë\n", "windows-1252"), { encoding: "windows-1252" }],
    [
      "windows-1251",
      "a.csv",
      iconv.encode("ID,Name\n1,Москва\n2,Казань\n", "windows-1251"),
      { encoding: "windows-1251" },
    ],
    ["UTF-16 without its mark", "a.csv", Buffer.from("ID,Name\n1,Müller\n", "utf16le"), { encoding: "utf-16le" }],
    [
      "UTF-8 with a line of another program",
      "a.csv",
      Buffer.concat([Buffer.from("ID,Name\n1,Müller\n2,Zoë\n3,"), iconv.encode("René\n", "windows-1252")]),
      { fallbackEncoding: "windows-1252" },
    ],
    ["no header", "a.csv", "1,x\n2,y\n", { header: false }],
  ])("%s", async (_what, name, content, options) => {
    const { recipe, tables } = await profileOf(name, content);
    expect(Object.values(parseYaml(recipe) as object)[0]).toEqual({ extractor: "csv", path: name, ...options });
    expect(tables[0]?.columns.length).toBeGreaterThan(1);
  });

  it.each<[string, string, string | Uint8Array]>([
    ["json", "a.json", '[{"id":1}]'],
    ["json", "dump", '{"data":{"orders":[{"id":1},{"id":2}]}}'],
    ["json", "a.jsonl", '{"id":1,"lines":[{"x":1}]}\n{"id":2}\n'],
  ])("%s: %s", async (extractor, name, content) => {
    const profile = await profileOf(name, content);
    expect(profile.extractor).toBe(extractor);
    expect(profile.tables[0]?.columns[0]).toMatchObject({ name: "id", type: "int" });
  });

  it("a database is told by its first bytes, whatever its name", async () => {
    const cwd = temporaryFolder();
    const db = new Database(path.join(cwd, "copy.bak"));
    db.exec("CREATE TABLE t (id INTEGER, name TEXT); INSERT INTO t VALUES (1, 'a'), (2, CAST(x'ff' AS TEXT))");
    db.close();
    const { stdout } = await salvage(["check", "copy.bak", "--json"], { cwd });
    const { exports } = JSON.parse(stdout) as { exports: [ExportProfile] };
    expect(exports[0].tables[0]).toMatchObject({
      part: "t",
      records: 1,
      damage: ["1 records hold text that is not valid UTF-8"],
    });
  });

  it("and what is said is not guessed", async () => {
    const { evidence } = await profileOf(
      "a.txt",
      "1;2\n3;4\n",
      "--as",
      "csv",
      "--option",
      "delimiter=;",
      "--option",
      "header=false",
    );
    expect(evidence).toEqual([]);
  });
});

describe("what cannot be looked at", () => {
  it.each<[string, string[], string]>([
    ["an empty file", ["empty.csv"], "empty.csv: the file is empty"],
    ["a folder", ["folder"], "folder: this is a folder"],
    ["a file that is not there", ["order.csv"], "Did you mean orders.csv?"],
    ["a workbook that is none", ["a.xlsx"], "a.xlsx"],
    ["binary data", ["native.bin"], "native.bin: this is neither text nor a format that is known"],
    ["an option that is none", ["orders.csv", "--option", "delimeter=;"], 'unknown key; did you mean "delimiter"?'],
    ["an option without a value", ["orders.csv", "--option", "delimiter"], "--option delimiter names no value"],
    ["an extractor that is none", ["orders.csv", "--as", "cvs"], "there is no extractor cvs"],
    ["a schema that is not there", ["orders.csv", "--schema", "no.sql"], "the schema file does not exist"],
    ["a recipe among exports", ["orders.csv", "r.yaml"], "r.yaml is a recipe, and other files are named beside it"],
    ["an export's option with a recipe", ["r.yaml", "--as", "csv"], "--as is for exports, and a recipe is checked"],
  ])("%s", async (_what, argv, message) => {
    const cwd = temporaryFolder();
    fs.mkdirSync(path.join(cwd, "folder"));
    fs.writeFileSync(path.join(cwd, "empty.csv"), "");
    fs.writeFileSync(path.join(cwd, "orders.csv"), "ID\n1\n");
    fs.writeFileSync(path.join(cwd, "a.xlsx"), "PK\u0003\u0004 and no more");
    fs.writeFileSync(path.join(cwd, "native.bin"), Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
    const { code, stderr } = await salvage(["check", ...argv], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it("stops when it is interrupted", async () => {
    const { code } = await salvage(["check", `${exportsAt}/legacy/PAYMENTS.csv`], {
      cwd: root,
      signal: AbortSignal.abort(),
    });
    expect(code).toBe(130);
  });
});

it("says how far it looked where a file has more than a million records, and looks at all of it with --all", async () => {
  const lines = `ID\n${Array.from({ length: 1_000_100 }, (_, at) => at + 1).join("\n")}\n`;
  const [bounded, whole] = [await profileOf("ids.csv", lines), await profileOf("ids.csv", lines, "--all")];
  expect(bounded.tables[0]).toMatchObject({
    records: 1_000_000,
    stopped: "only the first 1,000,000 records were looked at",
  });
  expect(whole.tables[0]).toMatchObject({ records: 1_000_100, columns: [{ isUnique: true }] });
  expect(whole.tables[0]).not.toHaveProperty("stopped");
});
