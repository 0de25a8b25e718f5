import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import xlsx from "../../src/extract/xlsx/index.ts";
import { UserError } from "../../src/errors.ts";
import { type BuiltWorkbook, buildWorkbook, escapeXml, row, workbookParts } from "../support/xlsx-builder.ts";
import { buildZip } from "../support/zip-builder.ts";
import { collect, evidenceFile, expectBalance, type Extraction, makeTable, mapTable } from "./harness.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "xlsx-"));
afterAll(() => rmSync(folder, { recursive: true }));

const people = makeTable("dbo.People", { ID: "int", Name: "nvarchar" });
const other = makeTable("dbo.Other", { ID: "int", Name: "nvarchar" });
let files = 0;

function file(content: Buffer | string) {
  const name = path.join(folder, `book-${++files}.xlsx`);
  writeFileSync(name, content);
  return evidenceFile(name, folder);
}

function extract(content: Buffer | string, options = {}, mappings = [mapTable(people)]): Promise<Extraction> {
  return collect(xlsx, { path: "*.xlsx", ...options }, { files: [file(content)], mappings });
}

function two(at: number, first: string, second: string): string {
  return row(at, [
    [`A${at}`, "inlineStr", first],
    [`B${at}`, "inlineStr", second],
  ]);
}

const good = two(1, "ID", "Name") + two(2, "1", "Ann");

function book(rows: string, more: Partial<BuiltWorkbook> = {}): Buffer {
  return buildWorkbook({ sheets: [{ name: "Sheet1", rows }], ...more });
}

describe("what is no .xlsx", () => {
  const compound = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(1024)]);
  test.each([
    ["an empty file", Buffer.alloc(0), /the file is empty/],
    ["a file of one byte", Buffer.of(0x50), /the file is text that is called a workbook/],
    ["a workbook of Excel 97", compound, /Excel 97 to 2003 \(\.xls\).*save a copy as \.xlsx/],
    [
      "an encrypted one",
      Buffer.concat([compound, Buffer.from("EncryptedPackage", "utf16le")]),
      /encrypted with a password/,
    ],
    ["BIFF of older Excels", Buffer.from("0908080000051000", "hex"), /Excel 97 to 2003/],
    ["HTML", "<html><table><tr><td>1", /web page/],
    ["CSV", "ID,Name\n1,Ann\n", /text that is called a workbook.*extractor: csv/],
    ["JSON", '[{"ID":1}]', /looks like JSON/],
    [
      "XML of 2003",
      '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
      /XML spreadsheet/,
    ],
    ["noise", Buffer.from("0001020304", "hex"), /no workbook/],
    ["a binary workbook", buildZip({ name: "xl/workbook.bin", content: "" }), /\.xlsb/],
    ["OpenDocument", buildZip({ name: "mimetype", content: "" }, { name: "content.xml", content: "" }), /\.ods/],
    ["a text document", buildZip({ name: "word/document.xml", content: "" }), /text document/],
    ["a zip archive", buildZip({ name: "a.txt", content: "" }), /zip archive, and no workbook/],
    ["a zip of workbooks", buildZip({ name: "a.xlsx", content: "" }), /with workbooks in it/],
    ["half a workbook", book(good).subarray(0, 900), /cut short or damaged/],
  ])("%s is told", async (_, content, message) => {
    const error = await extract(content).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(message);
  });
});

/** A sheet that goes on with this behind its first row. */
function goingOn(xml: string): Buffer {
  const part = `<worksheet><sheetData>${good}${xml}`;
  return buildWorkbook({ sheets: [{ name: "Sheet1", rows: "", part }] });
}

