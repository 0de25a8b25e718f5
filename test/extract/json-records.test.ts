import * as fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import type { EvidenceFile, TableMapping } from "../../src/extract/extractor.ts";
import { FileExtraction } from "../../src/extract/json/file.ts";
import json from "../../src/extract/json/index.ts";
import { buildPathTree } from "../../src/extract/json/path-tree.ts";
import { parseRowsPath } from "../../src/extract/json/rows-path.ts";
import { JsonScanner } from "../../src/extract/json/scanner.ts";
import type { JsonRecord } from "../../src/extract/json/task.ts";
import type { TextChunk } from "../../src/extract/text/decode.ts";
import { findEncoding } from "../../src/extract/text/encodings.ts";
import { collect, evidenceFile, expectBalance, type Extraction, filesOnly, makeTable, mapTable } from "./harness.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "json-"));
afterAll(() => rmSync(folder, { recursive: true }));

const things = makeTable("dbo.Things", { ThingID: "bigint", Name: "nvarchar", Price: "decimal", Flag: "bit" });
const mapping = mapTable(things);

function fileOf(content: string | Uint8Array, name = "things.json"): EvidenceFile {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return evidenceFile(file, folder);
}

function extractFile(
  content: string | Uint8Array,
  rows?: string,
  mappings: readonly TableMapping[] = [mapping],
): Promise<Extraction> {
  return collect(
    json,
    { path: "things.json", ...(rows === undefined ? {} : { rows }) },
    { files: [fileOf(content)], mappings },
  );
}

/** As {@link extractFile}, from bytes that come in pieces of `size`. */
async function extractPieces(content: Buffer, size: number, rows: string | undefined): Promise<Extraction> {
  const file = { path: "", name: "things.json", bytes: content.length, sha256: "" };
  const source = {
    ...json,
    async *extract(_: unknown, context: Parameters<typeof json.extract>[1]) {
      const extraction = new FileExtraction(
        file,
        [{ mapping, path: parseRowsPath(rows) }],
        { dateOrder: "unknown" },
        context,
      );
      for (const chunk of piecesOf(content, size)) yield* extraction.write(chunk);
      yield* extraction.end();
    },
  };
  return collect(source, { path: "x" }, { files: [file], mappings: [mapping], context: filesOnly });
}

function chunkOf(text: string, offset: number): TextChunk {
  return { text, offset, encoding: "utf-8", settledBy: "default", bytesRead: offset };
}

function* piecesOf(content: Buffer, size: number): Generator<TextChunk> {
  const decoder = findEncoding("utf-8").decoder();
  for (let at = 0; at < content.length; at += size) {
    const offset = at - decoder.held;
    const text = decoder.write(content.subarray(at, at + size));
    if (text !== "") yield chunkOf(text, offset);
  }
  const offset = content.length - decoder.held;
  const { text } = decoder.end();
  if (text !== "") yield chunkOf(text, offset);
}

interface Thing {
  readonly ThingID: bigint;
  readonly Name?: string | null;
  readonly Price?: string | null;
  readonly Flag?: boolean | null;
}

const thing: fc.Arbitrary<Thing> = fc.record(
  {
    ThingID: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    Name: fc.option(fc.string({ unit: "grapheme" })),
    Price: fc.option(
      fc.tuple(fc.nat(), fc.bigInt({ min: 1n, max: 10n ** 18n })).map(([whole, part]) => `${whole}.${part}5`),
    ),
    Flag: fc.option(fc.boolean()),
  },
  { requiredKeys: ["ThingID"] },
);

/** Numbers go in as digits, where JSON.stringify would round them. */
function write(row: Thing, gap: string): string {
  const members = Object.entries(row).map(([name, value]) => {
    const text =
      name === "Price" && value !== null
        ? String(value)
        : typeof value === "bigint"
          ? `${value}`
          : JSON.stringify(value);
    return `${gap}"${name}":${gap}${text}`;
  });
  return `{${members.join(",")}${gap}}`;
}

