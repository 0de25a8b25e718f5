import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parquetMetadata } from "hyparquet";
import parquet from "../../../src/extract/parquet/index.ts";
import { ThriftReader } from "../../../src/extract/parquet/thrift.ts";
import type { SqlType } from "../../../src/schema/model.ts";
import { makeTable, mapTable } from "../../extract/harness.ts";
import { duckdb } from "../../extract/parquet-duckdb.ts";
import { twoColumns } from "../../extract/parquet-files.ts";
import { int32, write } from "../../extract/parquet-writer.ts";
import { byteMutators } from "../bytes.ts";
import { fixtureSeeds } from "../fixtures.ts";
import { defineFormat, type Mutator, type Seed } from "../format.ts";

const columns = {
  id: "int",
  big: "bigint",
  name: "nvarchar",
  amount: "float",
  at: "datetime2",
  day: "date",
  tag: "nvarchar",
  flag: "bit",
  list: "nvarchar",
  "who.first": "nvarchar",
  raw: "varbinary",
} as const satisfies Readonly<Record<string, SqlType["name"]>>;

const query = `SELECT i::int AS id, (i * 1000003)::bigint AS big, 'name ' || i AS name, i / 7.0 AS amount,
  make_timestamp(i * 1000000000) AS at, '2026-01-01'::date + i::int AS day, ['red', 'green'][i % 2 + 1] AS tag,
  CASE WHEN i % 5 = 0 THEN NULL ELSE i % 3 = 0 END AS flag, [i, NULL] AS list, {'first': 'f' || i} AS who, unhex(left(md5(i::varchar), 8)) AS raw
  FROM range(60) r(i) ORDER BY i`;

const codecs = ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"];

async function seeds(): Promise<Seed[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-fuzz-"));
  try {
    const written: [string, Buffer][] = [];
    for (const codec of codecs)
      for (const version of ["v1", "v2"]) {
        const file = path.join(folder, `${codec}-${version}`);
        await duckdb(
          file,
          `COPY (${query}) TO $file (FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION ${version})`,
        );
        written.push([`${codec} ${version}`, fs.readFileSync(file)]);
      }
    const generated = [...written, ...own()].map(([name, bytes]): Seed => ({
      name,
      files: { "T.parquet": bytes },
      options: { path: "*" },
      mappings: [mapTable(makeTable("dbo.T", columns))],
    }));
    return [...generated, ...fixtureSeeds("parquet")];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Several pages and row groups, as pages v1 and v2. */
function own(): [string, Buffer][] {
  return ([1, 2] as const).flatMap((version) =>
    [true, false].map((checksums): [string, Buffer] => [
      `own v${version}`,
      write(twoColumns(2, 2, 20), { version, checksums }),
    ]),
  );
}

/** Damages one part, and leaves the others where the footer says they are. */
function within(partOf: (bytes: Buffer, index: number) => readonly [from: number, to: number]): Mutator {
  return (bytes, random, other) => {
    const [from, to] = partOf(bytes, random.int(1000));
    const part = random.pick(byteMutators)(bytes.subarray(from, to), random, other);
    return Buffer.concat([
      bytes.subarray(0, from),
      part.subarray(0, to - from),
      bytes.subarray(from + Math.min(part.length, to - from)),
    ]);
  };
}

/** The footer, with its length corrected. */
const inFooter: Mutator = (bytes, random, other) => {
  const from = footerStart(bytes);
  const footer = random.pick(byteMutators)(bytes.subarray(from, -8), random, other);
  return Buffer.concat([bytes.subarray(0, from), footer, int32(footer.length), bytes.subarray(-4)]);
};

function footerStart(bytes: Buffer): number {
  return bytes.length < 12 ? 0 : Math.max(0, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8));
}

function chunkStarts(bytes: Buffer): number[] {
  try {
    // As the extractor does: of a damaged footer the library alone may never come back.
    new ThriftReader(bytes.subarray(footerStart(bytes), -8)).struct();
    const { row_groups: groups } = parquetMetadata(new Uint8Array(bytes), { geoparquet: false });
    return groups.flatMap(({ columns: chunks }) =>
      chunks.map(({ meta_data: meta }) => Number(meta?.dictionary_page_offset ?? meta?.data_page_offset ?? 4)),
    );
  } catch {
    return [4];
  }
}

const headerSize = 24;

export default defineFormat({
  extractor: parquet,
  seeds,
  mutators: [
    inFooter,
    within((bytes, index) => {
      const starts = chunkStarts(bytes);
      const start = starts[index % starts.length] ?? 4;
      return [start, start + headerSize];
    }),
    within((bytes) => [4, footerStart(bytes)]),
  ],
});
