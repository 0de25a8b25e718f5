import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EvidenceFile } from "../../src/extract/extractor.ts";
import { SourceReader } from "../../src/stage/source-reader.ts";
import { SourceWriter } from "../../src/stage/source-writer.ts";
import { compareKeys } from "../../src/values/key.ts";
import type { RowKey } from "../../src/values/key.ts";
import { makeTable } from "../model.ts";

const table = makeTable("T", [{ name: "ID" }], ["ID"]);
const evidence: EvidenceFile = { path: "/nowhere", name: "a.csv", bytes: 1, sha256: "00" };
const head = { table, operation: "snapshot", file: evidence, part: undefined, positionsAre: "line" } as const;

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-order-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function stage(keys: readonly RowKey[]): SourceReader {
  const file = path.join(folder, "source.db");
  const writer = new SourceWriter(file);
  const rows = keys.map((key, index) => ({
    key,
    position: index,
    columns: [],
    cells: [],
    unparsed: [],
    doubts: [],
    touches: [],
  }));
  writer.observe(head, rows);
  writer.finish();
  return new SourceReader(file);
}

const anyKeys = fc.oneof(
  fc.array(fc.integer({ min: -9, max: 9 })),
  fc.array(fc.string({ unit: fc.constantFrom("1", "!", "~", "a"), maxLength: 3 })),
);

describe("the rows of a range of keys", () => {
  it("are the same, in the same order, in a source that came in key order and in one that did not", () => {
    fc.assert(
      fc.property(anyKeys, fc.boolean(), fc.nat(), fc.nat(), (given, sorted, one, other) => {
        const keys = sorted ? given.toSorted(compareKeys) : given;
        const [from, below] = [keys[one % keys.length], keys[other % keys.length]];
        const reader = stage(keys);
        const read = (range?: { from: RowKey | undefined; below: RowKey | undefined }) =>
          [...reader.observations(table, range)].map(({ n, key }) => [n, key]);
        const all = keys.map((key, index): [number, RowKey] => [index + 1, key]);
        const inOrder = all.toSorted(([n, key], [m, next]) => compareKeys(key, next) || n - m);
        expect(read()).toEqual(inOrder);
        const expected = inOrder.filter(
          ([, key]) =>
            (from === undefined || compareKeys(key, from) >= 0) && (below === undefined || compareKeys(key, below) < 0),
        );
        expect(read({ from, below })).toEqual(expected);
        reader.close();
      }),
      { numRuns: 60 },
    );
  });

  it("can be foreseen from keys drawn evenly", () => {
    const reader = stage(Array.from({ length: 100 }, (_, index) => index * 10));
    expect(reader.sampleKeys(table, 4)).toEqual([0, 250, 500, 750]);
    expect(reader.sampleKeys(makeTable("U", [{ name: "ID" }], ["ID"]), 4)).toEqual([]);
    reader.close();
  });
});
