import type { Reporter } from "../progress.ts";
import type { Workforce } from "./workforce.ts";

/** What every step of the pipeline is given besides its incident. */
export interface Services {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Undefined: as the machine allows. */
  readonly workforce?: Workforce | undefined;
}
