import type { Reporter } from "../progress.ts";

/** How work is spread over threads. No output depends on it. */
export interface Workforce {
  /** Threads that reconcile ranges of keys; 1: the main thread does it all. */
  readonly workers: number;
  /** Tables with fewer observations than this are left to the main thread. */
  readonly smallTable: number;
}

/** What every step of the pipeline is given besides its incident. */
export interface Services {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Undefined: as the machine allows. */
  readonly workforce?: Workforce | undefined;
}
