/**
 * `npm run bench:formats -- [--rows 200000] [--runs 3] [--format csv,parquet]`: MB/s of each format's extractor, and of its peer library's bare
 * read of the same file, in turn. Each run is a process of its own, which counts the seconds without its start.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { BenchFormat } from "./format.ts";
import { benchFormats } from "./format-peers.ts";
import { measureNode, median, megabytes } from "./measure.ts";
import { schemaSql } from "./rows.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "200000" },
    runs: { type: "string", default: "3" },
    format: { type: "string" },
  },
});
const rows = Number(values.rows);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "salvage-formats-"));
const schema = path.join(folder, "schema.sql");
const program = (name: string) => fileURLToPath(import.meta.resolve(`./${name}.ts`));

interface Rate {
  readonly seconds: number;
  readonly peak: number;
}

/** The seconds that the program itself counts, without its start. */
async function measure(args: readonly string[]): Promise<Rate> {
  const { stdout, peak } = await measureNode(["--import", "tsx", ...args]);
  const [counted, seconds] = stdout.trim().split(" ").map(Number);
  if (counted !== rows) throw new Error(`${args.join(" ")} read ${counted} rows, expected ${rows}`);
  return { seconds: seconds ?? Number.NaN, peak };
}

async function compare(name: string, format: BenchFormat): Promise<string> {
  const { extractor, file, peer, options = {} } = format;
  const full = path.join(folder, file);
  await format.write(full, rows);
  const [ours, theirs]: [Rate[], Rate[]] = [[], []];
  for (let run = 0; run < Number(values.runs); run++) {
    ours.push(await measure([program("extract-only"), extractor, full, schema, JSON.stringify(options)]));
    theirs.push(await measure([program("drain-format"), name, full, String(rows)]));
  }
  const size = fs.statSync(full).size;
  fs.rmSync(full);
  return [line(name, size, ours), line(`  ${peer}`, size, theirs)].join("");
}

function line(name: string, size: number, rates: readonly Rate[]): string {
  const seconds = median(rates.map((rate) => rate.seconds));
  const speed = (size / 1e6 / seconds).toFixed(1).padStart(8);
  const peak = megabytes(Math.max(...rates.map((rate) => rate.peak)));
  return `${name.padEnd(16)}${speed} MB/s ${Math.round(rows / seconds)
    .toLocaleString("en")
    .padStart(10)} rows/s   peak ${peak}\n`;
}

fs.writeFileSync(schema, schemaSql);
process.stdout.write(`${rows} rows, medians of ${values.runs} runs; MB are of the file as it lies\n`);
for (const name of values.format?.split(",") ?? Object.keys(benchFormats)) {
  const format = benchFormats[name];
  if (format === undefined) throw new Error(`no format ${name}; there are ${Object.keys(benchFormats).join(", ")}`);
  process.stdout.write(await compare(name, format));
}
fs.rmSync(folder, { recursive: true });
