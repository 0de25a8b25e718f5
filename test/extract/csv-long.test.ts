/** Records that are longer than what is held of one: set aside by place, length and hash, as one record. */
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FileExtraction } from "../../src/extract/csv/file.ts";
import csv from "../../src/extract/csv/index.ts";
import { dialectOf } from "../../src/extract/csv/options.ts";
import type { EvidenceFile, Locator, ObservationBatch, RecordDigest } from "../../src/extract/extractor.ts";
import { makeTable, mapTable } from "./harness.ts";

const file: EvidenceFile = { path: "/nowhere", name: "t.csv", bytes: 1, sha256: "00" };
const mapping = mapTable(makeTable("dbo.T", { ID: "int", Name: "nvarchar" }));

interface Quarantined {
  readonly raw: string | Uint8Array | RecordDigest;
  readonly locator: Locator;
}

/** Extracts the text, cut into chunks of `size`, where no more than `longest` characters are held. */
function extract(text: string, size: number, longest: number, options: object = {}) {
  const settings = csv.options.parse({ path: "*", ...options });
  const quarantined: Quarantined[] = [];
  let read = 0;
  const extraction = new FileExtraction(
    {
      file,
      mapping,
      settings,
      longest,
      layout: {
        dialect: dialectOf(settings),
        delimiterEvidence: undefined,
        preamble: 0,
        encoding: "utf-8",
        settledBy: "default",
        newline: undefined,
        first: undefined,
        beginning: "ascii",
        headerBelow: 0,
        isTrailed: false,
      },
    },
    {
      read: (records) => void (read += records),
      skip: () => undefined,
      leftover: () => undefined,
      warn: () => undefined,
      quarantine: (raw, _, locator) => void quarantined.push({ raw, locator }),
    },
  );
  const batches: ObservationBatch[] = [];
  let offset = 0;
  for (let at = 0; at < text.length; at += size) {
    const part = text.slice(at, at + size);
    const chunk = { text: part, encoding: "utf-8", settledBy: "default", bytesRead: 0, offset } as const;
    batches.push(...extraction.write(chunk));
    offset += Buffer.byteLength(part);
  }
  batches.push(...extraction.end());
  return {
    rows: batches.flatMap(({ rows, positions }) => rows.map((row, at) => [positions[at], ...row])),
    quarantined,
    read,
  };
}

function digestOf(text: string): RecordDigest {
  return { bytes: Buffer.byteLength(text), sha256: createHash("sha256").update(text).digest("hex") };
}

const head = "ID,Name\n1,é\n";

test.each([
  ["unquoted", `2,${"xé".repeat(400)}\n`, "\n"],
  ["in quotes that are closed", `2,"${"x,".repeat(400)}"\n`, "\n"],
  ["with other quotes in it", `2,${'x,"y'.repeat(300)}\n`, "\n"],
  ["CRLF", `2,${"x".repeat(999)}\r\n`, "\r\n"],
  ["without an end", `2,${"x".repeat(999)}`, "\n"],
])("%s: one record with its line, offset, length and hash, and the next ones are read", (_, long, newline) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), (size) => {
      const begin = head.replaceAll("\n", newline);
      const rest = long.endsWith(newline) ? `3,z${newline}` : "";
      const { rows, quarantined, read } = extract(begin + long + rest, size, 100);
      expect(quarantined).toEqual([
        { raw: digestOf(long), locator: { file, line: 3, offset: Buffer.byteLength(begin) } },
      ]);
      expect(rows).toEqual([[2, "1", "é"], ...(rest === "" ? [] : [[4, "3", "z"]])]);
      expect(read).toBe(rows.length + 2);
    }),
    { numRuns: 60 },
  );
});

test("a record delimiter that a piece would cut in two ends the record all the same", () => {
  for (let size = 1; size < 40; size++) {
    const long = `2,${"x".repeat(500)}&|\n`;
    const { rows, quarantined } = extract(`ID,Name&|\n${long}3,z&|\n`, size, 100, { recordDelimiter: "&|\n" });
    expect(quarantined.map(({ raw }) => raw)).toEqual([digestOf(long)]);
    expect(rows).toEqual([[3, "3", "z"]]);
  }
});
