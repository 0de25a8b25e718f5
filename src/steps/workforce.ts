/** How work is spread over threads. No output depends on it. */
import { availableParallelism } from "node:os";

export interface Workforce {
  /** Threads that work beside each other; 1: the main thread does it all. */
  readonly workers: number;
  /** Tables with fewer observations than this are left to the main thread. */
  readonly smallTable: number;
}

/** Each thread holds caches for every source: more of them cost more memory than they save time. */
const mostWorkers = 4;
/** A table of fewer observations is done before a thread has started. */
const smallTable = 20_000;

export const defaultWorkforce: Workforce = { workers: Math.min(availableParallelism(), mostWorkers), smallTable };