const layouts: Readonly<Record<string, { rows?: string; write(rows: readonly Thing[]): string }>> = {
  array: { write: (rows) => `[${rows.map((row) => write(row, "")).join(",")}]` },
  "pretty array": { write: (rows) => `[\n  ${rows.map((row) => write(row, "\n    ")).join(",\n  ")}\n]\n` },
  lines: { write: (rows) => rows.map((row) => `${write(row, "")}\r\n`).join("") },
  "objects end to end": { write: (rows) => rows.map((row) => write(row, " ")).join("") },
  document: {
    rows: "data.things",
    write: (rows) =>
      `{"n":[{"ThingID":0}],"data":{"x":"]}","things":[${rows.map((row) => write(row, "")).join(", ")}],"y":{}}}`,
  },
  "arrays in lines": {
    rows: "[].things",
    write: (rows) => rows.map((row) => `{"things":[${write(row, "")}]}\n`).join(""),
  },
};

function normalized(rows: Extraction["rows"]): unknown[] {
  return rows.map(({ cells }) => ({
    ...cells,
    ThingID: BigInt(cells["ThingID"] as number),
    ...(cells["Price"] === undefined || cells["Price"] === null ? {} : { Price: comparable(String(cells["Price"])) }),
  }));
}

function comparable(price: string): string {
  return price.replace(/(\.\d*?)0+$/, "$1");
}

