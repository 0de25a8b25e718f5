import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import bcp from "../../src/extract/bcp/index.ts";
import { resolveInputs } from "../../src/extract/inputs.ts";
import { collect, evidenceFile, expectBalance, makeTable, mapTable } from "./harness.ts";
import { cellsOf, extractCase, surveyFiles, temporaryFolder } from "./record-files.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/bcp");
const caseOf = (name: string) => extractCase(bcp, path.join(fixtures, name));

describe("golden", () => {
  test.each(readdirSync(fixtures))("%s", async (name) => {
    const extraction = await caseOf(name);
    expectBalance(extraction);
    const golden = path.join(import.meta.dirname, `golden/bcp/${name}.json`);
    const shown = JSON.stringify(extraction, (_, value: unknown) => (isBytes(value) ? hexOf(value) : value), 1);
    await expect(`${shown}\n`).toMatchFileSnapshot(golden);
  });
});

function isBytes(value: unknown): value is Uint8Array | { type: "Buffer"; data: number[] } {
  return (
    value instanceof Uint8Array ||
    (typeof value === "object" && value !== null && "type" in value && value.type === "Buffer")
  );
}

function hexOf(value: Uint8Array | { data: number[] }): string {
  return `0x${Buffer.from(value instanceof Uint8Array ? value : value.data).toString("hex")}`;
}

