import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import bcp from "../../src/extract/bcp/index.ts";
import type { SqlType } from "../../src/schema/model.ts";
import type { RawValue } from "../../src/values/codec.ts";
import { plainFormat, writeRows, type WrittenField, xmlFormat } from "../support/bcp-writer.ts";
import { collect, evidenceFile, expectBalance, type Extraction, makeTable, mapTable } from "./harness.ts";
import { cellsOf, temporaryFolder } from "./record-files.ts";

type Cell = RawValue | null;
interface FormOfField {
  readonly field: Omit<WrittenField, "name">;
  readonly cell: fc.Arbitrary<Cell>;
}

const narrow = fc.string({ unit: fc.constantFrom("a", "0", " ", "ы", "Я", "|", "\r", "\n", "\t"), maxLength: 8 });
const wide = fc.string({ unit: fc.constantFrom("a", "\u0a0d", "\u0909", "あ", "😀", "ы", "\t", "\n"), maxLength: 8 });
const plain = fc.string({ unit: fc.constantFrom("a", "0", " ", "ы", "Я", "_"), maxLength: 8 });
const plainWide = fc.string({ unit: fc.constantFrom("a", "\u0a0d", "\u0909", "あ", "😀", "\u0d00"), maxLength: 8 });

const natives: readonly (readonly [SqlType, string, number, fc.Arbitrary<RawValue>])[] = [
  [{ name: "int" }, "SQLINT", 4, fc.integer()],
  [{ name: "bigint" }, "SQLBIGINT", 8, fc.integer({ min: -1e9, max: 1e9 })],
  [{ name: "float" }, "SQLFLT8", 8, fc.double({ noNaN: true, noDefaultInfinity: true })],
  [{ name: "bit" }, "SQLBIT", 1, fc.constantFrom(0, 1)],
  [
    { name: "money" },
    "SQLMONEY",
    8,
    fc.integer({ min: 0, max: 99 }).map((cents) => `12.00${String(cents).padStart(2, "0")}`),
  ],
  [
    { name: "datetime" },
    "SQLDATETIME",
    8,
    fc.constantFrom("1753-01-01 00:00:00.0000000", "2009-05-12 23:59:59.9970000"),
  ],
];

function nullable(cell: fc.Arbitrary<RawValue>): fc.Arbitrary<Cell> {
  return fc.option<RawValue>(cell, { nil: null });
}

const text = (kind: "char" | "nchar") => ({ kind, typeName: kind === "char" ? "SQLVARYCHAR" : "SQLNVARCHAR" }) as const;

const prefixedText: fc.Arbitrary<FormOfField> = fc.constantFrom(
  { field: { ...text("char"), ending: "prefix", prefix: 2, width: 0, terminator: "" }, cell: nullable(narrow) },
  { field: { ...text("nchar"), ending: "prefix", prefix: 8, width: 0, terminator: "" }, cell: nullable(wide) },
);
const nativeForms: fc.Arbitrary<FormOfField> = fc
  .tuple(fc.constantFrom(...natives), fc.boolean())
  .map(([[type, typeName, width, cell], hasPrefix]) => ({
    field: {
      kind: "native",
      type,
      typeName,
      ending: hasPrefix ? "prefix" : "fixed",
      prefix: hasPrefix ? 1 : 0,
      width,
      terminator: "",
    },
    cell: hasPrefix ? nullable(cell) : cell,
  }));
const terminatedText: fc.Arbitrary<FormOfField> = fc.constantFrom<FormOfField>(
  {
    field: { ...text("char"), ending: "term", prefix: 0, width: 0, terminator: "\0" },
    cell: nullable(plain.filter((value) => value !== "")),
  },
  { field: { ...text("nchar"), ending: "term", prefix: 0, width: 0, terminator: "\t\0" }, cell: nullable(plainWide) },
);

