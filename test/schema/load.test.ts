import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { loadSchema } from "../../src/schema/load.ts";

const script = "CREATE TABLE dbo.Größe ([Maß] int NOT NULL)\r\nGO\r\n";
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "salvage-schema-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

async function tableIds(file: string): Promise<string[]> {
  const schema = await loadSchema(file);
  return schema.tables.map((table) => `${table.id}(${table.columns.map((column) => column.name).join()})`);
}

async function faultOf(file: string): Promise<UserError> {
  const fault: unknown = await loadSchema(file).catch((error: unknown) => error);
  if (!(fault instanceof UserError)) throw new Error("no fault for people", { cause: fault });
  return fault;
}

describe("loadSchema", () => {
  it.each<[string, Buffer]>([
    ["utf-8", Buffer.from(script)],
    ["utf-8 with mark", iconv.encode(script, "utf8", { addBOM: true })],
    ["windows-1252", iconv.encode(script, "windows-1252")],
    ["gzipped utf-16", gzipSync(iconv.encode(script, "utf-16le", { addBOM: true }))],
    ["utf-16be with mark", iconv.encode(script, "utf-16be", { addBOM: true })],
  ])("reads a script in %s", async (name, bytes) => {
    expect(await tableIds(write(`${name}.sql`, bytes))).toEqual(["dbo.Größe(Maß)"]);
  });

  it("GOTCHAS 35: reads UTF-16LE with its mark, as SSMS scripts it", async () => {
    const file = write("ssms.sql", iconv.encode(script, "utf-16le", { addBOM: true }));
    expect(await tableIds(file)).toEqual(["dbo.Größe(Maß)"]);
  });

  it("reads the catalog of a SQLite file", async () => {
    const file = path.join(folder, "copy.sql");
    const database = new Database(file);
    database.exec("CREATE TABLE Orders (OrderID INTEGER PRIMARY KEY, Freight MONEY)");
    database.close();
    expect(await tableIds(file)).toEqual(["dbo.Orders(OrderID,Freight)"]);
  });

  it("a file that is missing, a folder, a cut gzip, bytes that are no text: faults for people, with the file", async () => {
    const missing = path.join(folder, "missing.sql");
    const cut = write("cut.sql.gz", gzipSync(Buffer.from(script)).subarray(0, 30));
    const bytes = write("bytes.sql", Buffer.from([1, 0, 2, 0]));
    const faults = await Promise.all([missing, folder, cut, bytes].map((file) => faultOf(file)));
    expect(faults.map((fault) => fault.where?.file)).toEqual([missing, folder, cut, bytes]);
    expect(faults.map((fault) => fault.what)).toEqual([
      "the schema file does not exist",
      expect.stringContaining("the schema file cannot be read"),
      expect.stringContaining("the gzipped schema file cannot be unpacked"),
      "the schema file is neither text nor a SQLite database",
    ]);
  });

  it("a fault in the script names the file, line and column", async () => {
    const file = write("fault.sql", Buffer.from("\nCREATE TABLE t (a whatever)"));
    const fault = await faultOf(file);
    expect(fault.where).toEqual({ file, line: 2, column: 19, table: "dbo.t" });
  });
});
