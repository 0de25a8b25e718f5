/** Parquet files that DuckDB writes, in temporary folders, and what the extractor makes of them. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { ExtractContext } from "../../src/extract/extractor.ts";
import parquet from "../../src/extract/parquet/index.ts";
import type { SqlType } from "../../src/schema/model.ts";
import { duckdb } from "./parquet-duckdb.ts";
import { collect, evidenceFile, expectBalance, type Extraction, makeTable, mapTable } from "./harness.ts";

/** A folder that goes away with the test. */
function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-parquet-"));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file that holds what `query` gives. */
export async function writeParquet(query: string, settings = ""): Promise<string> {
  const file = path.join(temporaryFolder(), "rows.parquet");
  await duckdb(file, `COPY (${query}) TO $file (FORMAT parquet${settings === "" ? "" : `, ${settings}`})`);
  return file;
}

/** A file of these bytes. */
export function fileOf(bytes: Uint8Array, name = "rows.parquet"): string {
  const file = path.join(temporaryFolder(), name);
  fs.writeFileSync(file, bytes);
  return file;
}

/** Extracts one file into `dbo.T`, and checks that every record is accounted for. */
export async function extract(
  file: string,
  columns: Readonly<Record<string, SqlType["name"]>>,
  sources: Readonly<Record<string, string>> = {},
  context: Partial<ExtractContext> = {},
): Promise<Extraction> {
  const files = [evidenceFile(file, path.dirname(file))];
  const mappings = [mapTable(makeTable("dbo.T", columns), undefined, sources)];
  const extraction = await collect(parquet, { path: "*" }, { files, mappings, context });
  expectBalance(extraction);
  return extraction;
}
