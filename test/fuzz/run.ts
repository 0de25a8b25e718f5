/**
 * `npm run fuzz -- [--format csv] [--inputs 250000] [--seed 1] [--first 0] [--save folder]`: damaged inputs through every extractor that has a
 * file in `formats/`. Nothing may be thrown but a UserError, nothing may hang or fill memory, and every record must be accounted for.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { formatIds, loadFormat, makeInput } from "./inputs.ts";
import { cells, type Failure, startWorker } from "./job.ts";

/** Wall time for one input: a thousand times what the slowest take. */
const mostSeconds = 20;
const checkEvery = 500;

const { values } = parseArgs({
  options: {
    format: { type: "string" },
    inputs: { type: "string", default: "250000" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    save: { type: "string", default: path.join(os.tmpdir(), "salvage-fuzz-failures") },
  },
});
const [inputs, seed, first] = [Number(values.inputs), Number(values.seed), Number(values.first)];

interface Tally {
  readonly format: string;
  readonly seconds: number;
  readonly failures: number;
  readonly numbers: Int32Array;
}

async function fuzz(format: string, from: number, to: number): Promise<Tally> {
  const state = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * Object.keys(cells).length);
  const numbers = new Int32Array(state);
  const start = performance.now();
  let failures = 0;
  const report = (failure: Failure): void => {
    failures++;
    save(format, failure);
  };
  for (let next = from; next < to;) {
    const stopped = await runWorker(format, next, to, state, report);
    if (stopped === undefined) break;
    next = Atomics.load(numbers, cells.at) + 1;
    report(await failureAt(format, next - 1, stopped));
  }
  return { format, seconds: (performance.now() - start) / 1000, failures, numbers };
}

/** Resolves with why it stopped before its end. */
async function runWorker(
  format: string,
  from: number,
  to: number,
  state: SharedArrayBuffer,
  report: (failure: Failure) => void,
): Promise<string | undefined> {
  const numbers = new Int32Array(state);
  Atomics.store(numbers, cells.at, from);
  const worker = startWorker({ format, seed, from, to, state });
  worker.on("message", report);
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve) => {
      worker.on("error", (error) => resolve(String(error)));
      worker.on("exit", () =>
        resolve(Atomics.load(numbers, cells.at) === to ? undefined : "it waits for what never comes"),
      );
      watch = watchFor(numbers, () => resolve(`it goes on for more than ${mostSeconds} s`));
    });
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

function watchFor(numbers: Int32Array, hangs: () => void): NodeJS.Timeout {
  let [at, since] = [-1, performance.now()];
  return setInterval(() => {
    const now = Atomics.load(numbers, cells.at);
    if (now !== at) [at, since] = [now, performance.now()];
    else if (performance.now() - since > mostSeconds * 1000) hangs();
  }, checkEvery);
}

async function failureAt(id: string, index: number, message: string): Promise<Failure> {
  const { format, seeds } = await loadFormat(id);
  const { name, damaged, files } = makeInput(format, seeds, seed, index);
  return { index, seedName: name, damaged, message, bytes: files[damaged] ?? Buffer.alloc(0) };
}

function save(format: string, { index, seedName, damaged, message, bytes }: Failure): void {
  fs.mkdirSync(values.save, { recursive: true });
  const file = path.join(values.save, `${format}-${seed}-${index}-${path.basename(damaged)}`);
  fs.writeFileSync(file, bytes);
  process.stdout.write(`
${format}, input ${index} (${seedName}, ${damaged}): ${message}
  ${bytes.length} bytes in ${file}
  again: npm run fuzz -- --format ${format} --seed ${seed} --first ${index} --inputs 1
`);
}

function line({ format, seconds, failures, numbers }: Tally): string {
  const count = (cell: number) => (numbers[cell] ?? 0).toLocaleString("en").padStart(12);
  const rate = Math.round((numbers[cells.inputs] ?? 0) / seconds).toLocaleString("en");
  const counts = [cells.inputs, cells.refused, cells.staged, cells.quarantined].map(count).join("");
  return `${format.padEnd(12)}${counts}${rate.padStart(8)}/s${String(failures).padStart(10)}\n`;
}

const formats = values.format === undefined ? formatIds : values.format.split(",");
const each = Math.ceil(inputs / formats.length);
const tallies: Tally[] = [];
for (const format of formats) {
  const tally = await fuzz(format, first, first + each);
  tallies.push(tally);
  process.stderr.write(line(tally));
}
process.stdout.write(`\n${"format".padEnd(12)}      inputs     refused      staged quarantined      rate  failures\n`);
for (const tally of tallies) process.stdout.write(line(tally));
process.exitCode = tallies.some(({ failures }) => failures > 0) ? 1 : 0;
