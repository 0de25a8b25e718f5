import type { Reporter } from "../progress.ts";

/** What every step of the pipeline is given besides its incident. */
export interface Services {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}