describe("rows that are written as JSON come back exactly", () => {
  test.each(Object.entries(layouts))("%s", async (_, layout) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(thing, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 40 }),
        async (rows, size) => {
          const extraction = await extractPieces(Buffer.from(layout.write(rows)), size, layout.rows);
          expectBalance(extraction);
          expect(extraction.quarantined).toEqual([]);
          expect(normalized(extraction.rows)).toEqual(
            rows.map((row) => ({ ...row, ...(typeof row.Price === "string" ? { Price: comparable(row.Price) } : {}) })),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

const samples: Readonly<Record<string, readonly [text: string, rows?: string]>> = {
  array: ['[{"ThingID":1,"Name":"é\\"}"},\n {"ThingID":2,"Name":{"a":[1,"]"]}}, 5, /* { */ {"ThingID":3}]\n'],
  lines: ['{"ThingID":1,"Name":"a"}\n{"ThingID":2,"Na\n{"ThingID":3}\noops\n{"ThingID":4}'],
  document: ['{"v":"x","data":{"things":[{"ThingID":1},{"ThingID":2}],"z":[[]]},"w":1}', "data.things"],
};

describe("whatever the pieces a file comes in", () => {
  test.each(Object.entries(samples))("%s: what is read is the same", async (_, [text, rows]) => {
    const content = Buffer.from(text);
    const whole = await extractFile(content, rows);
    for (let size = 1; size <= content.length; size++) {
      const pieces = await extractPieces(content, size, rows);
      expect({ ...pieces, progress: whole.progress }).toEqual(whole);
    }
  });
});

describe("a file that is cut anywhere", () => {
  test.each(Object.entries(samples))("%s: loses nothing and makes nothing up", async (_, [text, rows]) => {
    const content = Buffer.from(text);
    const whole = (await extractFile(content, rows)).rows.map(({ cells }) => JSON.stringify(cells));
    for (let length = 0; length < content.length; length++) {
      const cut = await extractPieces(content.subarray(0, length), 1 << 16, rows);
      expectBalance(cut);
      const read = cut.rows.map(({ cells }) => JSON.stringify(cells));
      expect(whole.slice(0, read.length)).toEqual(read);
    }
  });

  test("a byte that is changed anywhere never stops the reading, and the counts hold", async () => {
    const [text = ""] = samples["array"] ?? [];
    for (let at = 0; at < text.length; at++)
      for (const byte of ['"', "{", "]", "\n", "\0", "\u00FF"]) {
        const content = Buffer.from(text);
        content.write(byte, at, "latin1");
        const extraction = await extractPieces(content, 1 << 16, undefined);
        expectBalance(extraction);
        expect(extraction.read).toBeGreaterThan(0);
      }
  });
});

function scan(text: string, longest: number, size = text.length): JsonRecord[] {
  const scanner = new JsonScanner(buildPathTree([{ mapping, path: parseRowsPath() }]), longest);
  const records: JsonRecord[] = [];
  for (let at = 0; at < text.length; at += size) records.push(...scanner.write(text.slice(at, at + size)));
  return [...records, ...scanner.end()];
}

const jsonObject = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue());

describe("the walk through any text", () => {
  test("finds the elements that JSON.parse finds, whatever their layout", () => {
    const property = fc.property(
      fc.array(jsonObject, { minLength: 1 }),
      fc.constantFrom(0, 1, "\t", "\n"),
      fc.integer({ min: 1, max: 50 }),
      (objects, indent, size) => {
        const records = scan(JSON.stringify(objects, null, indent), 1 << 26, size);
        expect(records.map(({ text }) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(objects)));
        expect(records.filter(({ fault }) => fault !== undefined)).toEqual([]);
      },
    );
    fc.assert(property);
  });

  test("hands over pieces of it in their order, each with its place, also where it is damaged", () => {
    const damage = fc.tuple(
      fc.nat(400),
      fc.constantFrom("", '"', "{", "}", "[", "]", ",", ":", "\n", "\n{", "/*", "x", "\\"),
    );
    const property = fc.property(
      fc.array(jsonObject, { minLength: 2 }),
      fc.boolean(),
      fc.array(damage, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 20, max: 500 }),
      (objects, isArray, damages, size, longest) => {
        const lines = objects.map((object) => JSON.stringify(object));
        let text = isArray ? `[${lines.join(",\n")}]` : lines.join("\n");
        for (const [at, instead] of damages) text = text.slice(0, at) + instead + text.slice(at + 1);
        let end = 0;
        let isNext = false;
        for (const record of scan(text, longest, size)) {
          expect(record.at).toBeGreaterThanOrEqual(end);
          end = record.at + record.text.length;
          expect(text.slice(record.at, end)).toBe(record.text);
          // A piece of a record is told by the line of the first one.
          expect(isNext ? lineOf(text, record.at) : record.line).toBe(lineOf(text, record.at));
          isNext = record.goesOn;
        }
        const scanner = new JsonScanner(buildPathTree([{ mapping, path: parseRowsPath() }]));
        const whole = [...scanner.write(text), ...scanner.end()].map(({ text: piece }) => piece);
        expect(leftOut(text, whole)).toMatch(/^[\s,[\]]*$/);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });
});

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

/** What stands between the pieces. */
function leftOut(text: string, pieces: readonly string[]): string {
  let rest = "";
  let from = 0;
  for (const piece of pieces) {
    const at = text.indexOf(piece, from);
    rest += text.slice(from, at);
    from = at + piece.length;
  }
  return rest + text.slice(from);
}

describe("records that are longer than a string may be", () => {
  test("come in pieces that are set aside, and the next one is read", () => {
    const long = `{"Name":"${"x".repeat(100)}"}`;
    const records = scan(`[{"ThingID":1},${long},{"ThingID":2}]`, 40, 10);
    expect(records.map(({ fault, isElement, goesOn }) => [fault, isElement, goesOn])).toEqual([
      [undefined, true, false],
      ["the record is longer than 64 Mi characters", true, true],
      ["the record is longer than 64 Mi characters", false, true],
      ["the record is longer than 64 Mi characters", false, false],
      [undefined, true, false],
    ]);
    expect(
      records
        .slice(1, 4)
        .map(({ text }) => text)
        .join(""),
    ).toBe(long);
    expect(records.at(-1)?.text).toBe('{"ThingID":2}');
  });

  test("a file of lines that are all cut is read in steps that grow with its length only", () => {
    const line = '{"ThingID":1,"Name":[1,\n';
    const records = scan(`{"ThingID":0}\n${line.repeat(100_000)}`, 1 << 26, 1 << 16);
    expect(records.length).toBe(100_001);
  });

  test("brackets without end do no harm", () => {
    const [record] = scan("[".repeat(100_000), 1 << 26);
    expect(record).toMatchObject({ isCut: true });
    expect(scan(`${"[".repeat(2000)}${"]".repeat(2000)}`, 1 << 26)).toMatchObject([
      { fault: "it is nested more than 1000 deep" },
    ]);
  });
});

describe("lines inside a record", () => {
  test("that look like beginnings are not taken for such where whole records hold them too", () => {
    const nested =
      '[{"ThingID":1,"Lines":[{"ThingID":7},\n{"ThingID":8}]},\n{"ThingID":2,"Lines":[{"ThingID":7},\n{"ThingID":8},';
    expect(scan(nested, 1 << 20)).toMatchObject([{ fault: undefined }, { isCut: true }]);
  });
});

async function failureOf(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

describe("what cannot be read as the recipe says", () => {
  const cases: readonly [string, string | undefined, readonly TableMapping[], RegExp][] = [
    [
      "rows that are nowhere",
      "data.thing",
      [mapping],
      /^things\.json: there is no data\.thing, where.*Did you mean data\.things\?/,
    ],
    ["a from that is no way", undefined, [mapTable(things, "#a..b")], /"a\.\.b" is no way to the rows of dbo\.Things/],
    [
      "a column from outside",
      undefined,
      [mapTable(things, undefined, { Name: "../n" })],
      /"\.\.\/n" leads out of the records/,
    ],
    [
      "a from that fits no file",
      undefined,
      [mapTable(things, "thing.json#x")],
      /no file of the source matches "thing\.json".*Did you mean things\.json\?/,
    ],
    [
      "two tables of the same rows",
      undefined,
      [mapTable(things, "#x"), mapTable(makeTable("dbo.Other", { ThingID: "int" }), "#x[]")],
      /the file fits two tables, dbo\.Things and dbo\.Other/,
    ],
  ];

  test.each(cases)("%s", async (_, rows, mappings, message) => {
    expect(await failureOf(extractFile('{"data":{"things":[]}}', rows, mappings))).toMatch(message);
  });

  test("is refused with the recipe where the way has no form", () => {
    expect(json.options.safeParse({ path: "x", rows: "$.data[*]" }).success).toBe(false);
    for (const rows of ["[]", "[].lines", "a.b[].c[].d", "data.orders[]"])
      expect(json.options.safeParse({ path: "x", rows }).success).toBe(true);
  });

  test("check opens the file and settles its encoding", async () => {
    const context = {
      files: [fileOf(Buffer.from("[{}]", "utf16le"))],
      folder,
      mappings: [mapping],
      signal: new AbortController().signal,
    };
    expect(await failureOf(json.check?.(json.options.parse({ path: "x" }), context) as Promise<void>)).toMatch(
      /looks like utf-16le/,
    );
  });
});

test("a field that no record has is told, with the nearest that there is", async () => {
  const { warnings } = await extractFile('[{"id":1,"nmae":"x"}]', undefined, [
    mapTable(things, undefined, { ThingID: "id", Name: "name" }),
  ]);
  expect(warnings).toEqual([
    "things.json: no record has the field name, from which the recipe takes dbo.Things.Name: did you mean nmae?",
  ]);
});

test("tells how far it is in bytes", async () => {
  const content = '[{"ThingID":1}]';
  expect((await extractFile(content)).progress).toEqual([content.length, content.length]);
});

test("stops when it is told to", async () => {
  const aborted = AbortSignal.abort(new Error("enough"));
  const input = { files: [fileOf("[]")], mappings: [mapping], signal: aborted };
  await expect(collect(json, { path: "x" }, input)).rejects.toThrow("enough");
});
