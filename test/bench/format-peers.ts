/** How each format is written for the benchmark, and how its peer library alone reads it. One format more is one entry more. */
import fs from "node:fs";
import { createGunzip, gzipSync } from "node:zlib";
import { parse } from "csv-parse";
import { asyncBufferFromFile, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { duckdb } from "../extract/parquet-duckdb.ts";
import { logFormats } from "./log-peers.ts";
import { packedFormats } from "./packed-peers.ts";
import { type BenchFormat, exhaust, texts, writeCsv } from "./format.ts";
import { insertStatement, jsonElement, writeTexts } from "./formats.ts";

export const benchFormats: Readonly<Record<string, BenchFormat>> = {
  ...packedFormats,
  ...logFormats,
  csv: {
    extractor: "csv",
    file: "orders.csv",
    peer: "csv-parse",
    write: writeCsv,
    drain: (file) => exhaust(fs.createReadStream(file).pipe(parse())),
  },
  "csv.gz": {
    extractor: "csv",
    file: "orders.csv.gz",
    peer: "node:zlib",
    write(file, rows) {
      writeCsv(file, rows);
      fs.writeFileSync(file, gzipSync(fs.readFileSync(file)));
    },
    drain: (file) => exhaust(fs.createReadStream(file).pipe(createGunzip())),
  },
  json: {
    extractor: "json",
    file: "orders.json",
    peer: "JSON.parse",
    write: (file, rows) => writeTexts(file, texts(rows, "[", jsonElement, "]")),
    drain: (file) => Promise.resolve(void JSON.parse(fs.readFileSync(file, "utf8"))),
  },
  sql: {
    extractor: "sql-script",
    file: "orders.sql",
    peer: "read as text",
    write: (file, rows) => writeTexts(file, texts(rows, "", insertStatement)),
    drain: (file) => exhaust(fs.createReadStream(file, "utf8")),
  },
  parquet: {
    extractor: "parquet",
    file: "orders.parquet",
    peer: "hyparquet",
    async write(file, rows) {
      writeCsv(`${file}.csv`, rows);
      await duckdb(file, `COPY (SELECT * FROM read_csv('${file}.csv')) TO $file (FORMAT parquet)`);
    },
    async drain(file) {
      await parquetRead({ file: await asyncBufferFromFile(file), compressors, onComplete: () => undefined });
    },
  },
};
