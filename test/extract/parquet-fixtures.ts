/** `npx tsx test/extract/parquet-fixtures.ts` writes the parquet files below fixtures/extract/parquet. */
import fs from "node:fs";
import path from "node:path";
import { duckdb } from "./parquet-duckdb.ts";
import { annotated, damage, id, twoColumns } from "./parquet-files.ts";
import { byteArray, int32, write } from "./parquet-writer.ts";

const folder = path.join(import.meta.dirname, "../../fixtures/extract/parquet");

const notText = [byteArray(Buffer.of(0x41, 0xff)), byteArray("B")];
const files: Readonly<Record<string, Buffer>> = {
  "annotations/Kinds.parquet": write(annotated, { version: 2, checksums: true }),
  "damaged/People.parquet": damage(write(twoColumns(2, 2, 10), { checksums: true }), "name 14"),
  "cut/People.parquet": write(twoColumns(1, 1, 10)).subarray(0, -12),
  "not-text/People.parquet": write([
    id([[{ values: [int32(1), int32(2)] }]]),
    { name: "name", type: "BYTE_ARRAY", converted: 0, groups: [[{ values: notText }]] },
  ]),
};

const nested = `SELECT i::int AS id, {'city': 'Oslo', 'geo': {'lat': (i / 8)::decimal(6,3)}} AS address, [i, NULL] AS tags,
  map(['a', 'b'], [i, NULL]) AS extra, timestamptz '2026-07-01 12:00:00+00' AS placed FROM range(3) r(i)`;

for (const [name, bytes] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), bytes);
await duckdb(
  path.join(folder, "nested/Orders.parquet"),
  `COPY (${nested}) TO $file (FORMAT parquet, COMPRESSION zstd)`,
);