/** Rows of random fields of any kind, and what they are. */
const mixed = fc
  .array(fc.oneof(prefixedText, nativeForms, terminatedText), { minLength: 1, maxLength: 6 })
  .chain((forms) =>
    fc.record({
      fields: fc.constant(forms.map(({ field }, index): WrittenField => ({ ...field, name: `C${index}` }))),
      rows: fc.array(fc.tuple(...forms.map(({ cell }) => cell)), { maxLength: 12 }),
    }),
  )
  // A row without a byte is none.
  .filter(({ fields }) => fields.length > 0);

async function readBack(
  fields: readonly WrittenField[],
  data: Buffer,
  format: string,
  options: object = {},
): Promise<Extraction> {
  const { folder, file } = temporaryFolder("T.dat", data, { "T.fmt": format });
  const files = [file, path.join(folder, "T.fmt")].map((one) => evidenceFile(one, folder));
  const columns = Object.fromEntries(fields.map(({ name, type }) => [name, type ?? ({ name: "nvarchar" } as const)]));
  const mappings = [mapTable(makeTable("dbo.T", columns))];
  const extraction = await collect(
    bcp,
    { path: "T.dat", format: "T.fmt", ...options },
    { files, mappings, context: { folder } },
  );
  expectBalance(extraction);
  return extraction;
}

/** Ctrl-Z, the end-of-file mark of DOS. */
function isMark(bytes: Uint8Array): boolean {
  return bytes.length === 1 && bytes[0] === 0x1a;
}

