/** `npm run bench:memory`: peak memory of the streaming extractors over a small and a tenfold input. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { csvRecord, insertStatement, jsonElement, writeTexts } from "./formats.ts";
import { measureNode, megabytes } from "./measure.ts";
import { benchColumns, type BenchRow, benchRow, schemaSql } from "./rows.ts";

const root = path.join(os.tmpdir(), "tablesalvage-bench", "memory");
const sizes = [50_000_000, 500_000_000];

interface Input {
  readonly extractor: string;
  readonly extension: string;
  readonly head: string;
  readonly tail?: string;
  record(row: BenchRow): string;
}

const inputs: readonly Input[] = [
  { extractor: "csv", extension: "csv", head: `${benchColumns.join(",")}\n`, record: csvRecord },
  { extractor: "json", extension: "json", head: "[", tail: "]\n", record: jsonElement },
  { extractor: "sql-script", extension: "sql", head: "SET NOCOUNT ON\nGO\n", record: insertStatement },
];

/** Records until the text has that many characters. */
function* texts(input: Input, size: number): Generator<string> {
  yield input.head;
  let written = 0;
  for (let key = 1; written < size; key++) {
    const text = input.record(benchRow(key, 0));
    written += text.length;
    yield text;
  }
  yield input.tail ?? "";
}

function prepare(input: Input, size: number): string {
  const folder = path.join(root, String(size));
  const file = path.join(folder, `Orders.${input.extension}`);
  fs.mkdirSync(folder, { recursive: true });
  if (!fs.existsSync(file)) writeTexts(file, texts(input, size));
  return file;
}

async function peakOf(input: Input, size: number, schema: string): Promise<number> {
  const program = fileURLToPath(import.meta.resolve("./extract-only.ts"));
  const file = prepare(input, size);
  const measured = await measureNode(["--import", "tsx", program, input.extractor, file, schema]);
  const [peak, bytes] = [megabytes(measured.peak), megabytes(fs.statSync(file).size)];
  process.stdout.write(
    `${input.extractor.padEnd(11)}${bytes.padStart(7)} ${(measured.stdout.split(" ")[0] ?? "").padStart(8)} rows  ${measured.seconds.toFixed(1).padStart(6)} s  peak ${peak}\n`,
  );
  return measured.peak;
}

fs.mkdirSync(root, { recursive: true });
const schema = path.join(root, "schema.sql");
fs.writeFileSync(schema, schemaSql);
for (const input of inputs) {
  const peaks: number[] = [];
  for (const size of sizes) peaks.push(await peakOf(input, size, schema));
  process.stdout.write(
    `${input.extractor}: ${((peaks[1] ?? 0) / (peaks[0] ?? 1)).toFixed(2)} times the memory for ten times the input\n`,
  );
}
