/**
 * `npm run bench -- [--rows 500000] [--runs 3] [--workers 2]`: `salvage run` end to end against DuckDB doing the same job, in turn.
 * Needs the built command (`npm run build`).
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Measurement, measureNode, median, megabytes } from "./measure.ts";
import { keyCount, prepareSources } from "./sources.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "500000" },
    runs: { type: "string", default: "3" },
    workers: { type: "string" },
  },
});
const [rows, runs] = [Number(values.rows), Number(values.runs)];
const root = path.join(os.tmpdir(), "tablesalvage-bench");
const command = path.resolve(import.meta.dirname, "../../dist/cli/main.js");

interface RunSummary {
  readonly tables: readonly { readonly emitted: number }[];
}

async function salvage(folder: string): Promise<Measurement> {
  const directory = path.join(root, "incident");
  fs.rmSync(directory, { recursive: true, force: true });
  const recipe = path.join(folder, "recipe.yaml");
  // 1 says that people are needed; the job is done all the same.
  const workers = values.workers === undefined ? [] : ["--workers", values.workers];
  const measured = await measureNode([command, "run", recipe, "--dir", directory, "--json", ...workers], [0, 1]);
  const summary = JSON.parse(fs.readFileSync(path.join(directory, "summary.json"), "utf8")) as RunSummary;
  expectRows("salvage", summary.tables[0]?.emitted);
  return measured;
}

async function duckdb(folder: string): Promise<Measurement> {
  const program = fileURLToPath(import.meta.resolve("./duckdb.ts"));
  const measured = await measureNode(["--import", "tsx", program, folder, path.join(root, "duckdb.sql")]);
  expectRows("DuckDB", Number(measured.stdout));
  return measured;
}

/** A benchmark of two programs that give different results says nothing. */
function expectRows(who: string, written: number | undefined): void {
  if (written !== keyCount(rows)) throw new Error(`${who} wrote ${written} rows, expected ${keyCount(rows)}`);
}

function line(name: string, measured: readonly Measurement[]): string {
  const seconds = median(measured.map((run) => run.seconds));
  const peak = Math.max(...measured.map((run) => run.peak));
  const rate = Math.round(rows / seconds).toLocaleString("en");
  return `${name.padEnd(10)}${seconds.toFixed(2).padStart(8)} s ${rate.padStart(10)} rows/s   peak ${megabytes(peak)}\n`;
}

if (!fs.existsSync(command)) {
  process.stderr.write("dist/cli/main.js is not there; run `npm run build` first\n");
  process.exit(2);
}
const folder = prepareSources(root, rows);
const ours: Measurement[] = [];
const theirs: Measurement[] = [];
for (let run = 0; run < runs; run++) {
  ours.push(await salvage(folder));
  theirs.push(await duckdb(folder));
}
const ratio = median(ours.map((run) => run.seconds)) / median(theirs.map((run) => run.seconds));
process.stdout.write(`${rows} observations of ${keyCount(rows)} keys in 4 exports, medians of ${runs} runs\n`);
process.stdout.write(
  line("salvage", ours) + line("DuckDB", theirs) + `salvage takes ${ratio.toFixed(2)} times DuckDB's time\n`,
);
