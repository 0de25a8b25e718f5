/** The way to one server: connected when it is first needed, tried again where that may help, closed once. */
import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../../errors.ts";
import { Interrupted } from "./kind.ts";
import type { Server } from "./kind.ts";

const firstPause = 250;
const longestPause = 10_000;

export interface LinkOptions {
  readonly connect: () => Promise<Server>;
  /** `db.example:1433/Shop`. */
  readonly location: string;
  /** How often in a row is tried again. */
  readonly retries: number;
  readonly signal: AbortSignal;
}

export class Link {
  /** `db.example:1433/Shop`. */
  readonly location: string;
  readonly #options: LinkOptions;
  #server: Promise<Server> | undefined;

  constructor(options: LinkOptions) {
    this.location = options.location;
    this.#options = options;
  }

  /** The server, reached once for all who ask. */
  server(): Promise<Server> {
    this.#server ??= this.persist(() => this.#options.connect());
    return this.#server;
  }

  /**
   * Does the work, and again where it was interrupted: at once, then after longer and longer pauses. Work that calls `gained` starts counting anew.
   * Throws UserError where it was interrupted more often than the recipe allows.
   */
  async persist<Result>(work: (gained: () => void) => Promise<Result>): Promise<Result> {
    let failures = 0;
    for (;;) {
      this.#options.signal.throwIfAborted();
      try {
        return await work(() => (failures = 0));
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        if (++failures > this.#options.retries) throw this.#givenUp(error, failures);
        await this.#pauseBefore(failures);
      }
    }
  }

  /** Closes what was opened; never throws. */
  async close(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    await server?.close();
  }

  async #pauseBefore(attempt: number): Promise<void> {
    if (attempt === 1) return;
    const { signal } = this.#options;
    const wait = Math.min(firstPause * 2 ** (attempt - 2), longestPause);
    // An interruption ends the pause; the next look at the signal throws its reason.
    await pause(wait, undefined, { signal }).catch(() => {});
  }

  #givenUp(cause: Interrupted, tries: number): UserError {
    return new UserError({
      what: `the server ${this.#options.location} was tried ${tries} times in a row: ${cause.message}`,
      remedy: "Run the same command again when the server answers; it goes on where it stopped",
      cause,
    });
  }
}
