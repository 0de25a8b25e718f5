import Database from "better-sqlite3";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EvidenceFile } from "../../src/extract/extractor.ts";
import type { TypedObservation } from "../../src/extract/sink.ts";
import { SourceReader } from "../../src/stage/source-reader.ts";
import { SourceWriter } from "../../src/stage/source-writer.ts";
import type { CanonicalValue } from "../../src/values/codec.ts";
import { makeTable } from "../model.ts";

const table = makeTable(
  'Odd "name"',
  [
    { name: "ID" },
    { name: "Big", type: "bigint" },
    { name: "Ratio", type: "float" },
    { name: "Text", type: { name: "nvarchar", length: "max" } },
    { name: "Bytes", type: { name: "varbinary", length: "max" } },
    { name: "Price", type: "money" },
  ],
  ["ID"],
);
const evidence: EvidenceFile = { path: "/nowhere", name: "dump/a.csv", bytes: 1, sha256: "00" };
const head = { table, operation: "snapshot", file: evidence, part: undefined, positionsAre: "line" } as const;

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-stage-"));
  file = path.join(folder, "source.db");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function observation(
  id: number,
  cells: readonly CanonicalValue[],
  more: Partial<TypedObservation> = {},
): TypedObservation {
  return {
    key: id,
    position: id * 10,
    columns: table.columns,
    cells: [id, ...cells],
    unparsed: [],
    doubts: [],
    touches: [],
    ...more,
  };
}

function stage(rows: readonly TypedObservation[]): SourceReader {
  const writer = new SourceWriter(file);
  writer.observe(head, rows);
  writer.finish();
  return new SourceReader(file);
}

const hostile: [string, CanonicalValue[]][] = [
  ["NULL everywhere", [null, null, null, null, null]],
  ["the empty string is not NULL", [0, 0, "", new Uint8Array(0), "0.0000"]],
  ["64-bit integers", [2n ** 63n - 1n, 1.5, "x", Buffer.from([0, 255]), "-922337203685477.5808"]],
  ["negative 64-bit integers", [-(2n ** 63n), -1e308, "x", Buffer.from([0]), "1.0000"]],
  ["integers beyond 32 bits stay whole", [2 ** 40, 5e-324, "x", Buffer.from("a"), "1.0000"]],
  ["NaN and -0", [1, Number.NaN, "x", Buffer.from("a"), "1.0000"]],
  ["-0 keeps its sign", [1, -0, "x", Buffer.from("a"), "1.0000"]],
  ["infinity", [1, -Infinity, "x", Buffer.from("a"), "1.0000"]],
  ["NUL characters", [1, 1, "a\0b\0", Buffer.from("a"), "1.0000"]],
  ["lone surrogates", [1, 1, "\uD800 and \uDFFF", Buffer.from("a"), "1.0000"]],
  ["text that looks like a number keeps its zeros", [1, 1, "007", Buffer.from("a"), "0.1000"]],
  ["emoji and quotes", [1, 1, `😀 "it's" \r\nGO`, Buffer.from("a"), "1.0000"]],
];

/** Bytes as lists, so that a Buffer equals a Uint8Array. */
function plain(values: readonly unknown[]): unknown[] {
  return values.map((value) => (value instanceof Uint8Array ? [...value] : value));
}

