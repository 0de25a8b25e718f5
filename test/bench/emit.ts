/**
 * `npm run bench:emit -- [--rows 500000] [--runs 3]`: `salvage emit` against the sqlite3 shell's `.mode insert` of the same rows out of the same store, in turn, as whole processes:
 * MB of INSERTs a second. Needs the built command, and sqlite3.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { measureNode, median } from "./measure.ts";
import { benchColumns } from "./rows.ts";
import { prepareSources } from "./sources.ts";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "500000" }, runs: { type: "string", default: "3" } },
});
const [rows, runs] = [Number(values.rows), Number(values.runs)];
const root = path.join(os.tmpdir(), "tablesalvage-bench");
const command = path.resolve(import.meta.dirname, "../../dist/cli/main.js");
const directory = path.join(root, "incident");
const inserts = path.join(root, "sqlite3.sql");

/** MB a second. */
async function salvage(): Promise<number> {
  const { seconds } = await measureNode([command, "emit", "--dir", directory, "--json"], [0, 1]);
  const out = path.join(directory, "out");
  const bytes = fs.readdirSync(out).reduce((sum, name) => sum + fs.statSync(path.join(out, name)).size, 0);
  return bytes / 1e6 / seconds;
}

function sqlite3(): number {
  const columns = benchColumns.map((name) => `"${name}"`).join(", ");
  const select = `SELECT ${columns} FROM "dbo.Orders" WHERE "#withheld" IS NULL ORDER BY rowid;`;
  const script = `.mode insert Orders\n.output ${inserts}\n${select}\n`;
  const begin = process.hrtime.bigint();
  const { status, stderr } = spawnSync("sqlite3", ["-readonly", path.join(directory, "staging", "reconciled.db")], {
    input: script,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`sqlite3 ended with ${status}: ${stderr}`);
  return fs.statSync(inserts).size / 1e6 / (Number(process.hrtime.bigint() - begin) / 1e9);
}

const folder = prepareSources(root, rows);
fs.rmSync(directory, { recursive: true, force: true });
await measureNode([command, "run", path.join(folder, "recipe.yaml"), "--dir", directory, "--json"], [0, 1]);
const ours: number[] = [];
const theirs: number[] = [];
for (let run = 0; run < runs; run++) {
  ours.push(await salvage());
  theirs.push(sqlite3());
}
const [own, other] = [median(ours), median(theirs)];
process.stdout.write(
  `salvage ${own.toFixed(1)} MB/s, sqlite3 ${other.toFixed(1)} MB/s, medians of ${runs} runs: ${(own / other).toFixed(2)} times as fast\n`,
);
