/** What a worker is asked for, and what it tells. */
import { Worker } from "node:worker_threads";

export interface Job {
  readonly format: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** The index of the input that runs, and the numbers of {@link Tally}. */
  readonly state: SharedArrayBuffer;
}

export interface Failure {
  readonly index: number;
  readonly seedName: string;
  readonly damaged: string;
  readonly message: string;
  readonly bytes: Uint8Array;
}

/** What each cell of {@link Job.state} counts. */
export const cells = { at: 0, inputs: 1, refused: 2, staged: 3, quarantined: 4, peak: 5 } as const;

/** Of the worker's own heap; a worker that needs more ends, and the others go on. */
const mostMegabytes = 512;

/** tsx reads the worker as it reads everything in development. */
export function startWorker(job: Job): Worker {
  const [hooks, module] = [import.meta.resolve("tsx/esm/api"), import.meta.resolve("./worker.ts")];
  const code = `import(${JSON.stringify(hooks)}).then(({ register }) => { register(); return import(${JSON.stringify(module)}); })`;
  return new Worker(code, { eval: true, workerData: job, resourceLimits: { maxOldGenerationSizeMb: mostMegabytes } });
}
