/** The sql-log extractor on files: golden folders, one a format and more; real logs where they are there. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readTsqlSchema } from "../../src/schema/tsql/read.ts";
import { withRowTime } from "../../src/schema/model.ts";
import { evidenceFile, mapTable } from "./harness.ts";
import { printLog, readLogs } from "./sql-log-harness.ts";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures/extract/sql-log");
const golden = path.resolve(import.meta.dirname, "golden/sql-log");
const data = path.resolve(import.meta.dirname, "../../../shared/data/logs");
const schema = readTsqlSchema(readFileSync(path.join(fixtures, "schema.sql"), "utf8"), { file: "schema.sql" });
const mappings = schema.tables.map((table) => mapTable(withRowTime(table)));

async function readText(text: string, options: object) {
  const folder = mkdtempSync(path.join(tmpdir(), "sql-log-"));
  writeFileSync(path.join(folder, "app.log"), text);
  return readLogs([evidenceFile(path.join(folder, "app.log"), folder)], { path: "*", ...options }, mappings);
}

describe("golden folders", () => {
  const cases = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  it.each(cases.map(({ name }) => name))("%s", async (name) => {
    const folder = path.join(fixtures, name);
    const options = parse(readFileSync(path.join(folder, "options.yaml"), "utf8")) as object;
    const files = readdirSync(folder).filter((file) => file !== "options.yaml");
    const read = await readLogs(
      files.map((file) => evidenceFile(path.join(folder, file), folder)),
      { path: "*", ...options },
      mappings,
    );
    await expect(printLog(read)).toMatchFileSnapshot(path.join(golden, `${name}.txt`));
  });
});

describe("damage", () => {
  const whole = readFileSync(path.join(fixtures, "efcore/app.log"), "utf8");

  it("every cut of a log is accounted for", async () => {
    for (let end = 0; end < whole.length; end += 97) await readText(whole.slice(0, end), { format: "efcore" });
  });

  it("bytes that are no text take their record to quarantine", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "sql-log-"));
    writeFileSync(path.join(folder, "app.log"), Buffer.from(whole.replace("Seán", "Se\u00e1n"), "latin1"));
    const files = [evidenceFile(path.join(folder, "app.log"), folder)];
    const { quarantined } = await readLogs(files, { path: "*", format: "efcore" }, mappings);
    expect(quarantined).toHaveLength(1);
    expect(quarantined[0]).toMatch(/^app.log line 3: holds bytes that are no text in utf-8/);
  });
});

describe.skipIf(!existsSync(path.join(data, "efcore")))("real logs (skipped where they are not there)", () => {
  it("EF Core 5: 5 INSERT, 2 UPDATE, 2 DELETE, the last of them cut", async () => {
    const file = evidenceFile(path.join(data, "efcore/efcore5_sqlserver_commands.log"), data);
    const read = await readLogs([file], { path: "*", format: "efcore" }, mappings);
    await expect(printLog(read)).toMatchFileSnapshot(path.join(golden, "real-efcore.txt"));
  });
});
