/** The queue as a sheet: out to a file, changed as spreadsheets change things, and back. */
import fs from "node:fs";
import path from "node:path";
import iconv from "iconv-lite";
import { readSheet } from "read-excel-file/node";
import writeWorkbook from "write-excel-file/node";
import { describe, expect, it } from "vitest";
import { readDecisions } from "../../src/decisions/file.ts";
import { readSheetFile, writeSheet } from "../../src/review/sheet-files.ts";
import { readChoice, readSheetRows, sheetRows } from "../../src/review/sheet.ts";
import type { Incident } from "../../src/pipeline.ts";
import { userErrorOf } from "../extract/server-harness.ts";
import { emittedRows, temporaryFolder } from "../incident.ts";
import { again, anna, decisionsOf, review, runPeople } from "./people.ts";

const nobody = { by: "", why: "" };

async function exported(incident: Incident, name: string): Promise<string> {
  const file = path.join(temporaryFolder(), name);
  await review(incident, (session) => writeSheet(file, sheetRows(session.sheetItems())));
  return file;
}

async function imported(incident: Incident, file: string, signature = anna): Promise<{ noted: number; known: number }> {
  const { choices, faults } = readSheetRows(await readSheetFile(file), signature);
  expect(faults).toEqual([]);
  return review(incident, (session) => session.decideAll(choices));
}

/** Fills in choices by key, as a person would. */
function filled(rows: readonly (readonly string[])[], choices: Readonly<Record<string, string>>): string[][] {
  const [head = []] = rows;
  const [key, choice] = [head.indexOf("key"), head.indexOf("choice")];
  return rows.map((cells, index) => (index === 0 ? [...cells] : cells.with(choice, choices[cells[key] ?? ""] ?? "")));
}

function csvOf(rows: readonly (readonly string[])[], delimiter: string): string {
  return rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)).join("\r\n");
}

const choices = {
  "001": "2",
  "002": "text:  Grace Hopper  ",
  "003": "NULL",
  "004": "withhold",
  "007": "text:77.50",
  "008": "Keep",
};

function names(incident: Incident): Record<string, unknown> {
  const [table] = incident.tables;
  if (table === undefined) throw new Error("one table");
  return Object.fromEntries(emittedRows({ incident }, table).map(([id, name]) => [String(id), name]));
}

const decided = {
  "001": "Ada L.",
  "002": " Grace Hopper  ",
  "003": null,
  "005": "Barbara",
  "006": "Donald",
  "007": null,
  "008": null,
};