describe("what the golden files must say", () => {
  test("GOTCHAS 34: an empty field is NULL, one NUL character the empty string", async () => {
    expect(cellsOf(await caseOf("char-oem"))).toEqual([
      ["1", 'Müller "A"', null, Uint8Array.of(0x5a, 0xc0)],
      ["2", "", "NULL", new Uint8Array()],
      ["3", "░é", "two\r\nlines", null],
      ["6", "cp\u0001", null, "zz"],
    ]);
  });

  test("a row of another width costs itself alone", async () => {
    const { quarantined } = await caseOf("char-oem");
    expect(quarantined.map(({ raw, reason, at }) => [raw, reason, at])).toEqual([
      ["4\tshort\r\n", "it has 2 of 4 fields", "Items.dat row 4 offset 50"],
      ["5\ta\tb\t\tc\r\n", "it has more than 4 fields", "Items.dat row 5 offset 59"],
    ]);
  });

  test("GOTCHAS 37: a last row without terminator is staged, its last cell in doubt", async () => {
    const { rows } = await caseOf("char-lf");
    expect(rows.map(({ cells }) => cells["Name"])).toEqual(["a", "b\r", "c", "d"]);
    expect(rows.at(-1)?.doubts).toEqual(["Name: possibly cut short: the file ends without a row terminator"]);
  });

  test("GOTCHAS 35: in UTF-16 the bytes of a terminator inside a character are none", async () => {
    const { rows, quarantined } = await caseOf("widechar");
    expect(rows.map(({ cells }) => Object.values(cells))).toEqual([
      ["あ😀", "1"],
      ["", "2"],
      [null, "Ċĉ"],
      ["\uD83D!", "3"],
    ]);
    expect(quarantined.map(({ reason }) => reason)).toEqual([
      "it has more than 2 fields",
      "ItemID is bytes that are not utf-16le; possibly cut short: the file ends without a row terminator",
    ]);
  });

  test("a bar that is half of a Shift_JIS character ends no field", async () => {
    expect(cellsOf(await caseOf("bars-shift-jis"))).toEqual([
      ["1", "ポ表", "ポ"],
      ["2", "、ポ", "x"],
    ]);
  });

  test("BULK INSERT's \\n is CRLF where the file has CRLF", async () => {
    const { rows, quarantined } = await caseOf("terminators");
    expect(rows.map(({ cells }) => Object.values(cells))).toEqual([
      ["1", "ソ", "a\n"],
      ["2", "表|b", null],
    ]);
    expect(quarantined).toMatchObject([{ reason: "it has more than 3 fields" }]);
  });

  test("a format file says names, order and code page of each field", async () => {
    const { rows, quarantined, leftovers, skipped } = await caseOf("format-plain");
    expect(rows.map(({ cells }) => cells)).toEqual([
      { OrderID: "1", "Ship To": "Рига", Placed: "2009-05-12 10:00:00.000", Total: "12.5000" },
      { OrderID: "2", "Ship To": null, Placed: null, Total: null },
    ]);
    expect(quarantined).toMatchObject([{ reason: "Ship To is bytes that are not cp1251" }]);
    expect(leftovers).toEqual({ "Orders.dat": ["(column 3)"] });
    expect(skipped).toEqual({});
  });

  test("GOTCHAS 34: native fields: a length of -1 is NULL, of 0 empty", async () => {
    const { rows, quarantined, warnings } = await caseOf("native");
    expect(rows.map(({ cells }) => Object.values(cells))).toEqual([
      [1, "Mül", "2009-03-11 10:56:21.6000000"],
      [2, "", null],
      [3, null, "1900-01-01 00:00:00.0000000"],
    ]);
    expect(quarantined).toMatchObject([
      {
        at: "Lines.bcp row 4 offset 40",
        reason: expect.stringMatching(/^the file ends in the middle of a row, in Name \(7 bytes, sha-256 /),
      },
    ]);
    expect(warnings).toEqual([
      "Lines.bcp: the rest of the file cannot be read: the file ends in the middle of a row, in Name",
    ]);
  });

  test("native and character fields in one row; what nothing aligns any more is set aside whole", async () => {
    const { rows, quarantined } = await caseOf("format-xml-native");
    expect(rows.map(({ cells }) => Object.values(cells))).toEqual([
      [1, "あい", "12.34", Uint8Array.of(13, 10), "AB ", "12"],
      [2, null, null, null, "   ", null],
      [3, "", "-0.01", new Uint8Array(), "X\r\n", "7"],
    ]);
    expect(quarantined.map(({ reason }) => reason)).toEqual([
      "Customer is bytes that are not utf-16le",
      expect.stringMatching(/^Total is bytes that are no value of its type \(43 bytes/),
    ]);
  });

  test("GOTCHAS 34: blanks of a fixed width are NULL where the column is a number", async () => {
    const { rows, quarantined } = await caseOf("format-fixed");
    expect(rows.map(({ cells }) => Object.values(cells))).toEqual([
      ["00001", "   7", "abc"],
      ["00002", null, null],
      ["    4", "  12", "d"],
    ]);
    expect(quarantined.map(({ reason, raw }) => [reason, raw])).toEqual([["it has 1 of 3 fields", "0003\r\n"]]);
  });

  test("a length of 2 GB allocates nothing: the rest is set aside", async () => {
    const { rows, quarantined } = await caseOf("hostile");
    expect(rows).toHaveLength(1);
    expect(quarantined).toMatchObject([
      { at: "Blobs.bcp row 2 offset 13", reason: expect.stringContaining("in Data (27 bytes") },
    ]);
  });

  test("a survey has the format file's types", async () => {
    const [table] = await surveyFiles(bcp, path.join(fixtures, "format-xml-char"));
    expect(table).toMatchObject({
      fields: ["OrderID", "Customer", "Placed"],
      types: ["int", "varchar", "datetime"],
      facts: [
        { name: "layout", value: "format file (XML)" },
        { name: "encoding", value: "utf-8, cp1252" },
        { name: "row terminator", value: String.raw`"\r\n"` },
      ],
      damage: [],
    });
    expect(table?.rows).toHaveLength(2);
  });
});

const field = (attributes: string) => `<BCPFORMAT><RECORD>\n<FIELD ID="1" ${attributes}/>\n</RECORD></BCPFORMAT>`;

async function read(format: string, data: string) {
  const { folder, file } = temporaryFolder("T.dat", data, { "T.fmt": format });
  const files = [file, path.join(folder, "T.fmt")].map((one) => evidenceFile(one, folder));
  const mappings = [mapTable(makeTable("dbo.T", { a: "int", b: "varchar" }))];
  return collect(bcp, { path: "*", format: "T.fmt" }, { files, mappings, context: { folder } });
}

describe("format files that cannot be read", () => {
  test.each([
    ["hello", "T.fmt:1: the format file cannot be read: it begins neither with a version"],
    ["12.0\nfour\n", "T.fmt:2: the format file cannot be read: its second line is no number of fields"],
    [
      '12.0\n2\n1 SQLCHAR 0 5 "," 1 a ""\n',
      "T.fmt:2: the format file cannot be read: it says 2 fields, and describes 1",
    ],
    [
      '12.0\n1\n1 SQLCHAR 0 5 , 1 a ""\n',
      "T.fmt:3: the format file cannot be read: the line has not the parts of a field",
    ],
    [
      '12.0\n1\n2 SQLCHAR 0 5 "," 1 a ""\n',
      "T.fmt:3: the format file cannot be read: field 2 stands where field 1 should",
    ],
    ['12.0\n1\n1 SQLCAHR 0 5 "," 1 a ""\n', "the type SQLCAHR is not known. Did you mean SQLCHAR?"],
    ['12.0\n1\n1 SQLCHAR 3 5 "," 1 a ""\n', "the prefix length is 3"],
    ['12.0\n1\n1 SQLCHAR 0 0 "" 1 a ""\n', "nothing says where the field ends"],
    ["<BCPFORMAT>\n<RECORD>", "T.fmt:2:9: the format file cannot be read: unclosed tag: RECORD"],
    ["<html/>", "it is <html>, not <BCPFORMAT>"],
    ["<BCPFORMAT/>", "it has no FIELD"],
    [
      field('xsi:type="CharTrem" TERMINATOR=","'),
      'T.fmt:2:1: the format file cannot be read: a FIELD has the xsi:type "CharTrem". Did you mean CharTerm?',
    ],
    [field('xsi:type="CharTerm"'), "a FIELD has no TERMINATOR"],
    [field('xsi:type="CharFixed"'), "a FIELD's LENGTH is missing or wrong"],
    [field('xsi:type="NativePrefix" PREFIX_LENGTH="3"'), "a FIELD's PREFIX_LENGTH is missing or wrong"],
    [
      `<BCPFORMAT><RECORD><FIELD ID="1" xsi:type="CharTerm" TERMINATOR=","/></RECORD><ROW><COLUMN SOURCE="2" NAME="a" xsi:type="SQLINT"/></ROW></BCPFORMAT>`,
      "the COLUMN's SOURCE \"2\" is no FIELD's ID. The IDs are 1",
    ],
    [`<!DOCTYPE a [<!ENTITY b "c">]><BCPFORMAT>&b;</BCPFORMAT>`, "the format file cannot be read: undefined entity"],
  ])("%j", async (format, message) => {
    await expect(read(format, "1,a\n")).rejects.toThrow(message);
  });

  test("a version that nobody knows is read, and told", async () => {
    const { rows, warnings } = await read('99.0\n2\n1 SQLCHAR 0 5 "," 1 a ""\n2 SQLCHAR 0 5 "\\n" 2 b ""\n', "1,x\n");
    expect(rows).toHaveLength(1);
    expect(warnings).toEqual(["T.dat: T.fmt is of version 99.0, which is not known: it is read as others are"]);
  });

  test("the format file is evidence, and no data: a pattern that fits both does not read it", async () => {
    expect(bcp.inputs(bcp.options.parse({ path: "*", format: "T.fmt" }))).toEqual(["*", "T.fmt"]);
    const { read: records } = await read('8.0\n2\n1 SQLCHAR 0 5 "," 1 a\n2 SQLCHAR 0 5 "\\n" 2 b\n', "1,x\n2,y\n");
    expect(records).toBe(2);
  });
});

describe("options that do not go together", () => {
  test.each([
    [{}, "a source has either a `format` file or a `mode`"],
    [{ format: "a", mode: "char" }, "a source has either a `format` file or a `mode`"],
    [{ mode: "native", fieldTerminator: "," }, "are for the modes char and widechar"],
    [{ format: "a", fields: ["b"] }, "are for the modes char and widechar"],
  ])("%j", (options, message) => {
    expect(JSON.stringify(bcp.options.safeParse({ path: "x", ...options }).error?.issues)).toContain(message);
  });
});

describe("the pipeline's files", () => {
  test("the format file is hashed with the data, and found among them", async () => {
    const format = '12.0\n2\n1 SQLCHAR 0 5 "," 1 a ""\n2 SQLCHAR 0 5 "\\n" 2 b ""\n';
    const { folder } = temporaryFolder("T.dat", "1,x\n", { "T.fmt": format });
    const settings = { path: "T.*", format: "./T.fmt" };
    const files = await resolveInputs(bcp.inputs(bcp.options.parse(settings)), folder);
    expect(files.map(({ name }) => name)).toEqual(["T.dat", "T.fmt"]);
    const mappings = [mapTable(makeTable("dbo.T", { a: "int", b: "varchar" }))];
    const extraction = await collect(bcp, settings, { files, mappings, context: { folder } });
    expect(cellsOf(extraction)).toEqual([["1", "x"]]);
  });

  test("a terminator that the encoding does not have is refused", async () => {
    const { folder, file } = temporaryFolder("T.dat", "1");
    const input = { files: [evidenceFile(file, folder)], mappings: [mapTable(makeTable("dbo.T", { a: "int" }))] };
    await expect(
      collect(bcp, { path: "T.dat", mode: "char", encoding: "cp437", rowTerminator: "€" }, input),
    ).rejects.toThrow('T.dat: the terminator "€" cannot be written in cp437');
  });

  test("many rows that no terminator ends cost no more than their bytes", async () => {
    const content = Buffer.alloc(8 * 1024 * 1024, Buffer.from([0x83, 0x7c]));
    const { folder, file } = temporaryFolder("T.dat", content);
    const input = {
      files: [evidenceFile(file, folder)],
      mappings: [mapTable(makeTable("dbo.T", { a: "int", b: "varchar" }))],
    };
    const options = { path: "T.dat", mode: "char", encoding: "cp932", fieldTerminator: "|", rowTerminator: "|~" };
    const { read: records, quarantined } = await collect(bcp, options, input);
    expect([records, quarantined.length]).toEqual([1, 1]);
  });
});
