import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import fixedWidth from "../../src/extract/fixed-width/index.ts";
import { impliedDecimal } from "../../src/extract/fixed-width/amounts.ts";
import { cellsOf, extractCase, surveyFiles } from "./record-files.ts";
import { collect, evidenceFile, expectBalance, makeTable, mapTable } from "./harness.ts";
import { temporaryFolder } from "./record-files.ts";

const fixtures = path.join(import.meta.dirname, "../../fixtures/extract/fixed-width");
const caseOf = (name: string) => extractCase(fixedWidth, path.join(fixtures, name));

describe("golden", () => {
  test.each(readdirSync(fixtures))("%s", async (name) => {
    const extraction = await caseOf(name);
    expectBalance(extraction);
    const golden = path.join(import.meta.dirname, `golden/fixed-width/${name}.json`);
    await expect(`${JSON.stringify(extraction, null, 1)}\n`).toMatchFileSnapshot(golden);
  });
});

describe("what the golden files must say", () => {
  test("host systems count bytes; amounts have no point and their sign anywhere; blank is NULL", async () => {
    const extraction = await caseOf("host-shift-jis");
    expect(cellsOf(extraction)).toEqual([
      ["0001", "山田太郎", "12.34", "20090401"],
      ["0002", "ﾔﾏﾀﾞ ﾊﾅｺ", "-12.30", "20090402"],
      ["0003", null, "-0.50", "20090403"],
      ["0004", "ソ表|", null, null],
    ]);
    expect(extraction.skipped).toEqual({ header: 1, "end-of-file mark": 1 });
    expect(extraction.quarantined.map(({ reason, at }) => `${at}: ${reason}`)).toEqual([
      'CUST.TXT line 6 offset 153: Balance ("12.3400") is no number with an implied decimal point',
      "CUST.TXT line 7 offset 188: it holds bytes that are not shift_jis",
      "CUST.TXT line 8 offset 223: it has 10 of 33 bytes: if only blanks at its end are missing, set `shortLines: pad`",
    ]);
  });

  test("GOTCHAS 37: a short line is quarantined, and padded only where that is declared", async () => {
    expect(cellsOf(await caseOf("short-lines"))).toEqual([
      ["3", "Carl", "Oslo"],
      ["6", "NULL", "-"],
    ]);
    const padded = await caseOf("padded-lines");
    expect(cellsOf(padded)).toEqual([
      ["1", "Anna", "Riga"],
      ["2", "Bo", ""],
      ["3", "Carl", "Oslo"],
      ["5", "Eva", ""],
      ["6", null, null],
      ["7", "Fin", "Ra"],
    ]);
    expect(padded.rows.at(-1)?.doubts).toEqual(["City: possibly cut short: the file ends without a newline"]);
    expect(padded.quarantined).toMatchObject([{ at: "people.txt line 4 offset 54" }]);
  });

  test("sqlcmd: pages, counts and another result are told from rows", async () => {
    const extraction = await caseOf("sqlcmd");
    expect(cellsOf(extraction)).toEqual([
      ["          1", "Müller", "              12.3400", "2009-05-12 00:00:00.000"],
      ["          2", null, null, "2009-05-13 00:00:00.000"],
      ["          3", "", "              -1.5000", null],
      ["          4", "-", "               0.0000", "2009-05-14 10:00:00.000"],
    ]);
    expect(extraction.skipped).toEqual({
      "before the header": 1,
      header: 1,
      "header that comes again": 1,
      "header of another table": 1,
      "line of dashes": 3,
      "blank line": 4,
      "count of rows": 2,
    });
    expect(extraction.quarantined.map(({ reason }) => reason)).toEqual([
      "text stands between the columns, at character 12",
      "it stands below another header (Name Value): a file holds the rows of one table",
      "it stands behind the last row",
    ]);
  });

  test("SQL*Plus: a row of dashes is a row, a line that ends before its last column is set aside", async () => {
    const extraction = await caseOf("sqlplus");
    expect(cellsOf(extraction)).toEqual([
      ["      7369", "SMITH"],
      ["      7499", "ALLEN"],
      ["      7521", "WARD"],
      ["----------", "----------"],
    ]);
    expect(extraction.quarantined.map(({ raw }) => raw)).toEqual(["      7566\n", "         -\n"]);
  });
});