describe("a sheet", () => {
  it("shows every open item with its claims, all as text", async () => {
    const { incident } = await runPeople();
    const rows = await readSheetFile(await exported(incident, "queue.csv"));
    expect(rows).toHaveLength(11);
    expect(rows[0]?.slice(0, 6)).toEqual(["table", "key", "column", "what", "claim 1", "claim 2"]);
    expect(rows.find(([, key]) => key === "001")?.slice(0, 6)).toEqual([
      "dbo.People",
      "001",
      "Name",
      "shop has more behind it, against crm",
      '"Ada" (crm)',
      '"Ada L." (shop)',
    ]);
    const workbook = await readSheet(await exported(incident, "queue.xlsx"));
    expect(workbook).toHaveLength(11);
    expect(workbook.flat().every((cell) => cell === null || typeof cell === "string")).toBe(true);
  });

  it.each<[string, (file: string, rows: string[][]) => void | Promise<void>]>([
    ["commas and UTF-8", (file, rows) => fs.writeFileSync(file, csvOf(rows, ","))],
    ["semicolons and a mark", (file, rows) => fs.writeFileSync(file, `\uFEFF${csvOf(rows, ";")}`)],
    ["tabs and UTF-16", (file, rows) => fs.writeFileSync(file, Buffer.from(`\uFEFF${csvOf(rows, "\t")}`, "utf16le"))],
  ])("comes back as CSV with %s", async (_what, write) => {
    const { incident } = await runPeople();
    const file = await exported(incident, "queue.csv");
    await write(file, filled(await readSheetFile(file), choices));
    expect(await imported(incident, file)).toEqual({ noted: 6, known: 0 });
    const { report } = await again(incident);
    expect(names(incident)).toEqual(decided);
    expect(report.notes).toContain("decisions.yaml: 6 of 6 decisions apply");
  });

  it("comes back as a workbook, whatever Excel made of keys and numbers", async () => {
    const { incident } = await runPeople();
    const file = await exported(incident, "queue.xlsx");
    const rows = filled(await readSheetFile(file), choices);
    // Keys have lost their zeros, and choices became numbers.
    const data = rows.map((cells) =>
      cells.map((cell) => (/^\d+$/.test(cell) ? { value: Number(cell), type: Number } : { value: cell, type: String })),
    );
    fs.writeFileSync(file, await writeWorkbook(data, {}).toBuffer());
    expect(await imported(incident, file)).toEqual({ noted: 6, known: 0 });
    await again(incident);
    expect(names(incident)).toEqual(decided);
  });

  it("in Windows' code page keeps its letters", async () => {
    const { incident } = await runPeople();
    const file = await exported(incident, "queue.csv");
    const rows = filled(await readSheetFile(file), { "001": "text:Ådä" });
    fs.writeFileSync(file, iconv.encode(csvOf(rows, ";"), "windows-1252"));
    await imported(incident, file);
    await again(incident);
    expect(names(incident)["001"]).toBe("Ådä");
  });

  it("that is imported twice is noted once", async () => {
    const { incident } = await runPeople();
    const file = await exported(incident, "queue.csv");
    fs.writeFileSync(file, csvOf(filled(await readSheetFile(file), choices), ","));
    await imported(incident, file);
    expect(await imported(incident, file)).toEqual({ noted: 0, known: 6 });
    expect(readDecisions(decisionsOf(incident))).toHaveLength(6);
  });

  it("that is imported again after a run knows what was applied", async () => {
    const { incident } = await runPeople();
    const file = await exported(incident, "queue.csv");
    fs.writeFileSync(file, csvOf(filled(await readSheetFile(file), choices), ","));
    await imported(incident, file);
    await again(incident);
    fs.writeFileSync(file, csvOf(filled(await readSheetFile(file), { ...choices, "005": "1" }), ","));
    expect(await imported(incident, file)).toEqual({ noted: 1, known: 6 });
  });

  it("keeps hostile values what they are: text", async () => {
    const hostile = `=cmd|' /C calc'!A0`;
    const { incident } = await runPeople({ "shop.csv": `ID,Name\n001,"${hostile}"\n` });
    const file = await exported(incident, "queue.csv");
    expect(fs.readFileSync(file, "utf8")).not.toMatch(/(?:^|,)"?[=+\-@]/m);
    const workbook = await readSheet(await exported(incident, "queue.xlsx"));
    expect(workbook[1]?.[5]).toBe(`${JSON.stringify(hostile)} (shop)`);
    fs.writeFileSync(file, csvOf(filled(await readSheetFile(file), { "001": "2" }), ","));
    await imported(incident, file);
    await again(incident);
    expect(names(incident)["001"]).toBe(hostile);
  });
});

describe("a choice", () => {
  it.each([
    ["2", { kind: "claim", number: 2 }],
    [" 2 ", { kind: "claim", number: 2 }],
    ["2.0", { kind: "claim", number: 2 }],
    ["null", { kind: "null" }],
    ["WITHHOLD", { kind: "withhold" }],
    ["keep", { kind: "keep" }],
    ["text:", { kind: "value", value: "" }],
    ["text:007", { kind: "value", value: "007" }],
    ["Text: x ", { kind: "value", value: "x " }],
    ["text:  x", { kind: "value", value: " x" }],
    ["'text:=1+1", { kind: "value", value: "=1+1" }],
    ["007", undefined],
    ["0", undefined],
    ["2.5", undefined],
    ["Ada", undefined],
    ["-1", undefined],
  ])("%j", (written, choice) => {
    expect(readChoice(written)).toEqual(choice);
  });
});

describe("what is wrong with a sheet is told with its line, and nothing of it is noted", () => {
  it.each<[string, Record<string, string>, { by: string; why: string }, string]>([
    ["a value without its marker", { "001": "Ada L." }, anna, 'line 2|choice "Ada L.": expected a claim\'s number'],
    ["no name", { "001": "2" }, nobody, "a decision needs who and why"],
  ])("%s", async (_what, own, signature, message) => {
    const { incident } = await runPeople();
    const rows = filled(await readSheetFile(await exported(incident, "queue.csv")), own);
    const { faults } = readSheetRows(rows, signature);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.message).toContain(message.split("|").at(-1));
  });

  it("a header that lost a column", async () => {
    expect(readSheetRows([["key", "choice"]], anna).faults).toEqual([
      { row: 1, message: "the header has no column by, why, item, seen; export the sheet again" },
    ]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      "a claim that is none",
      { "001": "2", "002": "7" },
      /a line of the sheet cannot be noted:\nline \d+: the item has no claim 7/,
    ],
    ["a value that does not fit", { "001": "2", "007": "text:much" }, /the value for Salary/],
    ["to keep a cell", { "001": "keep" }, /cannot be decided of the item/],
  ])("%s", async (_what, own, message) => {
    const { incident } = await runPeople();
    const file = await exported(incident, "queue.csv");
    fs.writeFileSync(file, csvOf(filled(await readSheetFile(file), own), ","));
    expect((await userErrorOf(imported(incident, file))).message).toMatch(message);
    expect(fs.existsSync(decisionsOf(incident))).toBe(false);
  });

  it("one item in two lines with two choices", async () => {
    const { incident } = await runPeople();
    const file = await exported(incident, "queue.csv");
    const rows = filled(await readSheetFile(file), { "001": "1" });
    const line = rows.find(([, key]) => key === "001") ?? [];
    fs.writeFileSync(file, csvOf([...rows, line, line.with(rows[0]?.indexOf("choice") ?? 0, "2")], ","));
    expect((await userErrorOf(imported(incident, file))).message).toMatch(
      /a line of the sheet cannot be noted:\nline 13: the item stands in another line with another choice/,
    );
  });

  it("an item that somebody decided meanwhile, or whose evidence changed", async () => {
    const { incident } = await runPeople();
    const file = await exported(incident, "queue.csv");
    const rows = filled(await readSheetFile(file), { "001": "2" });
    await review(incident, (session) => {
      const [item] = session.groups().flatMap(({ id }) => session.items(id, 0, 9).filter(({ key }) => key === "001"));
      session.decide(item?.id ?? 0, { kind: "claim", number: 1 }, session.item(item?.id ?? 0).seen, anna);
    });
    fs.writeFileSync(file, csvOf(rows, ","));
    expect((await userErrorOf(imported(incident, file))).message).toContain("anna decided it meanwhile (called them)");
    const seen = rows[0]?.indexOf("seen") ?? 0;
    const other = rows.map((cells, index) => (index === 0 ? cells : cells.with(seen, "s0123456789abcdef")));
    fs.writeFileSync(file, csvOf(other, ","));
    expect((await userErrorOf(imported(incident, file))).message).toContain("the evidence is another than when");
  });

  it.each([
    ["another ending", "queue.ods", "a sheet is a .csv or an .xlsx file"],
    ["a file that is not there", "none.csv", "the sheet is not there"],
  ])("%s", async (_what, name, message) => {
    expect((await userErrorOf(readSheetFile(path.join(temporaryFolder(), name)))).message).toContain(message);
  });

  it("a workbook that is none", async () => {
    const file = path.join(temporaryFolder(), "queue.xlsx");
    fs.writeFileSync(file, "not a zip");
    expect((await userErrorOf(readSheetFile(file))).message).toContain("the sheet cannot be read");
  });
});