describe("a source's staging file", () => {
  it.each(hostile)("gives back what went in: %s", (_title, cells) => {
    const reader = stage([observation(1, cells)]);
    const [row] = [...reader.observations(table)];
    expect(plain(row?.cells ?? [])).toStrictEqual(plain([1, ...cells]));
    reader.close();
  });

  it("a column that an observation does not claim is not NULL but nothing", () => {
    const columns = table.columns.slice(0, 2);
    const reader = stage([{ key: 1, position: 1, columns, cells: [1, null], unparsed: [], doubts: [], touches: [] }]);
    expect([...reader.observations(table)][0]?.cells).toEqual([1, null, undefined, undefined, undefined, undefined]);
    reader.close();
  });

  it("reads in key order, whether the keys arrived so or not, and in the order of reading within a key", () => {
    const rows = [3, 1, 2, 1].map((id, index) => observation(id, [null, null, `row ${index}`, null, null]));
    const reader = stage(rows);
    const read = [...reader.observations(table)].map(({ key, n }) => [key, n]);
    expect(read).toEqual([
      [1, 2],
      [1, 4],
      [2, 3],
      [3, 1],
    ]);
    expect(reader.observationsOf(table, 1).map(({ n }) => n)).toEqual([2, 4]);
    reader.close();
  });

  it("every row says where it stands in the source", () => {
    const reader = stage([observation(7, [null, null, null, null, null])]);
    const [row] = [...reader.observations(table)];
    expect(row && reader.locate(row)).toBe("dump/a.csv line 70");
    reader.close();
  });

  it("keeps quarantined records with their raw bytes, and beyond 1 MiB their length and hash", () => {
    const writer = new SourceWriter(file);
    writer.quarantine(Buffer.from([0xff, 0x00]), "does not decode", { file: evidence, line: 3, offset: 17 });
    writer.quarantine("x".repeat((1 << 20) + 1), "too wide", { file: evidence, line: 4 });
    writer.quarantine({ bytes: 2_200_000_000, sha256: "ab".repeat(32) }, "too long", { file: evidence, line: 5 });
    writer.finish();
    const reader = new SourceReader(file);
    const [bytes, large, longest] = [...reader.kept.quarantined()];
    expect(bytes).toMatchObject({
      reason: "does not decode",
      file: "dump/a.csv",
      line: 3,
      offset: 17,
      bytes: 2,
      raw: Buffer.from([0xff, 0]),
    });
    expect(large).toMatchObject({ bytes: (1 << 20) + 1, raw: null });
    expect(large?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(longest).toMatchObject({ bytes: 2_200_000_000, sha256: "ab".repeat(32), raw: null, line: 5 });
    reader.close();
  });

  it("keeps doubts, unparsed cells, leftovers, skips and warnings", () => {
    const writer = new SourceWriter(file);
    const [, big] = table.columns;
    if (big === undefined) throw new Error("the table has a second column");
    const doubts = [{ column: big, reason: "possibly cut short" }];
    const unparsed = [{ column: big, raw: "12x", reason: "is not a bigint" }];
    writer.observe(head, [observation(1, [null, null, null, null, null], { doubts, unparsed })]);
    writer.leftover("a.csv", ["Fax", "Fax", "Pager"]);
    writer.skip("header", 1);
    writer.skip("header", 2);
    writer.warn("ends without a newline", { file: evidence, line: 9 }, "note");
    writer.warn("cut short", { file: evidence }, "loss");
    writer.finish();
    const reader = new SourceReader(file);
    expect([...reader.observations(table)][0]?.doubts?.get(1)).toBe("possibly cut short");
    expect(reader.notes()).toEqual({
      warnings: ["dump/a.csv:9: ends without a newline"],
      losses: ["dump/a.csv: cut short"],
      leftovers: [{ place: "a.csv", fields: ["Fax", "Pager"] }],
      unparsed: [{ table: 'dbo.[Odd "name"]', column: "Big", reason: "is not a bigint", cells: 1 }],
      partial: [],
      skipped: [{ rule: "header", records: 3 }],
    });
    reader.close();
  });

  it("stands under its name only when it is whole", () => {
    const writer = new SourceWriter(file);
    writer.observe(head, [observation(1, [null, null, null, null, null])]);
    expect(fs.existsSync(file)).toBe(false);
    writer.discard();
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("one wide table holds the target's columns under their names", () => {
    stage([observation(1, [null, null, null, null, null])]).close();
    const store = new Database(file, { readonly: true });
    const names = store.prepare("SELECT name FROM pragma_table_info(?)").pluck(true).all(table.id) as string[];
    expect(names).toEqual([
      "#n",
      "#key",
      "#operation",
      "#shape",
      "#place",
      "#position",
      "ID",
      "Big",
      "Ratio",
      "Text",
      "Bytes",
      "Price",
    ]);
    store.close();
  });
});