describe("amounts with an implied decimal point", () => {
  test.each([
    ["0001234", 2, "12.34"],
    ["5", 2, "0.05"],
    ["-0000005", 2, "-0.05"],
    ["0000005-", 2, "-0.05"],
    ["+12", 0, "12"],
    ["123}", 2, "-12.30"],
    ["123{", 2, "12.30"],
    ["12R", 0, "-129"],
    ["12I", 1, "12.9"],
    ["99999999999999999999999999999999999999", 4, "9999999999999999999999999999999999.9999"],
    ["", 2, undefined],
    ["-", 2, undefined],
    ["1.5", 2, undefined],
    ["-12}", 2, undefined],
    ["-12-", 2, undefined],
    ["1 2", 2, undefined],
  ])("%s with %i decimals is %s", (text, decimals, expected) => {
    expect(impliedDecimal(text, decimals)).toBe(expected);
  });
});

describe("what people are told", () => {
  test.each([
    [{}, "a source has either `fields` or `layout: ruled`"],
    [{ layout: "ruled", fields: [{ name: "a", width: 1 }] }, "a source has either `fields` or `layout: ruled`"],
    [{ layout: "ruled", unit: "bytes" }, "a ruled report has its columns"],
    [{ fields: [{ name: "a" }] }, "a field has either a `width` or an `end`"],
    [{ fields: [{ name: "a", width: 2, end: 2 }] }, "a field has either a `width` or an `end`"],
    [{ fields: [{ name: "a", start: 5, end: 2 }] }, "the field ends before it starts"],
    [{ fields: [{ width: 2 }] }, "none of the fields has a name"],
  ])("options %j", (options, message) => {
    expect(JSON.stringify(fixedWidth.options.safeParse({ path: "x", ...options }).error?.issues)).toContain(message);
  });

  test.each([
    ["no dashes\nhere\n", "there is no line of dashes with the names of columns above it"],
    ["a  b\nc\n-- --\n--\n1  2\n3\n", "the report's lines are wrapped"],
  ])("a report that is none: %j", async (content, message) => {
    const { file, folder } = temporaryFolder("report.txt", content);
    const input = { files: [evidenceFile(file, folder)], mappings: [mapTable(makeTable("dbo.T", { a: "int" }))] };
    await expect(collect(fixedWidth, { path: "x", layout: "ruled" }, input)).rejects.toThrow(message);
  });

  test("a survey has the columns, the rows, and what is wrong", async () => {
    const [table] = await surveyFiles(fixedWidth, path.join(fixtures, "sqlcmd"));
    expect(table).toMatchObject({
      fields: ["OrderID", "Customer", "Total", "Placed"],
      facts: [{ name: "encoding", value: "utf-16le", evidence: "bom" }, { name: "columns" }],
    });
    expect(table?.rows).toHaveLength(4);
    expect(table?.damage).toEqual([
      "1 record, the first on line 11: text stands between the columns, at character 12",
      expect.stringContaining("it stands below another header"),
      expect.stringContaining("it stands behind the last row"),
    ]);
  });
});

describe("round trip", () => {
  const widths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });
  const text = fc.string({ unit: fc.constantFrom("a", "Z", "0", ".", "é", "表", "😀"), maxLength: 6 });
  const table = widths.chain((all) =>
    fc.tuple(fc.constant(all), fc.array(fc.tuple(...all.map(() => text)), { maxLength: 30 })),
  );

  test.each(["characters", "bytes"] as const)("rows that are written at fixed %s come back", async (unit) => {
    await fc.assert(
      fc.asyncProperty(table, fc.boolean(), async ([all, rows], isWithoutNewlines) => {
        const lengthOf = (cell: string) => (unit === "bytes" ? Buffer.byteLength(cell) : Array.from(cell).length);
        const fields = all.map((width, index) => ({ name: `F${index}`, width: width + 24 }));
        const write = (row: readonly string[]) =>
          row.map((cell, index) => cell + " ".repeat((fields[index]?.width ?? 0) - lengthOf(cell))).join("");
        const isFlat = isWithoutNewlines && unit === "bytes";
        // A record of blanks alone is a blank line.
        const lines = rows.filter((row) => row.some((cell) => cell !== "")).map(write);
        const { file, folder } = temporaryFolder(
          "rows.txt",
          lines.map((line) => (isFlat ? line : `${line}\n`)).join(""),
        );
        const columns = Object.fromEntries(fields.map(({ name }) => [name, "nvarchar" as const]));
        const extraction = await collect(
          fixedWidth,
          {
            path: "x",
            fields,
            unit,
            ...(isFlat ? { recordLength: fields.reduce((sum, { width }) => sum + width, 0) } : {}),
          },
          { files: [evidenceFile(file, folder)], mappings: [mapTable(makeTable("dbo.T", columns))] },
        );
        expectBalance(extraction);
        const expected = rows.filter((row) => row.some((cell) => cell !== ""));
        expect(cellsOf(extraction)).toEqual(expected.map((row) => row.map((cell) => (cell === "" ? null : cell))));
        expect(extraction.rows.map(({ raw }) => raw).join("")).toBe(
          lines.map((line) => (isFlat ? line : `${line}\n`)).join(""),
        );
      }),
      { numRuns: 60 },
    );
  });
});