describe("hostile and damaged parts", () => {
  test.each([
    ["a sheet that ends in a row", '<row r="3"><c r="A3"><v>2', /unclosed|unexpected end|no end/],
    ["depth", "<a>".repeat(100), /nested more than 64 deep/],
    ["a text without end", `<row r="3"><c r="A3"><v>${"1".repeat(17 << 20)}`, /text of more than 16 MiB/],
  ])("%s costs what stands behind it, and is told", async (_, xml, message) => {
    const extraction = await extract(goingOn(xml));
    expectBalance(extraction);
    expect(extraction.rows.map(({ cells }) => cells)).toEqual([{ ID: "1", Name: "Ann" }]);
    expect(extraction.warnings.join()).toMatch(message);
  });

  test("a document type is refused: no entity is ever expanded", async () => {
    const xml = `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData>${good}</sheetData></worksheet>`;
    const { rows, warnings } = await extract(buildWorkbook({ sheets: [{ name: "Sheet1", rows: "", part: xml }] }));
    expect(rows).toEqual([]);
    expect(warnings.join()).toMatch(/declares a document type/);
  });

  test("a row that was not closed is quarantined, and the next one read", async () => {
    const extraction = await extract(book(`${good}<row r="3"><c r="A3"><v>2</v></c>${two(4, "3", "Cy")}`));
    expectBalance(extraction);
    expect(extraction.quarantined).toMatchObject([{ raw: '{"A3":2}' }]);
    expect(extraction.rows.at(-1)?.cells).toEqual({ ID: "3", Name: "Cy" });
  });

  test("bytes that are changed inside of a part end its rows, and are told", async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) =>
      two(at + 3, `${at + 2}`, `Name ${(at * 7919) % 10_007}`),
    ).join("");
    const content = book(good + rows);
    content.fill(0xff, content.length >> 1, (content.length >> 1) + 64);
    const extraction = await extract(content);
    expectBalance(extraction);
    expect(extraction.rows.length).toBeGreaterThan(1000);
    expect(extraction.warnings.join()).toMatch(/cut short or damaged/);
  });

  test.each([
    ["another checksum", { crc32: 1 }, /its checksum is wrong/],
    ["less than there is: a bomb", { size: 10 }, /unpacks to more than the archive says/],
    ["more than there is", { size: 1e6 }, /unpacks to less than the archive says/],
  ])("a sheet of which the archive says %s is told", async (_, claimed, message) => {
    const parts = workbookParts({ sheets: [{ name: "Sheet1", rows: good }] });
    const lying = parts.map((part) => (part.name === "xl/worksheets/sheet1.xml" ? { ...part, claimed } : part));
    const extraction = await extract(buildZip(...lying));
    expectBalance(extraction);
    expect(extraction.warnings.join()).toMatch(message);
  });

  test("shared strings that are cut leave the cells without them as raw text", async () => {
    const parts = workbookParts({
      sheets: [{ name: "S", rows: `${good}<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="s"><v>1</v></c></row>` }],
      strings: ["<t>one</t>", "<t>two</t>"],
    }).map((each) =>
      each.name === "xl/sharedStrings.xml" ? { ...each, content: String(each.content).slice(0, -20) } : each,
    );
    const extraction = await extract(buildZip(...parts));
    expect(extraction.rows.at(-1)?.unclaimed).toEqual(["Name: is shared string 1, and the workbook has 1"]);
    expect(extraction.warnings[0]).toMatch(/shared strings cannot be read behind number 1/);
  });

  test("a shared string that is not well-formed is no claim", async () => {
    const cells = '<c r="A3"><v>2</v></c><c r="B3" t="s"><v>0</v></c>';
    const content = book(`${good}<row r="3">${cells}</row>`, { strings: ["<t>&nbsp;</t>", "<t>two</t>"] });
    expect((await extract(content)).rows.at(-1)?.unclaimed).toEqual([
      "Name: is a shared string that is not well-formed XML",
    ]);
  });

  test.each([["xl/styles.xml"], ["xl/_rels/workbook.xml.rels"], ["_rels/.rels"], ["xl/sharedStrings.xml"]])(
    "without %s the rows are read",
    async (name) => {
      const { rows } = await extract(book(good, { styles: [0], strings: [], without: [name] }));
      expect(rows).toHaveLength(1);
    },
  );
});

describe("sheets and headers", () => {
  const sheets = (...names: string[]): Buffer => buildWorkbook({ sheets: names.map((name) => ({ name, rows: good })) });

  test.each([
    ["a sheet that is not there", sheets("A", "B"), {}, [mapTable(people, "#C")], /no sheet "C".*The sheets are A, B/],
    ["sheets that fit alike", sheets("A", "B"), {}, [mapTable(people)], /from the sheet "A" as well as from "B"/],
    ["a sheet for two tables", sheets("A"), {}, [mapTable(people, "#A"), mapTable(other, "#A")], /fits two tables/],
    ["no header", book(two(1, "a", "b")), {}, [mapTable(people)], /none of the first 1 rows names a column/],
    ["an empty header row", book(good), { headerRow: 9 }, [mapTable(people)], /row 9 is empty/],
    ["a column twice", book(two(1, "Name", "name")), {}, [mapTable(people)], /"name" occurs twice/],
    [
      "a pattern without files",
      sheets("A"),
      {},
      [mapTable(people, "x*.xlsx#A")],
      /no file of the source matches "x\*\.xlsx"/,
    ],
  ])("%s is told", async (_, content, options, mappings, message) => {
    const error = await extract(content, options, mappings).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(message);
  });

  test("the header is the row that names most columns, or the one that is declared", async () => {
    const rows =
      two(1, "ID", "list") + two(2, "", "by hand") + two(5, "id ", "NAME") + two(6, "1", "Ann") + two(7, "ID", "Name");
    const found = await extract(book(rows));
    expect(found.rows.map(({ position }) => position)).toEqual([6]);
    expect(found.skipped).toEqual({ "above the header": 2, header: 1, "header, once more": 1 });
    const declared = await extract(book(rows), { headerRow: 7 });
    expect(declared.rows).toEqual([]);
    expectBalance(declared);
  });

  test("columns without a name that have values are left over by their letters", async () => {
    const { leftovers } = await extract(
      book(
        good.replace("</row>", '<c r="D1" t="inlineStr"><is><t>Phone</t></is></c></row>').concat(
          row(3, [
            ["A3", 2],
            ["C3", 5],
            ["F3", 6],
          ]),
        ),
      ),
    );
    expect(Object.values(leftovers)).toEqual([["Phone", "(column C)", "(column F)"]]);
  });

  test("an empty sheet is told", async () => {
    const extraction = await extract(book('<row r="1"><c r="A1" s="1"/></row>'));
    expectBalance(extraction);
    expect(extraction.warnings).toEqual([expect.stringContaining("the sheet is empty")]);
  });

  test("check finds what extract would stop at, without reading the rows", async () => {
    const check = (content: Buffer, mappings = [mapTable(people)]) =>
      xlsx.check?.(xlsx.options.parse({ path: "x" }), {
        files: [file(content)],
        folder,
        mappings,
        signal: new AbortController().signal,
      });
    await expect(check(book(good))).resolves.toBeUndefined();
    await expect(check(book(two(1, "a", "b")))).rejects.toThrow(/none of the first 1 rows/);
    await expect(check(book(good), [mapTable(people, undefined, { Name: "Nam" })])).rejects.toThrow(
      /Did you mean "Name"/,
    );
    await expect(check(book(good), [mapTable(people, "#X")])).rejects.toThrow(/no sheet "X"/);
  });

  test("an aborted extraction stops", async () => {
    const stopped = {
      files: [file(book(good))],
      mappings: [mapTable(people)],
      signal: AbortSignal.abort(new Error("stop")),
    };
    await expect(collect(xlsx, { path: "x" }, stopped)).rejects.toThrow("stop");
  });
});

