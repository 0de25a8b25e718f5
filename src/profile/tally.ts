/** Counts, each with the first cell that was counted. */
import type { Witness } from "./model.ts";

export interface Counted {
  count: number;
  readonly first: Witness;
}

export class Tally<Name extends string> implements Iterable<readonly [Name, Counted]> {
  readonly #counts = new Map<Name, Counted>();

  add(name: Name, value: string, record: number): void {
    const known = this.#counts.get(name);
    if (known === undefined) this.#counts.set(name, { count: 1, first: { record, value } });
    else known.count++;
  }

  get(name: Name): Counted | undefined {
    return this.#counts.get(name);
  }

  count(name: Name): number {
    return this.#counts.get(name)?.count ?? 0;
  }

  [Symbol.iterator](): Iterator<readonly [Name, Counted]> {
    return this.#counts[Symbol.iterator]();
  }
}