test("a line longer than a record can be is quarantined with its length and hash, and the next is read", async () => {
  const { file, folder } = temporaryFolder("long.txt", "");
  const long = Buffer.alloc(70 * 1024 * 1024, "x");
  writeFileSync(file, Buffer.concat([Buffer.from("1 a\n"), long, Buffer.from("\n2 b\n")]));
  const input = {
    files: [evidenceFile(file, folder)],
    mappings: [mapTable(makeTable("dbo.T", { id: "int", v: "char" }))],
  };
  const fields = [
    { name: "id", width: 2 },
    { name: "v", width: 1 },
  ];
  const { rows, quarantined } = await collect(fixedWidth, { path: "x", fields }, input);
  expect(rows.map(({ cells, position }) => [position, cells["id"], cells["v"]])).toEqual([
    [1, "1", "a"],
    [3, "2", "b"],
  ]);
  expect(quarantined).toMatchObject([
    {
      at: "long.txt line 2 offset 4",
      reason: expect.stringMatching(/longer than a record can be .*\(73400321 bytes, sha-256 [0-9a-f]{64}\)/),
    },
  ]);
});

describe("damage", () => {
  const report = fc.array(
    fc.constantFrom(
      "id  name",
      "--- ----",
      "1   a",
      "2   ----",
      "",
      "(2 rows affected)",
      "---",
      "- -",
      "\f",
      "x".repeat(12),
      "1   \u0085",
      "\u001a",
    ),
    { maxLength: 30 },
  );
  const table = mapTable(makeTable("dbo.T", { id: "int", name: "varchar" }));

  test("of a report in any disorder every line is a row, skipped by a rule, or in quarantine", async () => {
    await fc.assert(
      fc.asyncProperty(
        report,
        fc.constantFrom("\n", "\r\n"),
        fc.constantFrom("utf-8", "windows-1252"),
        async (lines, newline, encoding) => {
          const whole = ["id  name", "--- ----", ...lines, "9   end"];
          const { file, folder } = temporaryFolder("report.txt", whole.join(newline));
          const input = { files: [evidenceFile(file, folder)], mappings: [table] };
          if (/^[- ]+$/.test(lines[0] ?? "")) return;
          const extraction = await collect(fixedWidth, { path: "x", layout: "ruled", encoding }, input);
          expectBalance(extraction);
          expect(extraction.read).toBe(whole.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("whatever the bytes are, none is lost", async () => {
    const settings = fc.record({
      unit: fc.constantFrom("characters", "bytes"),
      encoding: fc.constantFrom("utf-8", "shift_jis", "cp437", "utf-16le", "utf-16be"),
      recordLength: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
      header: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(settings, fc.uint8Array({ maxLength: 120 }), async (options, bytes) => {
        // A byte order mark settles the encoding: that has tests of its own.
        if ((bytes[0] ?? 0) > 0xee) return;
        const { file, folder } = temporaryFolder("T.txt", bytes);
        const fields = [
          { name: "id", width: 3 },
          { name: "name", start: 2, end: 5, decimals: 1 },
        ];
        const input = { files: [evidenceFile(file, folder)], mappings: [table] };
        const extraction = await collect(fixedWidth, { path: "x", fields, ...options }, input);
        expectBalance(extraction);
        expect(extraction.read > 0).toBe(bytes.length > 0);
      }),
      { numRuns: 300 },
    );
  });

  test("a gzip that ends early gives the lines that came, and a loss", async () => {
    const lines = Array.from(
      { length: 4000 },
      (_, index) => `${String(index).padEnd(6)}${String(index * 7919).padStart(12)}\n`,
    );
    const zipped = gzipSync(lines.join(""));
    const { file, folder } = temporaryFolder("T.txt.gz", zipped.subarray(0, zipped.length / 2));
    const input = { files: [evidenceFile(file, folder)], mappings: [table] };
    const { rows, warnings } = await collect(
      fixedWidth,
      {
        path: "x",
        fields: [
          { name: "id", width: 6 },
          { name: "name", width: 12 },
        ],
      },
      input,
    );
    expect(rows.length).toBeGreaterThan(100);
    expect(warnings.join()).toContain("the file is cut short: the gzip data is damaged");
  });

  test("an aborted signal ends the reading", async () => {
    const { file, folder } = temporaryFolder("T.txt", "1  a   \n");
    const input = {
      files: [evidenceFile(file, folder)],
      mappings: [table],
      signal: AbortSignal.abort(new Error("stop")),
    };
    await expect(collect(fixedWidth, { path: "x", fields: [{ name: "id", width: 3 }] }, input)).rejects.toThrow("stop");
  });
});
