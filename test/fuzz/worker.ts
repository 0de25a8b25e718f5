/** Runs inputs one after the other, and says by shared memory at which it is. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { checkInput } from "./check.ts";
import { cells, type Failure, type Job } from "./job.ts";
import { loadFormat, makeInput } from "./inputs.ts";
import { minimise } from "./minimise.ts";

const { format: id, seed, from, to, state } = workerData as Job;
const numbers = new Int32Array(state);
const port = parentPort;
/** Where files are memory, they cost a tenth. */
const memory = "/dev/shm";
const folder = fs.mkdtempSync(path.join(fs.existsSync(memory) ? memory : os.tmpdir(), "salvage-fuzz-"));
const { format, seeds } = await loadFormat(id);
for (let index = from; index < to; index++) {
  Atomics.store(numbers, cells.at, index);
  await run(index);
  Atomics.add(numbers, cells.inputs, 1);
}
Atomics.store(numbers, cells.at, to);
fs.rmSync(folder, { recursive: true, force: true });

async function run(index: number): Promise<void> {
  const input = makeInput(format, seeds, seed, index);
  try {
    const { refused, staged, quarantined } = await checkInput(format, input, folder);
    Atomics.add(numbers, cells.refused, refused ? 1 : 0);
    Atomics.add(numbers, cells.staged, staged);
    Atomics.add(numbers, cells.quarantined, quarantined);
    const { arrayBuffers } = process.memoryUsage();
    if (arrayBuffers >> 20 > Atomics.load(numbers, cells.peak)) Atomics.store(numbers, cells.peak, arrayBuffers >> 20);
  } catch (error) {
    const least = await minimise(format, input, folder);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.stack : String(error);
    const bytes = least.files[least.damaged] ?? Buffer.alloc(0);
    const failure: Failure = { index, seedName: input.name, damaged: input.damaged, message: cause ?? "", bytes };
    port?.postMessage(failure);
  }
}