test("a survey shows each sheet as it lies, whatever the target is", async () => {
  const rows = `${two(2, "No", "Born")}<row r="3" hidden="1"><c r="A3"><f>1+1</f><v>2</v></c><c r="B3" s="1"><v>40959</v></c></row>${row(4, [["B4", "e", "#REF!"]])}`;
  const content = buildWorkbook({
    styles: [0, 14],
    sheets: [
      { name: "A", rows },
      { name: "B", rows: "", state: "hidden" },
    ],
  });
  const context = { files: [file(content)], folder, mappings: [], signal: new AbortController().signal };
  const tables = [];
  for await (const table of xlsx.survey?.(xlsx.options.parse({ path: "x" }), context) ?? []) {
    const cells = [];
    for await (const batch of table.rows) cells.push(...batch);
    tables.push({
      part: table.part,
      fields: table.fields,
      cells,
      damage: table.damage(),
      facts: table.facts.map(({ value }) => value),
    });
  }
  expect(tables).toEqual([
    {
      part: "A",
      fields: ["No", "Born"],
      cells: [
        ["2", "2012-02-20"],
        [null, "#REF!"],
      ],
      damage: [
        "1 cell is a formula: the last computed value is read",
        "1 row is hidden, and read as the others are",
        "no value in 1 cell, kept as raw text: it is the error #REF!",
      ],
      facts: ["row 2, from column A", "count from 1900", "visible", "0"],
    },
    { part: "B", fields: [], cells: [], damage: [], facts: ["none found", "count from 1900", "hidden", "0"] },
  ]);
});

test("a hundred thousand styled rows without values are counted and cost nothing", async () => {
  const empty = Array.from(
    { length: 100_000 },
    (_, at) => `<row r="${at + 3}" s="1"><c r="A${at + 3}" s="1"/></row>`,
  ).join("");
  const extraction = await extract(book(good + empty));
  expectBalance(extraction);
  expect(extraction.skipped).toEqual({ header: 1, "row without values": 100_000 });
});

function escapeString(value: string): string {
  const escaped = value.replaceAll(/_(?=x[\dA-Fa-f]{4}_)/g, "_x005F_").replaceAll("\r", "_x000D_");
  return escapeXml(escaped).replaceAll(">", "&gt;");
}

test("what is written as cells comes back, in whatever way it is written", async () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "é", "あ", "😀", "<", "&", "]]>", " ", "\n", "_x000D_", "\r", "'", '"', "_"),
  });
  const cell = fc.option(text, { nil: null });
  await fc.assert(
    fc.asyncProperty(
      fc.array(cell, { minLength: 1, maxLength: 20 }),
      fc.constantFrom("shared", "inline"),
      async (names, way) => {
        const strings = names.map((name) => `<t xml:space="preserve">${escapeString(name ?? "")}</t>`);
        const rows = names.map((name, at) => {
          const place = `r="B${at + 2}"`;
          const inline = `<c ${place} t="inlineStr"><is>${strings[at]}</is></c>`;
          const named = way === "shared" ? `<c ${place} t="s"><v>${at}</v></c>` : inline;
          return `<row r="${at + 2}"><c r="A${at + 2}"><v>${at}</v></c>${name === null ? "" : named}</row>`;
        });
        const extraction = await extract(
          book(two(1, "ID", "Name") + rows.join(""), way === "shared" ? { strings } : {}),
        );
        expect(extraction.rows.map(({ cells }) => cells["Name"])).toEqual(names);
      },
    ),
    { numRuns: 60 },
  );
});
