/** How far the reading of one database has come. */

/** Tables weigh what their highest row id says, for want of anything cheaper; the file's bytes are shared out so. */
export class DatabaseProgress {
  readonly #bytes: number;
  readonly #total: number;
  #finished = 0;

  constructor(bytes: number, weights: readonly number[]) {
    this.#bytes = bytes;
    this.#total = weights.reduce((sum, weight) => sum + weight, 0);
  }

  /** Bytes that count as read while a table of `weight` stands at `position`. */
  within(weight: number, position: number): number {
    return this.#share(this.#finished + Math.max(0, Math.min(position, weight)));
  }

  /** Bytes that count as read once a table of `weight` is through. */
  finish(weight: number): number {
    this.#finished += weight;
    return this.#share(this.#finished);
  }

  #share(done: number): number {
    return this.#total === 0 ? this.#bytes : Math.floor((this.#bytes * done) / this.#total);
  }
}