describe.each([
  ["non-XML", plainFormat],
  ["XML", xmlFormat],
] as const)("round trip under a %s format file", (_, formatOf) => {
  test("rows of mixed fields come back", async () => {
    await fc.assert(
      fc.asyncProperty(mixed, async ({ fields, rows }) => {
        const extraction = await readBack(fields, writeRows(fields, rows), formatOf(fields));
        expect(extraction.quarantined).toEqual([]);
        expect(cellsOf(extraction)).toEqual(rows);
      }),
      { numRuns: 150 },
    );
  });

  test("a file that is cut anywhere gives the rows before the cut, and the rest to quarantine", async () => {
    await fc.assert(
      fc.asyncProperty(mixed, fc.nat(), async ({ fields, rows }, at) => {
        const whole = writeRows(fields, rows);
        const cut = whole.subarray(0, whole.length === 0 ? 0 : at % whole.length);
        const extraction = await readBack(fields, cut, formatOf(fields));
        const ends = rows.map((_row, index) => writeRows(fields, rows.slice(0, index + 1)).length);
        const intact = ends.filter((end) => end <= cut.length).length;
        expect(cellsOf(extraction).slice(0, intact)).toEqual(rows.slice(0, intact));
        expect(extraction.rows.length - intact).toBeLessThanOrEqual(1);
        expect(extraction.read).toBe(intact + (cut.length > (ends[intact - 1] ?? 0) ? 1 : 0));
      }),
      { numRuns: 100 },
    );
  });

  test("whatever the bytes are, each ends in a row or in quarantine", async () => {
    await fc.assert(
      fc.asyncProperty(mixed, fc.uint8Array({ maxLength: 200 }), async ({ fields }, bytes) => {
        const { rows, quarantined } = await readBack(fields, Buffer.from(bytes), formatOf(fields));
        expect(rows.length + quarantined.length > 0 || bytes.length === 0 || isMark(bytes)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});

const unescape = (separator: string) =>
  separator
    .replace(/^0x(..)$/, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/\\([tnr0])/g, (_, letter: string) => ({ t: "\t", n: "\n", r: "\r", "0": "\0" })[letter] ?? letter);

async function readText(rows: readonly (readonly string[])[]): Promise<Extraction> {
  const content = rows.map((row) => `${row.join("\t")}\r\n`).join("");
  const { folder, file } = temporaryFolder("T.dat", content);
  const columns = Object.fromEntries(["A", "B", "C", "D"].map((name) => [name, "nvarchar" as const]));
  const options = { path: "T.dat", mode: "char", rowTerminator: String.raw`\r\n` };
  const files = [evidenceFile(file, folder)];
  const extraction = await collect(bcp, options, { files, mappings: [mapTable(makeTable("dbo.T", columns))] });
  expectBalance(extraction);
  return extraction;
}

describe("character files", () => {
  const cell = fc.option(fc.string({ unit: fc.constantFrom("a", "é", "あ", "\r", "0", " "), maxLength: 6 }), {
    nil: null,
  });
  const shapes = fc
    .record({
      mode: fc.constantFrom("char", "widechar"),
      separators: fc.constantFrom(["\\t", "\\r\\n"], ["|", "|\\n"], ["+|", "&|\\n"], ["0x1f", "0x1e"], ["~", "\\0"]),
      width: fc.integer({ min: 2, max: 5 }),
    })
    .chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        rows: fc.array(fc.tuple(...Array.from({ length: shape.width }, () => cell)), { minLength: 1, maxLength: 20 }),
      }),
    );

  test("rows come back whatever the terminators are; the NUL is the empty string", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ shape: { mode, separators, width }, rows }) => {
        const [between = "", end = ""] = separators.map(unescape);
        const isHex = mode === "widechar" && separators[0] === "0x1f";
        fc.pre(!isHex);
        const written = end === "\0" ? rows.map((row) => row.map((value) => (value === "" ? null : value))) : rows;
        const content = written
          .map((row) => row.map((value) => (value === null ? "" : value === "" ? "\0" : value)).join(between) + end)
          .join("");
        const { folder, file } = temporaryFolder("T.dat", Buffer.from(content, mode === "char" ? "utf8" : "utf16le"));
        const columns = Object.fromEntries(
          Array.from({ length: width }, (_, index) => [`C${index}`, "nvarchar" as const]),
        );
        const extraction = await collect(
          bcp,
          {
            path: "T.dat",
            mode,
            fieldTerminator: separators[0],
            rowTerminator: separators[1],
            ...(mode === "char" ? { encoding: "utf-8" } : {}),
          },
          {
            files: [evidenceFile(file, folder)],
            mappings: [mapTable(makeTable("dbo.T", columns))],
            context: { folder },
          },
        );
        expectBalance(extraction);
        expect(cellsOf(extraction)).toEqual(written);
      }),
      { numRuns: 200 },
    );
  });

  const flat = fc.string({ unit: fc.constantFrom("a", "é", " ", "0"), minLength: 1, maxLength: 4 });
  const lines = fc.string({ unit: fc.constantFrom("a", "\r\n", "\n", "\r", "é"), minLength: 1, maxLength: 5 });

  test("a row terminator inside a text between two fields is part of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(flat, lines, lines, flat), { minLength: 1, maxLength: 12 }), async (rows) => {
        expect(cellsOf(await readText(rows))).toEqual(rows);
      }),
      { numRuns: 150 },
    );
  });

  test("a row that lacks fields, or has too many, costs itself alone", async () => {
    const rowsAndPlace = fc.tuple(
      fc.array(fc.tuple(flat, flat, flat, flat), { minLength: 1, maxLength: 9 }),
      fc.nat(),
      fc.constantFrom(1, 2, 3, 5, 6),
    );
    await fc.assert(
      fc.asyncProperty(rowsAndPlace, async ([rows, place, width]) => {
        const at = place % (rows.length + 1);
        const broken = Array.from({ length: width }, () => "x");
        const extraction = await readText([...rows.slice(0, at), broken, ...rows.slice(at)]);
        expect(cellsOf(extraction)).toEqual(rows);
        expect(extraction.quarantined.map(({ raw }) => raw)).toEqual([`${broken.join("\t")}\r\n`]);
      }),
      { numRuns: 150 },
    );
  });
});
